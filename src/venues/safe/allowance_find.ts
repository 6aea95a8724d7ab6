/**
 * What became of a payment out of the allowance. It was made when the receipt of the delegate's transaction holds the module's event
 * for exactly this payment, and the token's log says how much arrived; it failed when that transaction can never be mined, or was
 * mined and reverted: nothing that it carried can be used by anybody else.
 */
import { type Hash, type Hex, isAddressEqual, parseEventLogs, zeroAddress } from "viem";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import {
  exclusiveOf,
  findNonceUser,
  fromChain,
  type Heads,
  hashesOf,
  type Located,
  locate,
  type Mined,
  type ReceiptLog,
  reading,
  readMined,
  readSignedTransaction,
  receivedOf,
} from "../onchain/index.ts";
import type { FindAnswer, FindOutcome, VenueTransfer } from "../port.ts";
import { ALLOWANCE_ABI } from "./abi.ts";
import { type OpenedAllowance, openAllowance } from "./allowance_decode.ts";
import type { SafeParts } from "./propose.ts";

/** Name of the payment that survives a replacement of its transaction: chain, delegate and nonce. */
export function allowanceRefOf(prepared: PreparedSubmit): string {
  return `allowance:${exclusiveOf(readSignedTransaction(prepared))}`;
}

interface Target extends OpenedAllowance {
  readonly parts: SafeParts;
  readonly prepared: PreparedSubmit;
}

type Verdict = Partial<VenueTransfer> & Pick<VenueTransfer, "tx_hash" | "raw_status">;

/** @throws VenueError when a node did not answer: that is no absence */
export async function findAllowance(parts: SafeParts, prepared: PreparedSubmit, tx_hash: Hash): Promise<FindOutcome> {
  const target: Target = { ...openAllowance(parts, prepared), parts, prepared };
  const { sender, nonce } = readSignedTransaction(prepared);
  const located = await locate(parts.chain, { tx_hashes: hashesOf(prepared), sender, nonce });
  return { ...(await outcomeOf(target, tx_hash, located)), head_at: located.heads.latest.at_ms };
}

async function outcomeOf(target: Target, tx_hash: Hash, located: Located): Promise<FindAnswer> {
  switch (located.kind) {
    case "absent":
      return { outcome: "absent", as_of: target.parts.chain.clock.now() };
    case "pending":
      return found(target, { tx_hash: located.tx_hash, raw_status: "in the pool" });
    case "mined":
      return found(target, judge(target, located.tx_hash, located.mined));
    case "replaced":
      if (!located.final) return found(target, { tx_hash, raw_status: "its nonce was used, not yet irreversibly" });
      return found(target, await judgeReplaced(target, tx_hash, located.heads));
  }
}

function judge(target: Target, tx_hash: Hash, mined: Mined): Verdict {
  const { payment, parts } = target;
  const { item, destination, chain_units } = payment;
  const depth = { confirmations: mined.confirmations, confirmations_needed: mined.confirmations_needed };
  const stage = mined.final ? ("final" as const) : ("confirming" as const);
  const base = { tx_hash, stage, final: mined.final, fee: 0n, ...depth };
  if (!mined.succeeded) return { ...base, status: "failed", raw_status: `reverted in block ${mined.block}` };
  const nonce = spentWith(target, mined.logs);
  const { safe } = parts.expected;
  const received = item.contract === null ? chain_units : receivedOf(mined.logs, item.contract, safe, destination);
  if (nonce === null || received === 0n) {
    const raw_status = `no transfer out of the allowance logged in block ${mined.block}`;
    return { ...base, status: "unproven", raw_status };
  }
  const raw_status = `paid in block ${mined.block}, nonce ${nonce} of the allowance`;
  return { ...base, status: "succeeded", amount_received: fromChain(item, received), raw_status };
}

/** The nonce of the allowance that this very payment used up; null: the module did not say that it paid it. */
function spentWith({ parts, payment }: Target, logs: readonly ReceiptLog[]): number | null {
  const { expected, executor } = parts;
  const { allowance_module } = expected;
  const own = logs.filter(({ address }) => allowance_module !== null && isAddressEqual(address, allowance_module));
  const events = parseEventLogs({
    abi: ALLOWANCE_ABI,
    eventName: "ExecuteAllowanceTransfer",
    logs: own as Parameters<typeof parseEventLogs>[0]["logs"],
  });
  const paid = events.find(
    ({ args }) =>
      isAddressEqual(args.safe, expected.safe) &&
      isAddressEqual(args.delegate, executor.account.address) &&
      isAddressEqual(args.token, payment.item.contract ?? zeroAddress) &&
      isAddressEqual(args.to, payment.destination) &&
      args.value === payment.chain_units,
  );
  return paid?.args.nonce ?? null;
}

/** The delegate's nonce is gone for good: the same call under another hash is ours, anything else paid nothing of it. */
async function judgeReplaced(target: Target, tx_hash: Hash, heads: Heads): Promise<Verdict> {
  const { parts, prepared, opened } = target;
  const { sender, nonce, from_block } = readSignedTransaction(prepared);
  const user = await findNonceUser(parts.chain, { sender, nonce }, BigInt(from_block), heads);
  if (user === null) throw new VenueError("venue_transient", "The transaction that used the nonce was not found.");
  if (isSame(user.to, opened.to) && user.data === opened.data) {
    const mined = await reading("read the receipt", () => readMined(parts.chain.client, user.tx_hash, heads));
    if (mined) return judge(target, user.tx_hash, mined);
    throw new VenueError("venue_transient", "The receipt of the replacing transaction was not found.");
  }
  const raw_status = `nonce ${nonce} of the delegate was used by ${user.tx_hash}`;
  return { tx_hash, stage: "final", status: "failed", final: true, fee: 0n, raw_status };
}

function isSame(a: Hex | null, b: Hex): boolean {
  return a !== null && isAddressEqual(a, b);
}

function found({ parts, prepared, payment }: Target, verdict: Verdict): FindAnswer {
  const { item, destination, chain_units } = payment;
  return {
    outcome: "found",
    transfer: {
      venue_ref: allowanceRefOf(prepared),
      reference: null,
      ...{ stage: "broadcast", status: "pending", final: false },
      to_address: destination,
      ...{ asset: item.asset.id, chain_id: parts.chain.settings.chain_id, contract: item.contract },
      amount: fromChain(item, chain_units),
      ...{ amount_received: null, fee: null, confirmations: null, confirmations_needed: null },
      ...verdict,
    },
  };
}
