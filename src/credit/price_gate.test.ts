/** When quotes may act: not the first ones, not a jump alone, and nothing that stands still. */
import { describe, expect, it } from "vitest";
import { ratio } from "../money/index.ts";
import type { Quote } from "../prices/index.ts";
import { PriceGate } from "./index.ts";

const HOUR_MS = 3_600_000;
const gate = () => new PriceGate({ frozen_after_ms: 4 * HOUR_MS, jump_ppm: 250_000 });
const quotes = (prices: Readonly<Record<string, bigint>>, at: number): Quote[] =>
  Object.entries(prices).map(([source, price]) => ({
    source,
    price: ratio(price, 1n),
    source_time: at,
    received_at: at,
  }));

describe("the gate of prices", () => {
  it("regression: lets no price act that was read once since the start", () => {
    const at = gate();
    expect(at.doubt("BTC")).toBe("first");
    expect(at.judge("BTC", ratio(100n, 1n))).toBe(false);
    expect(at.doubt("BTC")).toBe("first");
    expect(at.judge("BTC", ratio(101n, 1n))).toBe(true);
    expect(at.doubt("BTC")).toBe(null);
  });

  it("regression: a first price that the second poll contradicts does not act, and the second waits for a third", () => {
    const at = gate();
    at.judge("BTC", ratio(50n, 1n));
    expect(at.judge("BTC", ratio(100n, 1n))).toBe(false);
    expect(at.judge("BTC", ratio(100n, 1n))).toBe(true);
  });

  it("believes a jump when the next poll says the same, and not before", () => {
    const at = gate();
    for (const price of [100n, 100n]) at.judge("BTC", ratio(price, 1n));
    expect(at.judge("BTC", ratio(125n, 1n))).toBe(true);
    expect(at.judge("BTC", ratio(90n, 1n))).toBe(false);
    expect(at.doubt("BTC")).toBe("jump");
    expect(at.judge("BTC", ratio(124n, 1n))).toBe(true);
    expect(at.judge("BTC", ratio(60n, 1n))).toBe(false);
    expect(at.judge("BTC", ratio(60n, 1n))).toBe(true);
  });

  it("leaves out a source that stands still while others move", () => {
    const at = gate();
    for (let hour = 0; hour <= 5; hour += 1) {
      at.observe("BTC", quotes({ a: 100n, b: 100n + BigInt(hour), c: 101n + BigInt(hour) }, hour), hour * HOUR_MS);
    }
    const now = 5 * HOUR_MS;
    expect(at.frozen("BTC", now)).toEqual(["a"]);
    expect(at.moving("BTC", quotes({ a: 100n, b: 105n, c: 106n }, now), now).map(({ source }) => source)).toEqual([
      ...["b", "c"],
    ]);
    expect(at.stillSince("BTC", now)).toBe(null);
  });

  it("regression: says since when nothing moves, where every source stands still", () => {
    const at = gate();
    at.observe("BTC", quotes({ a: 100n, b: 100n, c: 101n }, 0), 0);
    at.observe("BTC", quotes({ a: 100n, b: 100n, c: 102n }, 0), HOUR_MS);
    expect(at.stillSince("BTC", 4 * HOUR_MS + 1)).toBe(null);
    expect(at.stillSince("BTC", 5 * HOUR_MS + 1)).toBe(HOUR_MS);
    expect(at.frozen("BTC", 5 * HOUR_MS + 1)).toEqual(["a", "b", "c"]);
    expect(at.stillSince("ETH", 5 * HOUR_MS)).toBe(null);
  });
});
