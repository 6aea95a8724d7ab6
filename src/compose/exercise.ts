/** `venues exercise`: one venue, from the configuration or from a type and an address, asked the standard sequence. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { ZodError } from "zod";
import type { ExerciseRequest, VenueExercise, VenueTypeView } from "../cli/index.ts";
import type { TreasuryConfig } from "../config/types.ts";
import { TidegateError } from "../errors/index.ts";
import { type Asset, parseDecimal, printDecimal } from "../money/index.ts";
import type { Clock } from "../ports/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { type Store, StoreError } from "../store/index.ts";
import { createIds, createRandom, createSystemClock } from "../system/index.ts";
import type { TransferPlan } from "../transfers/types.ts";
import { createFetchPort } from "../venues/http/index.ts";
import { boundVenue, exerciseVenue, type Venue, VenueError, type VenueType, type WalletRef } from "../venues/index.ts";
import { createClock, openSandboxCopy } from "./sandbox.ts";
import { hasStore, openStore } from "./stores.ts";
import { VENUE_TYPES } from "./venue_types.ts";
import { createVenues } from "./venues.ts";

const SECRETS_BYTES_MAX = 256 * 1024;
const HOUR_MS = 3_600_000;
/** Where no configuration says what there is: the coins that most venues have. */
const COMMON_ASSETS: readonly Asset[] = [
  { id: "BTC", decimals: 8 },
  { id: "ETH", decimals: 18 },
  { id: "USDT", decimals: 6 },
  { id: "USDC", decimals: 6 },
];

export function listVenueTypes(): readonly VenueTypeView[] {
  return VENUE_TYPES.map(({ type, summary }) => ({ type, summary }));
}

/** @throws TidegateError for a venue that does not exist, or options that its connector refuses */
export async function exercise(request: ExerciseRequest, config: TreasuryConfig | null): Promise<VenueExercise> {
  if (config !== null && request.submit !== null) {
    const message =
      "A wallet of the treasury moves money with its quorum and its record: propose the transfer in the terminal or with POST /v1/transfers, not with --submit.";
    throw new TidegateError("denied", "exercise_needs_quorum", message, { venue: request.name });
  }
  const opened = config === null ? openByType(request) : await openConfigured(request, config);
  const { venue, assets, clock } = opened;
  const decimals = (asset: string): number => assets.get(asset)?.decimals ?? 0;
  try {
    const steps = await exerciseVenue({
      venue,
      clock,
      timer: createSystemClock(),
      wallet: opened.wallet,
      print: (asset, units) => `${printDecimal(units, decimals(asset))} ${asset}`,
      move: request.submit === null ? null : moveOf(request.submit, venue.id, decimals, clock),
    });
    return { venue: venue.id, steps };
  } finally {
    await venue.close();
    await opened.close();
  }
}

interface Opened {
  readonly venue: Venue;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly clock: Clock;
  readonly wallet: WalletRef | null;
  close(): Promise<void>;
}

async function openConfigured(request: ExerciseRequest, config: TreasuryConfig): Promise<Opened> {
  const found = config.venues.find(({ id }) => id === request.name);
  if (found === undefined)
    throw unknownVenue(
      request.name,
      config.venues.map(({ id }) => id),
    );
  const clock = createClock(config);
  const sandbox = await openSandboxCopy(config, clock);
  const change = overrides(request, typeOf(found.type));
  const venues = createVenues(
    { ...config, venues: [{ ...found, options: { ...found.options, ...change } }] },
    clock,
    sandbox && elsewhere(sandbox, found.id, change),
    enteredStore(config, clock),
  );
  const venue = venues.get(found.id);
  const wallets = config.wallets.filter((each) => each.venue === found.id);
  const [wallet] = request.account === null ? wallets : wallets.filter(({ account }) => account === request.account);
  if (venue === undefined) throw unknownVenue(request.name, []);
  return {
    venue,
    assets: config.assets,
    clock,
    wallet: wallet === undefined ? null : { wallet_id: wallet.id, account: wallet.account, asset: wallet.asset },
    close: async () => sandbox?.stop(),
  };
}

/** What people entered for wallets without an interface: opened when it is asked for, and closed at once. Null: nobody ever could. */
function enteredStore(config: TreasuryConfig, clock: Clock): Pick<Store, "read"> | null {
  if (!hasStore(config)) return null;
  return {
    read: async (name, work) => {
      const store = await openStore(config, clock).catch((error: unknown) => {
        throw error instanceof StoreError && error.code === "store_locked" ? heldByDaemon(error) : error;
      });
      try {
        return await store.read(name, work);
      } finally {
        await store.close();
      }
    },
  };
}

