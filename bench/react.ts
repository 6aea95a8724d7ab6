/**
 * From a push to the submit on the wire, by the production daemon on PostgreSQL: `./tidegate bench react --database-url URL
 * --json`. Between the two lie the re-read over HTTP, the booked movement, the decision, the plan, the claim, the dispatch check
 * and the durable intent. The database must be one that may be filled.
 */
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { createTreasury } from "../src/daemon/index.ts";
import { openPostgres, tables } from "../src/store/index.ts";
import { createIds, createRandom, createSystemClock, ed25519SignerFromSeed } from "../src/system/index.ts";
import { openReactVenue } from "./react_venue.ts";
import { configOf, walletsOf } from "./workflow_desk.ts";

const START = 10n ** 12n;
/** A wallet that pushes speak of is read at most every 250 ms: a sample begins after a quiet time. */
const QUIET_MS = 400;
const SAMPLE_TIMEOUT_MS = 20_000;

export interface BenchReactResult {
  readonly samples: number;
  /** From the write of the push to the arrival of the submit at the venue. */
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
  readonly load_before: number;
}

export async function benchReact(options: { database_url: string; samples: number }): Promise<BenchReactResult> {
  const schema = `bench_${Date.now().toString(36)}`;
  const store = await openPostgres({ url: options.database_url, schema });
  const { hot, vault } = walletsOf(0);
  const config = configOf(1);
  const desk = await openReactVenue(
    config.pools[0]?.asset ?? "",
    new Map([
      [hot, START / 10n],
      [vault, (START / 10n) * 9n],
    ]),
  );
  const clock = createSystemClock();
  const ids = createIds(clock);
  const stop = new AbortController();
  const treasury = createTreasury({
    config,
    clock,
    ids,
    random: createRandom(),
    store,
    venues: new Map([["instant", desk.venue]]),
    price_sources: [],
    verifier: async () => false,
    log_signer: ed25519SignerFromSeed("00".repeat(32)),
    notifier: { notify: () => {} },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    instance_id: ids.next("bench"),
  });
  const running = treasury.run(stop.signal);
  try {
    await sleep(2_000);
    const [load_before = 0] = loadavg();
    const times: number[] = [];
    while (times.length < options.samples) {
      const total = desk.balance(hot) + desk.balance(vault);
      const arrived = desk.nextSubmit();
      const from_at = desk.payIn(hot, (total * 7n) / 100n);
      const late = sleep(SAMPLE_TIMEOUT_MS, null, { ref: false }).then(() => {
        throw new Error(`No submit within ${SAMPLE_TIMEOUT_MS} ms of a push.`);
      });
      times.push((await Promise.race([arrived, late])) - from_at);
      await untilEnded(() =>
        store.read("bench.open", (tx) => tx.count(tables.transfer, { state: { not: "settled" } })),
      );
      await sleep(QUIET_MS);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number =>
      round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
    return { samples: times.length, p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1), load_before: round(load_before) };
  } finally {
    stop.abort();
    await running;
    await store.close();
    await desk.close();
  }
}

async function untilEnded(open: () => Promise<number>): Promise<void> {
  while ((await open()) > 0) await sleep(20);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
