/**
 * Looking a send up: by its sequence id, then by BitGo's own id, and, before it is called absent, among the pending approvals as
 * well. A transfer that waits for BitGo's people is shown as what they are asked to let go; one that was replaced is followed to
 * the transaction that took its place.
 */
import type { Instant } from "../../ports/index.ts";
import { get, type HttpReply, lookUp, readShape, type SendResult } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { FindOutcome, FindQuery, VenueTransfer } from "../port.ts";
import { accountOf, type Holding } from "./coins.ts";
import { asOf, type Lines, saysAbsent } from "./lines.ts";
import { readTransfer } from "./read_transfer.ts";
import {
  approvalsShape,
  approvalTransferShape,
  transferShape,
  type WireApproval,
  type WireTransfer,
} from "./shapes.ts";

/** Replacements of replacements that are followed. */
const REPLACEMENTS_MAX = 8;
const REFERENCE_OF_APPROVAL = /^approval-([0-9a-f]{32})$/;

export interface LookUps {
  readonly lines: Lines;
  now(): Instant;
}

/** Never throws for an answer. */
export function findSend(look: LookUps, query: FindQuery, holding: Holding): Promise<FindOutcome> {
  return lookUp(() => search(look, query, holding));
}

async function search(look: LookUps, query: FindQuery, holding: Holding): Promise<FindOutcome> {
  const by_sequence = await ask(look, holding, `transfer/sequenceId/${encodeURIComponent(query.reference)}`);
  if (by_sequence.row !== null) return found(await describe(look, by_sequence.row, holding, query.reference));
  const id = query.venue_ref?.split("/").at(-1);
  const by_id = id === undefined || REFERENCE_OF_APPROVAL.test(id) ? null : await ask(look, holding, `transfer/${id}`);
  if (by_id !== null && by_id.row !== null) return found(await describe(look, by_id.row, holding, query.reference));
  const approval = await findApproval(look, holding, query.reference);
  if (approval === null) return { outcome: "absent", as_of: by_sequence.as_of };
  const row = await transferOfApproval(look, approval.id);
  if (row === null)
    throw new VenueError("venue_transient", "It waits for an approval at BitGo whose transfer cannot be read.");
  return found(readTransfer(row, holding, approval, query.reference));
}

function found(transfer: VenueTransfer): FindOutcome {
  return { outcome: "found", transfer };
}

async function describe(look: LookUps, row: WireTransfer, holding: Holding, reference: string): Promise<VenueTransfer> {
  const known = row.sequenceId ?? reference;
  if (row.state === "pendingApproval") {
    return readTransfer(row, holding, await findApproval(look, holding, known), known);
  }
  if (row.state !== "replaced") return readTransfer(row, holding, null, known);
  const last = await followReplacements(look, row, holding);
  // Under the identity we know: the money goes on in another transaction.
  return { ...readTransfer(last, holding, null, known), venue_ref: readTransfer(row, holding).venue_ref };
}

/** @throws VenueError when a successor cannot be read: then nothing is known */
async function followReplacements(look: LookUps, first: WireTransfer, holding: Holding): Promise<WireTransfer> {
  let row = first;
  for (let step = 0; step < REPLACEMENTS_MAX && row.state === "replaced"; step += 1) {
    const next = row.replacedBy?.at(-1);
    if (next === undefined) return row;
    const { row: successor } = await ask(look, holding, `transfer/${encodeURIComponent(next)}`);
    if (successor === null)
      throw new VenueError("venue_transient", `BitGo does not show ${next}, which replaced ${row.txid}.`);
    row = successor;
  }
  return row;
}

interface Asked {
  /** Null: BitGo looked, and there is none. */
  readonly row: WireTransfer | null;
  readonly as_of: Instant;
}

/** @throws VenueError when it was not answered, or not with a transfer */
async function ask(look: LookUps, holding: Holding, path: string): Promise<Asked> {
  const { form, wallet } = holding;
  const reply = answered(
    await look.lines.platform.look(get(`/api/v2/${encodeURIComponent(form.coin)}/wallet/${wallet}/${path}`)),
  );
  const as_of = asOf(reply.headers, look.now());
  if (saysAbsent(reply)) return { row: null, as_of };
  // 206: the transfer without the parts that are nobody's business but its wallet's.
  if (reply.status !== 200 && reply.status !== 206) throw unreadable(reply);
  const row = readShape(transferShape, reply.body, "transfer");
  if (row.wallet !== wallet || row.coin !== form.coin) {
    throw new VenueError(
      "venue_invalid",
      `BitGo answered with a transfer of ${row.coin}/${row.wallet}, not of ${accountOf(holding)}.`,
    );
  }
  return { row, as_of };
}

/** The pending approval of a send, by its sequence id. @throws VenueError */
export async function findApproval(look: LookUps, holding: Holding, reference: string): Promise<WireApproval | null> {
  const target = get("/api/v2/pendingapprovals", { walletId: holding.wallet });
  const { pendingApprovals } = readShape(approvalsShape, await look.lines.platform.read(target, "lookup"), "approvals");
  const ours = ({ info }: WireApproval): boolean => {
    const asked = info.transactionRequest;
    return asked?.buildParams?.sequenceId === reference || (asked?.comment ?? "").startsWith(`tidegate ${reference};`);
  };
  return pendingApprovals.find(ours) ?? null;
}

/** Null when it cannot be read now. */
export async function transferOfApproval(look: LookUps, approval_id: string): Promise<WireTransfer | null> {
  const result = await look.lines.platform.look(
    get(`/api/v2/pendingapprovals/${encodeURIComponent(approval_id)}/transfer`),
  );
  if (!result.answered || result.reply.status !== 200) return null;
  return approvalTransferShape.safeParse(result.reply.body).data?.transfer ?? null;
}

function answered(result: SendResult): HttpReply {
  if (result.answered) return result.reply;
  throw new VenueError("venue_transient", result.message);
}

function unreadable({ status }: HttpReply): VenueError {
  return new VenueError("venue_transient", `BitGo answered the look-up with ${status}.`);
}
