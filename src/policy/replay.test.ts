import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import { aPolicy, aPool, NOW } from "./fixtures.ts";
import { encodeDecision, encodePolicy, encodeSnapshot } from "./index.ts";
import { differencesOf, replayDecision } from "./replay.ts";

const through = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const recordOf = (hot: string, vault: string) => {
  const snapshot = aPool(hot, vault, "1");
  return {
    snapshot: through(encodeSnapshot(snapshot)),
    policy: through(encodePolicy(aPolicy())),
    decision: through(encodeDecision(decide(snapshot, aPolicy(), NOW))),
  };
};

describe("replayDecision", () => {
  it.each([
    ["150000", "850000"],
    ["50000", "950000"],
    ["100000", "900000"],
    ["0", "0"],
  ])("makes the decision on %s hot and %s in custody again, bit for bit", (hot, vault) => {
    expect(replayDecision(recordOf(hot, vault))).toMatchObject({ matches: true, differences: [] });
  });

  it("finds what somebody changed in the record, and where", () => {
    const record = recordOf("150000", "850000");
    const changed = through(record.decision) as { moves: { amount: string }[] };
    const [move] = changed.moves;
    if (move === undefined) throw new Error("this decision moves");
    const amount = move.amount;
    move.amount = "1";
    expect(replayDecision({ ...record, decision: changed })).toMatchObject({
      matches: false,
      differences: [{ path: "moves.0.amount", recorded: '"1"', replayed: JSON.stringify(amount) }],
    });
  });

  it("finds a snapshot that does not lead to the decision", () => {
    const { snapshot } = recordOf("100000", "900000");
    const replay = replayDecision({ ...recordOf("150000", "850000"), snapshot });
    expect(replay.matches).toBe(false);
    expect(replay.differences.map(({ path }) => path)).toContain("verdict");
    expect(replay.decision.verdict).toBe("hold");
  });

  it("refuses a record of another shape", () => {
    expect(() => replayDecision({ ...recordOf("1", "2"), snapshot: { pool_id: "usdt" } })).toThrow("stored record");
  });
});

describe("differencesOf", () => {
  it("names what was added, removed and changed", () => {
    expect(differencesOf({ a: 1, b: [1, 2] }, { b: [1, 3], c: null }, "")).toEqual([
      { path: "a", recorded: "1", replayed: null },
      { path: "b.1", recorded: "2", replayed: "3" },
      { path: "c", recorded: null, replayed: "null" },
    ]);
    expect(differencesOf({ a: [] }, { a: [] }, "")).toEqual([]);
  });
});
