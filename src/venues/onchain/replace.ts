/**
 * What takes the place of a transaction that waits in the pool: the same nonce, destination, value, data and gas, with a higher
 * price (EIP-1559). The nonce makes it exclusive: whichever of them is mined, the others never are.
 */
import { keccak256 } from "viem";
import { assert } from "../../errors/index.ts";
import { maxOf, minOf } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import { reading } from "./node_error.ts";
import { demandGas, gwei, type SigningAccount } from "./sign.ts";
import { parseRaw, readSignedTransaction } from "./signed_transaction.ts";
import type { Chain } from "./types.ts";

/** Nodes refuse a replacement that offers less than a tenth more (go-ethereum `pricebump`); an eighth passes every client's rule. */
const BUMP_NUMERATOR = 9n;
const BUMP_DENOMINATOR = 8n;
const BASE_FEE_ROOM = 2n;
/** A chain without a block for so long is not helped by a higher price. */
const STALLED_MS = 300_000;

/**
 * @param cost_max most that gas may cost in all, in wei; null: only the price of gas is limited
 * @throws VenueError venue_transient while it would be of no use: the chain stands still, an earlier nonce is missing, the price is
 *   at its limit already; venue_insufficient without coin for it
 */
export async function signReplacement(
  chain: Chain,
  { account }: SigningAccount,
  prepared: PreparedSubmit,
  cost_max: bigint | null,
  now: Instant,
): Promise<PreparedSubmit> {
  const body = readSignedTransaction(prepared);
  const before = parseRaw(body.raw_tx);
  const { latest } = await chain.heads();
  if (now - latest.at_ms > STALLED_MS) throw useless("the chain has made no block for a while");
  const used = await reading("count the transactions", () =>
    chain.client.getTransactionCount({ address: account.address, blockTag: "latest" }),
  );
  if (used > body.nonce) throw useless("its nonce was used meanwhile");
  if (used < body.nonce) throw useless(`it waits behind nonce ${used}, which must be mined first`);
  const price = await outbid(chain, latest.base_fee, before, cost_max);
  const gas = before.gas ?? 0n;
  await demandGas(chain, account, gas * price.most + (before.value ?? 0n));
  const raw_tx = await account.signTransaction({
    ...{ type: "eip1559", chainId: body.chain_id, nonce: body.nonce, to: before.to, value: before.value ?? 0n },
    ...{ data: before.data ?? "0x", gas, maxFeePerGas: price.most, maxPriorityFeePerGas: price.tip },
  });
  const tx_hash = keccak256(raw_tx);
  assert(tx_hash !== prepared.tx_hash, "a replacement is another transaction");
  // What else the record holds (a Safe's signatures and its nonce) speaks of the call, and the call is the same.
  return { reference: prepared.reference, body: { ...(prepared.body as object), raw_tx }, tx_hash, prepared_at: now };
}

interface Fees {
  readonly gas?: bigint | undefined;
  readonly maxFeePerGas?: bigint | undefined;
  readonly maxPriorityFeePerGas?: bigint | undefined;
}

/** An eighth more than before at least, and what the chain asks now where that is more. */
async function outbid(
  chain: Chain,
  base_fee: bigint,
  before: Fees,
  cost_max: bigint | null,
): Promise<{ most: bigint; tip: bigint }> {
  const asked = await reading("name a tip", () => chain.client.estimateMaxPriorityFeePerGas());
  const gas = maxOf(before.gas ?? 0n, 1n);
  const { gas_price_max } = chain.settings;
  const limit = cost_max === null ? gas_price_max : minOf(gas_price_max, cost_max / gas);
  const least = { most: raised(before.maxFeePerGas ?? 0n), tip: raised(before.maxPriorityFeePerGas ?? 0n) };
  if (least.most > limit) {
    throw useless(`the next offer would be ${gwei(least.most)} gwei, more than the limit of ${gwei(limit)}`);
  }
  const tip = minOf(maxOf(least.tip, asked), limit);
  return { most: minOf(maxOf(least.most, base_fee * BASE_FEE_ROOM + tip), limit), tip };
}

function raised(fee: bigint): bigint {
  return (fee * BUMP_NUMERATOR + BUMP_DENOMINATOR - 1n) / BUMP_DENOMINATOR;
}

function useless(why: string): VenueError {
  return new VenueError("venue_transient", `A higher fee is of no use now: ${why}.`);
}
