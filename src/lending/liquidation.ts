/** The row of a sale: read, changed with its event, and the questions that every step of it asks. */
import { emit } from "../audit/index.ts";
import type { CreditMarket } from "../config/types.ts";
import { rankOf } from "../credit/index.ts";
import type { Instant } from "../ports/index.ts";
import { type ReadTx, type Tx, tables } from "../store/index.ts";
import type { VenueMarket, VenueOrders } from "../venues/index.ts";
import { factsOf } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import { owedOf } from "./position.ts";
import type { FacilityRow, LiquidationRow, LiquidationState } from "./types.ts";

export const OPEN_SALES: readonly LiquidationState[] = ["planned", "moving", "selling", "returning"];

/** @throws LendingError liquidation_not_found */
export async function getLiquidation(tx: ReadTx, id: string): Promise<LiquidationRow> {
  const row = await tx.get(tables.liquidation, { id });
  if (row !== undefined) return row;
  throw new LendingError("liquidation_not_found", `There is no liquidation ${id}.`, { liquidation: id });
}

/** @throws LendingError facility_changed when somebody was faster */
export async function changeLiquidation(
  tx: Tx,
  deps: Pick<LendingDeps, "ids" | "clock">,
  facility: FacilityRow,
  row: LiquidationRow,
  patch: Partial<LiquidationRow>,
  actor = "daemon",
): Promise<LiquidationRow> {
  const now = deps.clock.now();
  const full = { ...patch, updated_at: now, version: row.version + 1 };
  if (!(await tx.update(tables.liquidation, { id: row.id }, full, { version: row.version }))) {
    throw new LendingError("facility_changed", `The liquidation ${row.id} changed meanwhile.`, { liquidation: row.id });
  }
  const next = { ...row, ...full };
  await recordLiquidation(tx, deps, facility, next, row.state, now, actor);
  return next;
}

export async function recordLiquidation(
  tx: Tx,
  deps: Pick<LendingDeps, "ids">,
  facility: FacilityRow,
  row: LiquidationRow,
  from_state: LiquidationState | null,
  at: Instant,
  actor = "daemon",
): Promise<void> {
  const { id: liquidation_id, state: to_state, asset, quote_asset, transfer_id, note } = row;
  await emit(tx, deps.ids, {
    kind: "liquidation.state",
    ref: facility.id,
    ...(actor === "daemon" ? { actor, at, type: "Auto-Pilot" as const } : { actor, at }),
    payload: {
      ...{ ...factsOf(facility), liquidation_id, from_state, to_state, asset, quote_asset, transfer_id, note },
      ...{ units: row.units.toString(), sold: row.sold.toString(), proceeds: row.proceeds.toString() },
      ...{ repaid: row.repaid.toString(), surplus: row.surplus.toString() },
      shortfall: facility.shortfall.toString(),
    },
  });
}

/** The loan no longer stands at its margin level: nothing more is sold. */
export function isCured(row: FacilityRow): boolean {
  return owedOf(row) === 0n || rankOf(row.stage) < rankOf("margin_call");
}

export interface Desk {
  readonly market: CreditMarket;
  readonly orders: VenueOrders;
  readonly listed: VenueMarket;
  readonly account: string;
}

/** The market where an asset is sold, as the venue lists it now; null where there is none. @throws VenueError */
export async function deskFor(deps: LendingDeps, asset: string): Promise<Desk | null> {
  const market = deps.config.credit?.liquidation.markets.find((one) => one.asset === asset);
  const orders = market === undefined ? undefined : deps.venues.get(market.venue)?.orders;
  const wallet = deps.config.wallets.find(({ id }) => id === market?.wallet);
  if (market === undefined || orders?.references_fills !== true || wallet === undefined) return null;
  const listed = (await orders.listMarkets()).find(
    ({ base, quote }) => base === market.asset && quote === market.quote,
  );
  return listed?.enabled === true ? { market, orders, listed, account: wallet.account } : null;
}
