/** What really happened, read from the chain alone, and whether the daemon's books say the same. */
import { type Hex, parseAbiItem } from "viem";
import { printDecimal } from "../../money/index.ts";
import { localAccount } from "./accounts.ts";
import type { LocalWorld } from "./deploy.ts";
import type { SeenTransfer, SeenWallet } from "./treasury_api.ts";

const TOKEN_DECIMALS = 6;
const TRANSFER = parseAbiItem("event Transfer(address indexed from, address indexed to, uint256 value)");

export interface Payment {
  readonly direction: "liquidity_to_reserve" | "reserve_to_liquidity";
  readonly tx_hash: Hex;
  readonly amount: string;
}

/** Every payment between the hot wallet and the Safe since the chain began, oldest first. */
export async function paymentsOf({ client, token, hot, safe }: LocalWorld): Promise<readonly Payment[]> {
  const logs = await client.getLogs({ address: token, event: TRANSFER, fromBlock: 0n, strict: true });
  const is = (a: Hex, b: Hex): boolean => a.toLowerCase() === b.toLowerCase();
  return logs.flatMap((log): Payment[] => {
    const { from, to, value } = log.args;
    const payment = { tx_hash: log.transactionHash, amount: printDecimal(value, TOKEN_DECIMALS) };
    if (is(from, hot) && is(to, safe)) return [{ ...payment, direction: "liquidity_to_reserve" }];
    if (is(from, safe) && is(to, hot)) return [{ ...payment, direction: "reserve_to_liquidity" }];
    return [];
  });
}

/** Payments that no settled transfer accounts for: each transfer explains one payment of its own hash, direction and amount. */
export function unexplained(payments: readonly Payment[], transfers: readonly SeenTransfer[]): readonly Payment[] {
  const settled = transfers.filter((item) => item.state === "settled");
  const used = new Set<string>();
  return payments.filter((payment) => {
    const cause = settled.find(
      (item) =>
        !used.has(item.id) &&
        item.tx_hash === payment.tx_hash &&
        item.direction === payment.direction &&
        item.amount.amount === payment.amount,
    );
    if (cause !== undefined) used.add(cause.id);
    return cause === undefined;
  });
}

/** True when the books of both wallets hold exactly what the chain says is final. */
export async function booksEqualChain(world: LocalWorld, books: readonly SeenWallet[]): Promise<boolean> {
  const { number } = await world.client.getBlock({ blockTag: "finalized" });
  const places: readonly (readonly [string, Hex])[] = [
    ["hot-usdt", localAccount("hot").address],
    ["safe-usdt", world.safe],
  ];
  for (const [wallet_id, address] of places) {
    const book = books.find((item) => item.wallet_id === wallet_id);
    const held = printDecimal(await world.balanceOf(address, number), TOKEN_DECIMALS);
    if (book?.ledger_balance.amount !== held || book.state !== "equal") return false;
  }
  return true;
}
