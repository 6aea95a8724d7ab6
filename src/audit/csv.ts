/** The log as a table for people: one row per event, amounts in whole units with the asset's decimals, times in UTC. */
import type { Asset, AssetId } from "../money/index.ts";
import { printDecimal } from "../money/index.ts";
import type { Json } from "../store/port.ts";
import type { EventRow } from "./types.ts";

const COLUMNS = [
  ...["seq", "timestamp", "type", "kind", "actor", "ref", "pool", "asset", "from_wallet", "to_wallet", "state"],
  ...["amount", "fee", "liquidity_after", "reserve_after", "from_wallet_after", "to_wallet_after", "note"],
];

/** What a table shows of an event; null where the event says nothing of it. Amounts are decimal strings of base units. */
export interface EventFacts {
  readonly pool_id: string | null;
  readonly asset: AssetId | null;
  readonly from_wallet: string | null;
  readonly to_wallet: string | null;
  readonly state: string | null;
  readonly amount: string | null;
  readonly fee: string | null;
  readonly liquidity_after: string | null;
  readonly reserve_after: string | null;
  readonly share_percent_after: string | null;
  readonly from_wallet_after: string | null;
  readonly to_wallet_after: string | null;
  readonly note: string | null;
}

/** Reads the common facts out of any payload. */
export function eventFacts(event: Pick<EventRow, "payload">): EventFacts {
  const text = (value: Json | undefined, name: string): string | null => {
    const member = isRecord(value) ? value[name] : undefined;
    return typeof member === "string" ? member : null;
  };
  const of = (name: string): string | null => text(event.payload, name);
  const after = isRecord(event.payload) ? event.payload.balances_after : null;
  return {
    pool_id: of("pool_id"),
    asset: of("asset"),
    from_wallet: of("from_wallet") ?? of("wallet_id"),
    to_wallet: of("to_wallet"),
    state: of("to_state") ?? of("to_stage") ?? of("to") ?? of("vote") ?? of("verdict"),
    amount: of("amount") ?? of("difference"),
    fee: of("fee"),
    liquidity_after: text(after, "liquidity"),
    reserve_after: text(after, "reserve"),
    share_percent_after: text(after, "share_percent"),
    from_wallet_after: text(after, "from_wallet"),
    to_wallet_after: text(after, "to_wallet"),
    note: of("note") ?? of("reason") ?? of("message"),
  };
}

/** First line of the table. */
export const CSV_HEADER = `${COLUMNS.join(",")}\r\n`;

/** One line (RFC 4180). An amount of an asset that is not in `assets` is left in base units, and says so. */
export function csvLine(event: EventRow, assets: ReadonlyMap<AssetId, Asset>): string {
  const facts = eventFacts(event);
  const amount = (units: string | null): string => printUnits(units, facts.asset, assets);
  return csvRow([
    ...[event.seq === null ? "" : String(event.seq), new Date(event.at).toISOString(), event.type ?? "", event.kind],
    ...[event.actor, event.ref, facts.pool_id ?? "", facts.asset ?? "", facts.from_wallet ?? "", facts.to_wallet ?? ""],
    ...[facts.state ?? "", amount(facts.amount), amount(facts.fee), amount(facts.liquidity_after)],
    ...[amount(facts.reserve_after), amount(facts.from_wallet_after), amount(facts.to_wallet_after), facts.note ?? ""],
  ]);
}

/** One line (RFC 4180) that a spreadsheet reads as data. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

function printUnits(units: string | null, asset_id: AssetId | null, assets: ReadonlyMap<AssetId, Asset>): string {
  if (units === null || !/^-?\d+$/.test(units)) return units ?? "";
  const asset = asset_id === null ? undefined : assets.get(asset_id);
  return asset === undefined ? `${units} base units` : printDecimal(BigInt(units), asset.decimals);
}

/** Quoted where needed. A cell that a spreadsheet would run as a formula gets an apostrophe; a negative number is none. */
function cell(value: string): string {
  const safe = /^[=+@\t\r]/.test(value) || /^-(?!\d+(\.\d+)?$)/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
