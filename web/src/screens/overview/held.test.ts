import { describe, expect, it } from "vitest";
import type { Pool } from "../../api/types.ts";
import { subtract } from "../../format/decimal.ts";
import { heldOf } from "./held.ts";

const usdt = (amount: string) => ({ amount, asset: "USDT" });

function pool(liquidity: string, coming: string, floor: string | null): Pool {
  const level = floor === null ? null : { text: null, amount: usdt(floor), share_percent: null };
  return {
    asset: "USDT",
    levels: { floor: level },
    position: {
      total: usdt("1000.000000"),
      liquidity: usdt(liquidity),
      reserve: usdt("900.000000"),
      in_flight_to_liquidity: usdt(coming),
      in_flight_to_reserve: usdt("0.000000"),
      awaiting_to_liquidity: usdt("0.000000"),
      awaiting_to_reserve: usdt("7.000000"),
      share_percent: "10.0000",
      health_percent: "100.00",
      now: {
        liquidity: usdt(subtract(liquidity, coming) ?? ""),
        reserve: usdt("900.000000"),
        on_its_way: usdt(coming),
        asked_for: usdt("7.000000"),
        set_aside: usdt("3.000000"),
        share_percent: "4.0000",
      },
    },
  } as unknown as Pool;
}

describe("what is held", () => {
  it("is nothing while everything is still on its way, however good the projection looks", () => {
    expect(heldOf(pool("100.000000", "100.000000", "25.000000"))).toEqual({
      liquidity: usdt("0.000000"),
      reserve: usdt("900.000000"),
      in_flight: usdt("100.000000"),
      asked: usdt("7.000000"),
      set_aside: usdt("3.000000"),
      share_percent: "4.0000",
      health_percent: "0.0000",
      landed_percent: "10.0000",
    });
  });

  it("is 100 % healthy at twice the floor and never more, never less than none", () => {
    expect(heldOf(pool("50.000000", "0.000000", "25.000000"))?.health_percent).toBe("100.0000");
    expect(heldOf(pool("500.000000", "0.000000", "25.000000"))?.health_percent).toBe("100.0000");
    expect(heldOf(pool("25.000000", "0.000000", "25.000000"))?.health_percent).toBe("50.0000");
    expect(heldOf(pool("-5.000000", "0.000000", "25.000000"))?.health_percent).toBe("0.0000");
  });

  it("has no health without a floor and no projection with nothing in flight", () => {
    const held = heldOf(pool("50.000000", "0.000000", null));
    expect([held?.health_percent, held?.landed_percent]).toEqual([null, null]);
  });

  it("is unknown while the position is", () => {
    expect(heldOf({ ...pool("1", "0", null), position: null })).toBeNull();
  });
});
