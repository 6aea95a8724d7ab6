/**
 * Two-phase holds: placed when something is planned, then released by the posting that uses it, or voided. What is held stays in
 * the balance and is not available to other plans. Both ends are idempotent.
 */
import { assert } from "../errors/index.ts";
import type { Instant } from "../ports/index.ts";
import { type Tx, tables } from "../store/index.ts";
import { accountId, availableOf, NORMAL_SIDE } from "./accounts.ts";
import { LedgerError } from "./errors.ts";
import type { AccountRef, HoldRow } from "./types.ts";

export interface HoldInput {
  /** Chosen by the caller: the same id with the same content is the first result. */
  readonly id: string;
  readonly account: AccountRef;
  readonly amount: bigint;
  readonly ref: string;
  readonly at: Instant;
}

/** @throws LedgerError ledger_insufficient when the account's available balance does not cover it; ledger_key_reused */
export async function placeHold(tx: Tx, input: HoldInput): Promise<HoldRow> {
  assert(NORMAL_SIDE[input.account.kind] === "debit", "only what we have can be held");
  assert(input.amount > 0n, "a hold is above zero");
  const account_id = accountId(input.account);
  const known = await tx.get(tables.hold, { id: input.id });
  if (known) {
    if (known.account_id === account_id && known.amount === input.amount && known.ref === input.ref) return known;
    throw new LedgerError("ledger_key_reused", `The hold ${input.id} exists with another content.`, { hold: input.id });
  }
  const account = await tx.get(tables.account, { id: account_id });
  const available = account ? availableOf(account) : 0n;
  if (account === undefined || available < input.amount) {
    throw new LedgerError(
      "ledger_insufficient",
      `${account_id} has ${available} available, ${input.amount} are needed.`,
      {
        account: account_id,
        available: available.toString(),
        amount: input.amount.toString(),
      },
    );
  }
  const row: HoldRow = {
    id: input.id,
    account_id,
    amount: input.amount,
    state: "pending",
    ref: input.ref,
    at: input.at,
  };
  await tx.insert(tables.hold, row);
  await tx.update(tables.account, { id: account_id }, { held: account.held + input.amount });
  return row;
}

/** Gives what was held back. A second call changes nothing. @throws LedgerError ledger_hold_unknown, ledger_hold_closed */
export async function voidHold(tx: Tx, id: string): Promise<void> {
  const hold = await tx.get(tables.hold, { id });
  if (hold?.state === "voided") return;
  const { account_id, amount } = await readPendingHold(tx, id);
  const account = await tx.get(tables.account, { id: account_id });
  assert(account !== undefined && account.held >= amount, `the hold ${id} is in its account`);
  await tx.update(tables.hold, { id }, { state: "voided" });
  await tx.update(tables.account, { id: account_id }, { held: account.held - amount });
}

/** @throws LedgerError ledger_hold_unknown, ledger_hold_closed */
export async function readPendingHold(tx: Pick<Tx, "get">, id: string): Promise<HoldRow> {
  return pendingHold(await tx.get(tables.hold, { id }), id);
}

/** @throws LedgerError ledger_hold_unknown, ledger_hold_closed */
export function pendingHold(hold: HoldRow | undefined, id: string): HoldRow {
  if (hold === undefined) throw new LedgerError("ledger_hold_unknown", `There is no hold ${id}.`, { hold: id });
  if (hold.state === "pending") return hold;
  throw new LedgerError("ledger_hold_closed", `The hold ${id} is already ${hold.state}.`, { hold: id });
}
