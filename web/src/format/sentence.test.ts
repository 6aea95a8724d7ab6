import { describe, expect, it } from "vitest";
import { readable } from "./sentence.ts";

describe("readable", () => {
  it.each([
    ["Move 2524000.000000 USDT from A.", "Move 2,524,000\u00a0USDT from A."],
    ["Move 2,524,000.5 USDT from A.", "Move 2,524,000.5\u00a0USDT from A."],
    ["0.00004200 BTC and 1310500.250000 USDT", "0.000042\u00a0BTC and 1,310,500.25\u00a0USDT"],
    ["Difference -250.000000 USDT", "Difference \u2212250\u00a0USDT"],
    ["Liquidity is 100 USDT (5.00 %)", "Liquidity is 100\u00a0USDT (5.00 %)"],
  ])("%s", (sentence, expected) => {
    expect(readable(sentence)).toBe(expected);
  });

  it.each([
    "2026-11-21 14:02:11 UTC",
    "tr_01J9ZK7Q4MX8 is confirming, 14 of 19.",
    "3 h 8 min ago (limit 2 h)",
    "version 1.2.3 OK",
  ])("leaves %j alone", (sentence) => {
    const untouched = sentence.replaceAll("\u00a0", " ");
    expect(readable(sentence).replaceAll("\u00a0", " ")).toBe(untouched);
  });

  it("writes an instant as people read it", () => {
    expect(readable("It is open, due 2026-01-06T04:00:00.000Z, or 2026-01-06T04:00:07Z.")).toBe(
      "It is open, due 2026-01-06 04:00\u00a0UTC, or 2026-01-06 04:00:07\u00a0UTC.",
    );
    expect(readable("due 2026-01-06")).toBe("due 2026-01-06");
  });
});
