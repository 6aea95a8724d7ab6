/** How a world begins: a tenth of every asset on the hot side, the rest in custody. Later starts add what is new. */
import { divide, parseDecimal } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { Draft } from "./draft.ts";
import { FLOW_STEP_MS } from "./flows.ts";
import { scenarioOf } from "./scenarios.ts";
import type { AccountRow, Patch, WorldAccount, WorldConfig, WorldState } from "./types.ts";

/** Whole units at the beginning. */
const INITIAL_TOTALS: Readonly<Record<string, string>> = { USDT: "100000000", BTC: "4000", ETH: "40" };
const INITIAL_OTHER = "1000000";
/** One part of ten is hot. */
const PARTS = 10n;
/** One part in so many of a coin lies where it pays for a hot account's transactions. */
const GAS_PARTS = 1_000n;

/** Brings the state up to the configuration; `now` is the time of a new world, null for one that goes on. */
export function openingPatch(state: WorldState, config: WorldConfig, now: Instant | null): Patch {
  const at = now ?? state.at;
  const draft = new Draft(state, at);
  const filled = config.accounts.filter(({ empty }) => empty !== true);
  for (const asset of config.assets.values()) {
    const accounts = filled.filter((account) => account.asset === asset.id);
    const initial = parseDecimal(INITIAL_TOTALS[asset.id] ?? INITIAL_OTHER, asset.decimals);
    if (accounts.length === 0 || state.assets.has(asset.id)) {
      for (const account of accounts) if (!state.accounts.has(keyOf(account))) draft.addAccount(emptyAccount(account));
      continue;
    }
    draft.addAsset(emptyAsset(asset.id, initial));
    for (const account of accounts) {
      draft.addAccount(emptyAccount(account));
      open(draft, account, shareOfAccount(filled, account, initial));
    }
  }
  addEmpty(draft, state, config);
  return draft.patch({
    ...(now === null ? {} : { genesis_at: now, next_step_at: Math.ceil(now / FLOW_STEP_MS) * FLOW_STEP_MS }),
    ...(state.scenario === config.scenario ? {} : { scenario: scenarioOf(config.scenario).name, scenario_at: at }),
  });
}

/** Accounts that begin with nothing. */
function addEmpty(draft: Draft, state: WorldState, config: WorldConfig): void {
  for (const account of config.accounts) {
    if (account.empty === true && !state.accounts.has(keyOf(account))) draft.addAccount(emptyAccount(account));
  }
}

export function keyOf(account: WorldAccount): string {
  return `${account.venue}/${account.account}`;
}

function open(draft: Draft, account: WorldAccount, amount: bigint): void {
  if (amount === 0n) return;
  draft.move(keyOf(account), {
    direction: "in",
    amount,
    fee: 0n,
    reference: null,
    tx_hash: null,
    counterparty: "opening",
  });
}

/** Equal shares within each side; the first account of the last side takes what does not divide. */
function shareOfAccount(accounts: readonly WorldAccount[], account: WorldAccount, initial: bigint): bigint {
  const own = accounts.filter(({ asset }) => asset === account.asset);
  const holders = own.filter(({ purpose }) => purpose === undefined);
  if (holders.length === 0) return shareAmong(own, account, initial);
  // What pays for a hot account's transactions has some; deposit addresses, and what pays for theirs, begin empty.
  const gas = divide(initial, GAS_PARTS, "down");
  const fuelled = own.filter((one) => one.purpose === "gas" && servesHot(accounts, one));
  if (account.purpose !== undefined) return fuelled.includes(account) ? gas : 0n;
  return shareAmong(holders, account, initial - gas * BigInt(fuelled.length));
}

function servesHot(accounts: readonly WorldAccount[], { venue, account }: WorldAccount): boolean {
  return accounts.some((one) => one.hot && one.venue === venue && `${one.account}-gas` === account);
}

function shareAmong(accounts: readonly WorldAccount[], account: WorldAccount, initial: bigint): bigint {
  const side = accounts.filter((other) => other.hot === account.hot);
  const hot_part = accounts.some((other) => !other.hot) ? divide(initial, PARTS, "down") : initial;
  const reserve_part = accounts.some((other) => other.hot) ? initial - hot_part : initial;
  const part = account.hot ? hot_part : reserve_part;
  const each = divide(part, BigInt(side.length), "down");
  return account === side[0] ? part - each * BigInt(side.length - 1) : each;
}

export function emptyAccount({ venue, account, asset, hot, purpose, empty }: WorldAccount): AccountRow {
  return {
    ...{ key: `${venue}/${account}`, venue, account, asset, hot },
    ...(purpose === undefined ? {} : { purpose }),
    ...(empty === true ? { aside: true } : {}),
    ...{ total: 0n, held: 0n, incoming: 0n, height: 0, forgotten: 0 },
  };
}

function emptyAsset(asset: string, initial: bigint) {
  return {
    asset,
    initial,
    deposited: 0n,
    withdrawn: 0n,
    unserved: 0n,
    unserved_since: null,
    network_fees: 0n,
    sent_outside: 0n,
  };
}
