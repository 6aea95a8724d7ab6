import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { PoolConfig } from "../config/types.ts";
import { parseLevel, resolveLevels } from "../policy/index.ts";
import { tables } from "../store/index.ts";
import { policyYaml } from "./policy_yaml.ts";
import { getProposal, keepProposal, listProposals, markProposal, reportOf } from "./proposals.ts";
import { propose } from "./propose.ts";
import { readOwnLedger } from "./read_ledger.ts";
import { type FlowsOf, IDS, type Own, openOwn, poolWith } from "./suite.ts";
import type { OwnLedger, Proposed } from "./types.ts";

const POOL = poolWith();
const units = { asset: POOL.policy.asset, currency: { id: "USD", decimals: 2 } };
const level = (text: string) => parseLevel(text, units);

async function ledgerOf(flows: FlowsOf, pool: PoolConfig = POOL): Promise<{ own: Own; ledger: OwnLedger }> {
  const own = await openOwn(pool, flows);
  const input = { pool, now: own.clock.now(), days: 42, price: null };
  return { own, ledger: await own.store.read("test", (tx) => readOwnLedger(tx, input)) };
}

async function proposedOn(ledger: OwnLedger): Promise<Proposed> {
  const tuning = await propose(ledger);
  if (tuning.kind !== "proposed") throw new Error(tuning.sentence);
  return tuning.proposed;
}

describe("the search in a pool's own history", () => {
  it("proposes a cheaper policy between the rails that people set, without one more hour of stock-out", async () => {
    const { current, best, tried } = await proposedOn((await ledgerOf({ hours: 400 })).ledger);
    expect(tried).toBeGreaterThan(5);
    expect(best.result.cost).toBeLessThanOrEqual(0.95 * current.result.cost);
    expect(best.result.stockout_hours).toBeLessThanOrEqual(current.result.stockout_hours);
    const { emergency_low, emergency_high } = best.policy.levels;
    expect({ emergency_low, emergency_high }).toEqual({
      emergency_low: POOL.policy.levels.emergency_low,
      emergency_high: POOL.policy.levels.emergency_high,
    });
    const { levels: _l, model: _m, ...rest } = best.policy;
    const { levels: _l2, model: _m2, ...before } = POOL.policy;
    expect(rest).toEqual(before);
    const basis = { total: 40_000_000_000_000n, decimals: 6, price: null, forecast: null };
    expect(resolveLevels(best.policy, basis).ok).toBe(true);
  });

  it("says how much is missing while too little was seen", async () => {
    const tuning = await propose((await ledgerOf({ hours: 101 })).ledger);
    expect(tuning).toMatchObject({ kind: "nothing", code: "history_short" });
    expect(tuning).toHaveProperty("sentence", expect.stringContaining("100 of 336 hours of flows were seen; 236 more"));
  });

  it("does not propose what it cannot replay, and nothing over what it proposed itself", async () => {
    const valued = poolWith({ levels: { ...POOL.policy.levels, low: level("1800000 USD") } });
    const { ledger } = await ledgerOf({ hours: 400 }, valued);
    expect(await propose(ledger)).toMatchObject({ kind: "nothing", code: "not_possible" });
    const first = await proposedOn((await ledgerOf({ hours: 400 })).ledger);
    const { ledger: again } = await ledgerOf({ hours: 400 }, poolWith(first.best.policy));
    expect(await propose(again)).toMatchObject({ kind: "nothing", code: "no_better" });
  });

  it("never costs more on its own period, and is the same for the same ledger", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000 }),
        fc.constantFrom(2_000, 40_000, 150_000),
        async (seed, size) => {
          const { ledger } = await ledgerOf({ hours: 350, seed, size });
          const [one, two] = [await propose(ledger), await propose(structuredClone(ledger))];
          expect(two).toEqual(one);
          if (one.kind === "nothing") return;
          const { current, best } = one.proposed;
          expect(best.result.cost).toBeLessThan(current.result.cost);
          expect(best.halves[0]).toBeLessThanOrEqual(current.halves[0]);
          expect(best.halves[1]).toBeLessThanOrEqual(current.halves[1]);
          expect(best.halves[0] + best.halves[1]).toBeCloseTo(best.result.cost, 4);
        },
      ),
      { numRuns: 4 },
    );
  });
});

describe("a proposal", () => {
  let ledger: OwnLedger;
  let own: Own;
  let proposed: Proposed;
  beforeAll(async () => {
    ({ ledger, own } = await ledgerOf({ hours: 400 }));
    proposed = await proposedOn(ledger);
  });
  const keep = (policy = proposed.best.policy) =>
    own.store.tx("test", (tx) =>
      keepProposal(tx, IDS, ledger, { ...proposed, best: { ...proposed.best, policy } }, own.clock.now()),
    );
  const mark = (id: string, note = "tried") =>
    own.store.tx("test", (tx) =>
      markProposal(tx, IDS, { id, mark: "accepted", note, actor: "person:ana", now: own.clock.now() }),
    );

  it("is kept once, gives way to a newer one, and is marked once, each with its event", async () => {
    const first = await keep();
    expect(reportOf(first ?? { report: null }).sentence).toMatch(/% less, with 0 hours of stock-out instead of 0/);
    expect(await keep()).toBeNull();
    const second = await keep({ ...proposed.best.policy, trigger: "beyond" });
    await expect(mark(second?.id ?? "", " ")).rejects.toMatchObject({ code: "policy_proposal_note_invalid" });
    expect(await mark(second?.id ?? "")).toMatchObject({ state: "accepted", ended_by: "person:ana", note: "tried" });
    await expect(mark(first?.id ?? "")).rejects.toMatchObject({ code: "policy_proposal_closed" });
    await expect(own.store.read("test", (tx) => getProposal(tx, "pro_no"))).rejects.toMatchObject({
      code: "policy_proposal_not_found",
    });
    const rows = await own.store.read("test", (tx) => listProposals(tx, POOL.id));
    expect(rows.map(({ state }) => state).sort()).toEqual(["accepted", "overtaken"]);
    const events = await own.store.read("test", (tx) => tx.find(tables.event, { limit: 100 }));
    const states = events.filter(({ kind }) => kind === "policy.tuning").map(({ payload }) => payload);
    expect(states).toHaveLength(4);
    expect(states.map((one) => (one as { state: string }).state).sort()).toEqual([
      "accepted",
      "open",
      "open",
      "overtaken",
    ]);
  });

  it("prints the lines of the file it would change", () => {
    const text = policyYaml({ ...POOL.policy, levels: { ...POOL.policy.levels, low: level("3.25%") } });
    expect(text).toMatch(/^levels: \{ emergency_low: ".+", low: "3.25%", target: /);
    expect(text).toContain(
      "model: { name: hybrid, mode: shadow, refill_cost: 155.000000 USDT, sweep_cost: 5.000000 USDT, exposure_per_year: 2%, delay_per_hour: 0.1% }",
    );
  });
});
