/**
 * From a call to a signed transaction at rest (EIP-1559, type 2). Everything that would make it fail is asked first: the
 * call itself, the price of gas, and the coin to pay for it. Nothing leaves this process but reads.
 */
import { keccak256, recoverTransactionAddress } from "viem";
import { assert } from "../../errors/index.ts";
import { maxOf, minOf, printDecimal } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import { reading } from "./node_error.ts";
import type { NonceLane } from "./nonce_lane.ts";
import type { Call, Chain, KeyAccount, SignedTransaction } from "./types.ts";

/** Spare gas over the estimate, in per cent: state may change before the transaction is mined. */
const GAS_SPARE_PERCENT = 30n;
/** No transfer of ours is allowed to burn more gas than this. */
const GAS_MAX = 1_000_000n;
/** Room for the base fee to grow: it doubles in six full blocks (EIP-1559). */
const BASE_FEE_ROOM = 2n;
const GWEI_DECIMALS = 9;

export interface SigningAccount {
  readonly account: KeyAccount;
  readonly lane: NonceLane;
}

/**
 * @throws VenueError venue_insufficient without coin for gas, venue_policy_denied when the chain refuses the call,
 *   venue_transient while gas costs more than `gas_price_max` or the node does not answer
 */
export async function signCall(
  chain: Chain,
  { account, lane }: SigningAccount,
  call: Call,
  now: Instant,
): Promise<PreparedSubmit> {
  const { latest } = await chain.heads();
  const gas = await estimateGas(chain, account, call);
  const gas_price = await offerGasPrice(chain, latest.base_fee, call.cost_max === null ? null : call.cost_max / gas);
  await demandGas(chain, account, gas * gas_price.most + call.value);
  const pending = await reading("count the transactions", () =>
    chain.client.getTransactionCount({ address: account.address, blockTag: "pending" }),
  );
  const nonce = lane.reserve(call.reference, pending, now);
  const raw_tx = await account.signTransaction({
    type: "eip1559",
    chainId: chain.settings.chain_id,
    nonce,
    to: call.to,
    value: call.value,
    data: call.data,
    gas,
    maxFeePerGas: gas_price.most,
    maxPriorityFeePerGas: gas_price.tip,
  });
  const signer = await recoverTransactionAddress({ serializedTransaction: raw_tx as `0x02${string}` });
  assert(signer === account.address, "the signed transaction must be the account's own");
  const body: SignedTransaction = {
    kind: "evm_transaction",
    raw_tx,
    chain_id: chain.settings.chain_id,
    sender: account.address,
    nonce,
    from_block: latest.number.toString(),
  };
  return { reference: call.reference, body, tx_hash: keccak256(raw_tx), prepared_at: now };
}

/** Gas the call needs now, with spare. @throws VenueError */
async function estimateGas(chain: Chain, account: KeyAccount, call: Call): Promise<bigint> {
  const estimate = await reading("make this transfer", () =>
    chain.client.estimateGas({ account: account.address, to: call.to, value: call.value, data: call.data }),
  );
  const gas = estimate + (estimate * GAS_SPARE_PERCENT) / 100n;
  if (gas <= GAS_MAX) return gas;
  const message = `The transfer would need ${gas} gas; more than ${GAS_MAX} is never spent on one.`;
  throw new VenueError("venue_policy_denied", message);
}

/** @throws VenueError venue_transient while the chain is dearer than the configured limit */
async function offerGasPrice(
  chain: Chain,
  base_fee: bigint,
  approved: bigint | null = null,
): Promise<{ most: bigint; tip: bigint }> {
  const { gas_price_max } = chain.settings;
  const limit = approved === null ? gas_price_max : minOf(gas_price_max, approved);
  const asked = await reading("name a tip", () => chain.client.estimateMaxPriorityFeePerGas());
  const tip = minOf(asked, limit);
  if (base_fee + tip > limit) {
    const which = limit < gas_price_max ? "what the approved fee allows" : "the limit";
    const message = `Gas costs ${gwei(base_fee + tip)} gwei now, more than ${which}, ${gwei(limit)}; it is tried again later.`;
    throw new VenueError("venue_transient", message);
  }
  return { most: maxOf(minOf(base_fee * BASE_FEE_ROOM + tip, limit), tip), tip };
}

/** What a unit of gas would be offered now, whatever the limits. @throws VenueError */
export async function offerNow(chain: Chain, base_fee: bigint): Promise<bigint> {
  const tip = await reading("name a tip", () => chain.client.estimateMaxPriorityFeePerGas());
  return base_fee * BASE_FEE_ROOM + tip;
}

/** Gas is paid in the chain's coin from the signing account, beside the token it moves. */
export async function demandGas(chain: Chain, account: KeyAccount, needed: bigint): Promise<void> {
  const held = await reading("read the coin for gas", () => chain.client.getBalance({ address: account.address }));
  if (held >= needed) return;
  const message = `${account.address} holds ${held} wei and may need ${needed} wei for this transaction; fund it with the chain's coin.`;
  throw new VenueError("venue_insufficient", message, { held: held.toString(), needed: needed.toString() });
}

export function gwei(wei: bigint): string {
  return printDecimal(wei, GWEI_DECIMALS);
}
