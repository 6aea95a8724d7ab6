/**
 * Movements of a token wallet from `Transfer` logs, in block ranges up to the final head: what is listed once is never
 * taken back. The cursor is the next block to read.
 */
import { getAddress, type Hex, type Log } from "viem";
import { VenueError } from "../index.ts";
import type { MovementPage, VenueMovement, WalletRef } from "../port.ts";
import { reading } from "./node_error.ts";
import { fromChain } from "./registry.ts";
import { TRANSFER_EVENT } from "./transfer_log.ts";
import type { Chain, ChainInstrument } from "./types.ts";

/** Ranges read in one call; more is said by `has_more`. */
const RANGES_MAX = 10;
/** Ranges that one page of movements may fill before it is handed out. */
const MOVEMENTS_PAGE = 500;

type TransferLog = Log<bigint, number, false, typeof TRANSFER_EVENT, true>;

/** @throws VenueError */
export async function listTokenMovements(
  chain: Chain,
  item: ChainInstrument,
  wallet: WalletRef,
  cursor: string | null,
): Promise<MovementPage> {
  const contract = item.contract;
  if (contract === null) {
    const message = `The chain keeps no log of transfers of its own coin, so movements of ${wallet.asset} cannot be listed.`;
    throw new VenueError("venue_unsupported", message);
  }
  const { final } = await chain.heads();
  let next = readCursor(cursor, chain.settings.start_block);
  const movements: VenueMovement[] = [];
  for (let ranges = 0; ranges < RANGES_MAX && next <= final.number && movements.length < MOVEMENTS_PAGE; ranges += 1) {
    const to_block = lesser(next + chain.settings.log_range_blocks - 1n, final.number);
    const logs = await readRange(chain, contract, wallet.account as Hex, next, to_block);
    movements.push(...(await toMovements(chain, item, wallet, logs)));
    next = to_block + 1n;
  }
  return { movements, cursor: next.toString(), has_more: next <= final.number };
}

function readCursor(cursor: string | null, start_block: bigint): bigint {
  if (cursor === null) return start_block;
  if (/^\d{1,18}$/.test(cursor)) return BigInt(cursor);
  throw new VenueError("venue_invalid", `"${cursor}" is no cursor of this connector; it must be a block number.`);
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
    if (!times.has(log.blockNumber)) times.set(log.blockNumber, await readTime(chain, log.blockNumber));
  }
  return entries.map(({ log, direction }) => ({
    id: `${log.transactionHash}:${log.logIndex}:${direction}`,
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

async function readTime(chain: Chain, blockNumber: bigint): Promise<number> {
  const block = await reading("read a block", () => chain.client.getBlock({ blockNumber }));
  return Number(block.timestamp) * 1_000;
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
