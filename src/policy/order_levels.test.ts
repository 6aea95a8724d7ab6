import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LooseLevel, orderLevels } from "./order_levels.ts";

const fixed = (units: bigint): LooseLevel => ({ units, dynamic: false });
const follows = (units: bigint): LooseLevel => ({ units, dynamic: true });

describe("orderLevels", () => {
  it("leaves what is in order alone", () => {
    expect(orderLevels([fixed(1n), follows(2n), fixed(3n)])).toEqual({ ok: true, units: [1n, 2n, 3n], held: [] });
  });

  it("keeps a forecast below the next fixed level and above the last", () => {
    expect(orderLevels([fixed(2n), follows(9n), fixed(5n)])).toEqual({ ok: true, units: [2n, 4n, 5n], held: [1] });
    expect(orderLevels([fixed(2n), follows(0n), fixed(5n)])).toEqual({ ok: true, units: [2n, 3n, 5n], held: [1] });
  });

  it("parts equal forecasts by one unit", () => {
    expect(orderLevels([follows(0n), follows(0n), follows(0n)])).toEqual({
      ok: true,
      units: [0n, 1n, 2n],
      held: [1, 2],
    });
  });

  it("names the fixed levels that cannot both stand", () => {
    expect(orderLevels([fixed(5n), follows(6n), fixed(5n)])).toEqual({ ok: false, pair: [0, 2] });
    expect(orderLevels([fixed(5n), follows(6n), fixed(6n)])).toEqual({ ok: false, pair: [0, 2] });
    expect(orderLevels([fixed(-1n), fixed(6n)])).toEqual({ ok: false, pair: [0, 0] });
  });

  it("always comes out rising, never below zero, with every fixed level where it was", () => {
    const level = fc.record({ units: fc.bigInt({ min: -5n, max: 60n }), dynamic: fc.boolean() });
    let ordered = 0;
    fc.assert(
      fc.property(fc.array(level, { minLength: 5, maxLength: 5 }), (levels) => {
        const outcome = orderLevels(levels);
        if (!outcome.ok) {
          const [a, b] = outcome.pair.map((index) => levels[index]);
          expect(a?.dynamic || b?.dynamic).toBe(false);
          return;
        }
        ordered += 1;
        outcome.units.forEach((units, index) => {
          expect(units).toBeGreaterThan(index === 0 ? -1n : (outcome.units[index - 1] ?? 0n));
          if (!levels[index]?.dynamic) expect(units).toBe(levels[index]?.units);
          expect(outcome.held.includes(index)).toBe(units !== levels[index]?.units);
        });
      }),
    );
    expect(ordered).toBeGreaterThan(10);
  });
});
