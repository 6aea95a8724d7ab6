/** What the Safe says of itself, and whether it is the Safe that people believe it to be. */
import { getAddress, type Hash, type Hex, isAddressEqual } from "viem";
import { VenueError } from "../index.ts";
import { type Chain, reading, verifyChain } from "../onchain/index.ts";
import { SAFE_ABI, SAFE_VERSIONS, SENTINEL } from "./abi.ts";
import type { Quorum } from "./owner_signatures.ts";
import { execArguments, type SafeTx } from "./safe_tx.ts";

/** One more than may be there. */
const MODULES_READ = 2n;

/** The Safe as the configuration names it. */
export interface ExpectedSafe {
  readonly safe: Hex;
  readonly owners: readonly Hex[];
  readonly threshold: number;
  /** The one module that may pay past the owners, as they allowed it; null: none may. */
  readonly allowance_module: Hex | null;
}

export async function readSafeNonce(chain: Chain, safe: Hex, blockNumber?: bigint): Promise<bigint> {
  const at = blockNumber === undefined ? {} : { blockNumber };
  return reading("read the Safe's nonce", () =>
    chain.client.readContract({ address: safe, abi: SAFE_ABI, functionName: "nonce", ...at }),
  );
}

/** @throws VenueError */
export async function readQuorum(chain: Chain, safe: Hex): Promise<Quorum> {
  const contract = { address: safe, abi: SAFE_ABI } as const;
  const [owners, threshold] = await reading("read the Safe's owners", () =>
    Promise.all([
      chain.client.readContract({ ...contract, functionName: "getOwners" }),
      chain.client.readContract({ ...contract, functionName: "getThreshold" }),
    ]),
  );
  return { owners: owners.map((owner) => getAddress(owner)), threshold: Number(threshold) };
}

/** The hash as the contract itself computes it. */
export async function readTransactionHash(chain: Chain, tx: SafeTx): Promise<Hash> {
  const fields = execArguments(tx);
  const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = fields;
  return reading("compute the Safe transaction's hash", () =>
    chain.client.readContract({
      address: tx.safe,
      abi: SAFE_ABI,
      functionName: "getTransactionHash",
      args: [to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, tx.nonce],
    }),
  );
}

/**
 * Chain, version, owners and threshold are as configured, and no module can move funds past the owners but the configured one.
 * @throws VenueError venue_invalid naming what differs
 */
export async function verifySafe(chain: Chain, expected: ExpectedSafe): Promise<void> {
  await verifyChain(chain);
  const contract = { address: expected.safe, abi: SAFE_ABI } as const;
  const version = await reading("read the Safe's version", () =>
    chain.client.readContract({ ...contract, functionName: "VERSION" }),
  );
  if (!SAFE_VERSIONS.has(version)) throw unexpected(`it is version ${version}, and only 1.4.1 is understood`);
  await demandQuorum(chain, expected);
  const [modules] = await reading("read the Safe's modules", () =>
    chain.client.readContract({ ...contract, functionName: "getModulesPaginated", args: [SENTINEL, MODULES_READ] }),
  );
  const { allowance_module } = expected;
  const stranger = modules.find((each) => allowance_module === null || !isAddressEqual(each, allowance_module));
  if (stranger !== undefined) throw unexpected(`module ${stranger} may move its funds without any owner`);
}

/** The quorum on the chain, after it was found to be the configured one. @throws VenueError venue_invalid */
export async function demandQuorum(chain: Chain, expected: ExpectedSafe): Promise<Quorum> {
  const quorum = await readQuorum(chain, expected.safe);
  if (quorum.threshold !== expected.threshold) {
    throw unexpected(`it pays with ${quorum.threshold} signatures, and ${expected.threshold} are configured`);
  }
  if (list(quorum.owners) !== list(expected.owners)) {
    throw unexpected(`its owners are ${list(quorum.owners)}, which is not what is configured`);
  }
  return quorum;
}

function list(owners: readonly Hex[]): string {
  return [...owners].sort().join(", ");
}

function unexpected(why: string): VenueError {
  return new VenueError("venue_invalid", `The Safe is not the one that is configured: ${why}.`);
}
