import { describe, expect, it } from "vitest";
import { cureText } from "./cure.ts";

const usd = (amount: string) => ({ amount, asset: "USD" });

describe("cureText", () => {
  it("says each way that would do alone", () => {
    const deposits = [
      { amount: "0.41200000", asset: "BTC" },
      { amount: "18571.430000", asset: "USDT" },
    ];
    expect(cureText({ target_percent: "60.00", repay: usd("18200.00"), deposits })).toBe(
      "deposit 0.412\u00a0BTC or deposit 18,571.43\u00a0USDT or repay 18,200.00\u00a0USD",
    );
  });

  it("keeps every digit that counts, and says nothing when nothing is needed", () => {
    const deposits = [{ amount: "2.00000000", asset: "BTC" }];
    expect(cureText({ target_percent: "60.00", repay: usd("0.01"), deposits })).toBe(
      "deposit 2\u00a0BTC or repay 0.01\u00a0USD",
    );
    expect(cureText({ target_percent: "60.00", repay: usd("0.00"), deposits: [] })).toBeNull();
  });
});
