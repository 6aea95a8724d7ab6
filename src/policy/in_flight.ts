/** The pool's open transfers as the rules see them: which way they cross, what may be replaced, which pairs are taken. */
import { directionOf, type Funds } from "./position.ts";
import type { OpenTransfer, Side, Snapshot } from "./types.ts";

export type Direction = "to_reserve" | "to_liquidity";

export interface OpenMoves {
  readonly to_liquidity: readonly OpenTransfer[];
  readonly to_reserve: readonly OpenTransfer[];
}

export function openMoves(snapshot: Snapshot, funds: Funds): OpenMoves {
  const side = new Map<string, Side>(funds.wallets.map((wallet) => [wallet.wallet_id, wallet.side]));
  const of = (direction: Direction): readonly OpenTransfer[] =>
    snapshot.open_transfers.filter((open) => directionOf(open, side) === direction);
  return { to_liquidity: of("to_liquidity"), to_reserve: of("to_reserve") };
}

export function unsent(transfers: readonly OpenTransfer[]): readonly OpenTransfer[] {
  return transfers.filter((open) => open.supersedable);
}

export function amountOfAll(transfers: readonly OpenTransfer[]): bigint {
  return transfers.reduce((sum, open) => sum + open.amount, 0n);
}

export function idSet(transfers: readonly OpenTransfer[]): ReadonlySet<string> {
  return new Set(transfers.map((open) => open.transfer_id));
}

/** Both ways between two wallets have the same key: opposite moves on one pair are never open together. */
export function pairKey(pair: Pick<OpenTransfer, "from_wallet" | "to_wallet">): string {
  return JSON.stringify([pair.from_wallet, pair.to_wallet].sort());
}
