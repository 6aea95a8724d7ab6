/**
 * Mode and kill switch. The mode lives in the store; a freeze is one write and holds from the moment it commits, because the
 * write that precedes every submit reads it. Leaving `frozen` needs an admin's signed vote on this very freeze.
 */
import { emit } from "../../audit/index.ts";
import {
  ACCEPT_LOSS_REQUIREMENT,
  castVote,
  RESUME_REQUIREMENT,
  type Requirement,
  type ResumePayload,
  resumeDigest,
  type SignedVote,
  verifyVote,
} from "../../authority/index.ts";
import { canonicalJson } from "../../digest/index.ts";
import { TidegateError } from "../../errors/index.ts";
import type { Mode } from "../../policy/types.ts";
import { type Json, type Tx, tables } from "../../store/index.ts";
import { MODE_CONTROL, type ModeControl, readModeControl } from "../../transfers/index.ts";
import { acceptLoss, readStanding, sentenceOf } from "../log/log_standing.ts";
import type { DaemonDeps, WitnessFault } from "../types.ts";

type ActiveMode = Exclude<Mode, "frozen">;
const REASON_LENGTH_MAX = 500;
/** End of the id of a resume that accepts a loss. */
const ACCEPTS_LOSS = "-accept-loss";

/**
 * Mode at start: what the store says, so that a freeze survives; the configuration's when there is none yet, or when the file
 * was edited since and nothing is frozen.
 */
export async function startMode(deps: DaemonDeps): Promise<Mode> {
  return deps.store.tx("mode.start", async (tx) => {
    const known = await readModeControl(tx);
    const configured = deps.config.mode;
    if (known === null) return setMode(tx, deps, null, { mode: configured, actor: "daemon", reason: "first start" });
    if (known.mode === "frozen" || known.configured === configured) return known.mode;
    return setMode(tx, deps, known, { mode: configured, actor: "daemon", reason: "the configuration changed" });
  });
}

/** Idempotent: a frozen treasury stays frozen since the first freeze. */
export async function freeze(deps: DaemonDeps, actor: string, reason: string): Promise<void> {
  const froze = await deps.store.tx("mode.freeze", async (tx) => {
    const known = await readModeControl(tx);
    if (known?.mode === "frozen") return false;
    await setMode(tx, deps, known, { mode: "frozen", actor, reason: reason.slice(0, REASON_LENGTH_MAX) });
    return true;
  });
  if (!froze) return;
  deps.notifier.notify({ code: "treasury_frozen", severity: "page", message: `Frozen by ${actor}: ${reason}` });
}

export interface ResumeRequest {
  readonly object_id: string;
  readonly digest: string;
  readonly payload: ResumePayload;
}

/**
 * What an admin signs to resume now; null when not frozen. Who asks for no mode goes on in the one before the freeze. `accept_loss`: go on although the database is older than what was
 * signed outside it; what is lost is part of what is signed.
 * @throws TidegateError audit_loss_not_accepted
 */
export async function resumeRequest(
  deps: DaemonDeps,
  asked: ActiveMode | null,
  accept_loss = false,
): Promise<ResumeRequest | null> {
  const known = await deps.store.read("mode.read", readModeControl);
  if (known?.mode !== "frozen") return null;
  const mode = asked ?? modeBefore(known);
  const faults = deps.witnesses === undefined ? [] : (await readStanding(deps)).faults;
  if (faults.length > 0 && !accept_loss) throw lossNotAccepted(faults);
  return requestOf(known, mode, faults);
}

/**
 * False when the vote was counted and another person has to give theirs: a loss is accepted by two.
 * @throws TidegateError not_frozen; AuthorityError when the vote is not an admin's over this very freeze
 */
