/**
 * How unusual each withdrawal is for whom it is paid to. A counterparty, as the venue names it, stands for a customer: what is
 * remembered of it is one row, read and written when it acts, and forgotten half a year later. Features without a source here
 * (changed credentials) say nothing. Where venues name nobody, nobody is scored.
 */
import type { PoolConfig } from "../../config/types.ts";
import {
  type CustomerState,
  createCustomerState,
  createOffHoursState,
  createUsualSize,
  type Finding,
  learnUsualSize,
  type OffHoursState,
  observeAct,
  scoreCustomer,
  type UsualSize,
} from "../../detect/index.ts";
import { digestOf } from "../../digest/index.ts";
import { figureOf } from "../../outlook/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type Json, type MovementRow, type ReadTx, type Tx, tables } from "../../store/index.ts";

const DAY_MS = 86_400_000;
const NAME_HEX_DIGITS = 32;
const PREFIX = "customer:";
/** The character after ":"; names between the two are customers'. */
const PREFIX_END = "customer;";
export const CUSTOMER_MEMORY_MS = 180 * DAY_MS;

/** What is usual in the pool as a whole. */
export interface Habits {
  readonly hours: OffHoursState;
  readonly usual: UsualSize;
}

interface Known {
  first_at: Instant;
  readonly state: CustomerState;
}

export function createHabits(): Habits {
  return { hours: createOffHoursState(), usual: createUsualSize() };
}

/** Customers' movements that were not looked at yet, oldest first. */
export async function scoreCustomers(
  tx: Tx,
  pool: PoolConfig,
  habits: Habits,
  movements: readonly MovementRow[],
): Promise<Finding[]> {
  const known = new Map<string, Known>();
  const findings: Finding[] = [];
  for (const row of movements) {
    const off = row.direction === "out" ? observeAct(habits.hours, row.at, pool.id) : null;
    if (off !== null) findings.push(off);
    if (row.counterparty === null) continue;
    const name = nameOf(pool, row.counterparty);
    const customer = known.get(name) ?? (await readCustomer(tx, name, row.at));
    known.set(name, customer);
    if (row.direction === "out") findings.push(...scored(pool, habits, row, customer, off !== null));
  }
  for (const [name, customer] of known) {
    const value = customer as unknown as Json;
    const updated_at = Math.max(customer.state.last_at ?? 0, customer.first_at);
    await tx.upsert(tables.control, { name, value, version: 1, updated_at });
  }
  return findings;
}

function scored(
  { id, policy }: PoolConfig,
  { usual }: Habits,
  { at, amount, counterparty }: MovementRow,
  { first_at, state }: Known,
  off_hours: boolean,
): Finding[] {
  const size = figureOf(amount, policy.asset.decimals);
  const account_age_days = Math.max(0, at - first_at) / DAY_MS;
  const act = {
    ...{ at, size, account_age_days, off_hours, credentials_changed: false },
    // Paid to for the first time, whatever came from it.
    destination_known: state.withdrawals > 0,
    usual_size: usual.median,
    unit: policy.asset.id,
  };
  const { finding } = scoreCustomer(state, act, `${counterparty ?? "?"} (${id})`);
  learnUsualSize(usual, size);
  return finding === null ? [] : [finding];
}

function nameOf({ id }: PoolConfig, counterparty: string): string {
  return `${PREFIX}${id}:${digestOf("request", { counterparty }).slice(0, NAME_HEX_DIGITS)}`;
}

async function readCustomer(tx: ReadTx, name: string, at: Instant): Promise<Known> {
  const row = await tx.get(tables.control, { name });
  if (row === undefined) return { first_at: at, state: createCustomerState() };
  // A copy: observing changes a state in place, and a transaction may run twice.
  return structuredClone(row.value) as unknown as Known;
}

/** Names of customers that nobody saw for so long. */
export async function forgottenCustomers(tx: ReadTx, before: Instant, limit: number): Promise<string[]> {
  const rows = await tx.find(tables.control, {
    where: { name: { gte: PREFIX, lt: PREFIX_END }, updated_at: { lt: before } },
    order_by: [["name", "asc"]],
    limit,
  });
  return rows.map(({ name }) => name);
}
