import { expect, it } from "vitest";
import type { TreasuryConfig } from "../../config/types.ts";
import { tables } from "../../store/index.ts";
import { VenueError } from "../../venues/index.ts";
import { type Bench, HOUR, openBench } from "../suite_daemon.ts";

const through = async (bench: Bench): Promise<number> => {
  const row = await bench.tx((tx) => tx.get(tables.control, { name: "detect:usdt" }));
  if (row === undefined) throw new Error("the detectors have looked");
  return (row.value as unknown as { readonly through: number }).through;
};

it("the drain detector does not take an hour for calm that a venue has not shown yet", async () => {
  const bench = openBench();
  const treasury = bench.start("one");
  const live = async (hours: number): Promise<void> => {
    for (let hour = 0; hour < hours; hour += 1) {
      await bench.pass(HOUR);
      await bench.finish(treasury.cycleOnce());
    }
  };
  await live(1);
  bench.flow("exchange", 10);
  await live(3);
  const exchange = bench.venues.get("exchange");
  if (exchange === undefined) throw new Error("the simulator has an exchange");
  const getBalance = exchange.getBalance.bind(exchange);
  Object.assign(exchange, { getBalance: () => Promise.reject(new VenueError("venue_transient", "down")) });
  const broke_at = bench.clock.now();
  await live(4);
  expect(await through(bench)).toBeLessThanOrEqual(broke_at);
  Object.assign(exchange, { getBalance });
  await live(1);
  expect(await through(bench)).toBeGreaterThan(broke_at);
});

it("what fees usually are is kept of a pool that customers do not touch", async () => {
  const bench = openBench();
  const treasury = bench.start("one");
  await bench.finish(treasury.cycleOnce());
  await bench.pass(HOUR);
  await bench.finish(treasury.cycleOnce());
  expect(await through(bench)).toBeGreaterThan(0);
});

/** Two pools of one asset, over networks whose fees the test sets. */
function dearNetworks(change: (config: TreasuryConfig) => TreasuryConfig = (config) => config) {
  const twice = ({ pools: [pool], ...config }: TreasuryConfig): TreasuryConfig => {
    if (pool === undefined) throw new Error("the simulator has a pool");
    return { ...config, pools: [pool, { ...pool, id: "usdt-2", policy: { ...pool.policy, pool_id: "usdt-2" } }] };
  };
  const bench = openBench((config) => change(twice(config)));
  const fees = { times: 1n };
  for (const venue of bench.venues.values()) {
    const listNetworks = venue.listNetworks.bind(venue);
    const dear = async (...given: Parameters<typeof listNetworks>) =>
      (await listNetworks(...given)).map((one) => ({ ...one, fee_fixed: fees.times * (one.fee_fixed + 1_000n) }));
    Object.assign(venue, { listNetworks: dear });
  }
  const treasury = bench.start("one");
  const live = async (hours: number): Promise<void> => {
    for (let hour = 0; hour < hours; hour += 1) {
      await bench.pass(HOUR);
      await bench.finish(treasury.cycleOnce());
    }
  };
  return { bench, fees, live };
}

it("a network that stays dear is told once a day, not of every wallet, not of every pool and not every hour", async () => {
  const { bench, fees, live } = dearNetworks();
  await live(24);
  fees.times = 10n;
  await live(8);
  const told = (await bench.events("anomaly.found"))
    .map(({ payload }) => payload as Readonly<Record<string, string>>)
    .filter(({ detector }) => detector === "fee_spike");
  expect(told.length).toBeGreaterThan(0);
  expect(told.map(({ subject }) => subject)).toEqual([...new Set(told.map(({ subject }) => subject))]);
  expect(told[0]?.sentence).toMatch(
    /^Sending USDT over \w+ costs [\d.]+ USDT, 10 times the usual [\d.]+ USDT \(limit 4 times\)\.$/,
  );
  // Graver is news at once, and what is less grave again is none.
  const severities = async (): Promise<readonly unknown[]> =>
    (await bench.events("anomaly.found"))
      .map(({ payload }) => payload as Readonly<Record<string, string>>)
      .filter(({ subject }) => subject === told[0]?.subject)
      .map(({ severity }) => severity);
  fees.times = 1_000n;
  await live(2);
  expect(await severities()).toEqual(["alert", "high"]);
  fees.times = 10n;
  await live(4);
  expect(await severities()).toEqual(["alert", "high"]);
});

it("regression: a dear network holds the sweeps of every pool whose policy it is to hold them, not of the first that found it", async () => {
  const anomalies = { note: "note", alert: "hold_sweeps", high: "hold_sweeps", critical: "hold_sweeps" } as const;
  const { bench, fees, live } = dearNetworks((config) => ({ ...config, anomalies }));
  await live(24);
  fees.times = 10n;
  await live(8);
  const found = (await bench.events("anomaly.found"))
    .map(({ payload }) => payload as Readonly<Record<string, string>>)
    .filter(({ detector }) => detector === "fee_spike");
  expect(new Set(found.map(({ pool_id }) => pool_id)).size).toBe(2);
  const subjects = new Set(found.map(({ subject }) => subject)).size;
  expect(found).toHaveLength(2 * subjects);
});
