/**
 * What became of a transfer from the hot wallet. It has succeeded only when its receipt says so and the token's own log says
 * how much arrived; it has failed only when the chain can no longer execute it. Its identity is the account and the nonce:
 * a transaction with another hash that used the same nonce for the same payment is this transfer.
 */
import { type Hash, type Hex, isAddressEqual } from "viem";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import {
  type Chain,
  type ChainRegistry,
  decodePayment,
  exclusiveOf,
  findNonceUser,
  fromChain,
  type Heads,
  hashesOf,
  type Located,
  locate,
  type Mined,
  type NonceUser,
  openTransaction,
  type ReadPayment,
  reading,
  readMined,
  readSignedTransaction,
  receivedOf,
} from "../onchain/index.ts";
import type { FindAnswer, FindOutcome, FindQuery, VenueTransfer } from "../port.ts";

/** Name of a payment that survives a replacement of its transaction: chain, account and nonce. */
export function venueRefOf({ settings }: Chain, prepared: PreparedSubmit): string {
  return exclusiveOf({ ...readSignedTransaction(prepared), chain_id: settings.chain_id });
}

/** Never throws for an answer. */
export async function findTransfer(
  chain: Chain,
  registry: ChainRegistry,
  address: Hex,
  query: FindQuery,
): Promise<FindOutcome> {
  const { prepared } = query;
  if (prepared === null || prepared.tx_hash === null) {
    return { outcome: "unreadable", message: "Only a transaction that this wallet signed can be looked up." };
  }
  try {
    const opened = openTransaction(prepared, chain.settings);
    const payment = decodePayment(registry, opened);
    const target: Target = { chain, address, prepared, payment, nonce: opened.nonce };
    return await look(target, registry, prepared.tx_hash as Hash);
  } catch (error) {
    if (error instanceof VenueError) return { outcome: "unreadable", message: error.message };
    throw error;
  }
}

interface Target {
  readonly chain: Chain;
  readonly address: Hex;
  readonly prepared: PreparedSubmit;
  readonly payment: ReadPayment;
  readonly nonce: number;
}

async function look(target: Target, registry: ChainRegistry, tx_hash: Hash): Promise<FindOutcome> {
  const { chain, address, nonce, prepared } = target;
  const located = await locate(chain, { tx_hashes: hashesOf(prepared), sender: address, nonce });
  return { ...(await outcomeOf(target, registry, tx_hash, located)), head_at: located.heads.latest.at_ms };
}

async function outcomeOf(
  target: Target,
  registry: ChainRegistry,
  tx_hash: Hash,
  located: Located,
): Promise<FindAnswer> {
  switch (located.kind) {
    case "absent":
      return { outcome: "absent", as_of: target.chain.clock.now() };
    case "pending":
      return found(target, { tx_hash: located.tx_hash, raw_status: "in the pool" });
    case "mined":
      return found(target, judge(target, located.tx_hash, located.mined));
    case "replaced":
      if (!located.final) return found(target, { tx_hash, raw_status: "its nonce was used, not yet irreversibly" });
      return found(target, await judgeReplaced(target, registry, tx_hash, located.heads));
  }
}

type Verdict = Partial<VenueTransfer> & Pick<VenueTransfer, "tx_hash" | "raw_status">;

function judge({ payment, address }: Target, tx_hash: Hash, mined: Mined): Verdict {
  const { item, destination, chain_units } = payment;
  const depth = { confirmations: mined.confirmations, confirmations_needed: mined.confirmations_needed };
  const fee = item.contract === null ? fromChain(item, mined.gas_cost) : 0n;
  const stage = mined.final ? ("final" as const) : ("confirming" as const);
  const base = { tx_hash, stage, final: mined.final, fee, ...depth };
  if (!mined.succeeded) return { ...base, status: "failed", raw_status: `reverted in block ${mined.block}` };
  const received = item.contract === null ? chain_units : receivedOf(mined.logs, item.contract, address, destination);
  // Some tokens answer "false" instead of reverting, and a node may leave logs out: no log proves neither.
  if (received === 0n) return { ...base, status: "unproven", raw_status: `no transfer logged in block ${mined.block}` };
  const raw_status = `succeeded in block ${mined.block}`;
  return { ...base, status: "succeeded", amount_received: fromChain(item, received), raw_status };
}

/** The nonce is gone for good. If its user made the same payment, that is ours under another hash; else nothing moved. */
async function judgeReplaced(target: Target, registry: ChainRegistry, tx_hash: Hash, heads: Heads): Promise<Verdict> {
  const { chain, address, nonce, prepared } = target;
  const from_block = BigInt(readSignedTransaction(prepared).from_block);
  const user = await findNonceUser(chain, { sender: address, nonce }, from_block, heads);
  if (user === null) throw new VenueError("venue_transient", "The transaction that used the nonce was not found.");
  if (samePayment(target.payment, user, registry)) {
    const mined = await reading("read the receipt", () => readMined(chain.client, user.tx_hash, heads));
    if (mined) return judge(target, user.tx_hash, mined);
    throw new VenueError("venue_transient", "The receipt of the replacing transaction was not found.");
  }
  const raw_status = `nonce ${nonce} was used by ${user.tx_hash}`;
  return { tx_hash, stage: "final", status: "failed", final: true, fee: 0n, raw_status };
}

function samePayment(ours: ReadPayment, user: NonceUser, registry: ChainRegistry): boolean {
  if (user.to === null) return false;
  try {
    const theirs = decodePayment(registry, { to: user.to, value: user.value, data: user.data });
    return (
      theirs.item === ours.item &&
      theirs.chain_units === ours.chain_units &&
      isAddressEqual(theirs.destination, ours.destination)
    );
  } catch (error) {
    if (error instanceof VenueError) return false;
    throw error;
  }
}

function found({ chain, prepared, payment }: Target, verdict: Verdict): FindAnswer {
  const { item, destination, chain_units } = payment;
  return {
    outcome: "found",
    transfer: {
      venue_ref: venueRefOf(chain, prepared),
      // The chain carries no reference of ours: identity is the hash and the nonce.
      reference: null,
      stage: "broadcast",
      status: "pending",
      final: false,
      to_address: destination,
      asset: item.asset.id,
      chain_id: chain.settings.chain_id,
      contract: item.contract,
      amount: fromChain(item, chain_units),
      amount_received: null,
      fee: null,
      confirmations: null,
      confirmations_needed: null,
      ...verdict,
    },
  };
}
