/** Names and normal sides of the accounts. The balance of an account is written in the sense of its normal side. */
import { assert } from "../errors/index.ts";
import type { AssetId } from "../money/index.ts";
import type { AccountKind, AccountRef, AccountRow, EntrySide } from "./types.ts";

/** Longest id of an account, in characters. */
export const ACCOUNT_ID_LENGTH_MAX = 256;

/** Debit accounts say where value is, credit accounts say to whom it belongs. */
export const NORMAL_SIDE: Readonly<Record<AccountKind, EntrySide>> = {
  wallet: "debit",
  transit: "debit",
  fee: "debit",
  suspense_shortfall: "debit",
  loan_principal: "debit",
  loan_interest: "debit",
  loan_fees: "debit",
  loan_shortfall: "debit",
  loan_received: "debit",
  customers: "credit",
  collateral: "credit",
  equity: "credit",
  suspense_surplus: "credit",
  collateral_waiting: "credit",
  collateral_leaving: "credit",
  collateral_selling: "credit",
  loan_income: "credit",
  loan_paid_out: "credit",
  loan_proceeds: "credit",
};

/** What is in an account of each kind, in words for people. */
export const ACCOUNT_MEANING: Readonly<Record<AccountKind, string>> = {
  wallet: "in wallets",
  transit: "on its way between wallets",
  fee: "paid for moves",
  suspense_shortfall: "missing, not yet explained",
  loan_principal: "lent and owed to us",
  loan_interest: "interest owed to us",
  loan_fees: "fees owed to us by borrowers",
  loan_shortfall: "owed with nothing behind it",
  loan_received: "received from borrowers",
  customers: "owed to customers",
  collateral: "held for borrowers",
  equity: "our own",
  suspense_surplus: "found, not yet explained",
  collateral_waiting: "arrived from borrowers, not yet counted",
  collateral_leaving: "on its way back to borrowers",
  collateral_selling: "borrowers' and being sold",
  loan_income: "interest and fees earned",
  loan_paid_out: "paid out to borrowers",
  loan_proceeds: "brought by sales, not yet applied",
};

/** Every kind of account, those that say where value is first. */
export const ACCOUNT_KINDS = Object.keys(NORMAL_SIDE) as readonly AccountKind[];

/** `<kind>/<owner>/<asset>`, e.g. `wallet/hot-usdt/USDT`. */
export function accountId(ref: AccountRef): string {
  for (const part of [ref.owner, ref.asset]) assert(part !== "" && !part.includes("/"), `account part "${part}"`);
  const id = `${ref.kind}/${ref.owner}/${ref.asset}`;
  assert(id.length <= ACCOUNT_ID_LENGTH_MAX, "account id is too long");
  return id;
}

export const walletAccount = (wallet_id: string, asset: AssetId): AccountRef => ({
  kind: "wallet",
  owner: wallet_id,
  asset,
});
/** On its way out of one wallet and not yet in the other; owned by the wallet it left. */
export const transitAccount = (from_wallet: string, asset: AssetId): AccountRef => ({
  kind: "transit",
  owner: from_wallet,
  asset,
});
/** Paid to venues and chains for moves out of a wallet. */
export const feeAccount = (wallet_id: string, asset: AssetId): AccountRef => ({ kind: "fee", owner: wallet_id, asset });
/** Owed to all customers together. */
export const customersAccount = (asset: AssetId): AccountRef => ({ kind: "customers", owner: "all", asset });
/** Owed to one customer. */
export const customerAccount = (customer_id: string, asset: AssetId): AccountRef => ({
  kind: "customers",
  owner: customer_id,
  asset,
});
/** Held for the borrower of a facility. */
export const collateralAccount = (facility_id: string, asset: AssetId): AccountRef => ({
  kind: "collateral",
  owner: facility_id,
  asset,
});
/** The treasury's own, by opening balances. */
export const equityAccount = (asset: AssetId): AccountRef => ({ kind: "equity", owner: "treasury", asset });

/** A row of the account before its first entry. */
export function emptyAccount(ref: AccountRef): AccountRow {
  return { id: accountId(ref), ...ref, side: NORMAL_SIDE[ref.kind], posted: 0n, held: 0n, entry_count: 0 };
}

/** What a plan may still use: posted less held, and never less than zero. */
export function availableOf(account: Pick<AccountRow, "posted" | "held">): bigint {
  return account.posted > account.held ? account.posted - account.held : 0n;
}
