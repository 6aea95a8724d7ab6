/**
 * What an account holds, at one moment of the node. Everything booked is what is final: the sum of all listed movements. Unspent final
 * coins and the change of our own payments are available; what our payments took and did not give back is on its way out.
 */
import { z } from "zod";
import { assert } from "../../errors/index.ts";
import type { Instant } from "../../ports/index.ts";
import { VenueError } from "../index.ts";
import type { Account } from "./account.ts";
import { type ChainView, readChainView } from "./chain_view.ts";
import { readCoins, Txid } from "./coins.ts";
import { Amount, Integer, type Rpc } from "./rpc.ts";
import { type BitcoinSettings, type Coin, outpointText } from "./types.ts";
import { type HistoryEntry, readSince, readUnsettled } from "./wallet_history.ts";
import { dustLimit } from "./weight.ts";

/** A block or a payment may come between two reads; then everything is read again. */
const READS_MAX = 4;
/** Blocks until mined coins can be spent, and one more (bitcoin: COINBASE_MATURITY). */
const MATURITY = 101;

const Balances = z.object({
  mine: z.object({ trusted: Amount, untrusted_pending: Amount, immature: Amount }),
  lastprocessedblock: z.object({ hash: Txid, height: Integer }),
});
type Balances = z.output<typeof Balances>;

/** Satoshi. `total = available + pending_out + locked`. */
export interface Holdings {
  readonly view: ChainView;
  readonly coins: readonly Coin[];
  readonly total: bigint;
  readonly available: bigint;
  readonly pending_in: bigint;
  readonly pending_out: bigint;
  /** Dust, and mined coins that are not ripe. */
  readonly locked: bigint;
}

export interface AccountAt {
  readonly rpc: Rpc;
  readonly settings: BitcoinSettings;
  readonly account: Account;
  readonly node_wallet: string;
}

/** @throws VenueError */
export async function readHoldings(at: AccountAt, now: Instant): Promise<Holdings> {
  for (let read = 0; read < READS_MAX; read += 1) {
    const before = await readBalances(at);
    const holdings = await readOnce(at, before, now);
    const after = await readBalances(at);
    if (holdings !== null && isSame(before, after)) return holdings;
  }
  throw new VenueError("venue_transient", "The chain moved while the account was read; it is read again later.");
}

function readBalances({ rpc, node_wallet }: AccountAt): Promise<Balances> {
  return rpc.call("getbalances", [], Balances, node_wallet);
}

function isSame(a: Balances, b: Balances): boolean {
  return (
    a.lastprocessedblock.hash === b.lastprocessedblock.hash &&
    a.mine.trusted === b.mine.trusted &&
    a.mine.untrusted_pending === b.mine.untrusted_pending &&
    a.mine.immature === b.mine.immature
  );
}

/** Null when the parts were not read at one moment. */
async function readOnce(at: AccountAt, balances: Balances, now: Instant): Promise<Holdings | null> {
  const { rpc, settings, account, node_wallet } = at;
  const { confirmations } = settings;
  const view = await readChainView(rpc, settings, now);
  if (view.tip.hash !== balances.lastprocessedblock.hash) return null;
  const { transactions } = await readSince(rpc, node_wallet, view.final_hash, 1);
  const { spent, ours } = await readUnsettled(rpc, node_wallet, transactions, confirmations);
  const coins = await readCoins(rpc, node_wallet, account, settings, ours);
  const listed = sumOf(coins);
  // The node's own sum and the coins one by one are two readings of the same thing.
  if (listed !== balances.mine.trusted + balances.mine.untrusted_pending) return null;
  const mined = await readMined(at, balances, view);
  const final = new Map(
    coins.filter((coin) => coin.confirmations >= confirmations).map((coin) => [outpointText(coin), coin.amount]),
  );
  for (const [outpoint, amount] of spent) final.set(outpoint, amount);
  const dust = sumOf(coins.filter((coin) => coin.trusted && isDust(coin)));
  const locked = mined.final + dust;
  const total = [...final.values()].reduce((sum, amount) => sum + amount, 0n) + mined.final;
  const available = sumOf(coins.filter((coin) => coin.trusted && !isDust(coin)));
  const pending_out = total - available - locked;
  assert(pending_out >= 0n, "what our own payments gave back is part of what they took");
  const pending_in = sumOf(coins.filter((coin) => !coin.trusted)) + mined.young;
  return { view, coins, total, available, pending_in, pending_out, locked };
}

/** Mined coins that are not ripe: those that are final count as ours, and are locked. */
async function readMined(
  { rpc, settings, node_wallet }: AccountAt,
  { mine }: Balances,
  { tip }: ChainView,
): Promise<{ readonly final: bigint; readonly young: bigint }> {
  if (mine.immature === 0n) return { final: 0n, young: 0n };
  const height = tip.height - MATURITY;
  const from = height < 0 ? null : await rpc.call("getblockhash", [height], Txid);
  const { transactions } = await readSince(rpc, node_wallet, from, 1);
  const unripe = transactions.filter(({ category }: HistoryEntry) => category === "immature");
  const final = unripe.filter(({ confirmations }) => confirmations >= settings.confirmations);
  return { final: sumOf(final), young: sumOf(unripe) - sumOf(final) };
}

/** Not worth spending: the network does not even carry such an output. */
export function isDust({ amount, script }: Pick<Coin, "amount" | "script">): boolean {
  return amount < dustLimit(script);
}

export function sumOf(items: readonly { readonly amount: bigint }[]): bigint {
  return items.reduce((sum, { amount }) => sum + amount, 0n);
}
