/**
 * A venue asks before it signs. Yes only for what is exactly one transfer of ours that is being sent now: known, approved, its
 * digest intact, same wallet, recipient with its memo, and amount, not expired, not cancelled, not signed before in another form. Everything else
 * is no, with a reason that is recorded and told to people. Asked again about the same transaction it gives the same answer.
 */

import { sameAddress } from "../../authority/index.ts";
import { digestOf } from "../../digest/index.ts";
import type { Instant, Notice } from "../../ports/index.ts";
import { type ReadTx, type Tx, tables } from "../../store/index.ts";
import type { SigningQuestion } from "../../venues/port.ts";
import { recordAlert } from "../change/alerts.ts";
import type { TransferDeps } from "../context.ts";
import { readMode } from "../plan/mode_control.ts";
import { readAssetFrozen, readUnwitnessed } from "../plan/stops.ts";
import type { TransferRow, TransferState } from "../types.ts";

export interface SigningJudgement {
  readonly allowed: boolean;
  /** Stable: `signing_allowed`, or why not. */
  readonly code: string;
  readonly reason: string;
  readonly transfer_id: string | null;
}

/** Transfers of one wallet that are looked at. */
const CANDIDATES_MAX = 200;
/** Being sent, or sent and not on the network yet. */
const SIGNABLE: ReadonlySet<TransferState> = new Set(["submitting", "submitted"]);
const BEFORE_SIGNING: ReadonlySet<string | null> = new Set([null, "accepted", "pending_approval", "compliance_hold"]);

/** One transaction: the answer and its record stand together. */
export async function judgeSigning(
  deps: TransferDeps,
  venue_id: string,
  question: SigningQuestion,
): Promise<SigningJudgement> {
  const now = deps.clock.now();
  const { judgement, notice } = await deps.store.tx("transfer.judge_signing", async (tx) => {
    const found = await remember(tx, await judge(tx, deps, venue_id, question, now), question.fingerprint, now);
    const told = noticeOf(venue_id, question, found);
    await recordAlert(tx, deps, told, now);
    return { judgement: found, notice: told };
  });
  if (!judgement.allowed) deps.notifier.notify(notice);
  return judgement;
}

async function judge(
  tx: ReadTx,
  deps: TransferDeps,
  venue_id: string,
  { account, asset, outputs, fingerprint }: SigningQuestion,
  now: Instant,
): Promise<SigningJudgement> {
  const stopped = await stoppedBy(tx, asset);
  if (stopped !== null) return deny("signing_frozen", stopped);
  const wallet = deps.config.wallets.find(
    (each) => each.venue === venue_id && each.account === account && each.asset === asset,
  );
  if (wallet === undefined) return deny("signing_unknown_wallet", `No wallet of ours is ${account} at ${venue_id}.`);
  const [output, ...more] = outputs;
  if (output === undefined || more.length > 0) {
    return deny("signing_recipients", `Our transfers pay one recipient; this one pays ${outputs.length}.`);
  }
  const rows = await tx.find(tables.transfer, {
    where: { from_wallet: wallet.id },
    order_by: [["created_at", "desc"]],
    limit: CANDIDATES_MAX,
  });
  // A memo that is not told is not known to be the right one.
  const memo = output.memo ?? null;
  const to_address = rows.filter(({ plan: { to } }) => sameAddress(to.address, output.address) && to.memo === memo);
  const matching = to_address.filter((row) => row.amount === output.amount);
  if (matching.length === 0) return unknown(to_address, rows, output.amount);
  const reasons: SigningJudgement[] = [];
  for (const row of matching) {
    const found = await judgeOne(tx, row, fingerprint, now);
    if (found.allowed) return found;
    reasons.push(found);
  }
  return reasons[0] ?? deny("signing_unknown", "No transfer of ours is this one.");
}

