/** The coins of an account, as the node lists them and as the keys confirm them. */
import { hexToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import { VenueError } from "../index.ts";
import { type Account, sameBytes } from "./account.ts";
import { Amount, Integer, type Rpc } from "./rpc.ts";
import type { BitcoinSettings, Branch, Coin, Place } from "./types.ts";

/** Beyond it the wallet has to be put together first. */
const COINS_MAX = 50_000;
/** Addresses of an account are below it. */
const INDEX_MAX = 0x7fffffff;

export const Txid = z.string().regex(/^[0-9a-f]{64}$/);
export const Hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);

const Unspent = z.object({
  txid: Txid,
  vout: Integer,
  amount: Amount,
  scriptPubKey: Hex,
  confirmations: Integer,
  /** Where the key comes from: `wpkh([d34db33f/84h/1h/0h/0/5]02…)#…`. */
  desc: z.string(),
});

/**
 * Every unspent output, unconfirmed ones included. `ours`: transactions of our own making, whose change counts as ours at once.
 * @throws VenueError
 */
export async function readCoins(
  rpc: Rpc,
  wallet: string,
  account: Account,
  { confirmations }: BitcoinSettings,
  ours: ReadonlySet<string>,
): Promise<Coin[]> {
  const params = [0, 9_999_999, [], true];
  const listed = await rpc.call("listunspent", params, z.array(Unspent).max(COINS_MAX), wallet);
  return listed.map((row) => {
    const script = hexToBytes(row.scriptPubKey);
    return {
      ...placeOf(account, row.desc, script),
      txid: row.txid,
      vout: row.vout,
      amount: row.amount,
      script,
      confirmations: row.confirmations,
      trusted: row.confirmations >= confirmations || ours.has(row.txid),
    };
  });
}

/**
 * Where in the account the script is, by deriving it.
 * @throws VenueError venue_invalid when the account has no such script there
 */
export function placeOf(account: Account, desc: string, script: Uint8Array): Place {
  const place = readPlace(desc);
  if (place !== null && sameBytes(account.scriptAt(place.branch, place.index).script, script)) return place;
  throw new VenueError("venue_invalid", `The node lists a coin that the keys of ${account.id} do not own.`, {
    account: account.id,
  });
}

/** The last two steps of the first key's path. */
export function readPlace(desc: string): Place | null {
  const [, branch, index] = /\[[0-9a-f]{8}(?:\/\d+[h']?)*\/([01])\/(\d{1,10})\]/.exec(desc) ?? [];
  if (branch === undefined || Number(index) > INDEX_MAX) return null;
  return { branch: Number(branch) as Branch, index: Number(index) };
}
