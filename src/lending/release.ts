/**
 * Collateral goes back to its borrower: a transfer like any other, out of custody, under its quorum, to the address that people
 * approved with the facility. What is promised does not count from the moment it is planned; it is never so much that the loan
 * would be above its initial requirement, and that is looked at again until it is sent.
 */
import { type Collateral, exactValue, ltvFrom } from "../credit/index.ts";
import { digestOf } from "../digest/index.ts";
import { credit, debit, post } from "../ledger/index.ts";
import { amountText, compareRatios } from "../money/index.ts";
import { type Tx, tables } from "../store/index.ts";
import {
  cancelTransfer,
  getTransfer,
  planTransfer,
  TransferError,
  type TransferRow,
  UNSENT,
} from "../transfers/index.ts";
import { type LoanAccountKind, loanAccount, posting } from "./books.ts";
import { demandState, getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import { adjustHeld } from "./held.ts";
import { readMoveTerms, sendAll, sendPart } from "./move_fee.ts";
import { placeId, releaseWay, returnWalletId } from "./places.ts";
import { holdingsOf, owedOf, pricesFor, RELEASABLE } from "./position.ts";
import { levelsIn } from "./terms.ts";
import type { CollateralDoc, CollateralMoveRow, FacilityRow, MoveKind } from "./types.ts";

export interface ReleaseDraft {
  readonly facility_id: string;
  readonly asset: string;
  /** Base units that the borrower gets, the fee of the network on top; `all`: everything that is held, less that fee. */
  readonly units: bigint | "all";
  readonly reason: string;
  /** `person:<id>`; never counted. */
  readonly initiator: string;
  /** The same key is the same release. */
  readonly key: string;
}

const ID_HEX_DIGITS = 32;
const MOVES_MAX = 1_000;

/**
 * Plans the transfer and takes what it needs off the counted collateral, in one transaction.
 * @throws LendingError facility_ltv_too_high, facility_price_untrusted, facility_collateral_missing, facility_amount_unsendable;
 * TransferError; AuthorityError; VenueError
 */
export async function releaseCollateral(deps: LendingDeps, draft: ReleaseDraft): Promise<TransferRow> {
  const { facility_id, asset, units, initiator, key, reason } = draft;
  const id = `trf_${digestOf("request", { initiator, key, facility_id }).slice(0, ID_HEX_DIGITS)}`;
  const before = await deps.store.read("collateral.release", async (tx) => ({
    known: await tx.get(tables.transfer, { id }),
    row: await getFacility(tx, facility_id),
  }));
  if (before.known !== undefined) return sameRelease(before.known, draft);
  const entry = entryOf(before.row, asset);
  const offered = await readMoveTerms(deps, placeId(before.row.id, asset), entry.network);
  return deps.store.tx("collateral.release", async (tx) => {
    const known = await tx.get(tables.transfer, { id });
    if (known !== undefined) return sameRelease(known, draft);
    const row = await getFacility(tx, facility_id);
    demandState(row, RELEASABLE, "nothing is released");
    const sendable =
      units === "all" ? sendAll(entry, offered, spendableOf(row, asset)) : sendPart(entry, offered, units);
    return planRelease(tx, deps, row, { id, asset, ...sendable, reason, initiator });
  });
}

/** @throws TransferError transfer_key_reused */
function sameRelease(known: TransferRow, { asset, units }: ReleaseDraft): TransferRow {
  if (known.asset === asset && (units === "all" || known.amount === units)) return known;
  throw new TransferError("transfer_key_reused", "This key was used for another release; use a new key.", {
    transfer: known.id,
  });
}

function entryOf({ reference, terms }: FacilityRow, asset: string): CollateralDoc {
  const entry = terms.collateral.find((one) => one.asset === asset);
  if (entry === undefined) throw new LendingError("facility_invalid", `${reference} holds no ${asset}.`);
  return entry;
}

interface PlannedRelease extends Pick<ReleaseDraft, "asset" | "reason" | "initiator"> {
  readonly id: string;
  readonly units: bigint;
  readonly fee_max: bigint;
  readonly substitution?: NonNullable<TransferRow["plan"]["substitution"]>;
}

/** Plans it in this transaction. @throws as `releaseCollateral` */
export async function planRelease(
  tx: Tx,
  deps: LendingDeps,
  row: FacilityRow,
  { id, asset, units, fee_max, reason, initiator, substitution }: PlannedRelease,
): Promise<TransferRow> {
  if (units <= 0n) throw new LendingError("facility_invalid", "An amount above zero is needed.");
  if (row.liquidation_id !== null) {
    throw new LendingError("facility_wrong_state", `${row.reference} is being liquidated: nothing is released.`);
  }
  const entry = entryOf(row, asset);
  demandInitial(deps, row, holdingsOf(row), asset, units + fee_max);
  const transfer = await planTransfer(tx, deps, {
    ...{ id, pool_id: releaseWay(row.id, asset), from_wallet: placeId(row.id, asset) },
    ...{ to_wallet: returnWalletId(row.id, asset), network: entry.network, amount: units, fee_max },
    ...{ cause: "manual", reason, decision_id: null, initiator, ...(substitution ? { substitution } : {}) },
  });
  await promise(tx, deps, row, { transfer, kind: "release", liquidation_id: null, actor: initiator });
  return transfer;
}

interface PromiseInput {
  readonly transfer: TransferRow;
  readonly kind: MoveKind;
  readonly liquidation_id: string | null;
  readonly actor: string;
  readonly patch?: Partial<FacilityRow>;
}

const PROMISED: Readonly<Record<MoveKind, LoanAccountKind>> = {
  release: "collateral_leaving",
  sale: "collateral_selling",
  return: "collateral_selling",
  surplus: "loan_proceeds",
};

/** What a planned transfer will take is no longer counted. */
export async function promise(
  tx: Tx,
  deps: LendingDeps,
  row: FacilityRow,
  { transfer, kind, liquidation_id, actor, patch = {} }: PromiseInput,
): Promise<FacilityRow> {
  const { id: transfer_id, asset } = transfer;
  const promised = transfer.amount + transfer.fee_max;
  const at = deps.clock.now();
  const move: CollateralMoveRow = {
    ...{ transfer_id, facility_id: row.id, asset, kind, liquidation_id, promised, state: "open", at },
  };
  await tx.insert(tables.collateralMove, move);
  const input = posting({
    key: `collateral/${transfer_id}/promised`,
    ...{ kind: `collateral_${kind}`, ref: row.id, memo: transfer_id, at },
    lines: [
      debit(loanAccount("collateral", row.id, asset), promised),
      credit(loanAccount(PROMISED[kind], row.id, asset), promised),
    ],
  });
  if (input !== null) await post(tx, deps.ids, input);
  const what = kind === "sale" ? "promised_to_a_sale" : "promised_back";
  const selling_by = kind === "sale" ? promised : 0n;
  return adjustHeld(tx, deps, row, { asset, by: -promised, selling_by, what, ref: transfer_id, actor, patch });
}

export function promisedAccount(kind: MoveKind): LoanAccountKind {
  return PROMISED[kind];
}

export const OVERTAKEN = "Without it the loan would be above its initial requirement now.";

/** Releases that the price has overtaken are taken back while nothing of them was sent. */
export async function withdrawOvertaken(deps: LendingDeps): Promise<void> {
  const open = await deps.store.read("releases.open", (tx) =>
    tx.find(tables.collateralMove, {
      where: { state: "open" },
      order_by: [["transfer_id", "asc"]],
      limit: MOVES_MAX,
    }),
  );
  for (const { transfer_id, facility_id } of open.filter(({ kind }) => kind === "release")) {
    const overtaken = await deps.store.read("release.look", async (tx) => {
      const transfer = await getTransfer(tx, transfer_id);
      return UNSENT.has(transfer.state) && !keepsInitial(deps, await getFacility(tx, facility_id));
    });
    if (overtaken) await cancelTransfer(deps, transfer_id, "daemon", OVERTAKEN);
  }
}

/**
 * `units` of `asset` may leave what is then held.
 * @throws LendingError facility_collateral_missing, facility_price_untrusted, facility_ltv_too_high
 */
export function demandInitial(
  deps: Pick<LendingDeps, "prices">,
  row: FacilityRow,
  holdings: readonly Collateral[],
  asset: string,
  units: bigint,
): void {
  const spendable = spendableOf(row, asset);
  if (spendable < units) {
    const { decimals } = entryOf(row, asset);
    const [held, asked] = [spendable, units].map((some) => amountText({ id: asset, decimals }, some));
    const message = `${row.reference} holds ${held} that may leave, less than ${asked}, which is that and its highest fee.`;
    throw new LendingError("facility_collateral_missing", message, { facility: row.id });
  }
  if (owedOf(row) === 0n) return;
  const { trust } = pricesFor(deps.prices, holdings, row.currency);
  if (trust !== "act") {
    throw new LendingError("facility_price_untrusted", "The prices are not trusted now: nothing is released on them.");
  }
  if (keepsInitial(deps, row, without(holdings, asset, units))) return;
  throw new LendingError("facility_ltv_too_high", "After it the loan would be above its initial requirement.", {
    facility: row.id,
  });
}

/** What is there of it and not promised to anything. */
function spendableOf({ held, missing }: Pick<FacilityRow, "held" | "missing">, asset: string): bigint {
  return BigInt(held[asset] ?? "0") - BigInt(missing[asset] ?? "0");
}

function without(holdings: readonly Collateral[], asset: string, units: bigint): readonly Collateral[] {
  return holdings.map((one) => (one.asset.id === asset ? { ...one, units: one.units - units } : one));
}

/** Whether the loan with these holdings keeps its initial requirement; without trusted prices it does not. */
function keepsInitial(
  deps: Pick<LendingDeps, "prices">,
  row: FacilityRow,
  holdings: readonly Collateral[] = holdingsOf(row),
): boolean {
  const owed = owedOf(row);
  if (owed === 0n) return true;
  const { trust, prices } = pricesFor(deps.prices, holdings, row.currency);
  if (trust !== "act") return false;
  const ltv = ltvFrom(owed, exactValue(holdings, prices));
  return ltv.state === "ratio" && compareRatios(ltv.ratio, levelsIn(row.terms).initial) <= 0;
}
