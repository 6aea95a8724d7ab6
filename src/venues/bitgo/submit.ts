/** Sending through Express, and taking back what still waits for BitGo's people. */

import type { PreparedSubmit } from "../../transfers/types.ts";
import { type HttpReply, readSubmit } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { CancelOutcome, SubmitOutcome } from "../port.ts";
import type { CoinRegistry, Holding } from "./coins.ts";
import { isReuse, readError } from "./lines.ts";
import { findApproval, findSend, type LookUps, transferOfApproval } from "./look_up.ts";
import { readTransfer, venueRef } from "./read_transfer.ts";
import { decodeSend, holdingOf, sendTarget } from "./send_request.ts";
import { sentShape } from "./shapes.ts";

/** One attempt. A sequence id that BitGo has seen is looked up, and accepted only when it is exactly what was prepared. */
export async function submitSend(
  look: LookUps,
  prepared: PreparedSubmit,
  coins: CoinRegistry,
  passphrase: string | undefined,
): Promise<SubmitOutcome> {
  const { express } = look.lines;
  if (express === null || passphrase === undefined) {
    const message = "The venue is only watched: it has no express_url or no wallet_passphrase.";
    return { outcome: "rejected", code: "bitgo_watched", message };
  }
  const holding = holdingOf(prepared, coins);
  const result = await express.submit(sendTarget(prepared, coins, passphrase));
  if (result.answered && isReuse(result.reply)) return readUsed(look, prepared, holding, coins);
  const pending = result.answered ? pendingOf(result.reply) : null;
  if (pending !== null) return acceptPending(look, holding, pending);
  return readSubmit({ readAccepted: (reply) => readSent(reply, prepared.reference, holding), readError }, result);
}

/** Express answers with the transfer it has sent. */
function readSent(reply: HttpReply, reference: string, holding: Holding): SubmitOutcome | null {
  const sent = sentOf(reply);
  if (sent === null || !("transfer" in sent)) return null;
  const { transfer } = sent;
  if (transfer.wallet !== holding.wallet || (transfer.sequenceId ?? reference) !== reference) return null;
  const { venue_ref, tx_hash, stage } = readTransfer(transfer, holding);
  return { outcome: "accepted", venue_ref, tx_hash, stage };
}

/** 202 means that it waits for approval; so does a 200 with a pending approval. The body decides, not the code. */
function pendingOf(reply: HttpReply): string | null {
  const sent = sentOf(reply);
  if (sent === null || "transfer" in sent) return null;
  return "pendingApproval" in sent ? sent.pendingApproval.id : sent.id;
}

function sentOf(reply: HttpReply) {
  if (reply.status !== 200 && reply.status !== 202) return null;
  return sentShape.safeParse(reply.body).data ?? null;
}

async function acceptPending(look: LookUps, holding: Holding, approval_id: string): Promise<SubmitOutcome> {
  const row = await transferOfApproval(look, approval_id);
  const venue_ref = venueRef(holding, row?.id ?? `approval-${approval_id}`);
  return { outcome: "accepted", venue_ref, tx_hash: null, stage: "pending_approval" };
}

async function readUsed(
  look: LookUps,
  prepared: PreparedSubmit,
  holding: Holding,
  coins: CoinRegistry,
): Promise<SubmitOutcome> {
  const { asset, network, reference, to_address, amount } = decodeSend(prepared, coins);
  const wallet = { wallet_id: "", account: venueRef(holding, ""), asset };
  const query = { wallet, reference, venue_ref: null, tx_hash: null, prepared, asset, network };
  const found = await findSend(look, query, holding);
  if (found.outcome !== "found") {
    return { outcome: "unknown", message: "BitGo says that the sequence id was used, and does not show for what." };
  }
  const { transfer } = found;
  if (transfer.to_address !== to_address || transfer.amount !== amount) {
    return { outcome: "unknown", message: "BitGo says that the sequence id was used for another payment." };
  }
  return { outcome: "accepted", venue_ref: transfer.venue_ref, tx_hash: transfer.tx_hash, stage: transfer.stage };
}

/** Rejects the pending approval; what is signed cannot be taken back. */
export async function cancelSend(look: LookUps, venue_ref: string, coins: CoinRegistry): Promise<CancelOutcome> {
  const at = venue_ref.lastIndexOf("/");
  const holding = coins.holding(venue_ref.slice(0, at));
  const [, approval] = /^approval-([0-9a-f]{32})$/.exec(venue_ref.slice(at + 1)) ?? [];
  if (approval !== undefined) return reject(look, approval);
  const asset = holding.form.asset.id;
  const wallet = { wallet_id: "", account: venue_ref.slice(0, at), asset };
  const query = { wallet, reference: "-", venue_ref, tx_hash: null, prepared: null, asset, network: "" };
  const found = await findSend(look, query, holding);
  if (found.outcome !== "found") return { outcome: "unknown", message: "BitGo could not be asked about it." };
  const { transfer } = found;
  if (transfer.status === "failed") return { outcome: "cancelled" };
  if (transfer.stage !== "pending_approval") {
    return { outcome: "too_late", message: `BitGo has it as ${transfer.raw_status}.` };
  }
  const pending = await tryApproval(look, holding, transfer.reference ?? "");
  if (pending === null) return { outcome: "unknown", message: "BitGo does not show its pending approval now." };
  return reject(look, pending);
}

async function reject(look: LookUps, approval: string): Promise<CancelOutcome> {
  const target = `/api/v2/pendingapprovals/${encodeURIComponent(approval)}`;
  const request = { method: "PUT", target, body: JSON.stringify({ state: "rejected" }), headers: {} } as const;
  const result = await look.lines.platform.submit(request);
  if (result.answered && result.reply.status === 200) return { outcome: "cancelled" };
  const message = result.answered ? `BitGo answered ${result.reply.status}.` : result.message;
  return { outcome: "unknown", message };
}

async function tryApproval(look: LookUps, holding: Holding, reference: string): Promise<string | null> {
  try {
    return (await findApproval(look, holding, reference))?.id ?? null;
  } catch (error) {
    if (error instanceof VenueError) return null;
    throw error;
  }
}
