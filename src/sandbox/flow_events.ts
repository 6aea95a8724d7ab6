/** One step of the customers: deposits are credited to the hot accounts, withdrawals are paid while there is balance. */
import { divide } from "../money/index.ts";
import { Draft } from "./draft.ts";
import { FLOW_STEP_MS, flowOfStep } from "./flows.ts";
import { payGas } from "./gas.ts";
import { between } from "./random.ts";
import type { Scenario } from "./scenarios.ts";
import { accountsOf, sum } from "./state.ts";
import type { AccountRow, AssetRow, Patch, WorldState } from "./types.ts";

/** How many customers of each asset come and go. */
const CUSTOMERS = 40;
/** Of what customers deposit, one part in so many comes to an address of its own. */
const ADDRESS_PART = 10n;

/** Who comes to an account in this step. */
type Customers = (account: AccountRow) => string;

/** The step that starts at `state.next_step_at`, for every asset. */
export function flowStep(state: WorldState, seed: number, scenario: Scenario): Patch {
  const step_at = state.next_step_at;
  const draft = new Draft(state, step_at);
  for (const row of state.assets.values()) {
    const accounts = accountsOf(state, row.asset);
    const hot = accounts.filter((account) => account.hot);
    payGas(state, draft, row, seed);
    // A coin that only pays for transactions has no customers.
    if (hot.length === 0 || accounts.some(({ purpose }) => purpose === "gas")) continue;
    const flow = flowOfStep({
      seed,
      scenario,
      asset: row.asset,
      genesis_at: state.genesis_at,
      scenario_at: state.scenario_at,
      step_at,
      initial: row.initial,
      total: totalOf(row) - sum(accounts.filter(({ aside }) => aside === true).map(({ total }) => total)),
    });
    const addresses = accounts.filter(({ purpose }) => purpose === "deposit");
    const own = addresses.length === 0 ? 0n : divide(flow.deposits, ADDRESS_PART, "down");
    const address = addresses[between(seed, `address/${row.asset}`, step_at / FLOW_STEP_MS, 0, addresses.length)];
    const customers: Customers = (account) =>
      `customer-${between(seed, `customer/${account.key}`, step_at / FLOW_STEP_MS, 1, CUSTOMERS + 1)}`;
    if (address !== undefined) credit(draft, row, [address], own, customers);
    credit(draft, row, hot, flow.deposits - own, customers);
    pay(draft, row, hot, flow.withdrawals, customers);
  }
  return draft.patch({ next_step_at: step_at + FLOW_STEP_MS });
}

/** What is owed to nobody else: everything that came in and has not gone out, minus what customers wait for. */
function totalOf(row: AssetRow): bigint {
  return row.initial + row.deposited - row.withdrawn - row.network_fees - row.sent_outside - row.unserved;
}

function credit(draft: Draft, row: AssetRow, hot: readonly AccountRow[], deposits: bigint, customers: Customers): void {
  const each = divide(deposits, BigInt(hot.length), "down");
  let left = deposits;
  for (const [index, account] of hot.entries()) {
    const share = index === hot.length - 1 ? left : each;
    left -= share;
    if (share > 0n) draft.move(account.key, customerMovement("in", share, customers(account)));
  }
  draft.asset(row.asset).deposited += deposits;
}

/** Pays what waits and what is new, from each hot account in proportion to what it can spend. */
function pay(draft: Draft, row: AssetRow, hot: readonly AccountRow[], withdrawals: bigint, customers: Customers): void {
  const asset = draft.asset(row.asset);
  const wanted = asset.unserved + withdrawals;
  const accounts = hot.map((account) => draft.account(account.key));
  const spendable = sum(accounts.map(free));
  const paid = min(wanted, spendable);
  let left = paid;
  for (const account of accounts) {
    const share = min(left, divide(paid * free(account), spendable === 0n ? 1n : spendable, "up"));
    left -= share;
    if (share > 0n) draft.move(account.key, customerMovement("out", share, customers(account)));
  }
  asset.withdrawn += paid;
  asset.unserved = wanted - paid;
  asset.unserved_since = asset.unserved === 0n ? null : (asset.unserved_since ?? draft.at);
}

function free(account: AccountRow): bigint {
  return account.total - account.held;
}

function customerMovement(direction: "in" | "out", amount: bigint, counterparty: string) {
  return { direction, amount, fee: 0n, reference: null, tx_hash: null, counterparty };
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
