import { describe, expect, it } from "vitest";
import { bandOf } from "./band_of.ts";

const usdt = (amount: string) => ({ amount, asset: "USDT" });
const level = (amount: string) => ({ text: amount, amount: usdt(amount), share_percent: amount });
const LEVELS = {
  emergency_low: level("2"),
  low: level("5"),
  target: level("10"),
  high: level("15"),
  emergency_high: level("20"),
  floor: null,
};
const nowOf = (amount: string) => ({
  liquidity: usdt(amount),
  reserve: usdt("0"),
  on_its_way: usdt("0"),
  asked_for: usdt("0"),
  set_aside: usdt("0"),
  share_percent: amount,
});
const at = (amount: string) => ({
  total: usdt("100"),
  liquidity: usdt(amount),
  reserve: usdt("0"),
  in_flight_to_liquidity: usdt("0"),
  in_flight_to_reserve: usdt("0"),
  share_percent: amount,
  now: nowOf(amount),
  health_percent: null,
});

describe("where a decision's pool stood", () => {
  it.each([
    ["1", "emergency_low"],
    ["2", "emergency_low"],
    ["5", "low"],
    ["5.01", "inside"],
    ["14.99", "inside"],
    ["15", "high"],
    ["20", "emergency_high"],
  ])("%s is %s: a level itself is past it", (amount, band) => {
    expect(bandOf({ before: at(amount), levels: LEVELS })).toBe(band);
  });

  it("is not known without a position or levels", () => {
    expect(bandOf({ before: null, levels: LEVELS })).toBe("unknown");
    expect(bandOf({ before: at("7"), levels: null })).toBe("unknown");
  });
});
