/** Bounded reads of standings, proposals and entered balances. */
import type { TreasuryConfig, WalletConfig } from "../config/types.ts";
import { type ReadTx, type Store, tables } from "../store/index.ts";
import { WalletError } from "./errors.ts";
import { declaredOf, effectiveStatus, type Standings } from "./lifecycle.ts";
import type { EnteredBalance, EnteredBalances, WalletMatter, WalletProposalRow, WalletStandingRow } from "./types.ts";

/** A configuration has no more wallets than this; as many proposals are listed. */
const STANDINGS_MAX = 10_000;
const PROPOSALS_MAX = 1_000;
/** Entries that a clock set back may have put out of order: with one a day, more than three months of them. */
const ENTERED_MAX = 100;

export async function readStanding(tx: ReadTx, wallet_id: string): Promise<WalletStandingRow | null> {
  return (await tx.get(tables.walletStanding, { wallet_id })) ?? null;
}

export async function readStandings(tx: ReadTx): Promise<Standings> {
  const rows = await tx.find(tables.walletStanding, { order_by: [["wallet_id", "asc"]], limit: STANDINGS_MAX });
  return new Map(rows.map((row) => [row.wallet_id, row]));
}

/**
 * The first of these wallets that is not active now, with what it is; null: all are. Asked in the transaction that plans or sends:
 * another instance may have changed a standing since this one read the configuration.
 */
export async function firstInactive(
  tx: ReadTx,
  wallets: readonly WalletConfig[],
): Promise<{ readonly wallet_id: string; readonly status: string } | null> {
  const rows = await Promise.all(wallets.map(({ id }) => readStanding(tx, id)));
  const found = wallets.map((wallet, at) => ({
    wallet_id: wallet.id,
    status: effectiveStatus(declaredOf(wallet), rows[at]?.state ?? null),
  }));
  return found.find(({ status }) => status !== "active") ?? null;
}

/** @throws WalletError wallet_not_found */
export function configuredWallet(config: TreasuryConfig, id: string): WalletConfig {
  const wallet = config.wallets.find((one) => one.id === id);
  if (wallet !== undefined) return wallet;
  throw new WalletError("wallet_not_found", `There is no wallet "${id}" in the configuration.`, { wallet: id });
}

/** @throws WalletError wallet_proposal_not_found */
export async function getWalletProposal(tx: ReadTx, id: string): Promise<WalletProposalRow> {
  const row = await tx.get(tables.walletProposal, { id });
  if (row !== undefined) return row;
  throw new WalletError("wallet_proposal_not_found", `There is no proposal ${id} about a wallet.`, { proposal: id });
}

/** Newest first; `waiting`: only those that still take votes, oldest first. */
export function findWalletProposals(tx: ReadTx, state: "waiting" | "all"): Promise<WalletProposalRow[]> {
  const way = state === "waiting" ? "asc" : "desc";
  return tx.find(tables.walletProposal, {
    where: state === "waiting" ? { state: "open" } : {},
    order_by: [
      ["created_at", way],
      ["id", way],
    ],
    limit: PROPOSALS_MAX,
  });
}

/** The one proposal of this matter that waits for votes. */
export async function waitingOn(tx: ReadTx, wallet_id: string, what: WalletMatter): Promise<WalletProposalRow | null> {
  const [row] = await tx.find(tables.walletProposal, { where: { wallet_id, what, state: "open" }, limit: 1 });
  return row ?? null;
}

/**
 * The confirmed balance of the latest moment. When people confirmed it is no measure: the clock may have been set back since. So it is
 * chosen by its own `as_of`, and then by its id, among the last `ENTERED_MAX` by the clock of their confirmation.
 */
export async function latestEntered(tx: ReadTx, wallet_id: string): Promise<EnteredBalance | null> {
  const rows = await tx.find(tables.walletProposal, {
    where: { wallet_id, what: "balance", state: "applied" },
    order_by: [
      ["ended_at", "desc"],
      ["id", "desc"],
    ],
    limit: ENTERED_MAX,
  });
  const entered = rows.flatMap(({ id: proposal_id, terms: { amount, as_of } }): EnteredBalance[] =>
    amount === null || as_of === null ? [] : [{ total: BigInt(amount), as_of, proposal_id }],
  );
  return entered.reduce<EnteredBalance | null>((best, one) => (best === null || isLater(one, best) ? one : best), null);
}

function isLater(one: EnteredBalance, other: EnteredBalance): boolean {
  return one.as_of === other.as_of ? one.proposal_id > other.proposal_id : one.as_of > other.as_of;
}

export function enteredBalances(store: Pick<Store, "read">): EnteredBalances {
  return { latest: (wallet_id) => store.read("wallet.entered", (tx) => latestEntered(tx, wallet_id)) };
}
