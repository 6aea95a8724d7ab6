/** Assets, instruments, venues, wallets and the address book. */
import type { Asset, Instrument } from "../money/index.ts";
import { parseHours } from "../routes/index.ts";
import { checkAddress } from "./addresses.ts";
import type { ResolveContext } from "./context.ts";
import type { Path } from "./document.ts";
import { knownInstrument } from "./known_instruments.ts";
import { readOptions, referencesIn } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import { checkTypedOptions } from "./typed_options.ts";
import type { AddressEntry, PriceSourceConfig, VenueConfig, WalletConfig } from "./types.ts";
import { parseDuration } from "./values.ts";

/** The `type` of every venue of a sandbox. */
const SANDBOX_TYPE = "sandbox";
/** The `type` of venues whose balances people enter, and how long such a balance is fresh. */
const MANUAL_TYPE = "manual";
const MANUAL_STALE_MS = 86_400_000;
const HOT_POLL_MS = 60_000;
const CUSTODY_POLL_MS = 30 * 60_000;
/** A balance older than this many polls is stale, unless the file says otherwise. */
const STALE_POLLS = 3;
/** Decimals of currencies that have other than two. */
const CURRENCY_DECIMALS: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, CLP: 0, KWD: 3, BHD: 3 };

export function resolveCurrency(entry: ConfigFile["currency"]): Asset {
  if (typeof entry !== "string") return entry;
  return { id: entry, decimals: CURRENCY_DECIMALS[entry] ?? 2 };
}

export function resolveAssets(file: ConfigFile): ReadonlyMap<string, Asset> {
  return new Map(Object.entries(file.assets).map(([id, asset]) => [id, { id, decimals: asset.decimals }]));
}

export function resolveInstruments({ file, checker, assets }: ResolveContext): Instrument[] {
  checker.unique(
    ["instruments"],
    "instrument",
    file.instruments.map((item) => item.id),
  );
  return file.instruments.map((item, at) => {
    const path: Path = ["instruments", at];
    const instrument: Instrument = { ...item, contract: item.contract ?? null };
    if (checker.refers([...path, "asset"], "asset", item.asset, [...assets.keys()])) {
      checkDecimals(instrument, path, { checker, assets });
    }
    if (instrument.contract !== null) {
      checker.attempt([...path, "contract"], () => checkAddress(item.network, instrument.contract ?? ""));
    }
    return instrument;
  });
}

function checkDecimals(
  instrument: Instrument,
  path: Path,
  { checker, assets }: Pick<ResolveContext, "checker" | "assets">,
): void {
  const at: Path = [...path, "decimals"];
  const known = knownInstrument(instrument.network, instrument.contract);
  if (known !== null && known.decimals !== instrument.decimals) {
    checker.problem(
      at,
      "config_wrong_decimals",
      `${known.symbol} on ${known.network} has ${known.decimals} decimals, not ${instrument.decimals}.`,
    );
    return;
  }
  const asset = assets.get(instrument.asset);
  if (asset !== undefined && instrument.decimals > asset.decimals) {
    checker.problem(
      at,
      "config_wrong_decimals",
      `${instrument.id} has ${instrument.decimals} decimals and ${asset.id} only ${asset.decimals}; give the asset ${instrument.decimals}.`,
    );
  }
}

export function resolveVenues({ file, checker, references, venue_options }: ResolveContext): VenueConfig[] {
  checker.unique(
    ["venues"],
    "venue",
    file.venues.map((venue) => venue.id),
  );
  checkSandbox({ file, checker });
  return file.venues.map(({ id, type, hours, ...written }, at) => {
    const before = checker.count();
    const options = readOptions(written, ["venues", at], references) as Record<string, unknown>;
    // What a broken reference left behind is no value to judge.
    if (checker.count() === before) {
      checkTypedOptions({ what: "venue", type, options, path: ["venues", at] }, venue_options, checker);
    }
    return {
      id,
      type,
      ...(hours === undefined
        ? {}
        : { hours: hours.flatMap((text) => checker.attempt(["venues", at, "hours"], () => parseHours(text)) ?? []) }),
      options,
      ...byReference(written),
    };
  });
}

function byReference(written: unknown): { readonly by_reference?: readonly string[] } {
  const by_reference = referencesIn(written);
  return by_reference.length === 0 ? {} : { by_reference };
}

/** In a sandbox time runs faster, people sign by themselves and their keys are handed out: nothing real may hang on that. */
function checkSandbox({ file, checker }: Pick<ResolveContext, "file" | "checker">): void {
  file.venues.forEach(({ id, type }, at) => {
    const local = type === SANDBOX_TYPE;
    // Nothing real hangs on what people write down.
    if (local === (file.sandbox !== undefined) || type === MANUAL_TYPE) return;
    const why = local
      ? `The venue "${id}" exists only in a sandbox; add a sandbox section, or name a real connector.`
      : `The venue "${id}" is a real one, and this is a sandbox: its people's keys are open to everybody. Use another file.`;
    checker.problem(["venues", at, "type"], "config_sandbox_mixed", why);
  });
}

