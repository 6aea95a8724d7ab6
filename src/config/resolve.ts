/** The checked file into the frozen configuration the daemon is built from. */
import { resolve } from "node:path";
import { isNamedDate } from "../forecast/index.ts";
import type { Checker } from "./checker.ts";
import type { OptionSchemas, ResolveContext } from "./context.ts";
import { type ConfigSources, readSecret } from "./references.ts";
import { resolveCredit } from "./resolve_credit.ts";
import {
  resolveAddressBook,
  resolveAssets,
  resolveCurrency,
  resolveInstruments,
  resolvePriceSources,
  resolveVenues,
  resolveWallets,
} from "./resolve_holdings.ts";
import { resolvePayeeAddresses, resolvePayees } from "./resolve_payees.ts";
import { resolveAuthority, resolveTokens } from "./resolve_people.ts";
import { resolvePools } from "./resolve_pools.ts";
import { resolveReconciliation } from "./resolve_reconciliation.ts";
import { resolveTaskPools } from "./resolve_tasks.ts";
import type { ConfigFile } from "./schema.ts";
import type { SandboxConfig, StoreConfig, TreasuryConfig } from "./types.ts";
import { parseDuration, parseShare, parseSpeed } from "./values.ts";

/** What the environment and the command line may change. */
export interface Overrides {
  readonly port: number;
  readonly data_dir: string;
  readonly scenario: string;
  readonly seed: number;
  readonly speed: number;
  readonly manual: boolean;
  readonly trusted_checkpoint: string;
}

const PORT_MAX = 65_535;
const DAY_MS = 86_400_000;

interface ResolveInput {
  readonly venue_options: OptionSchemas | null;
  readonly price_options: OptionSchemas | null;
  readonly base_dir: string;
  readonly sources: ConfigSources;
  readonly checker: Checker;
  readonly overrides: Partial<Overrides>;
}

/** Problems go to the checker; the result counts only when there are none. */
export function resolveConfig(file: ConfigFile, input: ResolveInput): TreasuryConfig {
  const { checker, base_dir, overrides } = input;
  const data_dir = resolveDataDir(file, base_dir, overrides);
  const reference_dir = file.sandbox === undefined ? base_dir : data_dir;
  const references = { sources: input.sources, base_dir: reference_dir, checker };
  const assets = resolveAssets(file);
  const currency = resolveCurrency(file.currency);
  const context: ResolveContext = {
    file,
    checker,
    references,
    assets,
    currency,
    venue_options: input.venue_options,
    price_options: input.price_options,
  };
  return {
    name: file.name,
    mode: file.mode,
    currency: context.currency,
    assets,
    instruments: resolveInstruments(context),
    venues: resolveVenues(context),
    wallets: resolveWallets(context),
    address_book: [...resolveAddressBook(context), ...resolvePayeeAddresses(context)],
    ...resolvePayees(context),
    pools: [...resolvePools(context), ...resolveTaskPools(context)],
    authority: resolveAuthority(context),
    prices: resolvePrices(context),
    reconciliation: resolveReconciliation(context),
    anomalies: file.anomalies,
    ...resolveNamedDates(context),
    ...(file.credit === undefined ? {} : { credit: resolveCredit(context, file.credit) }),
    store: resolveStore(context, data_dir),
    audit: {
      witnesses: file.audit.witnesses.map((one) =>
        "file" in one ? { id: one.id, file: resolve(base_dir, one.file) } : { id: one.id, url: one.url, key: one.key },
      ),
      trusted_checkpoint: overrides.trusted_checkpoint === undefined ? null : resolve(overrides.trusted_checkpoint),
    },
    api: { host: file.api.host, port: overrides.port ?? file.api.port, tokens: resolveTokens(context) },
    sandbox: resolveSandbox(context, overrides),
    base_dir,
  };
}

/** Absolute; a flag or TIDEGATE_DATA is relative to the working directory, the file's own value to the file. */
export function resolveDataDir(file: ConfigFile, base_dir: string, overrides: Partial<Overrides>): string {
  return overrides.data_dir === undefined ? resolve(base_dir, file.store.data_dir) : resolve(overrides.data_dir);
}

