/**
 * Starts the whole sandbox in this process: one world, one loopback server per venue and per price feed, and the hand that
 * keeps the world moving when nobody asks. Gives back what connectors need to reach it.
 */

import type { SandboxConfig, TreasuryConfig } from "../config/types.ts";
import { TidegateError } from "../errors/index.ts";
import type { Clock, Instant } from "../ports/index.ts";
import type { SandboxSecrets, SandboxWallet } from "../venues/sandbox/types.ts";
import { createChainServer } from "./chain_server.ts";
import { createCustodianServer } from "./custodian_server.ts";
import { createExchangeServer } from "./exchange_server.ts";
import type { SandboxServer } from "./http/index.ts";
import { sandboxSecret } from "./http/index.ts";
import { Journal } from "./journal.ts";
import { createPricesServer, FEED_STYLES, type FeedStyle } from "./prices_server.ts";
import type { VenueServerOptions } from "./server_common.ts";
import { type SandboxStatus, statusOf } from "./status.ts";
import type { SandboxVenueKind, WorldAccount, WorldConfig } from "./types.ts";
import { World } from "./world.ts";

const KINDS: readonly SandboxVenueKind[] = ["exchange", "chain", "custodian", "custodian_with_approval"];
/** The world is moved on this often, in real time. */
const TICK_REAL_MS = 100;
const HOUR_PER_SECOND = 3_600;
export const SANDBOX_TYPE = "sandbox";

export type SandboxTreasury = Pick<TreasuryConfig, "assets" | "instruments" | "venues" | "wallets" | "prices">;

export interface SandboxOptions {
  readonly config: SandboxConfig;
  readonly treasury: SandboxTreasury;
  /** The world lives in `<data_dir>/sandbox`; null keeps it in memory. */
  readonly data_dir: string | null;
  /**
   * Treasury time. After a restart it must not be behind `resumeTime(data_dir)`. Its sleep has to take real time or to be woken by
   * hand: one that comes back at once turns the world for ever, and no server of this process is ever asked.
   */
  readonly clock: Clock;
}

export interface SandboxVenueAddress {
  readonly kind: SandboxVenueKind;
  readonly base_url: string;
  readonly secrets: SandboxSecrets;
  readonly wallets: readonly SandboxWallet[];
}

export interface Sandbox {
  readonly venues: ReadonlyMap<string, SandboxVenueAddress>;
  readonly price_feeds: ReadonlyMap<string, { readonly base_url: string; readonly style: FeedStyle }>;
  /** By venue or feed id, for injected faults. */
  readonly servers: ReadonlyMap<string, SandboxServer>;
  readonly world: World;
  /** Rejects when the world broke one of its own rules; never resolves before `stop`. */
  readonly ended: Promise<void>;
  status(): SandboxStatus;
  stop(): Promise<void>;
}

/** @throws TidegateError sandbox_unknown_scenario, sandbox_unknown_kind, sandbox_journal_corrupt, sandbox_port_in_use */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, data_dir } = options;
  const journal = data_dir === null ? null : new Journal(data_dir);
  const world = new World(worldConfig(options), journal, clock.now());
  const status = (): SandboxStatus => statusOf(world);
  const servers = new Map<string, SandboxServer>();
  const venues = new Map<string, SandboxVenueAddress>();
  const price_feeds = new Map<string, { base_url: string; style: FeedStyle }>();
  for (const { id, kind } of world.config.venues) {
    const secrets = secretsOf(options.config.seed, id);
    const server = createVenueServer(kind, { venue_id: id, world, clock, ...secrets, status });
    servers.set(id, server);
    venues.set(id, { kind, secrets, wallets: walletsOf(options.treasury, id), base_url: await server.start() });
  }
  for (const [index, source] of sandboxSources(options.treasury).entries()) {
    const style = FEED_STYLES[index % FEED_STYLES.length] ?? "ticker";
    const assets = [...options.treasury.assets.keys()];
    const { seed } = options.config;
    const server = createPricesServer({ feed_id: source.id, style, seed, assets, clock, shift: world.shift });
    servers.set(source.id, server);
    price_feeds.set(source.id, { style, base_url: await server.start() });
  }
  const stopping = new AbortController();
  const ended = keepMoving(world, clock, options.config.speed, stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all([...servers.values()].map((server) => server.stop()));
    await ended;
    world.close();
  };
  return { venues, price_feeds, servers, world, ended, status, stop };
}

/**
 * The earliest treasury time at which a stopped or killed sandbox goes on: the last time it wrote down, and one tick for
 * what others may have seen since. Null when there is no world yet.
 */
export function resumeTime(data_dir: string, speed: number): Instant | null {
  const at = new Journal(data_dir).lastAt();
  return at === null ? null : at + tickMs(speed);
}

async function keepMoving(world: World, clock: Clock, speed: number, signal: AbortSignal): Promise<void> {
  const tick_ms = tickMs(speed);
  while (!signal.aborted) {
    world.advance(clock.now());
    await clock.sleep(tick_ms, signal);
  }
}

/** One tick in treasury time. */
function tickMs(speed: number): number {
  return Math.max(1, Math.round(speed * HOUR_PER_SECOND * TICK_REAL_MS));
}

function worldConfig({ config, treasury }: SandboxOptions): WorldConfig {
  const venues = treasury.venues.filter((venue) => venue.type === SANDBOX_TYPE);
  const ids = new Set(venues.map((venue) => venue.id));
  const networks = new Map<string, string[]>();
  for (const { asset, network } of treasury.instruments) {
    networks.set(asset, [...new Set([...(networks.get(asset) ?? []), network])]);
  }
  return {
    seed: config.seed,
    scenario: config.scenario,
    assets: treasury.assets,
    venues: venues.map(({ id, options }) => ({ id, kind: kindOf(id, options), console: options.console === true })),
    accounts: treasury.wallets
      .filter((wallet) => ids.has(wallet.venue))
      .map(({ venue, account, asset, kind, flows }) => ({
        ...{ venue, account, asset, hot: kind === "hot", ...purposeOf(kind) },
        ...(flows === "none" ? { empty: true } : {}),
      })),
    networks,
  };
}

function purposeOf(kind: string): Pick<WorldAccount, "purpose"> {
  return kind === "deposit" || kind === "gas" ? { purpose: kind } : {};
}

function kindOf(id: string, options: Readonly<Record<string, unknown>>): SandboxVenueKind {
  const kind = KINDS.find((each) => each === options.kind);
  if (kind) return kind;
  const message = `The sandbox venue "${id}" needs a kind: ${KINDS.join(", ")}.`;
  throw new TidegateError("usage", "sandbox_unknown_kind", message, { venue: id });
}

function createVenueServer(kind: SandboxVenueKind, options: VenueServerOptions): SandboxServer {
  switch (kind) {
    case "exchange":
      return createExchangeServer(options);
    case "chain":
      return createChainServer(options);
    case "custodian":
    case "custodian_with_approval":
      return createCustodianServer(options);
  }
}

function secretsOf(seed: number, venue: string): SandboxSecrets {
  return { key_id: sandboxSecret(seed, venue, "key").slice(0, 24), secret: sandboxSecret(seed, venue, "secret") };
}

function walletsOf(treasury: SandboxTreasury, venue: string): SandboxWallet[] {
  return treasury.wallets
    .filter((wallet) => wallet.venue === venue)
    .map(({ id, account, asset }) => ({ id, account, asset }));
}

function sandboxSources(treasury: SandboxTreasury): readonly { readonly id: string }[] {
  return treasury.prices.sources.filter((source) => source.type === SANDBOX_TYPE);
}
