/**
 * What is left of a sale that is over. Collateral at the market goes home, and what it brought beyond the debt goes to the borrower, as
 * transfers that people ask for, under the rules of every other; or people write down that they paid it to him otherwise.
 */
import { digestOf } from "../digest/index.ts";
import { credit, debit, equityAccount, isBooked, post } from "../ledger/index.ts";
import { type ReadTx, type Tx, tables } from "../store/index.ts";
import { findAddress, planTransfer, TransferError, type TransferRow } from "../transfers/index.ts";
import { loanAccount, posting } from "./books.ts";
import { getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import { changeLiquidation, getLiquidation } from "./liquidation.ts";
import { readMoveTerms, sendAll } from "./move_fee.ts";
import { checkReference } from "./payments.ts";
import { placeId, returnWalletId, surplusWay } from "./places.ts";
import { say } from "./say.ts";
import type { CollateralDoc, CollateralMoveRow, FacilityRow, LiquidationRow, MoveKind } from "./types.ts";

const MOVES_MAX = 100;
const ID_HEX_DIGITS = 32;

/** Base units that wait for people: of the collateral, and of what it was sold for. Zero while the sale works, and what is on its way. */
export interface Leftover {
  readonly at_market: bigint;
  readonly surplus: bigint;
}

export async function leftoverOf(tx: ReadTx, sale: LiquidationRow): Promise<Leftover> {
  if (sale.ended_at === null) return { at_market: 0n, surplus: 0n };
  const moves = await movesOf(tx, sale);
  const has = (kind: MoveKind, ...states: CollateralMoveRow["state"][]): boolean =>
    moves.some((move) => move.kind === kind && states.includes(move.state));
  const paid = has("surplus", "open", "done") || (await isBooked(tx, keyOf(sale)));
  return { at_market: has("return", "open") ? 0n : sale.at_market, surplus: paid ? 0n : sale.surplus };
}

function movesOf(tx: ReadTx, { id: liquidation_id, facility_id }: LiquidationRow): Promise<CollateralMoveRow[]> {
  return tx.find(tables.collateralMove, { where: { facility_id, liquidation_id }, limit: MOVES_MAX });
}

/** Of the posting that says it was paid otherwise. */
function keyOf({ id, facility_id }: Pick<LiquidationRow, "id" | "facility_id">): string {
  return `loan/${facility_id}/surplus/${id}`;
}

export interface LeftoverDraft {
  readonly liquidation_id: string;
  readonly reason: string;
  /** `person:<id>`; never counted. */
  readonly initiator: string;
  /** The same key is the same transfer. */
  readonly key: string;
}

/**
 * Plans the way home of what a sale left at the market, into the facility's own wallet.
 * @throws LendingError facility_wrong_state, facility_amount_unsendable; TransferError; AuthorityError; VenueError
 */
export function bringHome(deps: LendingDeps, draft: LeftoverDraft): Promise<TransferRow> {
  return move(deps, draft, "return");
}

/**
 * Plans what a sale brought beyond the debt to the borrower's own address, once more.
 * @throws as `bringHome`; LendingError facility_invalid where people approved no such address
 */
export function paySurplus(deps: LendingDeps, draft: LeftoverDraft): Promise<TransferRow> {
  return move(deps, draft, "surplus");
}

interface Way {
  readonly entry: CollateralDoc;
  readonly pool_id: string;
  readonly from_wallet: string;
  readonly to_wallet: string;
}

async function move(deps: LendingDeps, draft: LeftoverDraft, kind: "return" | "surplus"): Promise<TransferRow> {
  const { liquidation_id, reason, initiator, key } = draft;
  const id = `trf_${digestOf("request", { initiator, key, liquidation_id, kind }).slice(0, ID_HEX_DIGITS)}`;
  const seen = await deps.store.read("sale.left", async (tx) => {
    const sale = await getLiquidation(tx, liquidation_id);
    return { sale, row: await getFacility(tx, sale.facility_id), known: await tx.get(tables.transfer, { id }) };
  });
  if (seen.known !== undefined) return seen.known;
  const way = wayOf(deps, seen.row, seen.sale, kind);
  const offered = await readMoveTerms(deps, way.from_wallet, way.entry.network);
  return deps.store.tx(`sale.${kind}_again`, async (tx) => {
    const known = await tx.get(tables.transfer, { id });
    if (known !== undefined) return known;
    const sale = await getLiquidation(tx, liquidation_id);
    const units = await demandLeft(tx, sale, kind);
    const { units: amount, fee_max } = sendAll(way.entry, offered, units);
    const { pool_id, from_wallet, to_wallet, entry } = way;
    const transfer = await planTransfer(tx, deps, {
      ...{ id, pool_id, from_wallet, to_wallet, network: entry.network, amount, fee_max, cause: "manual" },
      ...{ reason, decision_id: null, initiator },
    });
    await tx.insert(tables.collateralMove, {
      ...{ transfer_id: id, facility_id: sale.facility_id, asset: entry.asset, kind, liquidation_id },
      ...{ promised: amount + fee_max, state: "open", at: deps.clock.now() },
    });
    return transfer;
  });
}

async function demandLeft(tx: Tx, sale: LiquidationRow, kind: "return" | "surplus"): Promise<bigint> {
  const { at_market, surplus } = await leftoverOf(tx, sale);
  const units = kind === "return" ? at_market : surplus;
  if (units > 0n) return units;
  const facts = { liquidation: sale.id };
  if (sale.ended_at === null)
    throw new LendingError("facility_wrong_state", `${sale.id} is still ${sale.state}.`, facts);
  const what =
    kind === "return" ? "Nothing of it stays at the market" : "Nothing that it brought beyond the debt waits";
  throw new LendingError("facility_wrong_state", `${what}, or it is on its way already.`, facts);
}

/** From where to where it goes. @throws LendingError facility_invalid where there is no such way */
export function wayOf(deps: LendingDeps, row: FacilityRow, sale: LiquidationRow, kind: "return" | "surplus"): Way {
  const { config } = deps;
  const asset = kind === "return" ? sale.asset : sale.quote_asset;
  const agreed = row.terms.collateral.find((one) => one.asset === asset);
  const market = config.credit?.liquidation.markets.find((one) => one.asset === sale.asset);
  const to_wallet = kind === "return" ? placeId(row.id, asset) : returnWalletId(row.id, asset);
  if (agreed === undefined || market === undefined || findAddress(config, to_wallet, agreed.network) === undefined) {
    const message =
      kind === "return"
        ? `The market of ${asset} or the wallet of ${row.reference} for it is not there any more.`
        : `No address of ${row.customer_id} for ${asset} was approved with ${row.reference}: pay it otherwise, and record that.`;
    throw new LendingError("facility_invalid", message, { liquidation: sale.id });
  }
  // It is the market that sends it, not the custodian of the terms.
  const entry = { ...agreed, venue: market.venue };
  return kind === "return"
    ? { entry, pool_id: to_wallet, from_wallet: market.wallet, to_wallet }
    : { entry, pool_id: surplusWay(row.id, asset), from_wallet: market.quote_wallet, to_wallet };
}

export interface PaidOtherwise {
  readonly liquidation_id: string;
  /** Of the bank or chain. */
  readonly reference: string;
  /** `person:<id>` */
  readonly source: string;
}

/**
 * The borrower got it beside our wallets: what is at the market is the lender's from then on. Recorded once.
 * @throws LendingError facility_wrong_state, facility_invalid; TransferError transfer_key_reused
 */
export async function recordSurplusPaid(deps: LendingDeps, draft: PaidOtherwise): Promise<LiquidationRow> {
  const { liquidation_id, reference, source } = draft;
  checkReference(reference);
  return deps.store.tx("sale.surplus_paid", async (tx) => {
    const sale = await getLiquidation(tx, liquidation_id);
    const row = await getFacility(tx, sale.facility_id);
    const note = `What it brought beyond the debt (${say(deps.config, sale.quote_asset, sale.surplus)}) was paid to ${row.customer_id} beside our wallets as ${reference}, says ${source.replace(/^person:/, "")}.`;
    if (await isBooked(tx, keyOf(sale))) {
      if (sale.note === note) return sale;
      throw new TransferError("transfer_key_reused", `It is recorded already: ${sale.note ?? ""}`, {
        liquidation: sale.id,
      });
    }
    const units = await demandLeft(tx, sale, "surplus");
    const input = posting({
      key: keyOf(sale),
      ...{ kind: "loan_surplus_paid", ref: row.id, memo: reference, at: deps.clock.now() },
      lines: [
        debit(loanAccount("loan_proceeds", row.id, sale.quote_asset), units),
        credit(equityAccount(sale.quote_asset), units),
      ],
    });
    if (input !== null) await post(tx, deps.ids, input);
    return changeLiquidation(tx, deps, row, sale, { note }, source);
  });
}
