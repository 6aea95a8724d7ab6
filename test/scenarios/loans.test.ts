/** The sandbox's loan book under a crash of its coins: real daemon, real connectors, real votes, made-up borrowers. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { daemonDeps } from "../../src/compose/start_daemon.ts";
import { loadConfig } from "../../src/config/index.ts";
import { createTreasury, type RunnableTreasury } from "../../src/daemon/index.ts";
import { trialBalance } from "../../src/ledger/index.ts";
import { owedOf } from "../../src/lending/position.ts";
import type { FacilityRow, LiquidationRow, MarginCallRow } from "../../src/lending/types.ts";
import type { Clock, Ids } from "../../src/ports/index.ts";
import { answerOnce, ensurePeopleKeys, lookAtLoans, type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { MemoryStore, tables } from "../../src/store/index.ts";
import {
  createLog,
  ed25519SignerFromFile,
  ed25519SignerFromSeed,
  generateKeyFile,
  sleep,
} from "../../src/system/index.ts";

const HOUR = 3_600_000;
const SEED = 7;
const data_dir = mkdtempSync(join(tmpdir(), "tidegate-loans-"));
const files = { generate: generateKeyFile, load: ed25519SignerFromFile };
let now = Date.UTC(2026, 0, 5);
const clock: Clock = { now: () => now, sleep: (_ms, signal) => sleep(5, signal) };
const store = new MemoryStore({ clock });
let sandbox: Sandbox;
let treasury: RunnableTreasury;

beforeAll(async () => {
  await ensurePeopleKeys(data_dir, ["ana", "ben", "chen"], files);
  const loaded = loadConfig("examples/sandbox/tidegate.yaml", {
    overrides: { data_dir, port: 0, scenario: "btc-crash", seed: SEED },
  });
  // The house's own pools are another story.
  const wallets = loaded.wallets.filter(({ id }) => id.startsWith("desk-"));
  const config = { ...loaded, wallets, pools: [], deposit_pools: [], gas_pools: [] };
  if (config.sandbox === null) throw new Error("the example is a sandbox");
  sandbox = await startSandbox({ config: config.sandbox, treasury: loaded, data_dir: null, clock });
  const log_signer = ed25519SignerFromSeed("0f".repeat(32));
  const deps = daemonDeps(config, { clock, store, sandbox, log: createLog("silent"), log_signer });
  let count = 0;
  const ids: Ids = {
    next: (prefix) => {
      count += 1;
      return `${prefix}_${String(count).padStart(8, "0")}`;
    },
  };
  treasury = createTreasury({ ...deps, ids, notifier: { notify: () => undefined } });
});
afterAll(async () => {
  for (const venue of treasury.deps.venues.values()) await venue.close();
  await sandbox.stop();
  await store.close();
  rmSync(data_dir, { recursive: true, force: true });
});

async function hours(count: number): Promise<void> {
  const { lending, deps } = treasury;
  if (lending === null) throw new Error("the sandbox lends");
  for (let done = 0; done < count; done += 1) {
    now += HOUR;
    sandbox.world.advance(now);
    await lookAtLoans({ lending, deps, world: sandbox.world, seed: SEED });
    await answerOnce({ treasury, data_dir, seed: SEED, files });
    await treasury.cycleOnce();
  }
}

const facilities = (): Promise<FacilityRow[]> =>
  store.read("t", (tx) => tx.find(tables.facility, { order_by: [["reference", "asc"]], limit: 50 }));
const calls = (): Promise<MarginCallRow[]> =>
  store.read("t", (tx) => tx.find(tables.marginCall, { order_by: [["id", "asc"]], limit: 50 }));
const sales = (): Promise<LiquidationRow[]> =>
  store.read("t", (tx) => tx.find(tables.liquidation, { order_by: [["id", "asc"]], limit: 50 }));

describe("the sandbox's loan book", () => {
  it("opens eight loans of several coins, approved by its people, from calm ones to some near their warning", async () => {
    await hours(14);
    const book = await facilities();
    expect(book.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => "active"));
    expect(book.every((row) => owedOf(row) > 0n)).toBe(true);
    expect(new Set(book.flatMap(({ held }) => Object.keys(held))).size).toBe(3);
    expect(await calls()).toEqual([]);
  });

  it("btc-crash: a call is cured, loans are sold once each, books balance, and what is over or missing is named", async () => {
    await hours(66);
    const [book, called, sold] = [await facilities(), await calls(), await sales()];
    expect(called.filter(({ state }) => state === "cured").length).toBeGreaterThan(0);
    expect(sold.filter(({ state }) => state === "done").length).toBeGreaterThan(0);
    // Nobody is sold twice, nothing is left on its way, and each loan that was sold stands under its margin level.
    expect(new Set(sold.map(({ facility_id }) => facility_id)).size).toBe(sold.length);
    expect(sold.every(({ ended_at }) => ended_at !== null)).toBe(true);
    const struck = book.filter(({ id }) => sold.some(({ facility_id }) => facility_id === id));
    expect(struck.every(({ liquidation_id, call_id }) => liquidation_id === null && call_id === null)).toBe(true);
    expect(struck.map(({ selling }) => Object.values(selling).map(BigInt))).toEqual(struck.map(() => [0n]));
    for (const row of await store.read("t", trialBalance)) expect(row.balanced).toBe(true);
    expect(treasury.lending?.standing()).toMatchObject({ mismatches: 0, deferred: 0 });
    for (const row of sold) expect(row.proceeds).toBe(row.applied);
    // What is over is the borrower's, and written as that; what is missing would be a shortfall with its amount.
    for (const { facility_id, surplus, proceeds, repaid } of sold) {
      const account = await store.read("t", (tx) =>
        tx.get(tables.account, { id: `loan_proceeds/${facility_id}/USDT` }),
      );
      expect(account?.posted).toBe(surplus);
      expect(repaid).toBeGreaterThan(0n);
      expect(proceeds).toBeGreaterThan(0n);
    }
    expect(struck.map(({ shortfall, state }) => [shortfall, state])).toEqual(struck.map(() => [0n, "active"]));
  });

  it("a loan that is paid back lets go of all it holds in one proposal, and is closed with an empty wallet", async () => {
    const { lending } = treasury;
    const [row] = (await facilities()).filter(
      ({ held, terms, disbursed, liquidation_id }) =>
        liquidation_id === null &&
        disbursed > 0n &&
        terms.collateral.every(({ asset }) => BigInt(held[asset] ?? "0") > 0n),
    );
    if (lending === null || row === undefined) throw new Error("a loan is left");
    const paid = { facility_id: row.id, amount: owedOf(row), reference: "all-of-it", source: "person:chen" };
    await lending.repay(paid);
    for (const { asset } of row.terms.collateral) {
      const draft = { facility_id: row.id, asset, units: "all", reason: "repaid", initiator: "person:chen" } as const;
      await lending.release({ ...draft, key: `all-${asset}` });
    }
    await hours(14);
    const closed = (await facilities()).find(({ id }) => id === row.id);
    expect(closed).toMatchObject({ state: "closed", note: "Nothing is owed and nothing is held." });
    for (const { asset, venue } of row.terms.collateral) {
      const place = await store.read("t", (tx) => tx.get(tables.facilityPlace, { id: `${row.id}-${asset}` }));
      expect(sandbox.world.account(venue, place?.account ?? "")?.total).toBe(0n);
    }
    for (const balance of await store.read("t", trialBalance)) expect(balance.balanced).toBe(true);
  });
});
