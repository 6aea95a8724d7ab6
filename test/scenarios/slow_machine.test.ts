/**
 * The shipped sandbox on a machine that is too slow for its speed, in counted milliseconds instead of a real load: real daemon, real
 * connectors, and a store whose every write takes a while.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { daemonDeps } from "../../src/compose/start_daemon.ts";
import { loadConfig } from "../../src/config/index.ts";
import type { TreasuryConfig } from "../../src/config/types.ts";
import { createTreasury } from "../../src/daemon/index.ts";
import type { PriceState } from "../../src/policy/types.ts";
import type { Clock } from "../../src/ports/index.ts";
import { ensurePeopleKeys, startSandbox, WaitingClock } from "../../src/sandbox/index.ts";
import { MemoryStore, type Store, tables } from "../../src/store/index.ts";
import {
  createLog,
  createScaledClock,
  ed25519SignerFromFile,
  ed25519SignerFromSeed,
  generateKeyFile,
  sleep,
} from "../../src/system/index.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5);
const data_dir = mkdtempSync(join(tmpdir(), "tidegate-slow-"));

beforeAll(async () => {
  const files = { generate: generateKeyFile, load: ed25519SignerFromFile };
  await ensurePeopleKeys(data_dir, ["ana", "ben", "chen"], files);
});
afterAll(() => rmSync(data_dir, { recursive: true, force: true }));

interface Machine {
  /** Real time that one write of the store takes. */
  readonly write_ms: number;
  /** Real time between two cycles. */
  readonly pause_ms: number;
  readonly waits: boolean;
  /** Treasury time from the start at which a custodian goes away for good. */
  readonly outage_after_ms?: number;
}

interface Seen {
  /** Wallets whose balance was too old at any write, and for how long of treasury time at most. */
  readonly stale: ReadonlyMap<string, number>;
  readonly share: number;
  readonly passed_ms: number;
  readonly price: PriceState["status"] | undefined;
}

/** Runs so many cycles. */
async function runOn({ write_ms, pause_ms, waits, outage_after_ms }: Machine, cycles: number): Promise<Seen> {
  const loaded = loadConfig("examples/sandbox/tidegate.yaml", { overrides: { data_dir, port: 0 } });
  const settings = loaded.sandbox;
  if (settings === null) throw new Error("the example is a sandbox");
  let elapsed_ms = 0;
  const fast = createScaledClock({ base: START, factor: settings.speed * 3_600, elapsed_ms: () => elapsed_ms });
  const counted: Clock & { readonly rate: number } = {
    rate: fast.rate,
    now: fast.now,
    sleep: async (ms) => {
      elapsed_ms += ms / fast.rate;
      await sleep(0);
    },
  };
  const waiting = new WaitingClock({ inner: counted });
  const clock: Clock = waits ? waiting : counted;
  const stale = new Map<string, number>();
  const truth = new MemoryStore({ clock });
  const look = async (): Promise<void> => {
    const rows = await truth.read("test.look", (tx) => tx.find(tables.balance, { limit: 100 }));
    for (const { wallet_id, as_of, source } of rows) {
      const late = clock.now() - as_of - staleAfter(loaded, wallet_id);
      if (source !== "manual" && late > 0) stale.set(wallet_id, Math.max(late, stale.get(wallet_id) ?? 0));
    }
  };
  const store: Store = new Proxy(truth, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "tx") return value.bind(target);
      return async (...args: Parameters<Store["tx"]>) => {
        elapsed_ms += write_ms;
        await look();
        return target.tx(...args);
      };
    },
  });
  // The world moves by itself in real time, and shows the treasury's.
  const outside: Clock = { now: () => clock.now(), sleep: (_ms, signal) => sleep(5, signal) };
  const sandbox = await startSandbox({ config: settings, treasury: loaded, data_dir: null, clock: outside });
  const log_signer = ed25519SignerFromSeed("0e".repeat(32));
  const deps = daemonDeps(loaded, { clock, store, sandbox, log: createLog("silent"), log_signer });
  const treasury = createTreasury({ ...deps, notifier: { notify: () => undefined } });
  waiting.waitFor({ lastCycleAt: () => treasury.lastCycleAt(), config: treasury.deps.config });
  if (outage_after_ms !== undefined) {
    sandbox.servers.get("northvault")?.faults.setOutage(START + outage_after_ms, Number.MAX_SAFE_INTEGER);
  }
  try {
    for (let done = 0; done < cycles; done += 1) {
      await treasury.cycleOnce();
      await look();
      elapsed_ms += pause_ms;
    }
    const price = treasury.price("BTC")?.status;
    return { stale, share: waiting.shareReached(), passed_ms: clock.now() - START, price };
  } finally {
    for (const venue of treasury.deps.venues.values()) await venue.close();
    await sandbox.stop();
    await truth.close();
  }
}

const SLOW = { write_ms: 400, pause_ms: 25 };

function staleAfter({ wallets }: TreasuryConfig, wallet_id: string): number {
  return wallets.find(({ id }) => id === wallet_id)?.stale_after_ms ?? 0;
}

describe("the sandbox on a machine that is too slow for its speed", () => {
  it("goes slower, and calls no balance and no price old", async () => {
    const seen = await runOn({ ...SLOW, waits: true }, 20);
    expect(seen.stale).toEqual(new Map());
    expect(seen.price).toBe("fresh");
    expect(seen.share).toBeLessThan(0.5);
    expect(seen.passed_ms).toBeGreaterThan(5 * HOUR);
  });

  it("called nearly all of them old while its clock did not wait", async () => {
    const seen = await runOn({ ...SLOW, waits: false }, 20);
    expect(seen.stale.size).toBeGreaterThan(5);
  });

  it("still calls a balance old that cannot be read", async () => {
    const seen = await runOn({ ...SLOW, waits: true, outage_after_ms: 3 * HOUR }, 20);
    expect([...seen.stale.keys()].toSorted()).toEqual(["northvault-btc", "northvault-usdt"]);
  });

  it("keeps its speed where the machine keeps up", async () => {
    const seen = await runOn({ write_ms: 1, pause_ms: 400, waits: true }, 100);
    expect(seen.share).toBeGreaterThan(0.99);
    expect(seen.passed_ms).toBeGreaterThan(9 * HOUR);
    expect(seen.stale).toEqual(new Map());
  });
});
