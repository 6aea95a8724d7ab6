/** Pools and their policies. Nothing missing ever means "unlimited": every move, fee and window has its bound. */
import { type Asset, compareRatios } from "../money/index.ts";
import {
  LEVEL_NAMES,
  type Level,
  type LevelName,
  type ModelPolicy,
  type PoolPolicy,
  PROFILES,
  parseLevel,
  policyDigest,
  type WindowLimit,
} from "../policy/index.ts";
import type { ResolveContext } from "./context.ts";
import type { Path } from "./document.ts";
import type { PoolFileEntry } from "./schema.ts";
import type { PoolConfig } from "./types.ts";
import { parseAmount, parseDuration, parseShare } from "./values.ts";

const UNKNOWN_ASSET_DECIMALS = 18;

interface PoolContext extends ResolveContext {
  readonly pool: PoolFileEntry;
  readonly path: Path;
  readonly asset: Asset;
}

export function resolvePools(context: ResolveContext): PoolConfig[] {
  const { file, checker, assets } = context;
  checker.unique(
    ["pools"],
    "pool",
    file.pools.map((pool) => pool.id),
  );
  checkSharedWallets(context);
  return file.pools.map((pool, at): PoolConfig => {
    const path: Path = ["pools", at];
    checker.refers([...path, "asset"], "asset", pool.asset, [...assets.keys()]);
    const asset = assets.get(pool.asset) ?? { id: pool.asset, decimals: UNKNOWN_ASSET_DECIMALS };
    const inner: PoolContext = { ...context, pool, path, asset };
    checkMembers(inner);
    checkNetworks(inner);
    const policy = resolvePolicy(inner);
    const { id, liquidity, reserve, networks } = pool;
    const cap = velocityCap(inner);
    return {
      ...{ id, asset: asset.id, liquidity, reserve, networks, policy, policy_digest: policyDigest(policy) },
      ...(cap === null ? {} : { velocity_cap: cap }),
      ...payeesOf(inner),
      ...feedersOf(inner),
    };
  });
}

function payeesOf({ file, pool }: PoolContext): Pick<PoolConfig, "payees"> {
  const payees = file.payees.filter(({ asset }) => asset === pool.asset).map(({ id }) => id);
  return pool.direct_from_custody === undefined || payees.length === 0 ? {} : { payees };
}

function feedersOf({ file, pool }: PoolContext): Pick<PoolConfig, "fed_by"> {
  const fed_by = file.deposit_pools
    .filter(({ into }) => into.some((id) => pool.liquidity.includes(id)))
    .flatMap(({ deposits }) => deposits);
  return fed_by.length === 0 ? {} : { fed_by };
}

function velocityCap({ checker, pool, path, asset }: PoolContext): Required<PoolConfig>["velocity_cap"] | null {
  const cap = pool.velocity_cap;
  if (cap === undefined) return null;
  const here: Path = [...path, "velocity_cap"];
  const window_ms = checker.attempt([...here, "window"], () => parseDuration(cap.window)) ?? 0;
  const amount_max = checker.attempt([...here, "amount_max"], () => parseAmount(cap.amount_max, asset)) ?? 0n;
  if (window_ms === 0 || amount_max <= 0n) {
    checker.problem(here, "config_limit_out_of_order", "A velocity cap needs a length and an amount above zero.");
  }
  return { window_ms, amount_max };
}

/** One wallet is in one pool, on one side: else the same balance would be counted twice. */
function checkSharedWallets({ file, checker }: ResolveContext): void {
  const owners = new Map<string, string>();
  file.pools.forEach((pool, at) => {
    for (const side of ["liquidity", "reserve"] as const) {
      pool[side].forEach((wallet, index) => {
        const owner = owners.get(wallet);
        if (owner !== undefined) {
          const message = `The wallet "${wallet}" is already on the ${owner}; a wallet is in one pool, on one side.`;
          checker.problem(["pools", at, side, index], "config_duplicate_id", message);
        }
        owners.set(wallet, `${side} side of ${pool.id}`);
      });
    }
  });
}

