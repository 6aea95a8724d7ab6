import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNonceLane, RESERVATION_MS } from "./nonce_lane.ts";

describe("the nonce lane", () => {
  it("gives every reference its own nonce, never below the chain's count, and the same one again", () => {
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 20 }),
        (pending, references) => {
          const lane = createNonceLane();
          const given = new Map<string, number>();
          for (const reference of references) {
            const nonce = lane.reserve(reference, pending, 0);
            expect(nonce).toBeGreaterThanOrEqual(pending);
            expect(nonce).toBe(given.get(reference) ?? nonce);
            given.set(reference, nonce);
          }
          expect(new Set(given.values()).size).toBe(given.size);
          expect(Math.max(pending - 1, ...given.values())).toBe(pending + given.size - 1);
        },
      ),
    );
  });

  it("passes over a nonce that a stored transaction holds", () => {
    const lane = createNonceLane();
    lane.keep("stored", 7, 0);
    expect(lane.reserve("new", 7, 0)).toBe(8);
  });

  it("leaves no gap for ever: a forgotten reservation's nonce is given out anew", () => {
    const lane = createNonceLane();
    expect(lane.reserve("forgotten", 3, 0)).toBe(3);
    expect(lane.reserve("next", 3, RESERVATION_MS)).toBe(4);
    expect(lane.reserve("third", 3, RESERVATION_MS + 1)).toBe(3);
  });

  it("gives a reference a new nonce once the chain has used its old one", () => {
    const lane = createNonceLane();
    expect(lane.reserve("a", 3, 0)).toBe(3);
    expect(lane.reserve("a", 4, 1)).toBe(4);
  });

  it("stays bounded", () => {
    const lane = createNonceLane();
    for (let i = 0; i < 3_000; i += 1) lane.keep(`r${i}`, i, 0);
    expect(lane.reserve("new", 2_000, 0)).toBe(3_000);
    expect(lane.reserve("low", 0, 0)).toBe(0);
  });
});