/** Whatever would keep a transfer from being sent now keeps it from being signed; null: nothing does. */
async function stoppedBy(tx: ReadTx, asset: string): Promise<string | null> {
  const [mode, unwitnessed, stop] = await Promise.all([readMode(tx), readUnwitnessed(tx), readAssetFrozen(tx, asset)]);
  if (mode === "frozen") return "The treasury is frozen.";
  if (mode === "observe") return "The mode is observe: nothing is sent.";
  if (unwitnessed !== null) return unwitnessed.reason;
  return stop === null ? null : `${asset} is stopped: ${stop.reason}`;
}

async function judgeOne(tx: ReadTx, row: TransferRow, fingerprint: string, now: Instant): Promise<SigningJudgement> {
  const no = (code: string, reason: string): SigningJudgement => deny(code, reason, row.id);
  if (!SIGNABLE.has(row.state))
    return no("signing_not_open", `${row.id} is ${row.state}: nothing of it may be signed.`);
  if (!BEFORE_SIGNING.has(row.stage)) return no("signing_already_sent", `${row.id} is ${row.stage} already.`);
  if (await wasCancelAsked(tx, row)) return no("signing_cancelled", `People asked to cancel ${row.id}.`);
  if (now >= row.plan.expires_at) return no("signing_expired", `The approval of ${row.id} has expired.`);
  if (row.digest !== digestOf("transfer", row.plan)) return no("signing_digest", `${row.id} is not what was approved.`);
  const known = await tx.get(tables.control, { name: nameOf(row.id) });
  if (known !== undefined && known.value !== fingerprint) return replayed(row.id);
  return { allowed: true, code: "signing_allowed", reason: `It is ${row.id}, as approved.`, transfer_id: row.id };
}

/** By its event: the note of a transfer may have something else to say (that it is overdue), and the wish stays. */
async function wasCancelAsked(tx: ReadTx, { id, note_code }: TransferRow): Promise<boolean> {
  if (note_code === "cancel_asked") return true;
  return (await tx.count(tables.event, { ref: id, kind: "transfer.cancel" })) > 0;
}

function unknown(to_address: readonly TransferRow[], rows: readonly TransferRow[], amount: bigint): SigningJudgement {
  const open = ({ state }: TransferRow): boolean => SIGNABLE.has(state);
  const other_amount = to_address.find(open);
  if (other_amount !== undefined) {
    return deny("signing_other_amount", `${other_amount.id} pays this recipient another amount.`, other_amount.id);
  }
  const other_recipient = rows.find((row) => open(row) && row.amount === amount);
  if (other_recipient !== undefined) {
    return deny(
      "signing_other_recipient",
      `${other_recipient.id} pays this amount to somebody else.`,
      other_recipient.id,
    );
  }
  return deny("signing_unknown", "No transfer of ours is this one.");
}

function deny(code: string, reason: string, transfer_id: string | null = null): SigningJudgement {
  return { allowed: false, code, reason, transfer_id };
}

function nameOf(transfer_id: string): string {
  return `signing:${transfer_id}`;
}

/** The transaction that is allowed first is allowed for good: another one under the same transfer is a second payment. */
async function remember(
  tx: Tx,
  found: SigningJudgement,
  fingerprint: string,
  updated_at: Instant,
): Promise<SigningJudgement> {
  if (!found.allowed || found.transfer_id === null) return found;
  const name = nameOf(found.transfer_id);
  if (await tx.insertIfAbsent(tables.control, { name, value: fingerprint, version: 1, updated_at })) return found;
  const known = await tx.get(tables.control, { name });
  return known?.value === fingerprint ? found : replayed(found.transfer_id);
}

function replayed(transfer_id: string): SigningJudgement {
  return deny("signing_replayed", `${transfer_id} was allowed once, for another transaction.`, transfer_id);
}

function noticeOf(
  venue_id: string,
  { account }: SigningQuestion,
  found: SigningJudgement,
): Notice & { readonly ref: string } {
  const { allowed, code, reason, transfer_id } = found;
  const message = allowed
    ? `${venue_id} asked before signing, and may sign: ${reason}`
    : `${venue_id} asked to sign a payment from ${account} and was told no: ${reason}`;
  return { code, severity: allowed ? "info" : "page", message, ref: transfer_id ?? venue_id };
}