function checkMembers({ file, checker, pool, path, asset }: PoolContext): void {
  const wallets = new Map(file.wallets.map((wallet) => [wallet.id, wallet]));
  for (const side of ["liquidity", "reserve"] as const) {
    pool[side].forEach((id, at) => {
      const here: Path = [...path, side, at];
      if (!checker.refers(here, "wallet", id, [...wallets.keys()])) return;
      const held = wallets.get(id)?.asset;
      if (held !== asset.id) {
        const message = `The wallet "${id}" holds ${held ?? "nothing"} and cannot be in a pool of ${asset.id}.`;
        checker.problem(here, "config_wallet_misplaced", message);
      }
      const reachable = file.address_book.some((entry) => entry.wallet === id && pool.networks.includes(entry.network));
      if (!reachable) {
        const message = `The wallet "${id}" has no address on ${pool.networks.join(" or ")}; add one to address_book.`;
        checker.problem(here, "config_address_missing", message);
      }
    });
  }
  const members = [...pool.liquidity, ...pool.reserve];
  pool.priority.forEach((id, at) => {
    checker.refers([...path, "priority", at], "wallet of this pool", id, members);
  });
  for (const key of ["wallet_floors", "wallet_caps"] as const) {
    for (const id of Object.keys(pool[key])) checker.refers([...path, key, id], "wallet of this pool", id, members);
  }
}

function checkNetworks({ file, checker, pool, path, asset }: PoolContext): void {
  const known = file.instruments.filter((item) => item.asset === asset.id).map((item) => item.network);
  pool.networks.forEach((network, at) => {
    checker.refers([...path, "networks", at], `instrument of ${asset.id} on network`, network, known);
  });
}

function resolvePolicy(context: PoolContext): PoolPolicy {
  const { checker, pool, path, asset, currency } = context;
  const amount = (at: Path, text: string): bigint =>
    checker.attempt([...path, ...at], () => parseAmount(text, asset)) ?? 0n;
  const duration = (at: Path, text: string): number =>
    checker.attempt([...path, ...at], () => parseDuration(text)) ?? 0;
  const { floor } = pool;
  const profile = pool.levels.profile === undefined ? null : PROFILES[pool.levels.profile];
  const policy: PoolPolicy = {
    pool_id: pool.id,
    asset,
    levels: resolveLevels(context),
    floor:
      floor === undefined ? null : checker.attempt([...path, "floor"], () => parseLevel(floor, { asset, currency })),
    trigger: pool.trigger ?? profile?.trigger ?? "at",
    return_to: pool.return_to,
    move_min: amount(["move", "min"], pool.move.min),
    move_max: amount(["move", "max"], pool.move.max),
    cooldown_ms: duration(["cooldown"], pool.cooldown),
    dwell_ms: duration(["dwell"], pool.dwell),
    fee_max: amount(["fee", "max"], pool.fee.max),
    fee_max_ppm: checker.attempt([...path, "fee", "max_share"], () => parseShare(pool.fee.max_share)) ?? 0,
    windows: pool.windows.map(
      (window, at): WindowLimit => ({
        direction: window.direction,
        window_ms: duration(["windows", at, "window"], window.window),
        amount_max: amount(["windows", at, "amount_max"], window.amount_max),
        count_max: window.count_max,
      }),
    ),
    wallet_floors: Object.fromEntries(
      Object.entries(pool.wallet_floors).map(([id, text]) => [id, amount(["wallet_floors", id], text)]),
    ),
    wallet_caps: Object.fromEntries(
      Object.entries(pool.wallet_caps).flatMap(([id, text]) => {
        const level = checker.attempt([...path, "wallet_caps", id], () => parseLevel(text, { asset, currency }));
        return level ? [[id, level]] : [];
      }),
    ),
    fee_patience:
      pool.fee_patience === undefined
        ? null
        : {
            times_usual: pool.fee_patience.times_usual,
            wait_ms_max: duration(["fee_patience", "wait"], pool.fee_patience.wait),
          },
    priority: pool.priority,
    model: resolveModel(context),
    ...(pool.obligation_margin === undefined
      ? {}
      : { obligation_margin_ms: duration(["obligation_margin"], pool.obligation_margin) }),
    ...(pool.direct_from_custody === undefined
      ? {}
      : {
          direct: {
            above: amount(["direct_from_custody", "above"], pool.direct_from_custody.above),
            declared_ms: duration(["direct_from_custody", "declared_time"], pool.direct_from_custody.declared_time),
          },
        }),
    ...(pool.prestage ? { prestage: true } : {}),
  };
  checkLimits(policy, context);
  checkDirect(policy, context);
  return policy;
}

