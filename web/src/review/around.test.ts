import { expect, it } from "vitest";
import { aroundMove } from "./around.ts";

const usdt = (amount: string) => ({ amount, asset: "USDT" });

it("before the move stands what is there, not what is on its way", () => {
  const now = { liquidity: usdt("4"), reserve: usdt("90"), share_percent: "4.0000" };
  const promised = { liquidity: usdt("10"), reserve: usdt("90"), share_percent: "10.0000", now };
  const after = { liquidity: usdt("12"), reserve: usdt("88"), share_percent: "12.0000" };
  expect(aroundMove(promised, after)).toEqual({
    sides: [
      ["Liquidity", usdt("4"), usdt("12")],
      ["Reserve", usdt("90"), usdt("88")],
    ],
    share_percent: ["4.0000", "12.0000"],
  });
});
