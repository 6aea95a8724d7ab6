import { beforeEach, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import type { DecisionRow } from "../store/tables/schema.ts";
import { PRUNE_BATCH } from "./limits.ts";
import { prune } from "./prune.ts";
import { newState } from "./state.ts";
import { type Bench, HOUR, openBench } from "./suite_daemon.ts";
import type { DaemonDeps } from "./types.ts";

const DAY = 24 * HOUR;
let bench: Bench;
let deps: DaemonDeps;
beforeEach(() => {
  bench = openBench();
  const store = { ...bench.config.store, retention: { idempotency_ms: 3 * DAY, decisions_ms: 3 * DAY } };
  bench.start("one", (made) => {
    deps = { ...made, config: { ...made.config, store } };
    return made;
  });
});

const now = (): number => bench.clock.now();
const ago = (days: number): number => now() - days * DAY;

async function answer(key: string, at: number): Promise<void> {
  const row = { key, route: "r", body_digest: "d", status: 200, response: null, at };
  await bench.tx((tx) => tx.insert(tables.idempotency, row));
}

async function decision(id: string, at: number, verdict: DecisionRow["verdict"], last_at = at): Promise<void> {
  const words = { severity: "normal", fingerprint: id, policy_digest: "p", cause: "schedule" } as const;
  const row = {
    id,
    pool_id: "usdt",
    verdict,
    ...words,
    snapshot: {},
    decision: {},
    shadow: null,
    repeats: 0,
    at,
    last_at,
  };
  await bench.tx((tx) => tx.insert(tables.decision, row));
}

const kept = async () => ({
  answers: (await bench.tx((tx) => tx.find(tables.idempotency, { order_by: [["key", "asc"]], limit: 1_000 }))).map(
    ({ key }) => key,
  ),
  decisions: (await bench.tx((tx) => tx.find(tables.decision, { order_by: [["id", "asc"]], limit: 1_000 }))).map(
    ({ id }) => id,
  ),
});

it("forgets old answers, and old decisions to do nothing, and nothing else", async () => {
  await answer("old", ago(4));
  await answer("young", ago(2));
  await decision("held", ago(4), "hold");
  await decision("moved", ago(4), "move");
  await decision("escalated", ago(4), "escalate");
  await decision("repeated", ago(4), "wait", ago(1));
  await decision("young", ago(1), "hold");
  expect(await prune(deps, newState())).toBe(2);
  expect(await kept()).toEqual({ answers: ["young"], decisions: ["escalated", "moved", "repeated", "young"] });
  expect(await prune(deps, newState())).toBe(0);
});

it("keeps the last decision of a pool, however old", async () => {
  await decision("a", ago(9), "hold");
  await decision("b", ago(8), "hold");
  expect(await prune(deps, newState())).toBe(1);
  expect((await kept()).decisions).toEqual(["b"]);
});

it("takes small steps, and comes back at once while more waits", async () => {
  for (let n = 0; n < PRUNE_BATCH + 5; n += 1) await answer(`old-${n}`, ago(4));
  const state = newState();
  expect(await prune(deps, state)).toBe(PRUNE_BATCH);
  expect(state.prune_due_at).toBe(now());
  expect(await prune(deps, state)).toBe(5);
  expect(state.prune_due_at).toBeGreaterThan(now());
});
