/**
 * Movements of a token wallet from `Transfer` logs, in block ranges up to the final head: what is listed once is never
 * taken back, as far as the chain keeps its word. The cursor is the next block to read, with the hash of the one before it:
 * a chain that has another block there was reorganised below its final head, and what it has now is read once more. A movement's
 * id holds no place in a block, so that the same transaction in another block is the same movement.
 */
import { getAddress, type Hex, type Log } from "viem";
import { assert } from "../../errors/index.ts";
import { VenueError } from "../index.ts";
import type { MovementPage, VenueMovement, WalletRef } from "../port.ts";
import { reading } from "./node_error.ts";
import { fromChain } from "./registry.ts";
import { TRANSFER_EVENT } from "./transfer_log.ts";
import type { Chain, ChainInstrument, Head } from "./types.ts";

/** Ranges read in one call; more is said by `has_more`. */
const RANGES_MAX = 10;
/** Ranges that one page of movements may fill before it is handed out. */
const MOVEMENTS_PAGE = 500;
/** Blocks read once more after a reorganisation below the final head; a deeper one is for people. */
const REWIND_BLOCKS = 512n;

type TransferLog = Log<bigint, number, false, typeof TRANSFER_EVENT, true>;

/** @throws VenueError */
export async function listTokenMovements(
  chain: Chain,
  item: ChainInstrument,
  wallet: WalletRef,
  cursor: string | null,
): Promise<MovementPage> {
  const { contract } = item;
  assert(contract !== null, "a token has a contract");
  const { final } = await chain.heads();
  let next = await startOf(chain, final, cursor);
  const movements: VenueMovement[] = [];
  for (let ranges = 0; ranges < RANGES_MAX && next <= final.number && movements.length < MOVEMENTS_PAGE; ranges += 1) {
    const to_block = lesser(next + chain.settings.log_range_blocks - 1n, final.number);
    const logs = await readRange(chain, contract, wallet.account as Hex, next, to_block);
    movements.push(...(await toMovements(chain, item, wallet, logs)));
    next = to_block + 1n;
  }
  return { movements, cursor: await cursorAt(chain, final, next), has_more: next <= final.number };
}

/** The block to begin with. @throws VenueError */
export async function startOf(chain: Chain, final: Head, cursor: string | null): Promise<bigint> {
  const { start_block } = chain.settings;
  if (cursor === null) return start_block;
  const [, block, hash] = /^(\d{1,18})(?::(0x[0-9a-f]{64}))?$/.exec(cursor) ?? [];
  if (block === undefined) {
    throw new VenueError(
      "venue_invalid",
      `"${cursor}" is no cursor of this connector; it must begin with a block number.`,
    );
  }
  const next = BigInt(block);
  // A node that has not come so far again says nothing of that block yet; it also has nothing new.
  if (hash === undefined || next === 0n || next - 1n > final.number) return next;
  if ((await readBlock(chain, next - 1n)).hash === hash) return next;
  const from = next - REWIND_BLOCKS;
  return from > start_block ? from : start_block;
}

/** The place to go on from: the next block, and the hash of the one before it where that is final. */
export async function cursorAt(chain: Chain, final: Head, next: bigint): Promise<string> {
  if (next === 0n || next - 1n > final.number) return next.toString();
  const hash = next - 1n === final.number ? final.hash : (await readBlock(chain, next - 1n)).hash;
  return `${next}:${hash}`;
}

/** Out and in, oldest first; a transfer to itself is one of each. */
async function readRange(
  chain: Chain,
  address: Hex,
  account: Hex,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<{ log: TransferLog; direction: "in" | "out" }[]> {
  const query = { address, event: TRANSFER_EVENT, fromBlock, toBlock, strict: true } as const;
  const [out, incoming] = await reading("list transfers", () =>
    Promise.all([
      chain.client.getLogs({ ...query, args: { from: account } }),
      chain.client.getLogs({ ...query, args: { to: account } }),
    ]),
  );
  const both = [
    ...out.map((log) => ({ log, direction: "out" as const })),
    ...incoming.map((log) => ({ log, direction: "in" as const })),
  ];
  return both.sort((a, b) => order(a.log, b.log));
}

function order(a: TransferLog, b: TransferLog): number {
  if (a.blockNumber !== b.blockNumber) return a.blockNumber < b.blockNumber ? -1 : 1;
  return a.logIndex - b.logIndex;
}

async function toMovements(
  chain: Chain,
  item: ChainInstrument,
  wallet: WalletRef,
  entries: readonly { log: TransferLog; direction: "in" | "out" }[],
): Promise<VenueMovement[]> {
  const times = new Map<bigint, number>();
  for (const { log } of entries) {
    if (times.has(log.blockNumber)) continue;
    times.set(log.blockNumber, Number((await readBlock(chain, log.blockNumber)).timestamp) * 1_000);
  }
  const seen = new Map<string, number>();
  const ordinal = (key: string): number => {
    const number = seen.get(key) ?? 0;
    seen.set(key, number + 1);
    return number;
  };
  return entries.map(({ log, direction }) => ({
    id: `${log.transactionHash}:${ordinal(`${log.transactionHash}:${direction}`)}:${direction}`,
    direction,
    amount: fromChain(item, log.args.value),
    // Gas is paid in the chain's coin, not in the token.
    fee: 0n,
    asset: wallet.asset,
    reference: null,
    tx_hash: log.transactionHash,
    counterparty: getAddress(direction === "out" ? log.args.to : log.args.from),
    at: times.get(log.blockNumber) ?? 0,
    height: log.blockNumber.toString(),
    final: true,
  }));
}

function readBlock(chain: Chain, blockNumber: bigint) {
  return reading("read a block", () => chain.client.getBlock({ blockNumber }));
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
