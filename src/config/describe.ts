/** The effective configuration as plain data a person may read and share: no secret, every default and level spelt out. */
import { type Asset, printAmount, printDecimal } from "../money/index.ts";
import { LEVEL_NAMES, type PoolTask } from "../policy/index.ts";
import { isSecretName } from "./references.ts";
import type { PoolConfig, TreasuryConfig, VenueConfig } from "./types.ts";

const REDACTED = "[redacted]";
const PPM_DECIMALS = 4;

/** @example describeConfig(config).pools[0].levels.low // "5%" */
export function describeConfig(config: TreasuryConfig) {
  return {
    name: config.name,
    mode: config.mode,
    currency: config.currency.id,
    store: { ...config.store, database_url: config.store.database_url === null ? null : REDACTED },
    audit: config.audit,
    api: {
      host: config.api.host,
      port: config.api.port,
      tokens: config.api.tokens.map(({ person, roles }) => ({ person, roles, sha256: REDACTED })),
    },
    sandbox: config.sandbox,
    assets: [...config.assets.values()],
    instruments: config.instruments,
    venues: config.venues.map((venue) => ({ id: venue.id, type: venue.type, options: shownOptions(venue) })),
    wallets: config.wallets,
    address_book: config.address_book,
    payees: (config.payees ?? []).map(({ id, asset, label }) => ({ id, asset, label })),
    pools: config.pools.map((pool) => describePool(pool, config)),
    people: config.authority.people,
    quorum: {
      approval_lifetime_ms: config.authority.approval_lifetime_ms,
      tiers: config.authority.tiers.map((tier) => ({ ...tier, from_amount: tierAmount(tier, config) })),
    },
    prices: {
      poll_interval_ms: config.prices.poll_interval_ms,
      ...config.prices.policy,
      sources: config.prices.sources.map((source) => ({
        id: source.id,
        type: source.type,
        options: shownOptions(source),
      })),
    },
  };
}

function describePool({ id, liquidity, reserve, networks, policy, policy_digest }: PoolConfig, config: TreasuryConfig) {
  const asset = config.assets.get(policy.asset.id) ?? policy.asset;
  const print = (units: bigint): string => printAmount(asset, units);
  return {
    id,
    asset: asset.id,
    liquidity,
    reserve,
    networks,
    policy_digest,
    ...(policy.task === undefined
      ? {
          levels: Object.fromEntries(LEVEL_NAMES.map((name) => [name, policy.levels[name].text])),
          floor: policy.floor?.text ?? null,
        }
      : describeTask(policy.task, print)),
    ...(policy.direct === undefined
      ? {}
      : { direct_from_custody: { above: print(policy.direct.above), declared_ms: policy.direct.declared_ms } }),
    trigger: policy.trigger,
    return_to: policy.return_to,
    move: { min: print(policy.move_min), max: print(policy.move_max) },
    cooldown_ms: policy.cooldown_ms,
    dwell_ms: policy.dwell_ms,
    fee: { max: print(policy.fee_max), max_share: `${printPpm(policy.fee_max_ppm)}%` },
    windows: policy.windows.map((window) => ({ ...window, amount_max: print(window.amount_max) })),
    wallet_caps: Object.fromEntries(Object.entries(policy.wallet_caps).map(([wallet, { text }]) => [wallet, text])),
    wallet_floors: Object.fromEntries(
      Object.entries(policy.wallet_floors).map(([wallet, units]) => [wallet, print(units)]),
    ),
    priority: policy.priority,
  };
}

/** Instead of the levels: no rule of this kind asks one. */
function describeTask(task: PoolTask, print: (units: bigint) => string) {
  if (task.kind === "deposits") return { task: { ...task, sweep_min: print(task.sweep_min) } };
  const { transaction_cost, wallet_max } = task;
  return { task: { ...task, transaction_cost: print(transaction_cost), wallet_max: print(wallet_max) } };
}

/** Parts per million as per cent. @example printPpm(5000) // "0.5000" */
export function printPpm(ppm: number): string {
  return printDecimal(BigInt(ppm), PPM_DECIMALS);
}

function tierAmount(tier: { asset: string; from_amount: bigint }, config: TreasuryConfig): string {
  const asset: Asset | undefined = config.assets.get(tier.asset);
  return asset === undefined ? tier.from_amount.toString() : printAmount(asset, tier.from_amount);
}

/**
 * Secrets are refused in the file itself, so what stands there is public; what came by reference, or goes by the name of a secret,
 * is not shown. Of an address on the network only the host is, for the rest of it may hold a key.
 */
function shownOptions({ options, by_reference = [] }: Pick<VenueConfig, "options" | "by_reference">): unknown {
  return shown(options, "", "", new Set(by_reference));
}

function shown(value: unknown, name: string, path: string, hidden: ReadonlySet<string>): unknown {
  if (typeof value === "string" && URL.canParse(value) && /^\w+:\/\//.test(value)) return hostOf(value);
  if (hidden.has(path) || isSecretName(name)) return REDACTED;
  const at = (inner: string): string => (path === "" ? inner : `${path}.${inner}`);
  if (Array.isArray(value)) return value.map((item, index) => shown(item, name, at(String(index)), hidden));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, item]) => [inner, shown(item, inner, at(inner), hidden)]),
  );
}

/** @example hostOf("https://me:pw@eth.example.org:8545/v3/key") // "https://eth.example.org:8545/[redacted]" */
export function hostOf(url: string): string {
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname + search === "/" || pathname + search === "" ? "" : `/${REDACTED}`}`;
}
