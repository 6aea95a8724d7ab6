/**
 * Gas wallets and deposit addresses as pools. What a level would be to a pool with a band is written down as sums of the
 * least cost, for the picture alone: the rule looks at each wallet by itself.
 */
import type { Asset } from "../money/index.ts";
import { LEVEL_NAMES, type Level, type LevelName, type PoolPolicy, policyDigest } from "../policy/index.ts";
import type { ResolveContext } from "./context.ts";
import type { Path } from "./document.ts";
import type { DepositPoolEntry, GasPoolEntry } from "./schema.ts";
import type { PoolConfig } from "./types.ts";
import { parseAmount, parseDuration, parseShare } from "./values.ts";

const UNKNOWN_ASSET_DECIMALS = 18;

interface TaskContext<Entry> extends ResolveContext {
  readonly pool: Entry;
  readonly path: Path;
  readonly asset: Asset;
}

export function resolveTaskPools(context: ResolveContext): PoolConfig[] {
  const { file, checker } = context;
  const ids = [...file.pools, ...file.gas_pools, ...file.deposit_pools].map(({ id }) => id);
  if (file.gas_pools.length + file.deposit_pools.length > 0) checker.unique(["pools"], "pool", ids);
  checkMembers(context);
  checkCircles(context);
  return [
    ...file.gas_pools.map((pool, at) => gasPool(inner(context, pool, ["gas_pools", at]))),
    ...file.deposit_pools.map((pool, at) => depositPool(inner(context, pool, ["deposit_pools", at]))),
  ];
}

function inner<Entry extends GasPoolEntry | DepositPoolEntry>(
  context: ResolveContext,
  pool: Entry,
  path: Path,
): TaskContext<Entry> {
  const { checker, assets } = context;
  checker.refers([...path, "asset"], "asset", pool.asset, [...assets.keys()]);
  return {
    ...context,
    pool,
    path,
    asset: assets.get(pool.asset) ?? { id: pool.asset, decimals: UNKNOWN_ASSET_DECIMALS },
  };
}

function gasPool(context: TaskContext<GasPoolEntry>): PoolConfig {
  const { checker, pool, path } = context;
  const amount = amountsOf(context);
  const liquidity = [...pool.wallets, ...pool.on_demand];
  const transaction_cost = amount(["transaction_cost"], pool.transaction_cost);
  const wallet_max = amount(["wallet_max"], pool.wallet_max);
  if (liquidity.length === 0) {
    checker.problem([...path, "wallets"], "config_missing_key", "A gas pool needs wallets to supply.");
  }
  if (pool.target <= pool.low) {
    checker.problem([...path, "target"], "config_levels_out_of_order", "target must be above low.");
  }
  if (transaction_cost <= 0n || wallet_max < transaction_cost * BigInt(pool.low)) {
    const message = "transaction_cost must be above zero, and wallet_max must hold `low` transactions at that cost.";
    checker.problem([...path, "wallet_max"], "config_limit_out_of_order", message);
  }
  checkWallets(context, [...pool.wallets], ["wallets"], ["gas"]);
  checkWallets(context, [...pool.on_demand], ["on_demand"], ["gas"]);
  checkWallets(context, pool.reserve, ["reserve"], ["hot", "warm", "gas"]);
  const times = (count: number): bigint => transaction_cost * BigInt(count * pool.wallets.length);
  const most = wallet_max * BigInt(pool.wallets.length);
  const levels = { emergency_low: times(1), low: times(pool.low), target: times(pool.target), high: most };
  const policy: PoolPolicy = {
    ...policyOf(context, { ...levels, emergency_high: most }, amount(["move_min"], pool.move_min), "to_liquidity"),
    move_max: amount(["move_max"], pool.move_max),
    wallet_floors: Object.fromEntries(
      Object.entries(pool.floors).map(([id, text]) => {
        checker.refers([...path, "floors", id], "source of this pool", id, pool.reserve);
        return [id, amount(["floors", id], text)];
      }),
    ),
    task: {
      ...{ kind: "gas", transactions_low: pool.low, transactions_target: pool.target, transaction_cost },
      ...{ fee_times: pool.fee_times, wallet_max, on_demand: pool.on_demand },
    },
  };
  return poolOf(context, policy, liquidity, pool.reserve);
}

function depositPool(context: TaskContext<DepositPoolEntry>): PoolConfig {
  const { checker, file, pool, path } = context;
  const amount = amountsOf(context);
  checkWallets(context, pool.deposits, ["deposits"], ["deposit"]);
  checkWallets(context, pool.into, ["into"], ["hot", "warm", "custody"]);
  const supplied = file.gas_pools.flatMap(({ wallets, on_demand }) => [...wallets, ...on_demand]);
  for (const [id, wallet] of Object.entries(pool.gas)) {
    checker.refers([...path, "gas", id], "deposit address of this pool", id, pool.deposits);
    checker.refers([...path, "gas", id], "wallet of a gas pool", wallet, supplied);
  }
  const sweep_min = amount(["sweep_min"], pool.sweep_min);
  const levels = { emergency_low: 0n, low: 0n, target: 0n, high: sweep_min, emergency_high: sweep_min };
  const policy: PoolPolicy = {
    ...policyOf(context, levels, 1n, "to_reserve"),
    move_max: amount(["sweep_max"], pool.sweep_max),
    task: { kind: "deposits", sweep_min, batch_max: pool.batch },
  };
  if (sweep_min <= 0n || policy.move_max < sweep_min) {
    const message = "sweep_min must be above zero and not above sweep_max.";
    checker.problem([...path, "sweep_min"], "config_limit_out_of_order", message);
  }
  return { ...poolOf(context, policy, pool.deposits, pool.into), gas: pool.gas };
}

