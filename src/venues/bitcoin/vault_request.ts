/** From a plan to the PSBT that the cosigners sign, and back: what was signed is compared with the plan before anything leaves. */
import { z } from "zod";
import { assert } from "../../errors/index.ts";
import type { SigningRequest, TransferPlan } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import type { AccountAt } from "./balance.ts";
import { paysAsPlanned, termsOf } from "./coin_asset.ts";
import { Txid } from "./coins.ts";
import { type Draft, markOf } from "./draft.ts";
import { vaultDescriptor } from "./key_expression.ts";
import { buildPsbt, type OpenedPsbt, openPsbt, psbtHash, refusedPsbt } from "./psbt.ts";
import { Amount, Integer, type Rpc } from "./rpc.ts";
import { draftOf, type WalletParts } from "./wallet.ts";
import { readTransaction } from "./wallet_history.ts";

/** What travels with the request: the PSBT itself, and the wallet as whoever reads it should know it already. */
const Requested = z.object({
  psbt: z.string().regex(/^[A-Za-z0-9+/]+=*$/),
  network: z.string(),
  descriptor: z.string(),
  from_height: z.number().int().min(0),
});

/** The amounts and outputs as the node reads them. */
const NodeReading = z.object({
  tx: z.object({
    txid: Txid,
    vout: z.array(
      z.object({ value: Amount, scriptPubKey: z.object({ hex: z.string(), address: z.string().optional() }) }),
    ),
  }),
  fee: Amount.optional(),
});

/** @throws VenueError */
export async function requestPsbt(
  parts: WalletParts,
  plan: TransferPlan,
  account_id: string,
  now: number,
): Promise<SigningRequest> {
  const { draft, at, height } = await draftOf(parts, plan, account_id, now, plan.expires_at - now);
  const bytes = buildPsbt(draft, await previousOf(at, draft));
  const opened = openPsbt(bytes, at.account);
  demandPlanned(parts, plan, at, opened);
  await demandSameReading(at.rpc, bytes, opened);
  const { account, settings } = at;
  return {
    scheme: "psbt",
    hash: psbtHash(bytes),
    typed_data: {
      psbt: Buffer.from(bytes).toString("base64"),
      network: settings.network,
      descriptor: vaultDescriptor(account),
      from_height: height,
      // For the eye: every reader proves it again from the PSBT.
      inputs: opened.inputs.map(({ txid, vout, amount }) => ({ coin: `${txid}:${vout}`, satoshi: amount.toString() })),
      outputs: opened.outputs.map(({ address, amount, own }) => ({
        address,
        satoshi: amount.toString(),
        change: own === null ? null : `${own.branch}/${own.index}`,
      })),
      fee_satoshi: opened.fee.toString(),
      signatures_needed: account.threshold,
    },
  };
}

/** The transactions that made the coins. */
async function previousOf({ rpc, node_wallet }: AccountAt, { inputs }: Draft): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const { txid } of inputs) {
    if (found.has(txid)) continue;
    const known = await readTransaction(rpc, node_wallet, txid);
    if (known === null)
      throw new VenueError("venue_transient", `The node does not show the transaction ${txid} of a coin.`);
    found.set(txid, known.tx.toBytes(true, true));
  }
  return found;
}

export interface OpenedRequest {
  readonly bytes: Uint8Array;
  readonly opened: OpenedPsbt;
  readonly from_height: number;
}

/** @throws VenueError venue_policy_denied when the stored request is not what its hash says */
export function openRequest({ account }: Pick<AccountAt, "account">, request: SigningRequest): OpenedRequest {
  const bytes = psbtOf(request);
  const { from_height } = Requested.parse(request.typed_data);
  return { bytes, opened: openPsbt(bytes, account), from_height };
}

/** @throws VenueError venue_policy_denied */
export function psbtOf(request: Pick<SigningRequest, "scheme" | "hash" | "typed_data">): Uint8Array {
  const parsed = Requested.safeParse(request.typed_data);
  if (request.scheme !== "psbt" || !parsed.success) throw refusedPsbt("the request is none");
  const bytes = Uint8Array.from(Buffer.from(parsed.data.psbt, "base64"));
  if (psbtHash(bytes) !== request.hash) throw refusedPsbt("it is not what its hash says");
  return bytes;
}

/** Exactly the planned payment, this transfer's and nobody else's, and a fee within its limit. @throws VenueError venue_policy_denied */
export function demandPlanned(parts: WalletParts, plan: TransferPlan, at: AccountAt, opened: OpenedPsbt): void {
  const terms = termsOf(plan, parts.item, at.settings, at.account);
  const deny = (why: string): VenueError =>
    new VenueError("venue_policy_denied", `Transfer ${plan.id} cannot be executed: ${why}.`);
  const [paid = null] = opened.paid;
  if (opened.paid.length > 1) throw deny(`it pays to ${opened.paid.length} destinations`);
  if (!paysAsPlanned(paid, terms)) throw deny("the signed payment is not the planned one");
  if (opened.sequence !== markOf(terms)) throw deny("it was signed for another transfer");
  if (opened.fee > terms.fee_max) throw deny(`its fee of ${opened.fee} satoshi is above the limit of ${terms.fee_max}`);
  const touched = opened.inputs.reduce((sum, { amount }) => sum + amount, 0n);
  if ("touches_max" in terms && touched > terms.touches_max)
    throw deny(`it takes up ${touched} satoshi, more than the ${terms.touches_max} that were planned`);
}

/** The node decodes the same bytes: two readers, one meaning. @throws VenueError venue_invalid */
async function demandSameReading(rpc: Rpc, bytes: Uint8Array, opened: OpenedPsbt): Promise<void> {
  const read = await rpc.call("decodepsbt", [Buffer.from(bytes).toString("base64")], NodeReading);
  const outputs = opened.outputs.map(({ script, amount }) => `${Buffer.from(script).toString("hex")} ${amount}`);
  const theirs = read.tx.vout.map(({ value, scriptPubKey }) => `${scriptPubKey.hex} ${value}`);
  if (read.tx.txid === opened.txid && read.fee === opened.fee && outputs.join() === theirs.join()) return;
  throw new VenueError("venue_invalid", "The node reads the PSBT differently; nothing is proposed.");
}

const Accepted = z.array(
  z.object({ allowed: z.boolean().optional(), "reject-reason": z.string().optional(), vsize: Integer.optional() }),
);

/** The node would take it now. @throws VenueError venue_transient while its fee is too low, venue_policy_denied otherwise */
export async function demandAcceptable(rpc: Rpc, raw_tx: string): Promise<void> {
  const [verdict] = await rpc.call("testmempoolaccept", [[raw_tx]], Accepted);
  assert(verdict !== undefined, "the node judges the one transaction it was given");
  const reason = verdict["reject-reason"] ?? "";
  if (verdict.allowed === true || /^txn-(?:already-known|already-in-mempool|same-nonwitness)/.test(reason)) return;
  if (/fee not met|min fee/.test(reason)) {
    throw new VenueError(
      "venue_transient",
      `The node's pool asks for a higher fee (${reason}); it is tried again later.`,
    );
  }
  throw new VenueError(
    "venue_policy_denied",
    `The node would not take the signed transaction: ${reason.slice(0, 100)}.`,
  );
}
