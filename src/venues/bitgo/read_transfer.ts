/**
 * What BitGo says of a transfer, in the port's words. `confirmed` is not the end: it is final after the coin's confirmations, and
 * `removed` (the chain was reorganised) opens it again. A word that nobody knows is pending.
 */
import type { StatusMeaning } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { VenueMovement, VenueTransfer } from "../port.ts";
import { accountOf, type CoinForm, fromBitgo, type Holding } from "./coins.ts";
import type { WireApproval, WireTransfer } from "./shapes.ts";

const STATES: Readonly<Record<string, StatusMeaning>> = {
  initialized: { stage: "accepted", status: "pending" },
  pendingApproval: { stage: "pending_approval", status: "pending" },
  signed: { stage: "signing", status: "pending" },
  unconfirmed: { stage: "broadcast", status: "pending" },
  confirmed: { stage: "confirming", status: "pending" },
  removed: { stage: "accepted", status: "pending" },
  replaced: { stage: "accepted", status: "pending" },
  failed: { stage: "final", status: "failed" },
  rejected: { stage: "final", status: "failed" },
  deleted: { stage: "final", status: "failed" },
  /** It was done and taken back: whether the money moved is for people. */
  reversed: { stage: "final", status: "unproven" },
};
const UNKNOWN: StatusMeaning = { stage: "accepted", status: "pending" };

/** `approval`: what BitGo's people are asked to let go; what would be signed is what counts. */
export function readTransfer(
  row: WireTransfer,
  holding: Holding,
  approval: WireApproval | null = null,
  reference: string | null = row.sequenceId ?? null,
): VenueTransfer {
  const { form } = holding;
  const meaning = Object.hasOwn(STATES, row.state) ? (STATES[row.state] ?? UNKNOWN) : UNKNOWN;
  const needed = form.settings.confirmations;
  const deep = row.state === "confirmed" && row.confirmations >= needed;
  const recipient = recipientOf(row, holding, approval);
  return {
    venue_ref: venueRef(holding, row.id),
    reference,
    tx_hash: row.txid === "" ? null : row.txid,
    stage: deep ? "final" : meaning.stage,
    status: deep ? "succeeded" : meaning.status,
    final: deep || meaning.status !== "pending",
    ...recipient,
    asset: form.asset.id,
    amount_received: deep ? recipient.amount : null,
    fee: feeOf(row, form),
    confirmations: Math.min(row.confirmations, needed),
    confirmations_needed: needed,
    raw_status: row.state,
  };
}

export function venueRef(holding: Holding, id: string): string {
  return `${accountOf(holding)}/${id}`;
}

/** What left or entered without the fee, as of this state of the transfer; each confirmation is a movement of its own. */
export function readMovement(row: WireTransfer, holding: Holding): VenueMovement {
  const { form } = holding;
  const change = fromBitgo(form, row.valueString);
  const fee = row.type === "send" ? feeOf(row, form) : 0n;
  const amount = row.type === "send" ? -change - fee : change;
  if (amount < 0n) throw new VenueError("venue_invalid", `BitGo's transfer ${row.id} moves less than its own fee.`);
  return {
    id: movementKey(row),
    direction: row.type === "send" ? "out" : "in",
    amount,
    fee,
    asset: form.asset.id,
    reference: row.type === "send" ? (row.sequenceId ?? null) : null,
    tx_hash: row.txid === "" ? null : row.txid,
    counterparty: row.type === "send" ? recipientOf(row, holding, null).to_address : null,
    at: row.date,
    height: null,
    final: row.confirmations >= form.settings.confirmations,
  };
}

/** The chain took it back: the opposite of the movement `of`, fee included. */
export function readRemoval(row: WireTransfer, holding: Holding, of: string): VenueMovement {
  const movement = readMovement(row, holding);
  return {
    ...movement,
    id: `${of}-removed`,
    direction: movement.direction === "out" ? "in" : "out",
    amount: movement.amount + movement.fee,
    fee: 0n,
    reference: null,
    final: false,
  };
}

/** A transfer that is confirmed in another block than before is another movement. */
export function movementKey({ id, height }: Pick<WireTransfer, "id" | "height">): string {
  return `${id}@${height}`;
}

/** In units of our asset; nothing where another coin pays it. */
function feeOf(row: WireTransfer, form: CoinForm): bigint {
  if (form.settings.fee === "elsewhere" || (row.feeCoin !== undefined && row.feeCoin !== form.coin)) return 0n;
  return fromBitgo(form, row.feeString ?? "0");
}

/** BitGo writes a memo behind the address. It names the account there, so with another one somebody else is paid. */
export function readDestination(text: string): { readonly address: string; readonly memo: string | null } {
  const [, address = text, memo = null] = /^(.*)\?(?:dt|memoId)=(.+)$/.exec(text) ?? [];
  return { address, memo };
}

/** Everybody who is paid; more than one never matches a plan. */
function recipientOf(
  row: WireTransfer,
  { form, wallet }: Holding,
  approval: WireApproval | null,
): Pick<VenueTransfer, "to_address" | "to_memo" | "amount"> {
  const asked = approval?.info.transactionRequest?.recipients;
  const paid = asked ?? paidBy(row, wallet);
  const total = paid.reduce((sum, { amount }) => sum + fromBitgo(form, String(amount)), 0n);
  const to = paid.map(({ address }) => readDestination(address));
  const [first] = to;
  return { to_address: to.map(({ address }) => address).join(","), to_memo: first?.memo ?? null, amount: total };
}

function paidBy(row: WireTransfer, wallet: string): { readonly address: string; readonly amount: string }[] {
  return (row.entries ?? []).flatMap(({ address = "", wallet: owner, valueString = "0" }) => {
    const own = owner === wallet || owner === row.wallet;
    const counts = row.type === "receive" ? own : !own;
    return counts && BigInt(valueString) > 0n ? [{ address, amount: valueString }] : [];
  });
}