export function resolvePriceSources({ file, checker, references, price_options }: ResolveContext): PriceSourceConfig[] {
  const { sources } = file.prices;
  checker.unique(
    ["prices", "sources"],
    "price source",
    sources.map((source) => source.id),
  );
  return sources.map(({ id, type, ...written }, at) => {
    const path: Path = ["prices", "sources", at];
    const before = checker.count();
    const options = readOptions(written, path, references) as Record<string, unknown>;
    if (checker.count() === before) {
      checkTypedOptions({ what: "price source", type, options, path }, price_options, checker);
    }
    return { id, type, options, ...byReference(written) };
  });
}

export function resolveWallets({ file, checker, assets }: ResolveContext): WalletConfig[] {
  checker.unique(
    ["wallets"],
    "wallet",
    file.wallets.map((wallet) => wallet.id),
  );
  checker.unique(
    ["wallets"],
    "account",
    file.wallets.map(({ account, asset, venue }) => `${account} of ${asset} at ${venue}`),
  );
  const venues = file.venues.map((venue) => venue.id);
  const manual = new Set(file.venues.filter(({ type }) => type === MANUAL_TYPE).map(({ id }) => id));
  const chains = new Map(file.venues.map((venue) => [venue.id, evmNetworkOf(venue)]));
  return file.wallets.map((wallet, at) => {
    const path: Path = ["wallets", at];
    checker.refers([...path, "venue"], "venue", wallet.venue, venues);
    checker.refers([...path, "asset"], "asset", wallet.asset, [...assets.keys()]);
    const chain = chains.get(wallet.venue) ?? null;
    if (chain !== null) checker.attempt([...path, "account"], () => checkAddress(chain, wallet.account));
    const default_poll_ms = wallet.kind === "custody" ? CUSTODY_POLL_MS : HOT_POLL_MS;
    const duration = (key: "poll_interval" | "stale_after", fallback_ms: number): number => {
      const text = wallet[key];
      if (text === undefined) return fallback_ms;
      return checker.attempt([...path, key], () => parseDuration(text)) ?? fallback_ms;
    };
    const poll_interval_ms = duration("poll_interval", default_poll_ms);
    const stale_after_ms = duration(
      "stale_after",
      manual.has(wallet.venue) ? MANUAL_STALE_MS : STALE_POLLS * poll_interval_ms,
    );
    if (poll_interval_ms === 0 || stale_after_ms < poll_interval_ms) {
      checker.problem(
        [...path, "stale_after"],
        "config_limit_out_of_order",
        `The wallet "${wallet.id}" must be read at least once before its balance is stale: poll_interval > 0 and stale_after >= poll_interval.`,
      );
    }
    const { id, venue, asset, kind, status, account, flows } = wallet;
    if ((flows === "customers" || flows === "expected") && (kind === "custody" || kind === "collateral")) {
      checker.problem(
        [...path, "flows"],
        "config_flows_not_allowed",
        `The wallet "${id}" is ${kind}: it is moved by transfers alone, and no customer pays in or out there.`,
      );
    }
    const label = wallet.label ?? id;
    const own = { id, venue, asset, kind, status, account, label, poll_interval_ms, stale_after_ms };
    return flows === undefined ? own : { ...own, flows };
  });
}

/** The network of a venue on an EVM chain: there an account is an address. */
function evmNetworkOf(venue: Readonly<Record<string, unknown>>): string | null {
  return typeof venue.chain_id === "number" && typeof venue.network === "string" ? venue.network : null;
}

export function resolveAddressBook({ file, checker }: ResolveContext): AddressEntry[] {
  const wallets = new Map(file.wallets.map((wallet) => [wallet.id, wallet]));
  checker.unique(
    ["address_book"],
    "address of wallet and network",
    file.address_book.map((entry) => `${entry.wallet} on ${entry.network}`),
  );
  return file.address_book.map((entry, at) => {
    const path: Path = ["address_book", at];
    if (checker.refers([...path, "wallet"], "wallet", entry.wallet, [...wallets.keys()])) {
      const asset = wallets.get(entry.wallet)?.asset ?? "";
      const networks = file.instruments.filter((item) => item.asset === asset).map((item) => item.network);
      checker.refers([...path, "network"], `instrument of ${asset} on network`, entry.network, networks);
    }
    checker.attempt([...path, "address"], () => checkAddress(entry.network, entry.address));
    return { wallet: entry.wallet, network: entry.network, address: entry.address, memo: entry.memo ?? null };
  });
}
