import { expect, it } from "vitest";
import { noise } from "../backtest/suite.ts";
import { bookOpening } from "../ledger/index.ts";
import { policyDigest } from "../policy/index.ts";
import { tables } from "../store/index.ts";
import { IDS, MODEL, movement } from "../tuning/suite.ts";
import { TUNE_INTERVAL_MS } from "./limits.ts";
import { newState } from "./state.ts";
import { type Bench, HOUR, openBench, UNIT } from "./suite_daemon.ts";
import { tuneDue } from "./tune.ts";
import type { DaemonDeps } from "./types.ts";

function benchWithCosts(): Bench {
  return openBench((config) => ({
    ...config,
    pools: config.pools.map((pool) => {
      const policy = { ...pool.policy, model: MODEL, move_min: UNIT, windows: [], cooldown_ms: 0 };
      return { ...pool, policy, policy_digest: policyDigest(policy) };
    }),
  }));
}

/** Three weeks of customers in the books, up to now. */
async function past(bench: Bench, hours: number): Promise<void> {
  const [pool] = bench.config.pools;
  if (pool === undefined) throw new Error("a pool");
  const [hot = ""] = pool.liquidity;
  const [vault = ""] = pool.reserve;
  const begin = bench.clock.now() - hours * HOUR;
  const next = noise(3);
  await bench.tx(async (tx) => {
    const opening = { asset: pool.asset, owner: "customers", at: begin } as const;
    await bookOpening(tx, IDS, { ...opening, wallet_id: hot, amount: 4_000_000n * UNIT });
    await bookOpening(tx, IDS, { ...opening, wallet_id: vault, amount: 36_000_000n * UNIT });
    for (let hour = 0; hour < hours; hour += 1) {
      const at = begin + hour * HOUR + 60_000;
      await tx.insert(tables.movement, movement(pool, hot, `o${hour}`, "out", Math.round(20_000 * (0.5 + next())), at));
      await tx.insert(tables.movement, movement(pool, hot, `i${hour}`, "in", Math.round(20_000 * (0.5 + next())), at));
    }
  });
}

const proposals = (bench: Bench) => bench.tx((tx) => tx.find(tables.policy_proposal, { limit: 10 }));

function depsOf(bench: Bench): DaemonDeps {
  let deps: DaemonDeps | undefined;
  bench.start("one", (made) => {
    deps = made;
    return made;
  });
  if (deps === undefined) throw new Error("started");
  return deps;
}

it("looks a week after the first start, proposes once, tells people, and changes nothing", async () => {
  const bench = benchWithCosts();
  const deps = depsOf(bench);
  await bench.finish(tuneDue(deps, newState()));
  expect(await bench.events("policy.tuning")).toEqual([]);
  await bench.pass(TUNE_INTERVAL_MS);
  await past(bench, 500);
  // Another process: what is due is known to the store alone.
  await bench.finish(tuneDue(deps, newState()));
  const [row] = await proposals(bench);
  expect(row).toMatchObject({ pool_id: "usdt", state: "open", from_digest: bench.config.pools[0]?.policy_digest });
  expect(bench.notices).toEqual([expect.objectContaining({ code: "policy_proposed", severity: "info", ref: "usdt" })]);
  expect(await bench.events("policy.tuning")).toHaveLength(1);
  await bench.finish(tuneDue(deps, newState()));
  expect(await proposals(bench)).toHaveLength(1);
  await bench.pass(TUNE_INTERVAL_MS);
  await bench.finish(tuneDue(deps, newState()));
  expect((await proposals(bench)).filter(({ state }) => state === "open")).toHaveLength(1);
  expect(await bench.transfers()).toEqual([]);
});

it("says in an event how much history is missing", async () => {
  const bench = benchWithCosts();
  const deps = depsOf(bench);
  const state = newState();
  await bench.finish(tuneDue(deps, state));
  await bench.pass(TUNE_INTERVAL_MS);
  await past(bench, 100);
  await bench.finish(tuneDue(deps, state));
  expect(await proposals(bench)).toEqual([]);
  expect((await bench.events("policy.tuning"))[0]?.payload).toMatchObject({
    proposal_id: null,
    state: "nothing",
    sentence: expect.stringMatching(/^\d+ of 336 hours of flows were seen; \d+ more are needed/),
  });
  expect(bench.notices).toEqual([]);
});
