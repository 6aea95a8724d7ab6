/**
 * Mode and kill switch. The mode lives in the store; a freeze is one write and holds from the moment it commits, because the
 * write that precedes every submit reads it. Leaving `frozen` needs an admin's signed vote on this very freeze.
 */
import { emit } from "../audit/index.ts";
import { castVote, RESUME_REQUIREMENT, resumeDigest, type SignedVote, verifyVote } from "../authority/index.ts";
import { TidegateError } from "../errors/index.ts";
import type { Mode } from "../policy/types.ts";
import { type Json, type Tx, tables } from "../store/index.ts";
import { MODE_CONTROL, type ModeControl, readModeControl } from "../transfers/index.ts";
import type { DaemonDeps } from "./types.ts";

type ActiveMode = Exclude<Mode, "frozen">;
const REASON_LENGTH_MAX = 500;

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
  readonly payload: { readonly frozen_at: number; readonly mode: ActiveMode };
}

/** What an admin signs to resume now; null when not frozen. */
export async function resumeRequest(deps: DaemonDeps, mode: ActiveMode): Promise<ResumeRequest | null> {
  const known = await deps.store.read("mode.read", readModeControl);
  return known?.mode === "frozen" ? requestOf(known, mode) : null;
}

/** @throws TidegateError not_frozen; AuthorityError when the vote is not an admin's over this very freeze */
export async function resume(deps: DaemonDeps, mode: ActiveMode, vote: SignedVote): Promise<void> {
  if (vote.payload.vote !== "approve") {
    throw new TidegateError(
      "usage",
      "resume_needs_approval",
      "Resuming needs a vote to approve; to stay frozen, do nothing.",
    );
  }
  const verified = await verifyVote(deps.verifier, deps.config.authority, vote, null);
  await deps.store.tx("mode.resume", async (tx) => {
    const known = await readModeControl(tx);
    if (known?.mode !== "frozen") {
      throw new TidegateError("conflict", "not_frozen", "The treasury is not frozen.");
    }
    const request = requestOf(known, mode);
    const now = deps.clock.now();
    await castVote(tx, deps.ids, {
      policy: deps.config.authority,
      vote: verified,
      subject: {
        object_kind: "resume",
        object_id: request.object_id,
        digest: request.digest,
        initiator: "daemon",
        created_at: known.since,
        expires_at: Number.MAX_SAFE_INTEGER,
        requirement: RESUME_REQUIREMENT,
        scheme: "ed25519",
      },
      open: true,
      now,
    });
    await setMode(tx, deps, known, {
      mode,
      actor: `person:${vote.person_id}`,
      reason: "resumed by an admin",
      vote: { object_id: request.object_id, digest: request.digest, key_id: vote.key_id, signature: vote.signature },
    });
  });
}

function requestOf(known: ModeControl, mode: ActiveMode): ResumeRequest {
  const payload = { frozen_at: known.since, mode };
  return { object_id: `resume-${known.since}-${mode}`, digest: resumeDigest(payload), payload };
}

async function setMode(
  tx: Tx,
  deps: DaemonDeps,
  known: (ModeControl & { readonly version: number }) | null,
  change: { readonly mode: Mode; readonly actor: string; readonly reason: string; readonly vote?: Json },
): Promise<Mode> {
  const { mode, actor, reason, vote = null } = change;
  const now = deps.clock.now();
  const value = { mode, since: now, actor, reason, configured: deps.config.mode };
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
