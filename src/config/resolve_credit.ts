/** Lending: what is taken as collateral, where it is kept and sold, and whom notices reach. */
import { LEVEL_PROFILES } from "../credit/index.ts";
import { type Asset, type Ratio, ratio } from "../money/index.ts";
import type { ResolveContext } from "./context.ts";
import type { Path } from "./document.ts";
import { readSecret } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { CreditCollateral, CreditConfig, CreditMarket, NoticeChannelConfig } from "./types.ts";
import { parseAmount, parseDuration, parseShare } from "./values.ts";

type CreditEntry = NonNullable<ConfigFile["credit"]>;
const MILLION = 1_000_000n;

export function resolveCredit(context: ResolveContext, file: CreditEntry): CreditConfig {
  const { checker } = context;
  const duration = (path: Path, text: string): number => checker.attempt(path, () => parseDuration(text)) ?? 0;
  checker.unique(
    ["credit", "collateral"],
    "collateral asset",
    file.collateral.map(({ asset }) => asset),
  );
  checker.unique(
    ["credit", "channels"],
    "channel",
    file.channels.map(({ id }) => id),
  );
  return {
    profile: file.profile,
    levels: LEVEL_PROFILES[file.profile],
    cure_ms: duration(["credit", "cure"], file.cure),
    grace_ms: duration(["credit", "grace"], file.grace),
    collateral: file.collateral.flatMap((entry, at) => resolveCollateral(context, entry, at) ?? []),
    liquidation: {
      approval: file.liquidation.approval,
      discount: shareOf(context, ["credit", "liquidation", "discount"], file.liquidation.discount),
      markets: file.liquidation.markets.flatMap((entry, at) => resolveMarket(context, entry, at) ?? []),
    },
    prices: {
      frozen_after_ms: duration(["credit", "prices", "frozen_after"], file.prices.frozen_after),
      jump_ppm: checker.attempt(["credit", "prices", "jump"], () => parseShare(file.prices.jump)) ?? 0,
    },
    rescan_interval_ms: duration(["credit", "rescan"], file.rescan),
    channels: file.channels.map((entry, at) => resolveChannel(context, entry, at)),
  };
}

function resolveCollateral(
  context: ResolveContext,
  entry: CreditEntry["collateral"][number],
  at: number,
): CreditCollateral | null {
  const { checker, file, assets } = context;
  const path: Path = ["credit", "collateral", at];
  const venues = file.venues.map(({ id }) => id);
  checker.refers([...path, "venue"], "venue", entry.venue, venues);
  const asset = assetAt(context, [...path, "asset"], entry.asset);
  if (asset === null) return null;
  const networks = file.instruments.filter((one) => one.asset === asset.id).map(({ network }) => network);
  checker.refers([...path, "network"], `instrument of ${asset.id} on network`, entry.network, networks);
  const units = (key: "minimum" | "fee_max"): bigint =>
    checker.attempt([...path, key], () => parseAmount(entry[key], assets.get(entry.asset) ?? asset)) ?? 0n;
  const poll_interval_ms = checker.attempt([...path, "poll_interval"], () => parseDuration(entry.poll_interval)) ?? 0;
  if (poll_interval_ms === 0) {
    checker.problem([...path, "poll_interval"], "config_limit_out_of_order", "A wallet is read every so often.");
  }
  return {
    ...{ asset, venue: entry.venue, network: entry.network, poll_interval_ms },
    haircut: shareOf(context, [...path, "haircut"], entry.haircut),
    minimum: units("minimum"),
    fee_max: units("fee_max"),
  };
}

function resolveMarket(
  context: ResolveContext,
  entry: CreditEntry["liquidation"]["markets"][number],
  at: number,
): CreditMarket | null {
  const { checker, file } = context;
  const path: Path = ["credit", "liquidation", "markets", at];
  const asset = assetAt(context, [...path, "asset"], entry.asset);
  const quote = assetAt(context, [...path, "quote"], entry.quote);
  for (const [key, of] of [
    ["wallet", entry.asset],
    ["quote_wallet", entry.quote],
  ] as const) {
    const here = file.wallets.filter((one) => one.venue === entry.venue && one.asset === of);
    checker.refers(
      [...path, key],
      `wallet of ${of} at ${entry.venue}`,
      entry[key],
      here.map(({ id }) => id),
    );
    const pooled = file.pools.some(({ liquidity, reserve }) => [...liquidity, ...reserve].includes(entry[key]));
    if (!pooled) continue;
    const message = `${entry[key]} is in a pool: borrowers' coins would mix with customers'. Give the sales a wallet of their own.`;
    checker.problem([...path, key], "config_wallet_misplaced", message);
  }
  if (asset === null || quote === null) return null;
  const tranche_max = checker.attempt([...path, "tranche_max"], () => parseAmount(entry.tranche_max, asset)) ?? 0n;
  return { ...entry, tranche_max };
}

function resolveChannel(
  { checker, references }: ResolveContext,
  entry: CreditEntry["channels"][number],
  at: number,
): NoticeChannelConfig {
  const path: Path = ["credit", "channels", at];
  const { id, kind } = entry;
  if (kind === "webhook" && entry.secret === undefined) {
    checker.problem([...path, "secret"], "config_missing_key", "A webhook is signed: it needs a secret.");
  }
  if (kind === "email" && (entry.to === undefined || entry.from === undefined)) {
    checker.problem([...path, "to"], "config_missing_key", "E-mail needs `to` and `from`.");
  }
  return {
    ...{ id, kind, to: entry.to ?? null, from: entry.from ?? null },
    url: readSecret(entry.url, [...path, "url"], references) ?? "",
    secret: entry.secret === undefined ? null : readSecret(entry.secret, [...path, "secret"], references),
  };
}

function assetAt({ checker, assets }: ResolveContext, path: Path, id: string): Asset | null {
  checker.refers(path, "asset", id, [...assets.keys()]);
  return assets.get(id) ?? null;
}

function shareOf({ checker }: ResolveContext, path: Path, text: string): Ratio {
  const ppm = checker.attempt(path, () => parseShare(text)) ?? 0;
  if (ppm >= Number(MILLION)) checker.problem(path, "config_limit_out_of_order", "It must be below 100 %.");
  return ratio(BigInt(ppm), MILLION);
}
