/** Who is paid, where our own money goes, and what changed without a reason, as the daemon sees it. */
import { describe, expect, it } from "vitest";
import type { PoolConfig, TreasuryConfig } from "../../config/types.ts";
import { type MovementRow, type Tx, tables } from "../../store/index.ts";
import type { TransferRow } from "../../transfers/types.ts";
import { prune } from "../prune.ts";
import { newState } from "../state.ts";
import { type Bench, HOUR, MINUTE, openBench, UNIT } from "../suite_daemon.ts";
import { CUSTOMER_MEMORY_MS, createHabits, scoreCustomers } from "./watch_customers.ts";
import { createDestinations, watchDestinations } from "./watch_destinations.ts";

const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 5);

const movement = (over: Partial<MovementRow>): MovementRow => ({
  ...{ wallet_id: "exchange-usdt", movement_id: "m", direction: "out", asset: "USDT", amount: 100n * UNIT, fee: 0n },
  ...{ reference: null, tx_hash: null, counterparty: "alice", at: START, height: null, transfer_id: null },
  unexplained: false,
  gone: false,
  ...over,
});

/** Everybody's usual day: ten known customers take about 100 every hour. */
async function usualDays(tx: Tx, bench: Bench, habits = createHabits()) {
  const [pool] = bench.config.pools;
  if (pool === undefined) throw new Error("the simulator has a pool");
  const rows = Array.from({ length: 600 }, (_, hour) =>
    movement({
      movement_id: `m${hour}`,
      counterparty: `c${hour % 10}`,
      at: START + hour * HOUR,
      amount: BigInt(80 + (hour % 40)) * UNIT,
    }),
  );
  const findings = await scoreCustomers(tx, pool, habits, rows);
  return { pool, habits, findings, after: START + 600 * HOUR };
}

describe("customers", () => {
  it("nobody is unusual who does what he always does, also at an hour that was rare once", async () => {
    const bench = openBench();
    const { findings } = await bench.tx((tx) => usualDays(tx, bench));
    expect(findings).toEqual([]);
  });

  it("a large withdrawal to somebody never paid before is told, with what each hint said", async () => {
    const bench = openBench();
    const score = async (over: Partial<MovementRow>) => {
      const other = openBench();
      return other.tx(async (tx) => {
        const { pool, habits, after } = await usualDays(tx, other);
        return scoreCustomers(tx, pool, habits, [movement({ at: after, counterparty: "mallory", ...over })]);
      });
    };
    expect(await score({ amount: 120n * UNIT })).toEqual([]);
    const [finding] = await score({ amount: 4_000n * UNIT });
    expect(finding).toMatchObject({ detector: "customer_score", severity: "alert", subject: "mallory (usdt)" });
    expect(finding?.observed).toMatch(/^76 of 100 points \(size 37, new destination 24, young account 15\)$/);
    // The same from a customer who is known is his own affair, until it is far beyond his own usual.
    expect(await score({ amount: 120n * UNIT, counterparty: "c3" })).toEqual([]);
    expect(bench.notices).toEqual([]);
  });

  it("is measured by his own habit, which is kept, and forgotten half a year after he was seen last", async () => {
    const bench = openBench();
    const names = (tx: Tx) =>
      tx.find(tables.control, { where: { name: { gte: "customer:", lt: "customer;" } }, limit: 50 });
    await bench.tx((tx) => usualDays(tx, bench));
    expect(await bench.tx(names)).toHaveLength(10);
    const treasury = bench.start("one");
    await bench.pass(CUSTOMER_MEMORY_MS + 26 * DAY);
    await bench.finish(prune(treasury.deps, newState()));
    expect(await bench.tx(names)).toEqual([]);
  });

  it("scores nobody where the venue names nobody", async () => {
    const bench = openBench();
    await bench.tx(async (tx) => {
      const { pool, habits, after } = await usualDays(tx, bench);
      const silent = movement({ at: after, amount: 1_000_000n * UNIT, counterparty: null });
      expect(await scoreCustomers(tx, pool, habits, [silent])).toEqual([]);
    });
  });
});

describe("destinations and balances", () => {
  const found = async (bench: Bench) =>
    (await bench.events("anomaly.found")).map(({ payload }) => payload as Record<string, string>);
  const cycles = async (bench: Bench, treasury: ReturnType<Bench["start"]>, count: number, ms = 30 * MINUTE) => {
    for (let done = 0; done < count; done += 1) {
      await bench.pass(ms);
      await bench.finish(treasury.cycleOnce());
    }
  };

  it("a first payment to a wallet of our own is no news; to somebody else it is noted, and nobody is called", async () => {
    const bench = openBench();
    const treasury = bench.start("one");
    await cycles(bench, treasury, 1);
    bench.flow("exchange", 3_000_000);
    await cycles(bench, treasury, 8);
    const first = async () => (await found(bench)).filter(({ detector }) => detector === "new_destination");
    const sent = await bench.tx((tx) => tx.find(tables.transfer, { where: { state: "settled" }, limit: 50 }));
    expect(sent.length).toBeGreaterThan(0);
    expect(await first()).toEqual([]);

    const others = openBench((config) => ({ ...config, wallets: config.wallets.filter(({ kind }) => kind === "hot") }));
    const row = { ...sent[0], submitted_at: START } as TransferRow;
    const pool = others.config.pools[0] as PoolConfig;
    const { deps } = others.start("two");
    const seen = createDestinations(deps, pool, 0);
    await others.tx((tx) => tx.insert(tables.transfer, row));
    const [noted] = await others.tx((tx) => watchDestinations(tx, deps, newState(), pool, seen));
    expect(noted).toMatchObject({ detector: "new_destination", severity: "note" });
    expect(noted?.sentence).toContain("for the first time; it is attested");
    expect(bench.notices.map(({ code }) => code)).not.toContain("anomaly_new_destination");
  });

  it("a payment out of custody that is none of ours goes where nobody attested, and is a change without a reason", async () => {
    const critical = (config: TreasuryConfig): TreasuryConfig => ({
      ...config,
      anomalies: { note: "note", alert: "alert", high: "alert", critical: "freeze_outgoing" },
    });
    const bench = openBench(critical);
    const treasury = bench.start("one");
    await cycles(bench, treasury, 2);
    bench.world.flow(bench.world.account("northvault", "northvault-usdt"), -250_000n * UNIT);
    await cycles(bench, treasury, 3);
    const said = await found(bench);
    expect(said.map(({ detector, severity }) => `${detector} ${severity}`)).toEqual(
      expect.arrayContaining(["new_destination critical", "unexplained_change critical"]),
    );
    expect(said.find(({ detector }) => detector === "unexplained_change")?.sentence).toContain("250,000 USDT left");
    const [plan] = await bench.finish(treasury.planNow());
    expect(plan?.snapshot.frozen_reason).not.toBeNull();
    // The break has paged people already; they are not called twice about the same money.
    expect(bench.notices.map(({ code }) => code)).toContain("break_opened");
    expect(bench.notices.filter(({ code }) => code.startsWith("anomaly_"))).toEqual([]);
  });
});
