/** A move that a person makes up: what the form holds, and what is wrong with it before anybody is asked. */

import type { ManualTransferRequest, Pool, Wallet } from "../api/types.ts";
import { typedAmount } from "../format/amount.ts";
import { compare, readDecimal } from "../format/decimal.ts";

export interface FreeMove {
  readonly pool_id: string;
  readonly from_wallet: string;
  readonly to_wallet: string;
  readonly network: string;
  readonly amount: string;
  readonly reason: string;
}

export const NO_MOVE: FreeMove = { pool_id: "", from_wallet: "", to_wallet: "", network: "", amount: "", reason: "" };

export type Errors = Partial<Record<keyof FreeMove | "initiator", string>>;

/** Wallets of the pool that may send or receive, the liquidity side first. */
export function walletsOf(pool: Pool): readonly Wallet[] {
  const active = pool.wallets.filter(({ status }) => status === "active");
  return [...active.filter(({ side }) => side === "liquidity"), ...active.filter(({ side }) => side !== "liquidity")];
}

/** The pool's networks on which both wallets have an address. */
export function networksOf(pool: Pool, { from_wallet, to_wallet }: FreeMove): readonly string[] {
  const on = (id: string): readonly string[] | null =>
    pool.wallets.find((wallet) => wallet.id === id)?.addresses.map(({ network }) => network) ?? null;
  const [from, to] = [on(from_wallet), on(to_wallet)];
  return pool.networks.filter((network) => (from?.includes(network) ?? true) && (to?.includes(network) ?? true));
}

/** The request, or what is wrong with each field. The daemon checks everything again, and more. */
export function readFreeMove(
  move: FreeMove,
  pool: Pool | undefined,
  initiator: string | null,
): { readonly request: ManualTransferRequest } | { readonly errors: Errors } {
  const errors: Errors = {};
  const need = (name: keyof Errors, holds: boolean, sentence: string): void => {
    if (!holds && errors[name] === undefined) errors[name] = sentence;
  };
  const amount = typedAmount(move.amount);
  need("pool_id", pool !== undefined, "Choose a pool.");
  need("from_wallet", move.from_wallet !== "", "Choose where it comes from.");
  need("to_wallet", move.to_wallet !== "", "Choose where it goes.");
  need("to_wallet", move.to_wallet !== move.from_wallet, "A wallet does not pay itself.");
  need("network", move.network !== "", "Choose a network.");
  need(
    "amount",
    isPayable(amount, pool?.decimals ?? 0),
    `Write an amount above zero with at most ${pool?.decimals ?? 0} decimals.`,
  );
  need("amount", !isMoreThanThere(amount, move, pool), "More than this wallet has available.");
  need("reason", move.reason.trim() !== "", "Say why; it is kept in the log.");
  need("initiator", initiator !== null, "Say who you are.");
  if (Object.keys(errors).length > 0) return { errors };
  return { request: { ...move, amount, reason: move.reason.trim(), initiator: initiator ?? "" } };
}

function isPayable(amount: string, decimals: number): boolean {
  const value = amount.startsWith("+") ? null : readDecimal(amount);
  return value !== null && value.units > 0n && value.scale <= decimals;
}

function isMoreThanThere(amount: string, { from_wallet }: FreeMove, pool: Pool | undefined): boolean {
  const available = pool?.wallets.find(({ id }) => id === from_wallet)?.balance?.available.amount;
  return available !== undefined && compare(amount, available) === 1;
}
