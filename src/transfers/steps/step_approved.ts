/**
 * approved: the way out. In this order: build the request, decode what was built and compare it with what was approved; then one
 * transaction checks votes, mode, address book, data and fence again and makes the exact bytes durable; only then is the venue called.
 */
import { AuthorityError, assertSameEffect, votesOn } from "../../authority/index.ts";
import type { TidegateError } from "../../errors/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import { type OwnerSignature, VenueError } from "../../venues/index.ts";
import { allOf } from "../all_of.ts";
import { recordAlert } from "../change/alerts.ts";
import { changeState } from "../change/change_state.ts";
import { endUnsent } from "../change/end_unsent.ts";
import { findWallet, messageOf, type TransferDeps, venueOf } from "../context.ts";
import { TransferError } from "../errors.ts";
import { RETRY_AFTER_MAX_MS } from "../limits.ts";
import { assertDispatchable, isPassing, type Looked, lookAtDispatch } from "../plan/check_dispatch.ts";
import type { PreparedSubmit, TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { expire, isExpired } from "./expire.ts";
import { makeRoom } from "./make_room.ts";
import { sendFirst } from "./send_prepared.ts";
import { waitFor } from "./waits.ts";

/** Refusals of a venue to build the request that no waiting cures. */
const FINAL_REFUSALS: ReadonlySet<string> = new Set(["venue_invalid", "venue_policy_denied", "venue_unsupported"]);

/** What people changed since they approved, and nothing brings back. */
const FINAL_CHANGES: ReadonlySet<string> = new Set(["transfer_limit_tightened", "transfer_obligation_taken"]);

export async function stepApproved(deps: TransferDeps, row: TransferRow, looked?: Looked): Promise<StepResult> {
  if (isExpired(deps, row)) return expire(deps, row);
  try {
    const { refusal } = looked ?? (await deps.store.read("transfer.check", (tx) => lookAtDispatch(tx, deps, row)));
    if (refusal !== null) throw refusal;
    const prepared = await buildAndCompare(deps, row);
    const written_at = deps.clock.now();
    const ready = await makeDurable(deps, row, prepared);
    return await sendFirst(deps, ready, written_at);
  } catch (error) {
    return stopped(deps, row, error);
  }
}

/** What passes is waited for; what stays ends it. @throws whatever is neither */
async function stopped(deps: TransferDeps, row: TransferRow, error: unknown): Promise<StepResult> {
  if (error instanceof AuthorityError) return isPassing(error) ? waitAs(deps, row, error) : refuse(deps, row, error);
  if (error instanceof VenueError && (await makeRoom(deps, row, error))) return { row, again: true };
  if (error instanceof VenueError)
    return FINAL_REFUSALS.has(error.code) ? refuse(deps, row, error) : waitAs(deps, row, error);
  if (error instanceof TransferError && isPassing(error)) return waitAs(deps, row, error);
  if (error instanceof TransferError && FINAL_CHANGES.has(error.code)) return refuse(deps, row, error);
  throw error;
}

async function buildAndCompare(deps: TransferDeps, row: TransferRow): Promise<PreparedSubmit> {
  const wallet = findWallet(deps.config, row.from_wallet);
  if (wallet === undefined)
    throw new TransferError("transfer_invalid", `The wallet ${row.from_wallet} is not configured.`);
  const venue = venueOf(deps, row.plan.from.venue);
  const signatures =
    row.signing === null ? [] : await deps.store.read("transfer.signatures", (tx) => ownerSignatures(tx, deps, row));
  const now = deps.clock.now();
  const prepared = { ...(await venue.prepare(row.plan, { now, signing: row.signing, signatures })), prepared_at: now };
  assertSameEffect(row.plan, venue.decode(prepared), wallet.account);
  return prepared;
}

/** `prepared_at` is ours: key lifetimes and consistency windows count from before the first call, by our clock. */
async function makeDurable(deps: TransferDeps, row: TransferRow, prepared: PreparedSubmit): Promise<TransferRow> {
  return deps.store.tx("transfer.submitting", async (tx) => {
    // The row itself is looked at with the rest; what became of it meanwhile is told by the write.
    const itself = tx.get(tables.transfer, { id: row.id });
    await allOf([assertDispatchable(tx, deps, row), assertNoOtherUnknown(tx, row), itself]);
    const now = deps.clock.now();
    return changeState(tx, deps, row, "submitting", {
      now,
      actor: "daemon",
      note: null,
      patch: { prepared, tx_hash: prepared.tx_hash, next_at: now },
    });
  });
}

/** While the outcome of one send from a wallet is unknown, the next waits: its nonce and its balance depend on it. */
async function assertNoOtherUnknown(tx: ReadTx, row: TransferRow): Promise<void> {
  const [other] = await tx.find(tables.transfer, {
    where: { state: "submitting", from_wallet: row.from_wallet },
    limit: 1,
  });
  if (other === undefined) return;
  throw new TransferError("transfer_wallet_busy", `It waits for the outcome of ${other.id} from the same wallet.`, {
    transfer: other.id,
  });
}

export async function ownerSignatures(tx: ReadTx, deps: TransferDeps, row: TransferRow): Promise<OwnerSignature[]> {
  if (row.signing === null) return [];
  const votes = await votesOn(tx, row.id);
  return votes.flatMap(({ vote, scheme, signature, person_id, key_id }) => {
    const person = deps.config.authority.people.find(({ id }) => id === person_id);
    const key = person?.keys.find((candidate) => candidate.key_id === key_id && candidate.scheme === scheme);
    return vote === "approve" && scheme === row.signing?.scheme && key ? [{ signer: key.public_key, signature }] : [];
  });
}

function waitAs(deps: TransferDeps, row: TransferRow, error: TidegateError): Promise<StepResult> {
  const retry_after_ms = error instanceof VenueError ? error.retry_after_ms : null;
  const wait = retry_after_ms === null ? {} : { wait_ms: Math.min(retry_after_ms, RETRY_AFTER_MAX_MS) };
  return waitFor(deps, row, { note: { code: error.code, text: error.message }, ...wait });
}

async function refuse(deps: TransferDeps, row: TransferRow, error: TidegateError): Promise<StepResult> {
  const now = deps.clock.now();
  const text = `It was stopped before anything was sent: ${messageOf(error)}`;
  const notice = { code: `dispatch_${error.code}`, severity: "page", message: text, ref: row.id } as const;
  const next = await deps.store.tx("transfer.refuse", async (tx) => {
    await recordAlert(tx, deps, notice, now);
    const note = { code: error.code, text };
    return endUnsent(tx, deps, row, "denied", { now, actor: "daemon", note });
  });
  deps.notifier.notify(notice);
  return { row: next, again: next.state === "held" };
}
