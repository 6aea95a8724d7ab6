/** The lines of a posting before they are written: balance per asset, direction, and what a shortfall does. */
import { assert } from "../errors/index.ts";
import { accountId, NORMAL_SIDE } from "./accounts.ts";
import type { AccountRef, AccountRow, Line } from "./types.ts";

/** Most lines of one posting. */
export const LINES_MAX = 64;

export const debit = (account: AccountRef, amount: bigint): Line => ({ account, side: "debit", amount });
export const credit = (account: AccountRef, amount: bigint): Line => ({ account, side: "credit", amount });

/** The lines without those of amount zero, which a fee may be. */
export function nonZero(lines: readonly Line[]): Line[] {
  return lines.filter((line) => line.amount !== 0n);
}

/** True when the line lowers its account's balance. */
export function isDecrease(line: Line): boolean {
  return line.side !== NORMAL_SIDE[line.account.kind];
}

/** Crashes on an unbalanced posting: nobody outside can cause one. */
export function assertBalanced(lines: readonly Line[]): void {
  assert(lines.length >= 2 && lines.length <= LINES_MAX, `a posting has 2 to ${LINES_MAX} lines`);
  const sums = new Map<string, bigint>();
  for (const { account, side, amount } of lines) {
    assert(amount > 0n, "the amount of a line is above zero");
    sums.set(account.asset, (sums.get(account.asset) ?? 0n) + (side === "debit" ? amount : -amount));
  }
  for (const [asset, sum] of sums) assert(sum === 0n, `a posting does not balance in ${asset}: ${sum}`);
}

/** Increases before decreases, so that a posting that passes value through an account is judged by its outcome. */
export function inOrder(lines: readonly Line[]): Line[] {
  return [...lines.filter((line) => !isDecrease(line)), ...lines.filter(isDecrease)];
}

/**
 * The lines of a fact as the books can carry them: what goes beyond an account's balance goes to the owner's suspense account
 * instead, found (surplus) on the credit side, missing (shortfall) on the debit side; and what an account gains pays its
 * suspense back first. A venue may report a payment before the deposit that it was paid from: suspense carries the
 * difference over that moment and no longer. The posting stays balanced.
 */
export function linesOfFact(lines: readonly Line[], accounts: ReadonlyMap<string, AccountRow>): Line[] {
  const ids = lines.flatMap(accountsOfFact).map(accountId);
  const room = new Map(ids.map((id) => [id, accounts.get(id)?.posted ?? 0n]));
  const diverted = inOrder(lines).flatMap((line) => divertShortfall(line, room));
  return [...diverted, ...lines.flatMap((line) => payBack(line.account, room))];
}

/** The suspense account that carries what `account` lacks; null where nothing is carried. */
function suspenseAccount(account: AccountRef): AccountRef | null {
  const { owner, asset } = account;
  if (account.kind === "wallet") return { kind: "suspense_surplus", owner, asset };
  if (account.kind === "customers") return { kind: "suspense_shortfall", owner, asset };
  return null;
}

/** Every account that the line of a fact may look at or change. */
export function accountsOfFact(line: Line): AccountRef[] {
  const suspense = suspenseAccount(line.account);
  return [line.account, ...(suspense === null ? [] : [suspense]), ...(isDecrease(line) ? [beyond(line)] : [])];
}

function divertShortfall(line: Line, room: Map<string, bigint>): Line[] {
  const id = accountId(line.account);
  const before = room.get(id) ?? 0n;
  if (!isDecrease(line)) {
    room.set(id, before + line.amount);
    return [line];
  }
  const covered = line.amount < before ? line.amount : before;
  const rest = line.amount - covered;
  const other = beyond(line);
  room.set(id, before - covered);
  room.set(accountId(other), (room.get(accountId(other)) ?? 0n) + rest);
  return nonZero([
    { ...line, amount: covered },
    { ...line, account: other, amount: rest },
  ]);
}

/** Where a decrease goes on when its account is empty. Suspense stands for its account, so beyond it is that account again. */
function beyond(line: Line): AccountRef {
  const { kind, owner, asset } = line.account;
  if (kind === "suspense_surplus") return { kind: "wallet", owner, asset };
  if (kind === "suspense_shortfall") return { kind: "customers", owner, asset };
  return { kind: line.side === "credit" ? "suspense_surplus" : "suspense_shortfall", owner, asset };
}

function payBack(account: AccountRef, room: Map<string, bigint>): Line[] {
  const suspense = suspenseAccount(account);
  if (suspense === null) return [];
  const has = room.get(accountId(account)) ?? 0n;
  const owes = room.get(accountId(suspense)) ?? 0n;
  const amount = has < owes ? has : owes;
  if (amount <= 0n) return [];
  room.set(accountId(account), has - amount);
  room.set(accountId(suspense), owes - amount);
  return account.kind === "wallet"
    ? [debit(suspense, amount), credit(account, amount)]
    : [credit(suspense, amount), debit(account, amount)];
}
