/**
 * What the market's own list of movements says of an order: what was sold leaves the promise, what it brought waits to be applied. A
 * fill beyond what was promised is no fill of ours: it stays unexplained, which is a break of that wallet, and the order is held
 * until people have said what it was.
 */
import { credit, debit, post, walletAccount } from "../ledger/index.ts";
import { sayAmount } from "../money/index.ts";
import { type MovementRow, type Tx, tables } from "../store/index.ts";
import { type CollateralDeps, recordAlert } from "../transfers/index.ts";
import { loanAccount, posting } from "./books.ts";
import { getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { adjustHeld } from "./held.ts";
import { recordOrder } from "./orders.ts";
import type { CreditOrderRow, FacilityRow } from "./types.ts";

/** `posting_id`: null where nothing had to be posted. */
export type FillBooked = { readonly posting_id: string | null } | "beyond";

/** Books a movement that carries the reference of one of our orders; null when it is of no order. */
export async function bookFill(tx: Tx, deps: CollateralDeps, movement: MovementRow): Promise<FillBooked | null> {
  if (movement.reference === null) return null;
  const order = await tx.get(tables.creditOrder, { id: movement.reference });
  if (order === undefined) return null;
  const { wallet_id, movement_id, asset, amount, fee, direction, at } = movement;
  const sold = direction === "out" && asset === order.base;
  if (!sold && !(direction === "in" && asset === order.quote)) return null;
  const row = await getFacility(tx, order.facility_id);
  if (sold && amount + fee > BigInt(row.selling[asset] ?? "0")) {
    await holdOrder(tx, deps, row, order, amount + fee);
    return "beyond";
  }
  const wallet = walletAccount(wallet_id, asset);
  const lines = sold
    ? [debit(loanAccount("collateral_selling", row.id, asset), amount + fee), credit(wallet, amount + fee)]
    : [debit(wallet, amount), credit(loanAccount("loan_proceeds", row.id, asset), amount)];
  const input = posting(
    {
      key: `order/${order.id}/${wallet_id}/${movement_id}`,
      ...{ kind: sold ? "collateral_sold" : "sale_proceeds", ref: row.id, memo: order.id, at, lines },
    },
    "fact",
  );
  const seen = sold ? { seen_out: order.seen_out + amount + fee } : { seen_in: order.seen_in + amount };
  await tx.update(tables.creditOrder, { id: order.id }, { ...seen, updated_at: deps.clock.now() });
  if (sold)
    await adjustHeld(tx, deps, row, { asset, by: 0n, selling_by: -(amount + fee), what: "sold", ref: order.id });
  return { posting_id: input === null ? null : (await post(tx, deps.ids, input)).posting.id };
}

async function holdOrder(
  tx: Tx,
  deps: CollateralDeps,
  row: FacilityRow,
  order: CreditOrderRow,
  units: bigint,
): Promise<void> {
  const now = deps.clock.now();
  const note = `The venue names it for ${sayAmount(deps.config.assets, order.base, units)}, more than was promised to the sale: people have to say what they were.`;
  await tx.update(tables.creditOrder, { id: order.id }, { state: "held", note, updated_at: now });
  await recordOrder(tx, deps, row, { ...order, state: "held", note });
  await recordAlert(tx, deps, { code: "order_oversold", severity: "page", message: note, ref: row.id }, now);
}

/** A held order is taken as its movements show it, once people have explained what was beyond. True when it was. */
export async function settleHeld(deps: LendingDeps, { id }: Pick<CreditOrderRow, "id">): Promise<boolean> {
  return deps.store.tx("order.settle_held", async (tx) => {
    const order = await tx.get(tables.creditOrder, { id });
    if (order?.state !== "held") return order !== undefined;
    const [open] = await tx.find(tables.movement, { where: { reference: id, unexplained: true }, limit: 1 });
    if (open !== undefined) return false;
    const { seen_out: filled, seen_in: value } = order;
    const patch = { state: "filled", filled, value, fee: 0n, note: "People have explained it." } as const;
    await tx.update(tables.creditOrder, { id }, { ...patch, updated_at: deps.clock.now() }, { state: "held" });
    await recordOrder(tx, deps, await getFacility(tx, order.facility_id), { ...order, ...patch });
    return true;
  });
}