function heldByDaemon(cause: StoreError): StoreError {
  const message =
    "What people entered is in the database of a daemon that runs: press Test on its Venues screen, or see ./tidegate balances --state all.";
  return new StoreError("store_locked", message, {}, cause);
}

/** A server of the sandbox is where the sandbox says, unless the command names another place. */
function elsewhere(
  { venues, price_feeds }: Pick<Sandbox, "venues" | "price_feeds">,
  id: string,
  change: Readonly<Record<string, unknown>>,
): Pick<Sandbox, "venues" | "price_feeds"> {
  const known = venues.get(id);
  return { price_feeds, venues: known === undefined ? venues : new Map([...venues, [id, { ...known, ...change }]]) };
}

/** Without a configuration the name is a type, and everything else stands in the command and the file of secrets. */
function openByType(request: ExerciseRequest): Opened {
  const type = typeOf(request.name);
  const clock = createSystemClock();
  const assets = new Map(COMMON_ASSETS.map((asset) => [asset.id, asset]));
  const venue = buildByType(type, request, assets, clock);
  const wallet =
    request.account === null || request.asset === null
      ? null
      : { wallet_id: request.account, account: request.account, asset: request.asset };
  return { venue, assets, clock, wallet, close: async () => undefined };
}

function buildByType(
  type: VenueType,
  request: ExerciseRequest,
  assets: ReadonlyMap<string, Asset>,
  clock: Clock,
): Venue {
  const venue = refusing(request.name, () =>
    type.create({
      id: request.name,
      options: overrides(request, type),
      assets,
      instruments: [],
      wallets: [],
      clock,
      random: createRandom(),
      http: createFetchPort(),
    }),
  );
  return boundVenue(venue, clock);
}

/** What a type needs and was not given, as a sentence: a configuration would have been told with its line. */
function refusing(name: string, create: () => Venue): Venue {
  try {
    return create();
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const said = error.issues.map(({ path, message }) => `${path.join(".") || "options"}: ${message}`).join("; ");
    const help = `Give them with --base-url and --secrets, or name a venue of a configuration with -c.`;
    throw new VenueError(
      "venue_invalid",
      `A venue of type "${name}" cannot be made of this (${said}). ${help}`,
      { name },
      { cause: error },
    );
  }
}

function overrides({ base_url, secrets_file }: ExerciseRequest, { address }: VenueType): Record<string, unknown> {
  const secrets = secrets_file === null ? {} : readSecrets(secrets_file);
  if (base_url === null) return secrets;
  return { ...secrets, ...(address?.(base_url) ?? { base_url }) };
}

/** @throws TidegateError venue_unknown_type */
function typeOf(name: string): VenueType {
  const type = VENUE_TYPES.find((each) => each.type === name);
  if (type !== undefined) return type;
  throw unknownVenue(
    name,
    VENUE_TYPES.map((each) => each.type),
  );
}

/** A mapping in YAML or JSON: the options that are secrets, or all of them. */
function readSecrets(path: string): Record<string, unknown> {
  try {
    const text = readFileSync(path, "utf8");
    const value: unknown = text.length > SECRETS_BYTES_MAX ? null : parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw unreadable(path, null);
}

function unreadable(path: string, cause: unknown): TidegateError {
  const message = `The file of secrets "${path}" cannot be read as a mapping of options (YAML or JSON).`;
  return new TidegateError("usage", "venue_secrets_unreadable", message, { path }, cause);
}

function unknownVenue(name: string, known: readonly string[]): TidegateError {
  const message = `There is no venue or type of venue "${name}"; there are: ${known.join(", ")}.`;
  return new TidegateError("usage", "venue_unknown_type", message, { name });
}

function moveOf(
  { to, amount, fee_max }: NonNullable<ExerciseRequest["submit"]>,
  venue: string,
  decimals: (asset: string) => number,
  clock: Clock,
): (wallet: WalletRef, network: string) => TransferPlan {
  const now = clock.now();
  const id = createIds(clock).next("exercise");
  return ({ wallet_id, account, asset }, network) => ({
    ...{ id, pool_id: "exercise", asset, network, instrument: `${asset}-${network}`, chain_id: null, contract: null },
    ...{ decimals: decimals(asset), contract_decimals: decimals(asset) },
    from: { venue, wallet: wallet_id, role: "hot", address: account, memo: null },
    to: { venue: "elsewhere", wallet: "elsewhere", role: "hot", address: to, memo: null },
    direction: "internal",
    amount: String(parseDecimal(amount, decimals(asset))),
    fee_max: String(parseDecimal(fee_max, decimals(asset))),
    ...{ cause: "manual", reason: "venues exercise", decision_id: null, initiator: "local", policy_digest: "" },
    ...{ quorum_needed: 0, not_before: now, expires_at: now + HOUR_MS, nonce: id },
  });
}
