/** What became of transfers of collateral: once one has ended, its promise is closed in the books, whoever ended it. */
import { credit, debit, feeAccount, post, walletAccount } from "../ledger/index.ts";
import { type Tx, tables } from "../store/index.ts";
import { getTransfer, TERMINAL, type TransferRow } from "../transfers/index.ts";
import { loanAccount, posting } from "./books.ts";
import { getFacility } from "./change.ts";
import { adjustHeld } from "./deposits.ts";
import type { LendingDeps } from "./deps.ts";
import { promisedAccount } from "./release.ts";
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
  for (const { transfer_id } of open) {
    await deps.store.tx("move.close", async (tx) => {
      const move = await tx.get(tables.collateralMove, { transfer_id });
      const transfer = await getTransfer(tx, transfer_id);
      if (move?.state !== "open" || !TERMINAL.has(transfer.state)) return;
      const row = await getFacility(tx, move.facility_id);
      const moved = transfer.state === "settled";
      await tx.update(tables.collateralMove, { transfer_id }, { state: moved ? "done" : "undone" }, { state: "open" });
      await (moved ? closeMoved(tx, deps, row, move, transfer) : undo(tx, deps, row, move));
    });
  }
}

/** Nothing moved: it counts again. What was to go home stays at the market. */
async function undo(tx: Tx, deps: LendingDeps, row: FacilityRow, move: CollateralMoveRow): Promise<void> {
  const { transfer_id, asset, promised, kind } = move;
  if (kind === "return" || kind === "surplus") return;
  await back(tx, deps, row, move, promised);
  const selling_by = kind === "sale" ? -promised : 0n;
  await adjustHeld(tx, deps, row, { asset, by: promised, selling_by, what: "counts_again", ref: transfer_id });
}

/** What arrived leaves the promise, and so does the fee, which the borrower bears; what is left of the promise counts again. */
async function closeMoved(
  tx: Tx,
  deps: LendingDeps,
  row: FacilityRow,
  move: CollateralMoveRow,
  transfer: TransferRow,
): Promise<void> {
  const { transfer_id, asset, promised, kind } = move;
  const received = transfer.amount_received ?? transfer.amount;
  const fee = transfer.amount - received + (transfer.fee_actual ?? 0n);
  const account = loanAccount(promisedAccount(kind), row.id, asset);
  const at = deps.clock.now();
  const memo = { kind: `collateral_${kind}_moved`, ref: row.id, memo: transfer_id, at };
  const fees = credit(feeAccount(transfer.from_wallet, asset), fee);
  if (kind === "release" || kind === "surplus") {
    // It is the borrower's own wallet: what arrived there is no longer ours.
    const gone = credit(walletAccount(transfer.to_wallet, asset), received);
    const lines = [debit(account, received + fee), gone, fees];
    const input = posting({ key: `collateral/${transfer_id}/moved`, ...memo, lines }, "fact");
    if (input !== null) await post(tx, deps.ids, input);
  } else {
    const input = posting(
      { key: `collateral/${transfer_id}/moved`, ...memo, lines: [debit(account, fee), fees] },
      "fact",
    );
    if (input !== null) await post(tx, deps.ids, input);
  }
  if (kind === "return") {
    await back(tx, deps, row, move, received);
    const selling_by = -received - fee;
    await adjustHeld(tx, deps, row, { asset, by: received, selling_by, what: "came_back", ref: transfer_id });
    return;
  }
  if (kind === "surplus") return;
  const rest = promised - received - fee;
  if (rest > 0n) await back(tx, deps, row, move, rest);
  const what = kind === "release" ? "released" : "at_the_market";
  const selling_by = kind === "sale" ? received - promised : 0n;
  await adjustHeld(tx, deps, row, { asset, by: rest > 0n ? rest : 0n, selling_by, what, ref: transfer_id });
}

async function back(
  tx: Tx,
  deps: LendingDeps,
  row: FacilityRow,
  move: CollateralMoveRow,
  amount: bigint,
): Promise<void> {
  const { transfer_id, asset, kind } = move;
  const input = posting({
    key: `collateral/${transfer_id}/back`,
    ...{ kind: `collateral_${kind}_back`, ref: row.id, memo: transfer_id, at: deps.clock.now() },
    lines: [
      debit(loanAccount(promisedAccount(kind), row.id, asset), amount),
      credit(loanAccount("collateral", row.id, asset), amount),
    ],
  });
  if (input !== null) await post(tx, deps.ids, input);
}
