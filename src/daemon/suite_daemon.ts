/** For tests: the real daemon over a small world without faults, in virtual time. */
import { createHash } from "node:crypto";
import type { EventRow } from "../audit/index.ts";
import { voteMessage } from "../authority/index.ts";
import type { SignedVote, VotePayload } from "../authority/types.ts";
import type { TreasuryConfig } from "../config/types.ts";
import type { Notice } from "../ports/index.ts";
import { FAULTS, type FaultRates, Faults } from "../simulate/faults.ts";
import { createSeededRandom } from "../simulate/seeded_random.ts";
import { drawVenues, simulatedAccounts, simulatedConfig } from "../simulate/sim_config.ts";
import { START } from "../simulate/simulation.ts";
import { VirtualClock } from "../simulate/virtual_clock.ts";
import { World } from "../simulate/world.ts";
import { WorldVenue } from "../simulate/world_venue.ts";
import { MemoryData, MemoryStore, type Tx, tables } from "../store/index.ts";
import type { TransferRow } from "../transfers/index.ts";
import type { Venue } from "../venues/port.ts";
import { createTreasury, type DaemonDeps, type RunnableTreasury } from "./index.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const UNIT = 1_000_000n;
const NO_FAULTS = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as unknown as FaultRates;

export interface Bench {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly data: MemoryData;
  readonly notices: Notice[];
  readonly config: TreasuryConfig;
  readonly venues: Map<string, Venue>;
  /** A process on the same store. */
  start(instance_id: string, change?: (deps: DaemonDeps) => DaemonDeps): RunnableTreasury;
  /** Lets what was asked happen in virtual time. */
  finish<T>(work: Promise<T>): Promise<T>;
  pass(ms: number): Promise<void>;
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  transfers(): Promise<TransferRow[]>;
  events(kind: EventRow["kind"]): Promise<EventRow[]>;
  /** A customer of a hot wallet pays in (above zero) or is paid, in whole units. */
  flow(venue: "exchange" | "chain", units: number): void;
  sign(person: string, payload: VotePayload): SignedVote;
}

export function openBench(change: (config: TreasuryConfig) => TreasuryConfig = (config) => config): Bench {
  const clock = new VirtualClock(START, 60);
  const random = createSeededRandom(1);
  const faults = new Faults(random, NO_FAULTS);
  const specs = drawVenues(random);
  const world = new World(clock, random, faults, specs, simulatedAccounts());
  const config = change(polledOften(simulatedConfig()));
  const data = new MemoryData();
  const notices: Notice[] = [];
  const venues = new Map<string, Venue>(specs.map(({ id }) => [id, new WorldVenue(world, id)]));
  const truth = new MemoryStore({ clock, data });
  let ids = 0;
  const next = (prefix: string): string => {
    ids += 1;
    return `${prefix}_${String(ids).padStart(8, "0")}`;
  };
  const bench: Bench = {
    clock,
    world,
    data,
    notices,
    config,
    venues,
    start: (instance_id, adapt = (deps) => deps) =>
      createTreasury(
        adapt({
          config,
          clock,
          random,
          ids: { next },
          store: new MemoryStore({ clock, data }),
          venues,
          price_sources: [],
          verifier: async ({ public_key, message, signature }) => signature === signatureOf(public_key, message),
          log_signer: { key_id: "log", public_key: "00".repeat(32), sign: async () => new Uint8Array(64) },
          notifier: { notify: (notice) => notices.push(notice) },
          log: { info: () => {}, warn: () => {}, error: () => {} },
          instance_id,
        }),
      ),
    finish: (work) => finishIn(clock, work),
    pass: (ms) => clock.run(clock.now() + ms),
    tx: (work) => truth.tx("test", work),
    transfers: () => truth.read("test", (tx) => tx.find(tables.transfer, { order_by: [["id", "asc"]], limit: 100 })),
    events: (kind) =>
      truth.read("test", (tx) => tx.find(tables.event, { where: { kind }, order_by: [["id", "asc"]], limit: 1_000 })),
    flow: (venue, units) => world.flow(world.account(venue, `${venue}-usdt`), BigInt(units) * UNIT),
    sign: (person, payload) => {
      const key = config.authority.people.find(({ id }) => id === person)?.keys[0];
      const signature = signatureOf(key?.public_key ?? "", voteMessage(payload));
      return { payload, person_id: person, key_id: key?.key_id ?? "", scheme: "ed25519", signature };
    },
  };
  return bench;
}

/** A test looks every 20 minutes and finds every hot wallet due; what the simulator polls is its own affair. */
function polledOften(config: TreasuryConfig): TreasuryConfig {
  const wallets = config.wallets.map((wallet) => ({
    ...wallet,
    poll_interval_ms: (wallet.kind === "hot" ? 15 : 30) * MINUTE,
  }));
  const pools = config.pools.map((pool) => ({ ...pool, policy: { ...pool.policy, cooldown_ms: 60 * MINUTE } }));
  return { ...config, wallets, pools };
}

async function finishIn<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let done = false;
  const watched = work.finally(() => {
    done = true;
  });
  watched.catch(() => {});
  for (let second = 0; !done && second < 3_600; second += 1) await clock.run(clock.now() + 1_000);
  if (!done) throw new Error("not finished within an hour of virtual time");
  return watched;
}

function signatureOf(public_key: string, message: Uint8Array): string {
  return createHash("sha256").update(public_key).update(message).digest("hex");
}
