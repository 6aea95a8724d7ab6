import { describe, expect, it } from "vitest";
import { comparePolicies, policyChanges } from "./compare_policies.ts";
import { aPolicy, aPool, terminal40, usdt } from "./fixtures.ts";

const snapshots = [aPool("150000", "850000", "1"), aPool("100000", "900000", "1"), aPool("20000", "980000", "1")];

describe("comparePolicies", () => {
  it("finds nothing between a policy and itself", () => {
    expect(comparePolicies(snapshots, aPolicy(), aPolicy())).toMatchObject({ snapshots: 3, changed: 0, examples: [] });
    expect(policyChanges(aPolicy(), aPolicy())).toEqual([]);
  });

  it("says what another policy would have moved", () => {
    const result = comparePolicies(snapshots, aPolicy(), terminal40());
    expect(result.changed).toBe(3);
    expect(result.before).toMatchObject({ moving: 2, to_reserve: usdt("49999.1"), blocked: 0 });
    expect(result.after).toMatchObject({ moving: 3, to_reserve: 0n });
    expect(result.after.to_liquidity).toBeGreaterThan(result.before.to_liquidity);
    expect(result.examples[0]?.before.moves[0]?.direction).toBe("to_reserve");
    expect(result.examples[0]?.after.moves[0]?.direction).toBe("to_liquidity");
  });

  it("names a level as people write it", () => {
    expect(policyChanges(aPolicy(), terminal40()).find(({ path }) => path === "levels.low")).toEqual({
      path: "levels.low",
      recorded: '"5%"',
      replayed: '"35%"',
    });
  });

  it("counts a move of another size as another decision", () => {
    const smaller = aPolicy({ move_max: usdt("1000") });
    expect(comparePolicies(snapshots, aPolicy(), smaller)).toMatchObject({
      changed: 2,
      after: { to_reserve: usdt("1000") },
    });
    expect(policyChanges(aPolicy(), smaller)).toEqual([
      { path: "move_max", recorded: '"1000000000000000000"', replayed: '"1000000000"' },
    ]);
  });
});
