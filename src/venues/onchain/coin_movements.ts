/**
 * Movements of the chain's own coin, which keeps no log of transfers. A block in which the account's balance or count of transactions
 * changed is found by halving; its transactions from and to the account are read with their receipts. What they do not explain
 * came from inside another transaction (a Safe that pays, a contract that refunds): it is one movement more, so that the movements
 * always add up to the balance.
 */
import { getAddress, type Hash, type Hex, isAddressEqual } from "viem";
import type { MovementPage, VenueMovement, WalletRef } from "../port.ts";
import { gasCostOf } from "./locate.ts";
import { cursorAt, startOf } from "./movements.ts";
import { reading } from "./node_error.ts";
import { fromChain } from "./registry.ts";
import type { Chain, ChainInstrument } from "./types.ts";

/** Blocks with movements that one page holds. */
const BLOCKS_MAX = 50;

/** The account after a block. An account that sends has another count; one that only receives has another balance. */
interface Standing {
  readonly block: bigint;
  readonly balance: bigint;
  readonly count: number;
}

/** @throws VenueError; a node that has forgotten the state of those blocks does not answer, and then nothing is known */
export async function listCoinMovements(
  chain: Chain,
  item: ChainInstrument,
  wallet: WalletRef,
  cursor: string | null,
): Promise<MovementPage> {
  const { final } = await chain.heads();
  const next = await startOf(chain, final, cursor);
  if (next > final.number) return { movements: [], cursor: await cursorAt(chain, final, next), has_more: false };
  const account = wallet.account as Hex;
  const [before, after] = await Promise.all([
    standingAt(chain, account, next - 1n),
    standingAt(chain, account, final.number),
  ]);
  const blocks = await changedBlocks(chain, account, { before, after });
  const page = blocks.slice(0, BLOCKS_MAX);
  const movements: VenueMovement[] = [];
  for (const block of page) movements.push(...(await movementsIn(chain, item, wallet, block)));
  const last = page.at(-1);
  const has_more = blocks.length > page.length;
  const read_to = has_more && last !== undefined ? last : final.number;
  return { movements, cursor: await cursorAt(chain, final, read_to + 1n), has_more };
}

/** Before the first block there was nothing. */
async function standingAt(chain: Chain, address: Hex, block: bigint): Promise<Standing> {
  if (block < 0n) return { block, balance: 0n, count: 0 };
  return reading("read the balance of an earlier block", async () => {
    const [balance, count] = await Promise.all([
      chain.client.getBalance({ address, blockNumber: block }),
      chain.client.getTransactionCount({ address, blockNumber: block }),
    ]);
    return { block, balance, count };
  });
}

/** Ascending; one more than a page at most. */
async function changedBlocks(
  chain: Chain,
  account: Hex,
  { before, after }: { readonly before: Standing; readonly after: Standing },
): Promise<bigint[]> {
  if (before.balance === after.balance && before.count === after.count) return [];
  if (after.block - before.block === 1n) return [after.block];
  const middle = await standingAt(chain, account, (before.block + after.block) / 2n);
  const early = await changedBlocks(chain, account, { before, after: middle });
  if (early.length > BLOCKS_MAX) return early;
  return [...early, ...(await changedBlocks(chain, account, { before: middle, after }))].slice(0, BLOCKS_MAX + 1);
}

interface Leg {
  readonly tx_hash: Hash | null;
  readonly direction: "in" | "out";
  readonly amount: bigint;
  readonly fee: bigint;
  readonly counterparty: Hex | null;
}

async function movementsIn(
  chain: Chain,
  item: ChainInstrument,
  wallet: WalletRef,
  number: bigint,
): Promise<VenueMovement[]> {
  const account = wallet.account as Hex;
  const [before, after, block] = await Promise.all([
    standingAt(chain, account, number - 1n),
    standingAt(chain, account, number),
    reading("read a block", () => chain.client.getBlock({ blockNumber: number, includeTransactions: true })),
  ]);
  const legs: Leg[] = [];
  for (const tx of block.transactions) {
    const sent = isAddressEqual(tx.from, account);
    const received = tx.to !== null && isAddressEqual(tx.to, account);
    if (!sent && !(received && tx.value > 0n)) continue;
    const receipt = await reading("read a receipt", () => chain.client.getTransactionReceipt({ hash: tx.hash }));
    const amount = receipt.status === "success" ? tx.value : 0n;
    if (sent) {
      legs.push({ tx_hash: tx.hash, direction: "out", amount, fee: gasCostOf(receipt), counterparty: tx.to });
    }
    if (received && amount > 0n) {
      legs.push({ tx_hash: tx.hash, direction: "in", amount, fee: 0n, counterparty: tx.from });
    }
  }
  const explained = legs.reduce(
    (sum, { direction, amount, fee }) => sum + (direction === "in" ? amount : -(amount + fee)),
    0n,
  );
  const rest = after.balance - before.balance - explained;
  if (rest !== 0n) {
    const tx_hash = innerTransaction(block.transactions, account);
    const direction = rest > 0n ? ("in" as const) : ("out" as const);
    legs.push({ tx_hash, direction, amount: rest > 0n ? rest : -rest, fee: 0n, counterparty: null });
  }
  return legs.map(({ tx_hash, direction, amount, fee, counterparty }, at) => ({
    id: `${tx_hash ?? number}:${at}:coin:${direction}`,
    direction,
    amount: fromChain(item, amount),
    fee: fromChain(item, fee),
    asset: wallet.asset,
    reference: null,
    tx_hash,
    counterparty: counterparty === null ? null : getAddress(counterparty),
    at: Number(block.timestamp) * 1_000,
    height: number.toString(),
    final: true,
  }));
}

interface SeenTransaction {
  readonly hash: Hash;
  readonly to: Hex | null;
  readonly input: Hex;
  readonly value: bigint;
}

/** The one transaction of the block that calls the account or names it in what it calls; null when there are several or none. */
function innerTransaction(transactions: readonly SeenTransaction[], account: Hex): Hash | null {
  const name = account.slice(2).toLowerCase();
  const calling = transactions.filter(({ to, input, value }) => {
    if (to !== null && isAddressEqual(to, account)) return value === 0n;
    return input.toLowerCase().includes(name);
  });
  const [only] = calling;
  return only !== undefined && calling.length === 1 ? only.hash : null;
}
