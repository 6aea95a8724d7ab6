/**
 * An owner signs on their own machine. What is signed is decoded here, compared with the plan that was shown, and hashed
 * here: a daemon that shows one thing and asks for a signature under another gets none.
 */
import { readFile, stat } from "node:fs/promises";
import { decodeFunctionData, type Hash, type Hex, isAddress, isAddressEqual, parseAbi } from "viem";
import { TidegateError } from "../../errors/index.ts";
import { VenueError } from "../index.ts";
import { type KeyAccount, readKey } from "../onchain/index.ts";
import { readTypedData, type SafeTx, safeTxHash } from "./safe_tx.ts";
import { rejectionOf } from "./standing.ts";

const KEY_FILE_BYTES_MAX = 4_096;
/** Bits of a file's mode that let anybody but its owner at it. */
const OTHERS = 0o077;
const DECIMALS_MAX = 30;
const TRANSFER_ABI = parseAbi(["function transfer(address to, uint256 amount)"]);

export interface OwnerSigning {
  readonly key_file: string;
  readonly typed_data: unknown;
  /** What the daemon says its hash is. */
  readonly hash: string;
  /** The frozen plan as it was parsed from its canonical text. */
  readonly plan: Readonly<Record<string, unknown>>;
}

/**
 * Signs a Safe transaction that pays exactly the plan.
 * @throws VenueError venue_policy_denied when the typed data, its hash and the plan are not one
 * @throws TidegateError key_unreadable, key_exposed; VenueError venue_auth for a file that holds no key
 * @example await signOwnerFile({ key_file: "ana.json", typed_data, hash, plan })
 */
export async function signOwnerFile({ key_file, typed_data, hash, plan }: OwnerSigning) {
  return signHash(await readOwnerFile(key_file), safeTxHash(plannedTx({ typed_data, hash, plan })));
}

/** A signature that pays nothing to the Safe itself, with what its owners need to execute it. */
export interface SignedRejection {
  readonly safe: string;
  readonly chain_id: number;
  readonly nonce: string;
  readonly hash: string;
  readonly address: string;
  readonly signature: string;
}

/**
 * Signs the rejection of a Safe transaction that pays exactly the plan: nothing to the Safe itself at the same nonce. Whichever of
 * the two is executed first makes the other worthless.
 * @throws as `signOwnerFile`
 */
export async function signRejectionFile({ key_file, ...request }: OwnerSigning): Promise<SignedRejection> {
  const rejection = rejectionOf(plannedTx(request));
  const { safe, chain_id, nonce } = rejection;
  const hash = safeTxHash(rejection);
  return { safe, chain_id, nonce: nonce.toString(), hash, ...(await signHash(await readOwnerFile(key_file), hash)) };
}

function plannedTx({ typed_data, hash, plan }: Omit<OwnerSigning, "key_file">): SafeTx {
  const tx = readTypedData(typed_data);
  const recomputed = safeTxHash(tx);
  if (recomputed !== hash) throw differs(`its hash is ${recomputed}, not ${hash}`);
  demandPlanned(tx, plan);
  return tx;
}

async function signHash(account: KeyAccount, hash: Hash): Promise<{ address: string; signature: string }> {
  if (account.sign === undefined) throw new VenueError("venue_auth", "This key cannot sign a hash.");
  return { address: account.address, signature: await account.sign({ hash }) };
}

/** The payment inside pays the planned amount of the planned token to the planned address, out of the planned Safe on its chain. */
function demandPlanned(tx: SafeTx, plan: OwnerSigning["plan"]): void {
  const { destination, units, contract } = readPayment(tx);
  if (plan.chain_id !== tx.chain_id)
    throw differs(`it is valid on chain ${tx.chain_id}, and planned on ${plan.chain_id}`);
  if (!isPlannedToken(plan.contract, contract)) throw differs(`it moves ${contract ?? "the coin of the chain"}`);
  const to = addressIn(plan.to);
  if (to === null || !isAddressEqual(to, destination)) throw differs(`it pays to ${destination}`);
  const from = addressIn(plan.from);
  if (from !== null && !isAddressEqual(from, tx.safe)) throw differs(`it pays out of ${tx.safe}`);
  if (unitsOf(plan) !== units) throw differs(`it pays ${units} units`);
}

function isPlannedToken(planned: unknown, contract: Hex | null): boolean {
  if (contract === null) return planned === null;
  return typeof planned === "string" && isAddress(planned) && isAddressEqual(planned, contract);
}

/** The planned amount in units of the token; null where the plan does not say it exactly. */
function unitsOf({ amount, decimals, contract_decimals }: OwnerSigning["plan"]): bigint | null {
  if (typeof amount !== "string" || !/^\d{1,78}$/.test(amount)) return null;
  if (!isDigits(decimals) || !isDigits(contract_decimals) || contract_decimals > decimals) return null;
  const scale = 10n ** BigInt(decimals - contract_decimals);
  const units = BigInt(amount);
  return units > 0n && units % scale === 0n ? units / scale : null;
}

function isDigits(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= DECIMALS_MAX;
}

function readPayment(tx: SafeTx): { destination: Hex; units: bigint; contract: Hex | null } {
  if (tx.data === "0x") return { destination: tx.to, units: tx.value, contract: null };
  if (tx.value !== 0n) throw differs("it sends coin to a contract");
  try {
    const { args } = decodeFunctionData({ abi: TRANSFER_ABI, data: tx.data });
    return { destination: args[0], units: args[1], contract: tx.to };
  } catch {
    throw differs("it calls something other than transfer(address,uint256)");
  }
}

function addressIn(end: unknown): Hex | null {
  const address = typeof end === "object" && end !== null && "address" in end ? end.address : null;
  return typeof address === "string" && isAddress(address) ? address : null;
}

function differs(why: string): VenueError {
  return new VenueError("venue_policy_denied", `What is to be signed is not the plan: ${why}. Nothing was signed.`);
}

async function readOwnerFile(path: string): Promise<KeyAccount> {
  return readKey(await readSecret(path), path);
}

async function readSecret(path: string): Promise<string> {
  try {
    const { mode, size } = await stat(path);
    if ((mode & OTHERS) !== 0) {
      throw new TidegateError("denied", "key_exposed", `Others can read the key ${path}; run: chmod 600 ${path}`, {
        path,
      });
    }
    if (size > KEY_FILE_BYTES_MAX) throw new VenueError("venue_auth", `${path} is too large for a key.`);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof TidegateError) throw error;
    throw new TidegateError("not_found", "key_unreadable", `The key ${path} cannot be read.`, { path }, error);
  }
}