export async function resume(deps: DaemonDeps, mode: ActiveMode, vote: SignedVote): Promise<boolean> {
  if (vote.payload.vote !== "approve") {
    throw new TidegateError(
      "usage",
      "resume_needs_approval",
      "Resuming needs a vote to approve; to stay frozen, do nothing.",
    );
  }
  const verified = await verifyVote(deps.verifier, deps.config.authority, vote, null);
  const faults = deps.witnesses === undefined ? [] : (await readStanding(deps)).faults;
  if (faults.length > 0 && !vote.payload.object_id.endsWith(ACCEPTS_LOSS)) throw lossNotAccepted(faults);
  return deps.store.tx("mode.resume", async (tx) => {
    const known = await readModeControl(tx);
    if (known?.mode !== "frozen") {
      throw new TidegateError("conflict", "not_frozen", "The treasury is not frozen.");
    }
    const request = requestOf(known, mode, faults);
    const now = deps.clock.now();
    const { quorum } = await castVote(tx, deps.ids, {
      policy: deps.config.authority,
      vote: verified,
      subject: {
        object_kind: "resume",
        object_id: request.object_id,
        digest: request.digest,
        initiator: "daemon",
        created_at: known.since,
        expires_at: Number.MAX_SAFE_INTEGER,
        requirement: resumeRequirement(faults.length > 0),
        scheme: "ed25519",
      },
      open: true,
      now,
    });
    if (quorum.state !== "complete") return false;
    if (faults.length > 0) await acceptLoss(tx, faults, now);
    await setMode(tx, deps, known, {
      mode,
      actor: `person:${vote.person_id}`,
      reason: faults.length > 0 ? `the loss was accepted: ${canonicalJson(request.payload)}` : "resumed by an admin",
      vote: { object_id: request.object_id, digest: request.digest, key_id: vote.key_id, signature: vote.signature },
    });
    return true;
  });
}

/** Where it is not known what the freeze ended, nothing begins to act by itself. */
function modeBefore({ before }: ModeControl): ActiveMode {
  return before === undefined || before === "frozen" ? "observe" : before;
}

/** Who has to sign. */
export function resumeRequirement(accepts_loss: boolean): Requirement {
  return accepts_loss ? ACCEPT_LOSS_REQUIREMENT : RESUME_REQUIREMENT;
}

function requestOf(known: ModeControl, mode: ActiveMode, faults: readonly WitnessFault[]): ResumeRequest {
  const object_id = `resume-${known.since}-${mode}`;
  const base = { frozen_at: known.since, mode };
  if (faults.length === 0) return { object_id, digest: resumeDigest(base), payload: base };
  const lost = faults.map(({ witness, size, root, own_size, own_root }) => ({
    witness,
    size,
    root,
    own_size,
    own_root,
  }));
  const payload = { ...base, lost };
  return { object_id: object_id + ACCEPTS_LOSS, digest: resumeDigest(payload), payload };
}

function lossNotAccepted(faults: readonly WitnessFault[]): TidegateError {
  return new TidegateError(
    "conflict",
    "audit_loss_not_accepted",
    `${faults.map(sentenceOf).join(" ")} Restore the newer database; or, once every payment since is accounted for, resume with --accept-loss.`,
    { witness: faults[0]?.witness ?? "" },
  );
}

async function setMode(
  tx: Tx,
  deps: DaemonDeps,
  known: (ModeControl & { readonly version: number }) | null,
  change: { readonly mode: Mode; readonly actor: string; readonly reason: string; readonly vote?: Json },
): Promise<Mode> {
  const { mode, actor, reason, vote = null } = change;
  const now = deps.clock.now();
  const before = mode === "frozen" && known !== null ? { before: known.mode } : {};
  const value = { mode, since: now, actor, reason, configured: deps.config.mode, ...before };
  await tx.upsert(tables.control, { name: MODE_CONTROL, value, version: (known?.version ?? 0) + 1, updated_at: now });
  const from = known?.mode ?? "none";
  await emit(tx, deps.ids, {
    kind: "mode.changed",
    ref: "treasury",
    actor,
    at: now,
    payload: { from, to: mode, reason, vote },
  });
  return mode;
}
