/**
 * What comes into a collateral wallet. The movement that the venue lists is the only thing that books a deposit, once, by its own
 * id: a balance that is read early or late counts nothing twice. What does not fit is kept apart until a person says what it is.
 */
import type { WalletConfig } from "../config/types.ts";
import { credit, debit, post, walletAccount } from "../ledger/index.ts";
import { sayAmount } from "../money/index.ts";
import type { MovementRow, Tx } from "../store/index.ts";
import { tables } from "../store/index.ts";
import { type CollateralDeps, recordAlert, type TransferRow } from "../transfers/index.ts";
import { loanAccount, posting } from "./books.ts";
import { demandState, getFacility } from "./change.ts";
import type { LendingDeps } from "./deps.ts";
import { LendingError } from "./errors.ts";
import { adjustHeld } from "./held.ts";
import { ENDED, RELEASABLE } from "./position.ts";
import { looksReturned } from "./returned.ts";
import type { DepositProblem, DepositRow, FacilityRow } from "./types.ts";

/** Books a movement into a facility's wallet, in the transaction that records it. The id of its posting; null when it is empty. */
export async function bookDeposit(
  tx: Tx,
  deps: CollateralDeps,
  wallet: WalletConfig,
  movement: MovementRow,
  network: string | null = null,
): Promise<string | null> {
  const { facility_id = "" } = wallet;
  const row = await getFacility(tx, facility_id);
  const returned = await looksReturned(tx, row, movement);
  const problem = returned ? "own_return" : problemOf(row, wallet, movement, network);
  const now = deps.clock.now();
  const { wallet_id, movement_id, asset, amount: units, tx_hash, at } = movement;
  const deposit: DepositRow = {
    ...{ wallet_id, movement_id, facility_id, asset, units, tx_hash, at, booked_at: now },
    ...{ state: problem === null ? "posted" : "waiting", problem },
  };
  await tx.insert(tables.collateralDeposit, deposit);
  const to = loanAccount(problem === null ? "collateral" : "collateral_waiting", facility_id, asset);
  const input = posting(
    {
      key: `collateral/${wallet_id}/${movement_id}`,
      ...{ kind: "collateral_deposit", ref: facility_id, memo: wallet_id, at },
      lines: [debit(walletAccount(wallet_id, asset), units), credit(to, units)],
    },
    "fact",
  );
  const booked = input === null ? null : await post(tx, deps.ids, input);
  if (problem === null) await count(tx, deps, row, deposit, "deposited");
  else await keepApart(tx, deps, row, deposit);
  return booked?.posting.id ?? null;
}

/** Another asset came to the address of a collateral wallet: it is in no balance of ours, and people are told, once. */
export async function noteForeign(
  tx: Tx,
  deps: CollateralDeps,
  { facility_id = "" }: WalletConfig,
  { wallet_id, movement_id, asset, amount: units, tx_hash, at }: MovementRow,
): Promise<void> {
  const row = await getFacility(tx, facility_id);
  const deposit: DepositRow = {
    ...{ wallet_id, movement_id, facility_id, asset, units, tx_hash, at, booked_at: deps.clock.now() },
    ...{ state: "waiting", problem: "wrong_asset" },
  };
  if (await tx.insertIfAbsent(tables.collateralDeposit, deposit)) await tellApart(tx, deps, row, deposit);
}

/** A person says that a deposit which waits is collateral of this facility after all. */
export async function acceptDeposit(
  deps: LendingDeps,
  { wallet_id, movement_id }: Pick<DepositRow, "wallet_id" | "movement_id">,
  actor: string,
): Promise<DepositRow> {
  return deps.store.tx("collateral.accept", async (tx) => {
    const deposit = await tx.get(tables.collateralDeposit, { wallet_id, movement_id });
    if (deposit === undefined) throw new LendingError("deposit_not_found", `There is no deposit ${movement_id} there.`);
    if (deposit.state !== "waiting") return deposit;
    if (deposit.problem === "wrong_asset") {
      throw new LendingError("facility_invalid", "It is another asset than the facility takes; it can only go back.");
    }
    const row = await getFacility(tx, deposit.facility_id);
    if (await looksReturned(tx, row, { ...deposit, amount: deposit.units })) {
      throw new LendingError(
        "facility_wrong_state",
        "What a sale sends back is on its way; wait until that has arrived.",
      );
    }
    // After its end too: what came late is accepted so that it can be released.
    demandState(row, RELEASABLE, "it takes no collateral");
    return accept(tx, deps, row, deposit, actor);
  });
}

