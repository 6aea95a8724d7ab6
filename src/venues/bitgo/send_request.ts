/**
 * A plan as the exact bytes that Express is asked with, and back. The reference is the sequence id, of which BitGo takes one send
 * and refuses every other; the comment names transfer, digest and fee limit, so that BitGo's approvers see what Tidegate's have
 * approved. The passphrase is not among the bytes: it is added on the way out and never stored.
 */
import { digestOf } from "../../digest/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { type HttpRequest, preparedBytes, readShape } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { DecodedEffect, PrepareContext } from "../port.ts";
import { accountOf, type CoinRegistry, fromBitgo, type Holding, toBitgo } from "./coins.ts";
import { sendShape } from "./shapes.ts";

const VBYTES_PER_RATE = 1_000n;
const COMMENT = /^tidegate (\S{1,64}); digest ([0-9a-f]{64}); fee at most (\d{1,78})$/;
/** XRP writes its destination tag behind the address. */
const TAG_IN_ADDRESS: ReadonlySet<string> = new Set(["xrp", "txrp"]);
const TAG = /^(.*)\?dt=(\d{1,10})$/;

interface StoredSend {
  readonly account: string;
  readonly bytes: string;
}

/** @throws VenueError venue_invalid when the plan is not one this holding can carry */
export function buildSend(plan: TransferPlan, holding: Holding, { now }: PrepareContext): PreparedSubmit {
  const { form } = holding;
  if (plan.instrument !== form.instrument.id || plan.network !== form.instrument.network) {
    const message = `The plan moves ${plan.instrument} on ${plan.network}; ${form.coin} is ${form.instrument.id} on ${form.instrument.network}.`;
    throw new VenueError("venue_invalid", message, { plan: plan.id });
  }
  if (form.settings.memo === "required" && plan.to.memo === null) {
    const message = `A payment in ${form.coin} needs the destination's memo, and the address book has none for ${plan.to.address}.`;
    throw new VenueError("venue_invalid", message, { plan: plan.id });
  }
  const fee_max = toBitgo(form, BigInt(plan.fee_max));
  const body = {
    ...destinationOf(plan, form.coin),
    amount: toBitgo(form, BigInt(plan.amount)),
    sequenceId: plan.id,
    comment: `tidegate ${plan.id}; digest ${digestOf("transfer", plan)}; fee at most ${fee_max}`,
    ...feeLimits(holding, BigInt(fee_max)),
  };
  const stored: StoredSend = { account: accountOf(holding), bytes: JSON.stringify(body) };
  return { reference: plan.id, body: stored, tx_hash: null, prepared_at: now };
}

/** @throws VenueError venue_invalid when the bytes are not such a request */
export function decodeSend(prepared: PreparedSubmit, coins: CoinRegistry): DecodedEffect {
  const { form } = holdingOf(prepared, coins);
  const body = readSend(prepared);
  const [, reference, , fee_max] = COMMENT.exec(body.comment) ?? [];
  if (reference !== body.sequenceId || fee_max === undefined) {
    throw new VenueError("venue_invalid", "The prepared request's comment is not of its own sequence id.");
  }
  const tagged = TAG_IN_ADDRESS.has(form.coin) ? TAG.exec(body.address) : null;
  return {
    from_account: accountOf(holdingOf(prepared, coins)),
    to_address: tagged?.[1] ?? body.address,
    to_memo: tagged?.[2] ?? body.memo?.value ?? null,
    asset: form.asset.id,
    network: form.instrument.network,
    amount: fromBitgo(form, body.amount),
    fee_max: fromBitgo(form, fee_max),
    reference: body.sequenceId,
  };
}

/** The request itself, with the passphrase that opens the user key. */
export function sendTarget(prepared: PreparedSubmit, coins: CoinRegistry, passphrase: string): HttpRequest {
  const { form, wallet } = holdingOf(prepared, coins);
  const body = JSON.stringify({ ...readSend(prepared), walletPassphrase: passphrase });
  const target = `/api/v2/${encodeURIComponent(form.coin)}/wallet/${wallet}/sendcoins`;
  return { method: "POST", target, body, headers: {} };
}

export function holdingOf(prepared: PreparedSubmit, coins: CoinRegistry): Holding {
  const { account } = prepared.body as Partial<StoredSend>;
  return coins.holding(typeof account === "string" ? account : "");
}

function readSend(prepared: PreparedSubmit) {
  return readShape(sendShape, JSON.parse(preparedBytes(prepared)), "prepared request");
}

function destinationOf(
  { to }: TransferPlan,
  coin: string,
): { address: string; memo?: { type: string; value: string } } {
  if (to.memo === null) return { address: to.address };
  if (TAG_IN_ADDRESS.has(coin)) return { address: `${to.address}?dt=${to.memo}` };
  return { address: to.address, memo: { type: /^\d+$/.test(to.memo) ? "id" : "text", value: to.memo } };
}

/** The plan's fee limit in the form that the coin's own protocol enforces; rounded down, so that it is never passed. */
function feeLimits({ form }: Holding, fee_max: bigint): Record<string, unknown> {
  const { fee, vbytes_max, gas_limit } = form.settings;
  switch (fee) {
    case "utxo":
      return { maxFeeRate: String((fee_max * VBYTES_PER_RATE) / BigInt(vbytes_max)) };
    case "gas": {
      const price = String(fee_max / BigInt(gas_limit));
      return { eip1559: { maxFeePerGas: price, maxPriorityFeePerGas: price }, gasLimit: String(gas_limit) };
    }
    case "elsewhere":
      return {};
  }
}
