/** Wallets, balances and movements. A balance is as old as Komainu says it is. */
import type { Instant } from "../../ports/index.ts";
import { advanceCursor, get, parseCursor, printCursor, readShape } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { MovementPage, VenueBalance, VenueMovement, VenueWallet } from "../port.ts";
import type { KomainuLine } from "./line.ts";
import { type AssetForm, fromKomainu } from "./registry.ts";
import { assetShape, feeShape, transactionShape, type WireTransaction, walletShape } from "./shapes.ts";

const MS_PER_MINUTE = 60_000;

/** Wallets of all categories: custody, staking and collateral. */
export async function listKomainuWallets(line: KomainuLine, forms: readonly AssetForm[]): Promise<VenueWallet[]> {
  const rows = await line.list("/v1/custody/wallets", {}, walletShape);
  return rows.flatMap(({ id, asset: code, name, wallet_category }) => {
    const form = forms.find((each) => each.code === code);
    return form === undefined ? [] : [{ account: id, asset: form.asset.id, label: `${name} (${wallet_category})` }];
  });
}

/** @throws VenueError venue_invalid when Komainu counts the asset with other decimals than our registry: one of the two is wrong */
export async function demandDecimals(line: KomainuLine, { code, instrument }: AssetForm): Promise<void> {
  const rows = await line.list("/v1/custody/assets", {}, assetShape);
  const theirs = rows.find((row) => row.code === code);
  if (theirs === undefined) throw new VenueError("venue_invalid", `Komainu does not list the asset ${code}.`);
  if (theirs.decimals === instrument.decimals) return;
  const message = `Komainu counts ${code} with ${theirs.decimals} decimals and ${instrument.id} has ${instrument.decimals}: nothing of it is read or moved until they agree.`;
  throw new VenueError("venue_invalid", message, { asset: code });
}

export async function readWallet(line: KomainuLine, account: string, form: AssetForm) {
  const body = await line.client.read(get(`/v1/custody/wallets/${encodeURIComponent(account)}`));
  const wallet = readShape(walletShape, body, "wallet");
  if (wallet.id === account && wallet.asset === form.code) return wallet;
  throw new VenueError(
    "venue_invalid",
    `Komainu answered with a wallet of ${wallet.asset}, not with ${account} of ${form.code}.`,
  );
}

/** Staked and locked are there and cannot be spent; the rest that is not available is on its way out. */
export async function readKomainuBalance(
  line: KomainuLine,
  account: string,
  form: AssetForm,
  now: Instant,
): Promise<VenueBalance> {
  const { balance } = await readWallet(line, account, form);
  const total = fromKomainu(form, balance.total);
  const available = fromKomainu(form, balance.available);
  const locked = fromKomainu(form, balance.staked) + fromKomainu(form, balance.locked);
  const pending_out = total - available - locked;
  if (pending_out < 0n) {
    throw new VenueError(
      "venue_invalid",
      `Komainu's balance of ${account} does not add up: available, staked and locked are more than the total.`,
    );
  }
  const as_of = balance.balance_updated_at ?? now;
  const fresh = now - as_of <= line.settings.max_balance_age * MS_PER_MINUTE;
  return { total, available, pending_in: 0n, pending_out, locked, as_of, height: null, pending_readable: fresh };
}

/** A POST without an effect: it is tried again like every read. */
export async function estimateFee(line: KomainuLine, account: string, form: AssetForm): Promise<bigint> {
  const body = JSON.stringify({ wallet: account, asset: form.code });
  const target = "/v1/custody/transactions/estimate-fee";
  const estimate = await line.client.read({ method: "POST", target, body, headers: {} }, "lookup");
  return fromKomainu(form, readShape(feeShape, estimate, "fee estimate").fee);
}

/** Confirmed transactions that were not told yet, oldest first. The order of Komainu's list is not documented: it is read whole. */
export async function readKomainuMovements(
  line: KomainuLine,
  account: string,
  form: AssetForm,
  text: string | null,
): Promise<MovementPage> {
  const cursor = parseCursor(text);
  const rows = await line.list("/v1/custody/transactions", { wallet: account }, transactionShape);
  const seen = new Set(cursor.seen.map(([id]) => id));
  const movements = rows
    .filter((row) => row.status === "CONFIRMED" && row.wallet === account)
    .filter((row) => row.updated_at >= cursor.since && !seen.has(row.id))
    .flatMap((row) => toMovement(row, form))
    .sort((a, b) => a.at - b.at);
  return { movements, cursor: printCursor(advanceCursor(cursor, { told: movements, next: null })), has_more: false };
}

/** `FLAT` moves nothing. */
function toMovement(row: WireTransaction, form: AssetForm): VenueMovement[] {
  if (row.direction !== "IN" && row.direction !== "OUT") return [];
  const out = row.direction === "OUT";
  return [
    {
      id: row.id,
      direction: out ? "out" : "in",
      amount: fromKomainu(form, row.amount),
      fee: out ? fromKomainu(form, row.fees) : 0n,
      asset: form.asset.id,
      reference: out ? (row.external_reference ?? null) : null,
      tx_hash: row.tx_hash ?? null,
      counterparty: out ? (row.receiver_address ?? null) : null,
      at: row.updated_at,
      height: null,
      final: true,
    },
  ];
}
