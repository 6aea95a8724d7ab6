import { describe, expect, it } from "vitest";
import type { Pool } from "../../api/types.ts";
import { subtract } from "../../format/decimal.ts";
import { FIRST, presetBase, readHypothesis, shareOfBase } from "./hypothesis.ts";

const usdt = (amount: string) => ({ amount, asset: "USDT" });
const pool = (amount: string, coming = "0.000000", target: string | null = null): Pool =>
  ({
    asset: "USDT",
    levels: { floor: null, target: { amount: target === null ? null : usdt(target) } },
    position: {
      total: usdt("100"),
      liquidity: usdt(amount),
      reserve: usdt("0"),
      in_flight_to_liquidity: usdt(coming),
      in_flight_to_reserve: usdt("0"),
      share_percent: null,
      now: {
        liquidity: usdt(subtract(amount, coming) ?? ""),
        reserve: usdt("0"),
        on_its_way: usdt(coming),
        asked_for: usdt("0"),
        set_aside: usdt("0"),
        share_percent: null,
      },
    },
  }) as unknown as Pool;

const shareOfLiquidity = (given: Pool, percent: bigint): string | null => {
  const base = presetBase(given);
  return base && shareOfBase(base, percent);
};

describe("presets", () => {
  it("are shares of the target while the liquidity side is empty, and none when that is not known either", () => {
    expect(presetBase(pool("0.000000", "0.000000", "8000000.000000"))).toEqual({
      amount: "8000000.000000",
      of: "target",
    });
    expect(shareOfLiquidity(pool("0", "0", "8000000.000000"), 25n)).toBe("2000000.000000");
  });

  it("are exact shares of what the liquidity side holds", () => {
    expect(shareOfLiquidity(pool("4000000.000001"), 25n)).toBe("1000000.000000");
    expect(shareOfLiquidity(pool("9007199254740993.000004"), 150n)).toBe("13510798882111489.500006");
    expect(shareOfLiquidity(pool("4000000.000000", "3000000.000000"), 50n)).toBe("500000.000000");
    expect(shareOfLiquidity(pool("-5"), 25n)).toBeNull();
    expect(
      shareOfLiquidity({ position: null, levels: { target: { amount: null } } } as unknown as Pool, 25n),
    ).toBeNull();
  });
});

describe("readHypothesis", () => {
  it("reads what a person types", () => {
    expect(readHypothesis({ ...FIRST, outflow: "250,000.50" }, 6)).toEqual({
      request: { outflow: "250000.50", over_hours: 24, horizon_hours: 48, approval_hours: 4 },
    });
    expect(readHypothesis({ ...FIRST, outflow: "-5", over_hours: " 0 " }, 6)).toMatchObject({
      request: { outflow: "-5", over_hours: 0 },
    });
  });

  it.each([
    ["", "Write an amount"],
    ["1e6", "Write an amount"],
    ["+5", "Write an amount"],
    ["0.0000001", "6 decimals"],
  ])("says what is wrong with the outflow %j", (outflow, sentence) => {
    const read = readHypothesis({ ...FIRST, outflow }, 6);
    expect("errors" in read && read.errors.outflow).toContain(sentence);
  });

  it.each([
    ["over_hours", "169"],
    ["horizon_hours", "0"],
    ["approval_hours", "1.5"],
    ["approval_hours", ""],
  ] as const)("refuses %s = %j", (name, text) => {
    const read = readHypothesis({ ...FIRST, outflow: "1", [name]: text }, 6);
    expect("errors" in read && read.errors[name]).toContain("Whole hours");
  });
});
