/** What the servers of all venues share: options, amounts on the wire, a page of history. */
import { type Asset, type AssetId, parseDecimal, printDecimal } from "../money/index.ts";
import type { Clock } from "../ports/index.ts";
import type { Route, ServerOptions } from "./http/index.ts";
import type { AccountRow, MovementRow } from "./types.ts";
import type { World } from "./world.ts";

const PAGE_MAX = 500;

export interface VenueServerOptions {
  readonly venue_id: string;
  readonly world: World;
  readonly clock: Clock;
  readonly key_id: string;
  readonly secret: string;
  readonly status: () => unknown;
  /** A free port when left out. */
  readonly port?: number;
}

/** The part of a server's options that is the same for every venue. */
export function serverBase(options: VenueServerOptions): Pick<ServerOptions, "name" | "clock" | "before" | "port"> {
  return {
    name: options.venue_id,
    clock: options.clock,
    before: () => options.world.advance(options.clock.now()),
    ...(options.port === undefined ? {} : { port: options.port }),
  };
}

/**
 * What anybody can see of an account on the sandbox's public chain, asked without a key: a second party beside the venue that keeps
 * it. Exchanges have none; their customers' coins lie together.
 */
export function explorerRoute({ world, venue_id }: VenueServerOptions): Route {
  return {
    method: "GET",
    pattern: EXPLORER,
    run: ({ parts }) => {
      const row = world.account(venue_id, parts[0] ?? "");
      if (!row) return { status: 404, body: { error: { code: "NOT_FOUND", message: "There is no such account." } } };
      const balance = accountPrinter(world, row)(row.total);
      return { status: 200, body: { asset: row.asset, balance, height: String(row.height), time: world.at } };
    },
  };
}

/** Public: no key opens it and none is asked for. */
export const EXPLORER = /^\/explorer\/([^/]+)$/;

export function printerOf(world: World, asset: AssetId): (units: bigint) => string {
  const decimals = world.assetOf(asset)?.decimals ?? 0;
  return (units) => printDecimal(units, decimals);
}

export function accountPrinter(world: World, row: AccountRow): (units: bigint) => string {
  return printerOf(world, row.asset);
}

/** Amount and fee limit of a request; null when one is not a decimal of the asset. */
export function readAmounts(
  asset: Asset,
  amount: string,
  fee_limit: string,
): { readonly amount: bigint; readonly fee_limit: bigint } | null {
  try {
    return { amount: parseDecimal(amount, asset.decimals), fee_limit: parseDecimal(fee_limit, asset.decimals) };
  } catch {
    return null;
  }
}

export interface HistoryPage {
  readonly movements: readonly MovementRow[];
  /** Sequence to ask from next. */
  readonly next: string;
  readonly more: boolean;
}

/** The page a query asks for with `after` and `limit`; null when that part of the history is no longer kept. */
export function readPage(world: World, row: AccountRow, query: URLSearchParams): HistoryPage | null {
  const after = wholeNumber(query.get("after"), 0);
  const limit = Math.min(PAGE_MAX, Math.max(1, wholeNumber(query.get("limit"), PAGE_MAX)));
  const movements = world.movements(row.key, after, limit);
  if (!movements) return null;
  const next = movements.at(-1)?.seq ?? after;
  return { movements, next: String(next), more: next < row.height };
}

function wholeNumber(text: string | null, otherwise: number): number {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : otherwise;
}