/** TIDEGATE_PORT and TIDEGATE_DATA. */
export function readOverrides(env: ConfigSources["env"], checker: Checker): Partial<Overrides> {
  const { TIDEGATE_PORT: port, TIDEGATE_DATA: data_dir } = env;
  const found: { port?: number; data_dir?: string } = {};
  if (data_dir !== undefined && data_dir !== "") found.data_dir = data_dir;
  if (port !== undefined && port !== "") {
    if (/^\d{1,5}$/.test(port) && Number(port) <= PORT_MAX) found.port = Number(port);
    else checker.problem(["api", "port"], "config_wrong_type", `TIDEGATE_PORT must be a port; it is "${port}".`);
  }
  return found;
}

function resolveStore(context: ResolveContext, data_dir: string): StoreConfig {
  const { engine, database_url } = context.file.store;
  const url =
    database_url === undefined ? null : readSecret(database_url, ["store", "database_url"], context.references);
  if (engine === "postgres" && database_url === undefined) {
    context.checker.problem(
      ["store", "database_url"],
      "config_missing_key",
      'The engine "postgres" needs database_url: env:NAME or file:path.',
    );
  }
  return { engine, data_dir, database_url: url, retention: resolveRetention(context) };
}

function resolveRetention({ file, checker }: ResolveContext): StoreConfig["retention"] {
  const read = (name: "idempotency" | "decisions"): number => {
    const path = ["store", "retention", name];
    const ms = checker.attempt(path, () => parseDuration(file.store.retention[name]));
    if (ms !== null && ms < DAY_MS) checker.problem(path, "config_wrong_type", `"${name}" must be at least 1d.`);
    return ms ?? DAY_MS;
  };
  return { idempotency_ms: read("idempotency"), decisions_ms: read("decisions") };
}

function resolveNamedDates({ file, checker }: ResolveContext): Pick<TreasuryConfig, "named_dates"> {
  const { named_dates } = file;
  checker.unique(
    ["named_dates"],
    "name of dates",
    named_dates.map(({ name }) => name),
  );
  named_dates.forEach(({ dates }, at) => {
    dates.forEach((date, index) => {
      if (isNamedDate(date)) return;
      const message = `There is no day ${date}.`;
      checker.problem(["named_dates", at, "dates", index], "config_wrong_type", message);
    });
  });
  return named_dates.length === 0 ? {} : { named_dates };
}

function resolvePrices(context: ResolveContext): TreasuryConfig["prices"] {
  const { checker, file } = context;
  const { prices } = file;
  const poll_interval_ms = checker.attempt(["prices", "poll_interval"], () => parseDuration(prices.poll_interval));
  const max_age_ms = checker.attempt(["prices", "max_age"], () => parseDuration(prices.max_age));
  const outlier_ppm = checker.attempt(["prices", "outlier"], () => parseShare(prices.outlier));
  if (prices.sources.length > 0 && prices.sources.length < prices.quorum) {
    checker.problem(
      ["prices", "quorum"],
      "config_quorum_impossible",
      `A price needs ${prices.quorum} sources and only ${prices.sources.length} are configured.`,
    );
  }
  return {
    sources: resolvePriceSources(context),
    policy: { quorum: prices.quorum, max_age_ms: max_age_ms ?? 0, outlier_ppm: outlier_ppm ?? 0 },
    poll_interval_ms: poll_interval_ms ?? 0,
  };
}

function resolveSandbox({ file, checker }: ResolveContext, overrides: Partial<Overrides>): SandboxConfig | null {
  const { sandbox } = file;
  if (sandbox === undefined) return null;
  const speed = checker.attempt(["sandbox", "speed"], () => parseSpeed(sandbox.speed));
  return {
    seed: overrides.seed ?? sandbox.seed,
    speed: overrides.speed ?? speed ?? 1,
    scenario: overrides.scenario ?? sandbox.scenario,
    manual: overrides.manual ?? sandbox.manual,
    borrowers: sandbox.borrowers,
  };
}
