import { describe, expect, it } from "vitest";
import type { Facility } from "../../api/types.ts";
import { deedsOf } from "./deeds.ts";

const loan = (
  state: Facility["state"],
  owed: string,
  held: string,
  stage: Facility["stage"] = "sound",
  left = "1.00",
) =>
  deedsOf({
    ...{
      state,
      stage,
      disbursed: { amount: owed, asset: "USD" },
      left_to_draw: { amount: left, asset: "USD" },
      outstanding: { total: { amount: owed, asset: "USD" } },
    },
    collateral: [{ held: { amount: held, asset: "BTC" } }],
  } as unknown as Facility);

describe("deedsOf", () => {
  it("offers what the state lets through, and nothing that is always refused", () => {
    expect(loan("active", "100.00", "2")).toEqual(["repay", "disburse", "release"]);
    expect(loan("active", "100.00", "2", "margin_call")).toEqual(["repay", "release"]);
    expect(loan("active", "0.00", "2")).toEqual(["disburse", "release"]);
    expect(loan("active", "100.00", "2", "sound", "0.00")).toEqual(["repay", "release"]);
    expect(loan("matured", "100.00", "0")).toEqual(["repay"]);
    expect(loan("proposed", "0.00", "0")).toEqual(["cancel"]);
    expect(loan("awaiting_collateral", "0.00", "0.1")).toEqual(["release"]);
    expect(loan("closed", "0.00", "0.1")).toEqual(["release"]);
    expect(loan("denied", "0.00", "0")).toEqual([]);
  });

  it("offers an exchange only where the terms take another asset, and something is held", () => {
    const two = (state: Facility["state"], held: string) =>
      deedsOf({
        ...{ state, stage: "sound", disbursed: { amount: "1", asset: "USD" } },
        left_to_draw: { amount: "0", asset: "USD" },
        outstanding: { total: { amount: "1", asset: "USD" } },
        collateral: [{ held: { amount: held, asset: "BTC" } }, { held: { amount: "0", asset: "ETH" } }],
      } as unknown as Facility).includes("exchange");
    expect(two("active", "2")).toBe(true);
    expect(two("matured", "2")).toBe(true);
    expect(two("active", "0")).toBe(false);
    expect(two("defaulted", "2")).toBe(false);
  });
});
