/**
 * A crash tick that calls every loan of a book at once, on the production sweep, outbox and store: how long until every notice is
 * queued beside its call and its event, and whether a receiver on this machine gets each exactly once.
 */

import { createServer, type Server } from "node:http";
import type { CreditConfig, TreasuryConfig } from "../src/config/types.ts";
import type { CreditPrices, LendingDeps } from "../src/lending/index.ts";
import { Outbox, Sweep } from "../src/lending/index.ts";
import { insertRows, type Store, tables } from "../src/store/index.ts";
import { createIds, createNoticeChannel, createSystemClock } from "../src/system/index.ts";
import { crashBook, facilityOf, LOANS_PER_WRITE, pricesAt } from "./notices_book.ts";
import { openEmbedded, openMemory, openServer, type Subject } from "./subject.ts";

export interface BenchNoticesOptions {
  readonly notices?: number;
  /** `pglite`: the durable store of a single machine. */
  readonly engine?: "pglite" | "memory";
  /** A PostgreSQL server instead; in a schema that is dropped afterwards. */
  readonly database_url?: string | null;
}

export interface BenchNoticesResult {
  readonly engine: string;
  readonly notices: number;
  /** From the price to the last notice being durable, with every margin call and event. Goal: under 1,000. */
  readonly queue_ms: number;
  /** Of it, what this process itself worked: what is left of it on a machine that others use as well. */
  readonly queue_cpu_ms: number;
  /** From the first request to the last outcome being durable. */
  readonly deliver_ms: number;
  /** Different notices that the receiver got. */
  readonly received: number;
  /** Requests beyond the first of a notice, and notices that never came. Must be 0. */
  readonly repeated: number;
  readonly missing: number;
}

const NOTICES_DEFAULT = 10_000;
export const NOTICES_MAX = 100_000;

/** @example (await benchNotices()).queue_ms */
export async function benchNotices(options: BenchNoticesOptions = {}): Promise<BenchNoticesResult> {
  const notices = Math.min(NOTICES_MAX, Math.max(1, options.notices ?? NOTICES_DEFAULT));
  const { store, dispose } = await openSubject(options);
  const receiver = await startReceiver();
  try {
    return { engine: (await store.check()).engine, ...(await crash(store, receiver, notices)) };
  } finally {
    await receiver.close();
    await dispose();
  }
}

function openSubject({ engine, database_url }: BenchNoticesOptions): Promise<Subject> | Subject {
  if (database_url !== undefined && database_url !== null) return openServer(database_url);
  return engine === "memory" ? openMemory() : openEmbedded();
}

async function crash(
  store: Store,
  { url, got }: Receiver,
  notices: number,
): Promise<Omit<BenchNoticesResult, "engine">> {
  const clock = createSystemClock();
  const channel = { id: "desk", kind: "webhook", url, secret: null, to: null, from: null } as const;
  let dollars = 90_000n;
  const prices: CreditPrices = {
    of: (asset, currency) => pricesAt(dollars, asset, currency, clock.now()),
    sources: () => [],
  };
  const credit = { ...crashBook(), channels: [channel] } as unknown as CreditConfig;
  const log = { debug: quiet, info: quiet, warn: quiet, error: told };
  const deps = {
    ...{ store, clock, prices, log, ids: createIds(clock) },
    config: { credit } as unknown as TreasuryConfig,
  } as unknown as LendingDeps;
  for (let from = 0; from < notices; from += LOANS_PER_WRITE) {
    const size = Math.min(LOANS_PER_WRITE, notices - from);
    const rows = Array.from({ length: size }, (_, at) => facilityOf(from + at, clock.now()));
    await store.tx("bench.book", (tx) => tx.writeMany([insertRows(tables.facility, rows)]));
  }
  const sweep = new Sweep(deps);
  await sweep.turn();
  dollars = 62_000n;
  const [started_ms, cpu] = [performance.now(), process.cpuUsage()];
  await sweep.turn();
  const queue_ms = performance.now() - started_ms;
  const { user, system } = process.cpuUsage(cpu);
  const queued = await store.read("bench.queued", (tx) => tx.count(tables.creditNotice, { state: "queued" }));
  const outbox = new Outbox(deps, [createNoticeChannel(channel, clock)]);
  const delivering_ms = performance.now();
  outbox.send(new AbortController().signal);
  await outbox.idle();
  const deliver_ms = performance.now() - delivering_ms;
  const requests = [...got.values()].reduce((sum, count) => sum + count, 0);
  return {
    ...{ notices: queued, queue_ms: Math.round(queue_ms), queue_cpu_ms: Math.round((user + system) / 1_000) },
    ...{ deliver_ms: Math.round(deliver_ms), received: got.size },
    ...{ repeated: requests - got.size, missing: notices - got.size },
  };
}

const quiet = (): void => undefined;
const told = (fields: Record<string, unknown>, message: string): void => {
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
};

interface Receiver {
  readonly url: string;
  /** Requests by the id of their notice. */
  readonly got: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

async function startReceiver(): Promise<Receiver> {
  const got = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const id = String(request.headers["webhook-id"]);
    got.set(id, (got.get(id) ?? 0) + 1);
    request.resume();
    request.on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}/notices`, got, close };
}
