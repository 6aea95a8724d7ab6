/**
 * What signatures are worth that owners gave for a request which ended unsent. They bind the Safe, not us: until the Safe's
 * nonce is used, whoever holds enough of them can execute the payment. The remedy is the usual one: the owners execute
 * something else with that nonce, at the least a payment of nothing to the Safe itself.
 */
import { type Hash, type Hex, isAddressEqual, type PublicClient } from "viem";
import type { SigningRequest } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import { type Heads, reading } from "../onchain/index.ts";
import type { OwnerSignature, SignaturesStanding } from "../port.ts";
import { EXECUTION_EVENTS, FAILURE_TOPIC } from "./abi.ts";
import { recoverOwner } from "./owner_signatures.ts";
import type { SafeParts } from "./propose.ts";
import { demandQuorum, readSafeNonce } from "./safe_reader.ts";
import { readTypedData, type SafeTx, safeTxHash } from "./safe_tx.ts";

/** Log queries one look may make, from the newest block back. */
const RANGES_MAX = 200;

/** @throws VenueError */
export async function readSignatures(
  parts: SafeParts,
  request: SigningRequest,
  signatures: readonly OwnerSignature[],
): Promise<SignaturesStanding> {
  const { chain, expected } = parts;
  const tx = readTypedData(request.typed_data);
  const heads = await chain.heads();
  const final_nonce = await readSafeNonce(chain, expected.safe, heads.final.number);
  if (final_nonce > tx.nonce) return decided(parts, tx, heads, final_nonce - tx.nonce);
  if ((await readSafeNonce(chain, expected.safe)) > tx.nonce) return { standing: "deciding" };
  const { threshold, owners } = await demandQuorum(chain, expected);
  const signed = await countSigners(safeTxHash(tx), signatures, owners);
  if (signed < threshold) return { standing: "too_few", signed, needed: threshold };
  return { standing: "executable", remedy: remedyOf(tx, signed) };
}

/** Pays nothing to the Safe itself at the same nonce; no gas is demanded, as Safe's own interface makes a rejection. */
export function rejectionOf({ chain_id, safe, nonce }: SafeTx): SafeTx {
  return { chain_id, safe, nonce, to: safe, value: 0n, data: "0x", safe_tx_gas: 0n };
}

function remedyOf(tx: SafeTx, signed: number): string {
  const hash = safeTxHash(rejectionOf(tx));
  return (
    `${signed} owners signed it, so whoever holds their signatures can execute it until nonce ${tx.nonce} of the Safe is used. ` +
    `Let the owners reject it: 0 to the Safe itself at nonce ${tx.nonce}, Safe transaction hash ${hash}.`
  );
}

async function countSigners(
  hash: Hash,
  signatures: readonly OwnerSignature[],
  owners: readonly Hex[],
): Promise<number> {
  const signers = new Set<Hex>();
  for (const { signature } of signatures) {
    const signer = await recoverOwner(hash, signature);
    const owner = owners.find((each) => signer !== null && isAddressEqual(each, signer));
    if (owner !== undefined) signers.add(owner);
  }
  return signers.size;
}

/** The nonce is used for good: by this request or by another. Every node has to show the same. */
async function decided(parts: SafeParts, tx: SafeTx, heads: Heads, executions: bigint): Promise<SignaturesStanding> {
  const hash = safeTxHash(tx);
  for (const client of [parts.chain.client, ...parts.chain.witnesses]) {
    const own = await findExecution(parts, client, { hash, heads, executions });
    if (own?.topic === FAILURE_TOPIC)
      return { standing: "worthless", reason: "its execution failed and used its nonce up" };
    if (own !== null) return { standing: "executed", tx_hash: own.tx_hash };
  }
  return { standing: "worthless", reason: `another Safe transaction used nonce ${tx.nonce}` };
}

/**
 * Backwards from the final head: each execution leaves one event and uses one nonce, so ours is among the last `executions`
 * of them or never was. A node that shows fewer proves nothing. @throws VenueError
 */
async function findExecution(
  { chain, expected }: SafeParts,
  client: PublicClient,
  { hash, heads, executions }: { readonly hash: Hash; readonly heads: Heads; readonly executions: bigint },
): Promise<{ readonly topic: Hex | undefined; readonly tx_hash: Hash } | null> {
  const { log_range_blocks } = chain.settings;
  let toBlock = heads.final.number;
  let seen = 0n;
  for (let ranges = 0; ranges < RANGES_MAX && toBlock >= 0n; ranges += 1) {
    const fromBlock = toBlock >= log_range_blocks ? toBlock - log_range_blocks + 1n : 0n;
    const logs = await reading("search the Safe's events", () =>
      client.getLogs({ address: expected.safe, events: EXECUTION_EVENTS, fromBlock, toBlock }),
    );
    const own = logs.find((log) => log.topics[1] === hash);
    if (own?.transactionHash) return { topic: own.topics[0], tx_hash: own.transactionHash };
    seen += BigInt(logs.length);
    if (seen >= executions) return null;
    toBlock = fromBlock - 1n;
  }
  throw new VenueError("venue_transient", "The nodes do not show every execution of the Safe; nothing is known yet.");
}
