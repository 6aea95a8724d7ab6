/** One run: the world, the processes of the daemon, the people, and the checker's own view of the store. */
import type { TreasuryConfig } from "../config/types.ts";
import type { RunnableTreasury } from "../daemon/index.ts";
import { TidegateError } from "../errors/index.ts";
import type { Random } from "../ports/index.ts";
import type { PriceSource } from "../prices/types.ts";
import { MemoryData, MemoryStore } from "../store/index.ts";
import type { OwnerSignature, Venue } from "../venues/port.ts";
import type { EnvelopeNote } from "./envelopes.ts";
import { Faults } from "./faults.ts";
import { Looks } from "./looks.ts";
import { drawPace, type Pace, STORY_PACE } from "./pace.ts";
import { priceFeeds } from "./price_feeds.ts";
import { Process } from "./process.ts";
import { between, createStream } from "./seeded_random.ts";
import { drawVenues, simulatedAccounts, simulatedConfig } from "./sim_config.ts";
import { Tally } from "./tally.ts";
import type { SeedOptions } from "./types.ts";
import { VirtualClock } from "./virtual_clock.ts";
import { World } from "./world.ts";
import { WorldVenue } from "./world_venue.ts";

/** 2026-01-05T00:00:00Z, a Monday. */
export const START = 1_767_571_200_000;

/** The custodian that is a wallet of several owners in some runs; its signed request is its key. */
const OWNED = "northvault";
const BY_TRANSACTION = { kind: "signed_transaction" } as const;

/** Clocks that are set over the network are not further off; worse ones are for people. */
const SKEW_MS_MAX = 180_000;

/** Chance that knows how often it was asked. */
class CountedRandom implements Random {
  drawn = 0;
  readonly #inner: Random;

  constructor(inner: Random) {
    this.#inner = inner;
  }

  next(): number {
    this.drawn += 1;
    return this.#inner.next();
  }
}

export class Simulation {
  readonly options: SeedOptions;
  readonly pace: Pace;
  readonly clock: VirtualClock;
  readonly tally: Tally;
  /** Of the daemon and the people; the world has a stream of its own. */
  readonly random: CountedRandom;
  readonly faults: Faults;
  readonly world: World;
  readonly config: TreasuryConfig;
  readonly price_sources: readonly PriceSource[];
  readonly venues: ReadonlyMap<string, Venue>;
  readonly data = new MemoryData();
  /** The checker's own handle: no faults, no crashes. */
  readonly truth: MemoryStore;
  /** The same, for people. */
  readonly looks: Looks;
  readonly end = new AbortController();
  /** What owners signed, by transfer: it is out, whatever becomes of the transfer. */
  readonly owner_signatures = new Map<string, readonly OwnerSignature[]>();
  /** Who led last, and until when in the database's time. */
  readonly lead: { owner: string | null; until: number } = { owner: null, until: 0 };
  /** What people agreed on in advance, as they noted it themselves. */
  readonly envelopes = new Map<string, EnvelopeNote>();
  /** By how much a clock of this run may be wrong, either way. */
  readonly skew_ms_max: number;
  /** Calls of venues that went over the wire. */
  calls = 0;
  readonly #world_random: CountedRandom;
  readonly #processes = new Map<string, Process>();
  #ids = 0;
  /** Places at which one of several processes could die. */
  #apart = 0;

  constructor(options: SeedOptions) {
    this.options = options;
    const { seed, rates, scenario } = options;
    const wallets = options.wallets ?? scenario?.wallets;
    this.pace = scenario === undefined ? drawPace(createStream(seed, "pace")) : STORY_PACE;
    this.clock = new VirtualClock(START, this.pace.rate);
    this.tally = new Tally(seed, this.clock, options.trace === true);
    this.random = new CountedRandom(createStream(seed, "daemon"));
    this.faults = new Faults(createStream(seed, "faults"), rates, scenario?.strikes);
    const usd_level = this.faults.strikes("usd_level");
    this.config = simulatedConfig(wallets, scenario?.approval_lifetime_ms, usd_level, this.pace);
    this.price_sources = usd_level ? priceFeeds(seed, this.clock, this.faults) : [];
    this.skew_ms_max = this.faults.strikes("skewed_clocks") ? SKEW_MS_MAX : 0;
    const drawn = drawVenues(createStream(seed, "venues"));
    const owners_sign = this.faults.strikes("owners_sign");
    const specs = drawn.map((spec) => ({
      ...(owners_sign && spec.id === OWNED ? { ...spec, owners_sign, idempotency: BY_TRANSACTION } : spec),
      skew_ms: this.#venueSkewMs(),
    }));
    this.#world_random = new CountedRandom(createStream(seed, "world"));
    this.world = new World(this.clock, this.#world_random, this.faults, specs, simulatedAccounts(wallets));
    this.venues = new Map(specs.map(({ id }) => [id, new WorldVenue(this.world, id)]));
    this.truth = new MemoryStore({ clock: this.clock, data: this.data });
    this.looks = new Looks(this.data, this.truth);
  }

  restart(name: string): void {
    if (this.end.signal.aborted) return;
    const process = new Process(this, name, this.data);
    this.#processes.set(name, process);
    process.start();
  }

  /** Asks a living process, as a face would; its refusals are answers. */
  async ask(work: (treasury: RunnableTreasury) => Promise<unknown>): Promise<void> {
    const process = [...this.#processes.values()].find(({ alive }) => alive);
    if (process === undefined) return;
    try {
      await work(process.treasury);
    } catch (error) {
      if (!(error instanceof TidegateError)) this.tally.violate("faces_get_answers", String(error));
    }
  }

  /** By how much the clock of a process is wrong from now on. */
  skewMs(): number {
    return this.skew_ms_max === 0 ? 0 : between(this.random, -this.skew_ms_max, this.skew_ms_max);
  }

  /**
   * All that outlives a process that dies now, in one text: when it is, which alarms rang, what was committed, what was asked of
   * venues, which faults are still to come, and how far chance has been drawn. Another process that lives goes on from where it
   * stands, which no text tells: then each place is one of its own.
   */
  leftBehind(dying: string): string {
    const { clock, data, calls, faults, random } = this;
    const drawn = [random, this.#world_random].map((one) => one.drawn);
    const others = [...this.#processes.values()].some(({ alive, name }) => alive && name !== dying);
    if (others) this.#apart += 1;
    const apart = others ? [`${dying}/${this.#apart}`] : [];
    return [clock.now(), clock.rung, data.version, calls, this.#ids, ...drawn, ...faults.left(), ...apart].join(" ");
  }

  #venueSkewMs(): number {
    return this.faults.strikes("skewed_venue") ? between(this.random, -SKEW_MS_MAX, SKEW_MS_MAX) : 0;
  }

  nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }
}
