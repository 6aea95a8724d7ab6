/**
 * What became of transfers of collateral: once one has ended, its promise is closed in the books, whoever ended it; and a
 * settlement that its network takes back opens it again, so that it is closed by what comes of it then.
 */
import { TidegateError } from "../errors/index.ts";
import {
  credit,
  debit,
  feeAccount,
  isBooked,
  post,
  reversePosting,
  timesReopened,
  walletAccount,
} from "../ledger/index.ts";
import { type Tx, tables } from "../store/index.ts";
import {
  type CollateralDeps,
  getTransfer,
  messageOf,
  recordAlert,
  TERMINAL,
  type TransferRow,
} from "../transfers/index.ts";
import { loanAccount, posting } from "./books.ts";
import { getFacility } from "./change.ts";
import { countReturned } from "./deposits.ts";
import type { LendingDeps } from "./deps.ts";
import { adjustHeld } from "./held.ts";
import { changeLiquidation, getLiquidation } from "./liquidation.ts";
import { promisedAccount } from "./release.ts";
import { say } from "./say.ts";
import { PAY_OUT, tellSurplusWaits } from "./surplus.ts";
import type { CollateralMoveRow, FacilityRow } from "./types.ts";

const OPEN_MAX = 1_000;

/** Closes every move whose transfer has ended. */
export async function closeMoves(deps: LendingDeps): Promise<void> {
  const open = await deps.store.read("moves.open", (tx) =>
    tx.find(tables.collateralMove, {
      where: { state: "open" },
      order_by: [
        ["at", "asc"],
        ["transfer_id", "asc"],
      ],
      limit: OPEN_MAX,
    }),
  );
  for (const { transfer_id, facility_id } of open) {
    try {
      await deps.store.tx("move.close", (tx) => closeMove(tx, deps, transfer_id));
    } catch (error) {
      // One that cannot be closed keeps no other waiting, and is tried again.
      if (!(error instanceof TidegateError)) throw error;
      deps.log.error(
        { facility: facility_id, transfer: transfer_id, cause: messageOf(error) },
        "A move is not closed.",
      );
    }
  }
}

async function closeMove(tx: Tx, deps: LendingDeps, transfer_id: string): Promise<void> {
  const move = await tx.get(tables.collateralMove, { transfer_id });
  const transfer = await getTransfer(tx, transfer_id);
  if (move?.state !== "open" || !TERMINAL.has(transfer.state)) return;
  const row = await getFacility(tx, move.facility_id);
  const moved = transfer.state === "settled";
  const closing = { row, move, keys: keysOf(transfer_id, await timesReopened(tx, transfer_id)) };
  await tx.update(tables.collateralMove, { transfer_id }, { state: moved ? "done" : "undone" }, { state: "open" });
  await (moved ? closeMoved(tx, deps, closing, transfer) : undo(tx, deps, closing, transfer));
  if (move.kind === "return") await countReturned(tx, deps, row.id, transfer);
}

interface Keys {
  readonly moved: string;
  readonly back: string;
}

/** Of the postings of one end; each settlement that was taken back has had keys of its own. */
function keysOf(transfer_id: string, times: number): Keys {
  const again = times === 0 ? "" : `/${times + 1}`;
  return { moved: `collateral/${transfer_id}/moved${again}`, back: `collateral/${transfer_id}/back${again}` };
}

interface Closing {
  readonly row: FacilityRow;
  readonly move: CollateralMoveRow;
  readonly keys: Keys;
}

/** What a settled move did to the counted collateral and to what waits to be sold. */
function effectOf(
  { kind, promised }: Pick<CollateralMoveRow, "kind" | "promised">,
  transfer: Pick<TransferRow, "amount" | "amount_received" | "fee_actual">,
) {
  const received = transfer.amount_received ?? transfer.amount;
  const fee = transfer.amount - received + (transfer.fee_actual ?? 0n);
  const unused = promised - received - fee;
  const rest = unused > 0n ? unused : 0n;
  switch (kind) {
    case "release":
      return { received, fee, back: rest, by: rest, selling_by: 0n, what: "released" };
    case "sale":
      return { received, fee, back: rest, by: rest, selling_by: received - promised, what: "at_the_market" };
    case "return":
      return { received, fee, back: received, by: received, selling_by: -received - fee, what: "came_back" };
    case "surplus":
      return { received, fee, back: 0n, by: 0n, selling_by: 0n, what: "surplus_paid" };
  }
}

/** Nothing moved: it counts again. What was to go home stays at the market, and a surplus in the books until people pay it out. */
async function undo(tx: Tx, deps: LendingDeps, closing: Closing, { state }: TransferRow): Promise<void> {
  const { row, move } = closing;
  const { transfer_id: ref, asset, promised, kind } = move;
  if (kind === "surplus") {
    const waits = `${say(deps.config, asset, promised)} that a sale brought more than ${row.reference} owed are not paid: their transfer ${ref} to the borrower is ${state}. ${PAY_OUT}`;
    return tellSurplusWaits(tx, deps, row, waits, deps.clock.now());
  }
  if (kind === "return") return tellStillThere(tx, deps, row, move, state);
  await back(tx, deps, closing, promised);
  const selling_by = kind === "sale" ? -promised : 0n;
  await adjustHeld(tx, deps, row, { asset, by: promised, selling_by, what: "counts_again", ref, fact: true });
}

