/**
 * What became of a Safe transfer. Its identity is the Safe transaction hash: anyone may execute what the owners signed, so
 * the Safe's own events decide, not the executor's receipt alone. It has failed when its execution failed, when another
 * Safe transaction used its nonce, or when the executor's transaction can no longer be mined; because every waiting
 * proposal shares the Safe's nonce, a proposal that follows a failure excludes the failed one for ever.
 */
import { type Hash, type Hex, isAddressEqual, type PublicClient } from "viem";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import {
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
import type { FindAnswer, FindOutcome, FindQuery, VenueTransfer } from "../port.ts";
import { EXECUTION_EVENTS, FAILURE_TOPIC, SUCCESS_TOPIC } from "./abi.ts";
import { isAllowance } from "./allowance_decode.ts";
import { allowanceRefOf, findAllowance } from "./allowance_find.ts";
import { type OpenedExecution, openExecution } from "./decode.ts";
import type { SafeParts } from "./propose.ts";
import { readSafeNonce } from "./safe_reader.ts";

/** Log queries one look-up may make; beyond them nothing is known and people are told. */
const RANGES_MAX = 200;

/** Name of the payment that survives any executor: the Safe transaction hash. */
export function safeRefOf(parts: SafeParts, prepared: PreparedSubmit): string {
  if (isAllowance(parts, prepared)) return allowanceRefOf(prepared);
  const { safe_tx_hash } = openExecution(parts.chain.settings, parts.registry, parts.expected, prepared);
  return `safe:${safe_tx_hash}`;
}

/** Never throws for an answer. */
export async function findExecution(parts: SafeParts, query: FindQuery): Promise<FindOutcome> {
  const { prepared } = query;
  if (prepared === null || prepared.tx_hash === null) {
    return { outcome: "unreadable", message: "Only an execution that this connector signed can be looked up." };
  }
  try {
    if (isAllowance(parts, prepared)) return await findAllowance(parts, prepared, prepared.tx_hash as Hash);
    const execution = openExecution(parts.chain.settings, parts.registry, parts.expected, prepared);
    return await look({ parts, prepared, execution, tx_hash: prepared.tx_hash as Hash });
  } catch (error) {
    if (error instanceof VenueError) return { outcome: "unreadable", message: error.message };
    throw error;
  }
}

interface Target {
  readonly parts: SafeParts;
  readonly prepared: PreparedSubmit;
  readonly execution: OpenedExecution;
  readonly tx_hash: Hash;
}

type Verdict = Partial<VenueTransfer> & Pick<VenueTransfer, "tx_hash" | "raw_status">;

async function look(target: Target): Promise<FindOutcome> {
  const { parts, prepared } = target;
  const { chain } = parts;
  const { sender, nonce } = readSignedTransaction(prepared);
  const located = await locate(chain, { tx_hashes: hashesOf(prepared), sender, nonce });
  const head_at = located.heads.latest.at_ms;
  return { ...(await outcomeOf(target, located)), head_at };
}

async function outcomeOf(target: Target, located: Located): Promise<FindAnswer> {
  const { parts, execution } = target;
  const { chain } = parts;
  if (located.kind === "mined" && located.mined.succeeded)
    return found(target, judge(target, located.tx_hash, located.mined));
  const heads = await chain.heads();
  const final_count = (await readSafeNonce(chain, parts.expected.safe, heads.final.number)) - execution.safe_nonce;
  const used = final_count > 0n || (await readSafeNonce(chain, parts.expected.safe)) > execution.safe_nonce;
  if (used) return found(target, await judgeUsed(target, heads, final_count));
  return judgeUnused(target, located);
}

/** The Safe's nonce is still free: only the executor's own transaction can say something. */
function judgeUnused(target: Target, located: Located): FindAnswer {
  const { tx_hash, parts } = target;
  switch (located.kind) {
    case "absent":
      return { outcome: "absent", as_of: parts.chain.clock.now() };
    case "pending":
      return found(target, { tx_hash: located.tx_hash, raw_status: "in the pool" });
    case "mined":
      return found(target, failure(located.tx_hash, located.mined, `reverted in block ${located.mined.block}`));
    case "replaced": {
      const raw_status = "the executor's nonce was used by another transaction";
      if (!located.final) return found(target, { tx_hash, raw_status });
      return found(target, { tx_hash, stage: "final", status: "failed", final: true, fee: 0n, raw_status });
    }
  }
}

/**
 * Somebody executed a Safe transaction with this nonce: this one, or another in its place. `final_count`: executions from
 * this nonce on that are irreversible.
 */
async function judgeUsed(target: Target, heads: Heads, final_count: bigint): Promise<Verdict> {
  const { parts, execution, tx_hash } = target;
  const { executed_in } = await readEvents(target, parts.chain.client, heads);
  if (executed_in === null) {
    const raw_status = `another Safe transaction used nonce ${execution.safe_nonce}`;
    if (final_count <= 0n) return { tx_hash, raw_status };
    for (const witness of parts.chain.witnesses) await demandForeign(target, witness, heads, final_count);
    return { tx_hash, stage: "final", status: "failed", final: true, fee: 0n, raw_status };
  }
  const mined = await reading("read the receipt", () => readMined(parts.chain.client, executed_in, heads));
  if (mined === null) throw new VenueError("venue_transient", "The receipt of the execution was not found.");
  return judge(target, executed_in, mined);
}

/** A mined execution, by the Safe's event and the token's log. */
function judge({ parts, execution }: Target, tx_hash: Hash, mined: Mined): Verdict {
  const { item, destination, chain_units } = execution.payment;
  const { safe } = parts.expected;
  const topic = eventOf(mined.logs, safe, execution.safe_tx_hash);
  if (topic !== SUCCESS_TOPIC) return failure(tx_hash, mined, `execution failed in block ${mined.block}`);
  const received = item.contract === null ? chain_units : receivedOf(mined.logs, item.contract, safe, destination);
  if (received === 0n) {
    return { ...depthOf(tx_hash, mined), status: "unproven", raw_status: `no transfer logged in block ${mined.block}` };
  }
  const raw_status = `executed in block ${mined.block}`;
  return { ...depthOf(tx_hash, mined), status: "succeeded", amount_received: fromChain(item, received), raw_status };
}

function failure(tx_hash: Hash, mined: Mined, raw_status: string): Verdict {
  return { ...depthOf(tx_hash, mined), status: "failed", raw_status };
}

function depthOf(tx_hash: Hash, { final, confirmations, confirmations_needed }: Mined) {
  const stage = final ? ("final" as const) : ("confirming" as const);
  return { tx_hash, stage, final, fee: 0n, confirmations, confirmations_needed };
}

function eventOf(logs: readonly ReceiptLog[], safe: Hex, safe_tx_hash: Hash): Hex | undefined {
  const own = logs.filter((log) => isAddressEqual(log.address, safe) && log.topics[1] === safe_tx_hash);
  return own.map((log) => log.topics[0]).find((topic) => topic === SUCCESS_TOPIC || topic === FAILURE_TOPIC);
}

/**
 * Each execution leaves one event: a node that shows fewer than there were proves nothing by not showing ours (nodes answer
 * with empty lists of logs while they catch up).
 * @throws VenueError
 */
async function demandForeign(target: Target, client: PublicClient, heads: Heads, count: bigint): Promise<void> {
  const { executed_in, seen } = await readEvents(target, client, heads);
  if (executed_in === null && seen >= count) return;
  throw new VenueError("venue_transient", "The nodes do not agree on which Safe transaction used the nonce.");
}

interface SafeEvents {
  /** The transaction in which the Safe said that this Safe transaction was executed, well or not. */
  readonly executed_in: Hash | null;
  /** Executions up to there, of any Safe transaction. */
  readonly seen: bigint;
}

/** The Safe's executions since the request was signed. @throws VenueError */
async function readEvents(
  { parts, prepared, execution }: Target,
  client: PublicClient,
  heads: Heads,
): Promise<SafeEvents> {
  const { chain, expected } = parts;
  const { log_range_blocks } = chain.settings;
  let seen = 0n;
  let next = BigInt(readSignedTransaction(prepared).from_block);
  for (let ranges = 0; next <= heads.latest.number; ranges += 1) {
    if (ranges === RANGES_MAX)
      throw new VenueError("venue_transient", "The execution lies too far back to be searched for.");
    const toBlock =
      next + log_range_blocks - 1n < heads.latest.number ? next + log_range_blocks - 1n : heads.latest.number;
    const logs = await reading("search the Safe's events", () =>
      client.getLogs({ address: expected.safe, events: EXECUTION_EVENTS, fromBlock: next, toBlock }),
    );
    const own = logs.find((log) => log.topics[1] === execution.safe_tx_hash);
    seen += BigInt(logs.length);
    if (own?.transactionHash) return { executed_in: own.transactionHash, seen };
    next = toBlock + 1n;
  }
  return { executed_in: null, seen };
}

function found(target: Target, verdict: Verdict): FindAnswer {
  const { item, destination, chain_units } = target.execution.payment;
  return {
    outcome: "found",
    transfer: {
      venue_ref: safeRefOf(target.parts, target.prepared),
      reference: null,
      stage: "broadcast",
      status: "pending",
      final: false,
      to_address: destination,
      asset: item.asset.id,
      chain_id: target.parts.chain.settings.chain_id,
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