function amountsOf({ checker, path, asset }: TaskContext<GasPoolEntry | DepositPoolEntry>) {
  return (at: Path, text: string): bigint => checker.attempt([...path, ...at], () => parseAmount(text, asset)) ?? 0n;
}

function policyOf(
  context: TaskContext<GasPoolEntry | DepositPoolEntry>,
  levels: Readonly<Record<LevelName, bigint>>,
  move_min: bigint,
  direction: "to_liquidity" | "to_reserve",
): PoolPolicy {
  const { checker, pool, path, asset } = context;
  const amount = amountsOf(context);
  const { fee, window } = pool;
  const window_ms = checker.attempt([...path, "window", "length"], () => parseDuration(window.length)) ?? 0;
  const amount_max = amount(["window", "amount_max"], window.amount_max);
  if (window_ms <= 0 || amount_max <= 0n) {
    const message = "A window needs a length and an amount above zero.";
    checker.problem([...path, "window"], "config_limit_out_of_order", message);
  }
  const level = (name: LevelName): Level => ({ kind: "amount", units: levels[name], text: "see the rule" });
  return {
    ...{ pool_id: pool.id, asset, floor: null, trigger: "at", return_to: "target", move_min, move_max: 0n },
    levels: Object.fromEntries(LEVEL_NAMES.map((name) => [name, level(name)])) as Record<LevelName, Level>,
    ...{ cooldown_ms: 0, dwell_ms: 0, fee_max: amount(["fee", "max"], fee.max) },
    fee_max_ppm: checker.attempt([...path, "fee", "max_share"], () => parseShare(fee.max_share)) ?? 0,
    windows: [{ direction, window_ms, amount_max, count_max: window.count_max }],
    ...{ wallet_floors: {}, wallet_caps: {}, fee_patience: null, priority: [], model: null },
  };
}

function poolOf(
  { pool, asset }: TaskContext<GasPoolEntry | DepositPoolEntry>,
  policy: PoolPolicy,
  liquidity: readonly string[],
  reserve: readonly string[],
): PoolConfig {
  const { id, networks } = pool;
  return { id, asset: asset.id, liquidity, reserve, networks, policy, policy_digest: policyDigest(policy) };
}

/** Of the pool's asset and of a kind that its part allows; custody never pays without a quorum, so it supplies nobody here. */
function checkWallets(
  context: TaskContext<GasPoolEntry | DepositPoolEntry>,
  ids: readonly string[],
  at: Path,
  kinds: readonly string[],
): void {
  const { file, checker, path, asset, pool } = context;
  const wallets = new Map(file.wallets.map((wallet) => [wallet.id, wallet]));
  ids.forEach((id, index) => {
    const here: Path = [...path, ...at, index];
    if (!checker.refers(here, "wallet", id, [...wallets.keys()])) return;
    const wallet = wallets.get(id);
    if (wallet?.asset !== asset.id) {
      const message = `The wallet "${id}" holds ${wallet?.asset ?? "nothing"} and cannot be in a pool of ${asset.id}.`;
      checker.problem(here, "config_wallet_misplaced", message);
    } else if (!kinds.includes(wallet.kind)) {
      const message = `The wallet "${id}" is of kind ${wallet.kind}; here it must be ${kinds.join(" or ")}.`;
      checker.problem(here, "config_wallet_misplaced", message);
    }
    // Nothing is sent to a deposit address; everything else here may receive.
    if (wallet?.kind === "deposit") return;
    if (!file.address_book.some((entry) => entry.wallet === id && pool.networks.includes(entry.network))) {
      const message = `The wallet "${id}" has no address on ${pool.networks.join(" or ")}; add one to address_book.`;
      checker.problem(here, "config_address_missing", message);
    }
  });
}

/** A gas wallet that supplies, over others, itself: the coin would go round and be used up by fees. */
function checkCircles({ file, checker }: ResolveContext): void {
  const suppliers = new Map(
    file.gas_pools.flatMap(({ wallets, on_demand, reserve }) => [...wallets, ...on_demand].map((id) => [id, reserve])),
  );
  const reaches = (from: string, id: string, seen: Set<string>): boolean =>
    (suppliers.get(from) ?? []).some((next) => {
      if (next === id) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, id, seen);
    });
  file.gas_pools.forEach((pool, at) => {
    pool.reserve.forEach((id, index) => {
      if (!reaches(id, id, new Set())) return;
      const message = `The wallet "${id}" would be supplied with what it supplied itself: the coin would go round in fees.`;
      checker.problem(["gas_pools", at, "reserve", index], "config_wallet_misplaced", message);
    });
  });
}

/** What is emptied or supplied by a rule is in no other pool: two rules would move the same money. */
function checkMembers({ file, checker }: ResolveContext): void {
  const owners = new Map<string, string>();
  for (const pool of file.pools) for (const id of [...pool.liquidity, ...pool.reserve]) owners.set(id, pool.id);
  const claim = (ids: readonly string[], path: Path, pool_id: string): void => {
    ids.forEach((id, at) => {
      const owner = owners.get(id);
      if (owner !== undefined) {
        const message = `The wallet "${id}" is already in the pool ${owner}; one pool keeps a wallet in balance.`;
        checker.problem([...path, at], "config_duplicate_id", message);
      }
      owners.set(id, pool_id);
    });
  };
  file.gas_pools.forEach((pool, at) => {
    claim(pool.wallets, ["gas_pools", at, "wallets"], pool.id);
    claim(pool.on_demand, ["gas_pools", at, "on_demand"], pool.id);
  });
  file.deposit_pools.forEach((pool, at) => {
    claim(pool.deposits, ["deposit_pools", at, "deposits"], pool.id);
  });
}