/** People had asked for its way home after the sale was over: nothing else tells that it came to nothing. */
async function tellStillThere(
  tx: Tx,
  deps: LendingDeps,
  { reference, id: ref }: FacilityRow,
  { liquidation_id, transfer_id }: CollateralMoveRow,
  state: TransferRow["state"],
): Promise<void> {
  const sale = liquidation_id === null ? null : await getLiquidation(tx, liquidation_id);
  if (sale === null || sale.ended_at === null) return;
  const what = say(deps.config, sale.asset, sale.at_market);
  const message = `${what} of ${reference} stay at the market: their way home ${transfer_id} is ${state}. People bring them home: \`liquidations bring-home ${sale.id}\`.`;
  await recordAlert(tx, deps, { code: "collateral_at_market", severity: "page", message, ref }, deps.clock.now());
}

/** What a settled way home took from the market, or gave back to it when its network took it back; nobody else counts it. */
async function countAtMarket(
  tx: Tx,
  deps: Pick<LendingDeps, "ids" | "clock">,
  row: FacilityRow,
  { kind, liquidation_id }: CollateralMoveRow,
  by: bigint,
): Promise<void> {
  if (kind !== "return" || liquidation_id === null) return;
  const sale = await getLiquidation(tx, liquidation_id);
  const left = sale.at_market + by;
  await changeLiquidation(tx, deps, row, sale, { at_market: left > 0n ? left : 0n });
}

/** What arrived leaves the promise, and so does the fee, which the borrower bears; what is left of the promise counts again. */
async function closeMoved(tx: Tx, deps: LendingDeps, closing: Closing, transfer: TransferRow): Promise<void> {
  const { row, move, keys } = closing;
  const { transfer_id: ref, asset, kind } = move;
  const { received, fee, back: counts, by, selling_by, what } = effectOf(move, transfer);
  const account = loanAccount(promisedAccount(kind), row.id, asset);
  const memo = { kind: `collateral_${kind}_moved`, ref: row.id, memo: ref, at: deps.clock.now() };
  const fees = credit(feeAccount(transfer.from_wallet, asset), fee);
  // A release arrives in the borrower's own wallet: what is there is no longer ours.
  const gone = kind === "release" || kind === "surplus" ? received : 0n;
  const lines = [debit(account, gone + fee), credit(walletAccount(transfer.to_wallet, asset), gone), fees];
  const input = posting({ key: keys.moved, ...memo, lines }, "fact");
  if (input !== null) await post(tx, deps.ids, input);
  if (counts > 0n) await back(tx, deps, closing, counts);
  if (kind === "surplus") return;
  const next = await adjustHeld(tx, deps, row, { asset, by, selling_by, what, ref, fact: true });
  await countAtMarket(tx, deps, next, move, selling_by);
}

async function back(tx: Tx, deps: LendingDeps, { row, move, keys }: Closing, amount: bigint): Promise<void> {
  const { transfer_id, asset, kind } = move;
  const input = posting({
    key: keys.back,
    ...{ kind: `collateral_${kind}_back`, ref: row.id, memo: transfer_id, at: deps.clock.now() },
    lines: [
      debit(loanAccount(promisedAccount(kind), row.id, asset), amount),
      credit(loanAccount("collateral", row.id, asset), amount),
    ],
  });
  if (input !== null) await post(tx, deps.ids, input);
}

/**
 * A move that was closed by a settlement is open again, in the transaction that takes the settlement back: its postings are
 * mirrored, and what it had let count or let go is as before. A sale that had begun waits for its collateral once more.
 */
export async function reopenMove(tx: Tx, deps: CollateralDeps, transfer: TransferRow): Promise<void> {
  const { id: transfer_id } = transfer;
  const move = await tx.get(tables.collateralMove, { transfer_id });
  if (move?.state !== "done") return;
  const at = deps.clock.now();
  const keys = keysOf(transfer_id, await timesReopened(tx, transfer_id));
  for (const key of [keys.back, keys.moved]) {
    if (await isBooked(tx, key)) await reversePosting(tx, deps.ids, { key, memo: "its network took it back", at });
  }
  await tx.update(tables.collateralMove, { transfer_id }, { state: "open" }, { state: "done" });
  const { asset, kind, liquidation_id } = move;
  const { by, selling_by } = effectOf(move, transfer);
  const row = await getFacility(tx, move.facility_id);
  const change = {
    asset,
    by: -by,
    selling_by: -selling_by,
    what: "taken_back_by_network",
    ref: transfer_id,
    fact: true,
  };
  const facility = kind === "surplus" ? row : await adjustHeld(tx, deps, row, change);
  await countAtMarket(tx, deps, facility, move, -selling_by);
  const message = `A move of ${row.reference}'s collateral (${kind}) had settled, and its network took it back; it is followed again.`;
  await recordAlert(tx, deps, { code: "collateral_move_reopened", severity: "page", message, ref: row.id }, at);
  if (kind !== "sale" || liquidation_id === null) return;
  const sale = await getLiquidation(tx, liquidation_id);
  if (sale.state !== "selling" || sale.transfer_id !== transfer_id) return;
  const note = "The network took the collateral's way to the market back.";
  await changeLiquidation(tx, deps, facility, sale, { state: "moving", at_market: 0n, note });
}