async function accept(
  tx: Tx,
  deps: CollateralDeps,
  row: FacilityRow,
  deposit: DepositRow,
  actor: string,
): Promise<DepositRow> {
  const { wallet_id, movement_id, facility_id, asset, units } = deposit;
  const input = posting({
    key: `collateral/${wallet_id}/${movement_id}/accepted`,
    ...{ kind: "collateral_accepted", ref: facility_id, memo: wallet_id, at: deps.clock.now() },
    lines: [
      debit(loanAccount("collateral_waiting", facility_id, asset), units),
      credit(loanAccount("collateral", facility_id, asset), units),
    ],
  });
  if (input !== null) await post(tx, deps.ids, input);
  const accepted = { ...deposit, state: "accepted" } as const;
  await tx.update(tables.collateralDeposit, { wallet_id, movement_id }, { state: "accepted" }, { state: "waiting" });
  await count(tx, deps, row, accepted, "accepted", actor);
  return accepted;
}

/** Deposits that could have been ours of one transfer; more are accepted by people. */
const LOOKALIKES_MAX = 100;

/**
 * What looked like our own return and was not: the transfer has ended, and its own movement is known by its hash, or nothing of it
 * moved. Where it settled without a hash nobody can tell the two apart, and people say.
 */
export async function countReturned(
  tx: Tx,
  deps: CollateralDeps,
  facility_id: string,
  { state, tx_hash, to_wallet }: Pick<TransferRow, "state" | "tx_hash" | "to_wallet">,
): Promise<void> {
  if (state === "settled" && tx_hash === null) return;
  const waiting = await tx.find(tables.collateralDeposit, {
    where: { facility_id, wallet_id: to_wallet, state: "waiting", problem: "own_return" },
    order_by: [
      ["at", "asc"],
      ["movement_id", "asc"],
    ],
    limit: LOOKALIKES_MAX,
  });
  for (const deposit of waiting) await accept(tx, deps, await getFacility(tx, facility_id), deposit, "daemon");
}

function count(tx: Tx, deps: CollateralDeps, row: FacilityRow, deposit: DepositRow, what: string, actor = "daemon") {
  const { asset, units: by, movement_id: ref } = deposit;
  return adjustHeld(tx, deps, row, { asset, by, what, ref, note: expectedNote(row, deposit), actor });
}

async function keepApart(tx: Tx, deps: CollateralDeps, row: FacilityRow, deposit: DepositRow): Promise<void> {
  const { asset, movement_id, problem } = deposit;
  const note = problem === null ? null : PROBLEMS[problem];
  await adjustHeld(tx, deps, row, { asset, by: 0n, what: "waiting", ref: movement_id, note });
  if (problem !== "own_return") await tellApart(tx, deps, row, deposit);
}

async function tellApart(tx: Tx, deps: CollateralDeps, row: FacilityRow, deposit: DepositRow): Promise<void> {
  const { asset, units, problem } = deposit;
  const note = problem === null ? null : PROBLEMS[problem];
  const message = `${sayAmount(deps.config.assets, asset, units)} came in for ${row.reference} and do not count: ${note ?? ""}`;
  const notice = { code: `collateral_${problem ?? "waiting"}`, severity: "warning", message, ref: row.id } as const;
  await recordAlert(tx, deps, notice, deps.clock.now());
}

export const PROBLEMS: Readonly<Record<DepositProblem, string>> = {
  below_minimum: "it is less than the facility takes at once",
  late: "the facility takes no collateral any more",
  wrong_asset: "the facility takes another asset",
  wrong_network: "it came over another network than was agreed",
  own_return: "it may be what a sale sent back, and is counted once that is known",
};

function problemOf(
  row: FacilityRow,
  wallet: WalletConfig,
  { asset, amount }: MovementRow,
  network: string | null,
): DepositProblem | null {
  const entry = row.terms.collateral.find((one) => one.asset === wallet.asset);
  if (entry === undefined || asset !== entry.asset) return "wrong_asset";
  if (ENDED.has(row.state)) return "late";
  if (network !== null && network !== entry.network) return "wrong_network";
  return amount < BigInt(entry.minimum) ? "below_minimum" : null;
}

/** How it stands against what the borrower said that he would bring. */
function expectedNote(row: FacilityRow, { asset, units }: DepositRow): string | null {
  const expected = BigInt(row.terms.collateral.find((one) => one.asset === asset)?.expected ?? "0");
  if (expected === 0n || row.state !== "awaiting_collateral") return null;
  const after = BigInt(row.held[asset] ?? "0") + units;
  if (after === expected) return "as expected";
  return after < expected ? "less than expected so far" : "more than expected";
}
