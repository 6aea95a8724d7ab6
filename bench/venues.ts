/**
 * Many wallets over many venues, read by the production daemon through the shared transport within declared rate limits; and a flood
 * of webhooks on the production API. `./tidegate bench venues --json`. The venues are local servers in another process.
 */
import { type ChildProcess, fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { startApi } from "../src/api/index.ts";
import type { TreasuryConfig, WalletConfig } from "../src/config/types.ts";
import { createTreasury, type RunnableTreasury } from "../src/daemon/index.ts";
import { MemoryStore, tables } from "../src/store/index.ts";
import { createIds, createRandom, createSystemClock, ed25519SignerFromSeed } from "../src/system/index.ts";
import { createFetchPort, get, HttpClient, readShape, wireInt } from "../src/venues/http/index.ts";
import type { Venue, WebhookHint } from "../src/venues/port.ts";
import type { FloodCount, FloodOrder } from "./venues_far_side.ts";
import { CAPABILITIES, configOf, NETWORK } from "./workflow_desk.ts";

const SECRET = "bench";
const DAY_MS = 86_400_000;
/** As BitGo publishes it: 360 requests in 60 s for each user. */
const LIMIT = { requests: 360, per_ms: 60_000 };
const DUPLICATES_PPM = 300_000;
const MIB = 1024 * 1024;

export interface BenchVenuesOptions {
  readonly venues: number;
  readonly wallets: number;
  readonly webhooks_per_second: number;
  readonly seconds: number;
}

export interface BenchVenuesResult {
  readonly wallets: number;
  readonly venues: number;
  readonly sweep_ms: number;
  /** Processor time of this process, which others on the machine lengthen less than the time that passes. */
  readonly sweep_cpu_ms: number;
  readonly wallets_read: number;
  readonly memory_added_mib: number;
  readonly webhooks: FloodCount & {
    readonly hints: number;
    readonly lost: number;
    readonly doubled: number;
    readonly cpu_ms: number;
  };
  readonly load_before: number;
}

export async function benchVenues(options: BenchVenuesOptions): Promise<BenchVenuesResult> {
  const [load_before = 0] = loadavg();
  const far_side = fork(fileURLToPath(new URL("venues_far_side.ts", import.meta.url)));
  try {
    const urls = await ask<readonly string[]>(far_side, { servers: options.venues });
    const memory_before = rss();
    const config = configFor(options);
    const treasury = treasuryOf(config, urls);
    const began = performance.now();
    const cpu = process.cpuUsage();
    await treasury.observeOnce();
    const sweep_cpu_ms = cpuMs(cpu);
    const sweep_ms = Math.round(performance.now() - began);
    const memory_added_mib = Math.round((rss() - memory_before) / MIB);
    const balances = await treasury.deps.store.read("bench", (tx) =>
      tx.find(tables.balance, { limit: options.wallets }),
    );
    const wallets_read = balances.filter(({ error }) => error === null).length;
    const webhooks = await floodOf(config, treasury, far_side, options);
    const { venues, wallets } = options;
    return {
      wallets,
      venues,
      sweep_ms,
      sweep_cpu_ms,
      wallets_read,
      memory_added_mib,
      webhooks,
      load_before: Math.round(load_before),
    };
  } finally {
    far_side.kill();
  }
}

async function floodOf(
  config: TreasuryConfig,
  treasury: RunnableTreasury,
  far_side: ChildProcess,
  { webhooks_per_second: per_second, seconds }: BenchVenuesOptions,
): Promise<BenchVenuesResult["webhooks"]> {
  let hints = 0;
  const plain = treasury.hint.bind(treasury);
  treasury.hint = (venue, account) => {
    hints += 1;
    plain(venue, account);
  };
  const api = await startApi({ treasury, config });
  try {
    const url = `${api.url}/v1/webhooks/venue-0`;
    const order: FloodOrder = { url, secret: SECRET, per_second, seconds, duplicates_ppm: DUPLICATES_PPM };
    const cpu = process.cpuUsage();
    const count = await ask<FloodCount>(far_side, order);
    const { distinct } = count;
    const [lost, doubled] = [Math.max(0, distinct - hints), Math.max(0, hints - distinct)];
    return { ...count, hints, lost, doubled, cpu_ms: cpuMs(cpu) };
  } finally {
    await api.close();
  }
}

function configFor({ venues, wallets }: BenchVenuesOptions): TreasuryConfig {
  const base = configOf(1);
  const asset = base.pools[0]?.asset ?? "";
  const rows: WalletConfig[] = Array.from({ length: wallets }, (_, at) => ({
    ...{ id: `w-${at}`, venue: `venue-${at % venues}`, asset, kind: "custody", status: "active" },
    ...{ account: `w${Math.floor(at / venues)}`, label: `w-${at}`, poll_interval_ms: DAY_MS, stale_after_ms: DAY_MS },
  }));
  const places = Array.from({ length: venues }, (_, at) => ({ id: `venue-${at}`, type: "bench", options: {} }));
  return { ...base, mode: "observe", venues: places, wallets: rows, pools: [], address_book: [] };
}

function treasuryOf(config: TreasuryConfig, urls: readonly string[]): RunnableTreasury {
  const clock = createSystemClock();
  const ids = createIds(clock);
  return createTreasury({
    ...{ config, clock, ids, random: createRandom(), store: new MemoryStore({ clock }), price_sources: [] },
    venues: new Map(urls.map((url, at) => [`venue-${at}`, venueOf(`venue-${at}`, url)])),
    verifier: async () => false,
    log_signer: ed25519SignerFromSeed("00".repeat(32)),
    notifier: { notify: () => {} },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    instance_id: ids.next("bench"),
  });
}

const balanceShape = z.object({ account: z.string(), total: z.string(), as_of: wireInt });

function venueOf(id: string, base_url: string): Venue {
  const clock = createSystemClock();
  const client = new HttpClient({
    ...{ venue: id, base_url, clock, port: createFetchPort(), random: createRandom() },
    ...{ readError: () => null, limits: [LIMIT] },
  });
  const never = async (): Promise<never> => {
    throw new Error("The bench of venues does not ask this.");
  };
  return {
    id,
    capabilities: () => ({ ...CAPABILITIES, list_movements: true, webhooks: true }),
    ...{
      verify: never,
      listWallets: never,
      getAddress: never,
      prepare: never,
      submit: never,
      find: never,
      cancel: never,
    },
    decode: () => {
      throw new Error("The bench of venues sends nothing.");
    },
    getBalance: async ({ account }) => {
      const { total, as_of } = readShape(balanceShape, await client.read(get(`/${account}`)), "balance");
      const parts = { pending_in: 0n, pending_out: 0n, locked: 0n, height: null, pending_readable: true };
      return { total: BigInt(total), available: BigInt(total), as_of, ...parts };
    },
    listMovements: async ({ account }, cursor) => {
      await client.read(get(`/${account}`, { after: cursor ?? "0" }));
      return { movements: [], cursor: "0", has_more: false };
    },
    listNetworks: async () => [
      {
        ...{ network: NETWORK, enabled: true, fee_fixed: 1n, fee_ppm: 0, minimum: 1n, maximum: null, step: 1n },
        lead_time_ms: 1_000,
      },
    ],
    verifyWebhook,
    close: async () => {},
  };
}

function verifyWebhook(raw: Uint8Array, headers: Readonly<Record<string, string>>): WebhookHint {
  const signed = createHmac("sha256", SECRET).update(raw).digest("hex");
  if (headers["x-signature"] !== signed) return { accepted: false, delivery_id: "", account: null };
  const { id, account } = JSON.parse(Buffer.from(raw).toString("utf8")) as { id: string; account: string };
  return { accepted: true, delivery_id: id, account };
}

function ask<T>(child: ChildProcess, order: object): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once("message", (answer) => resolve(answer as T));
    child.once("exit", (code) => reject(new Error(`The far side ended with ${code}.`)));
    child.send(order);
  });
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return Math.round((user + system) / 1_000);
}

function rss(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}
