/**
 * An owner signs on their own machine. What is signed is decoded here, compared with the plan that was shown, and hashed
 * here: a daemon that shows one thing and asks for a signature under another gets none.
 */
import { readFile, stat } from "node:fs/promises";
import { decodeFunctionData, type Hash, isAddress, isAddressEqual, parseAbi } from "viem";
import { TidegateError } from "../../errors/index.ts";
import { VenueError } from "../index.ts";
import { type KeyAccount, readKey } from "../onchain/index.ts";
import { readTypedData, type SafeTx, safeTxHash } from "./safe_tx.ts";

const KEY_FILE_BYTES_MAX = 4_096;
/** Bits of a file's mode that let anybody but its owner at it. */
const OTHERS = 0o077;
/** An asset may be registered with more decimals than its token has, never with fewer. */
const EXTRA_DECIMALS_MAX = 30;
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
  const tx = readTypedData(typed_data);
  const recomputed = safeTxHash(tx);
  if (recomputed !== hash) throw differs(`its hash is ${recomputed}, not ${hash}`);
  demandPlanned(tx, plan);
  return signHash(await readOwnerFile(key_file), recomputed);
}

async function signHash(account: KeyAccount, hash: Hash): Promise<{ address: string; signature: string }> {
  if (account.sign === undefined) throw new VenueError("venue_auth", "This key cannot sign a hash.");
  return { address: account.address, signature: await account.sign({ hash }) };
}

/** The payment inside pays the planned amount to the planned address, out of the planned Safe. */
function demandPlanned(tx: SafeTx, plan: OwnerSigning["plan"]): void {
  const { destination, units } = readPayment(tx);
  const to = addressIn(plan.to);
  if (to === null || !isAddressEqual(to, destination)) throw differs(`it pays to ${destination}`);
  const from = addressIn(plan.from);
  if (from !== null && !isAddressEqual(from, tx.safe)) throw differs(`it pays out of ${tx.safe}`);
  if (typeof plan.amount !== "string" || !isScaled(BigInt(plan.amount), units)) throw differs(`it pays ${units} units`);
}

function readPayment(tx: SafeTx): { destination: `0x${string}`; units: bigint } {
  if (tx.data === "0x") return { destination: tx.to, units: tx.value };
  if (tx.value !== 0n) throw differs("it sends coin to a contract");
  try {
    const { args } = decodeFunctionData({ abi: TRANSFER_ABI, data: tx.data });
    return { destination: args[0], units: args[1] };
  } catch {
    throw differs("it calls something other than transfer(address,uint256)");
  }
}

function addressIn(end: unknown): `0x${string}` | null {
  const address = typeof end === "object" && end !== null && "address" in end ? end.address : null;
  return typeof address === "string" && isAddress(address) ? address : null;
}

/** Equal, or the same amount at the asset's finer scale. */
function isScaled(asset_units: bigint, chain_units: bigint): boolean {
  for (let extra = 0n; extra <= EXTRA_DECIMALS_MAX; extra += 1n) {
    if (chain_units > 0n && asset_units === chain_units * 10n ** extra) return true;
  }
  return false;
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