function resolveModel({ checker, pool, path, asset }: PoolContext): ModelPolicy | null {
  if (pool.model === undefined) return null;
  const { name, mode, refill_cost, sweep_cost, exposure_per_year, delay_per_hour, expedite_cost } = pool.model;
  const at = (key: string): Path => [...path, "model", key];
  return {
    name,
    mode,
    refill_cost: checker.attempt(at("refill_cost"), () => parseAmount(refill_cost, asset)) ?? 0n,
    sweep_cost: checker.attempt(at("sweep_cost"), () => parseAmount(sweep_cost, asset)) ?? 0n,
    exposure_ppm_per_year: checker.attempt(at("exposure_per_year"), () => parseShare(exposure_per_year)) ?? 0,
    delay_ppm_per_hour: checker.attempt(at("delay_per_hour"), () => parseShare(delay_per_hour)) ?? 0,
    ...(expedite_cost === undefined
      ? {}
      : { expedite_cost: checker.attempt(at("expedite_cost"), () => parseAmount(expedite_cost, asset)) ?? 0n }),
  };
}

function resolveLevels(context: PoolContext): Readonly<Record<LevelName, Level>> {
  const { checker, pool, path, asset, currency } = context;
  const profile = pool.levels.profile === undefined ? null : PROFILES[pool.levels.profile];
  const levels: Partial<Record<LevelName, Level>> = {};
  for (const name of LEVEL_NAMES) {
    const text = pool.levels[name];
    const here: Path = [...path, "levels", name];
    if (text === undefined && profile === null) {
      checker.problem(here, "config_missing_key", `The level "${name}" is missing; give all five, or a profile.`);
    }
    const written = text === undefined ? null : checker.attempt(here, () => parseLevel(text, { asset, currency }));
    const level = written ?? profile?.levels[name];
    if (level !== undefined) levels[name] = level;
  }
  checkLevelOrder(levels, context);
  return levels as Record<LevelName, Level>;
}

/** Levels of one kind can be compared before any balance is known; mixed kinds are ordered against the snapshot. */
function checkLevelOrder(levels: Partial<Record<LevelName, Level>>, { checker, path }: PoolContext): void {
  LEVEL_NAMES.forEach((name, at) => {
    const level = levels[name];
    for (const lower_name of LEVEL_NAMES.slice(0, at)) {
      const lower = levels[lower_name];
      if (level === undefined || lower === undefined || isBelow(lower, level) !== false) continue;
      checker.problem(
        [...path, "levels", name],
        "config_levels_out_of_order",
        `${name} (${level.text}) must be above ${lower_name} (${lower.text}): ${LEVEL_NAMES.join(" < ")}.`,
      );
      return;
    }
  });
}

/** Null when the two cannot be compared without a balance or a price. */
function isBelow(a: Level, b: Level): boolean | null {
  if (a.kind === "percent" && b.kind === "percent") return compareRatios(a.share, b.share) < 0;
  if (a.kind === "amount" && b.kind === "amount") return a.units < b.units;
  if (a.kind === "value" && b.kind === "value") return a.value < b.value;
  return null;
}

/** A size that no single move reaches would promise what never happens. */
function checkDirect({ direct, move_max }: PoolPolicy, { checker, path, file }: PoolContext): void {
  if (direct === undefined) return;
  // Whoever says that a payment is due must not count among those who allow it; without tokens nobody knows who that is.
  if (file.api.tokens.length === 0 && file.sandbox === undefined) {
    const message =
      "direct_from_custody needs api.tokens: without them nobody knows who asked for a payment, and that person could vote for it too.";
    checker.problem([...path, "direct_from_custody"], "config_tokens_missing", message);
  }
  if (direct.above >= move_max) {
    const message = "direct_from_custody.above must be below move.max: such a payment is one move.";
    checker.problem([...path, "direct_from_custody", "above"], "config_limit_out_of_order", message);
  }
  if (direct.declared_ms <= 0) {
    const message = "direct_from_custody.declared_time must be above zero.";
    checker.problem([...path, "direct_from_custody", "declared_time"], "config_limit_out_of_order", message);
  }
}

function checkLimits(policy: PoolPolicy, { checker, path }: PoolContext): void {
  if (policy.move_max <= 0n || policy.move_min > policy.move_max) {
    const message = "move.max must be above zero and not below move.min.";
    checker.problem([...path, "move", "max"], "config_limit_out_of_order", message);
  }
  for (const direction of ["to_reserve", "to_liquidity"] as const) {
    if (policy.windows.some((window) => window.direction === direction)) continue;
    const message = `There is no window limit for ${direction}; a missing limit never means "unlimited".`;
    checker.problem([...path, "windows"], "config_limit_missing", message);
  }
  policy.windows.forEach((window, at) => {
    if (window.window_ms > 0 && window.amount_max > 0n) return;
    const message = "A window needs a length and an amount above zero.";
    checker.problem([...path, "windows", at], "config_limit_out_of_order", message);
  });
}
