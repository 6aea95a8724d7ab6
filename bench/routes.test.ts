import { describe, expect, it } from "vitest";
import { benchRoutes } from "./routes.ts";

describe("benchRoutes", () => {
  it("times real choices by the clock it is given, and counts those that were proved best", () => {
    let clock_ms = 0;
    const now_ms = (): number => {
      clock_ms += 2;
      return clock_ms;
    };
    const result = benchRoutes({ wallets: 3, networks: 2, pools: 10, now_ms });
    expect(result).toMatchObject({ wallets: 3, networks: 2, pools: 10 });
    expect(result.unlimited).toEqual({ p50_ms: 2, p99_ms: 2, max_ms: 2, exact: 10 });
    expect(result.limited.p50_ms).toBe(2);
  });

  it("proves every choice of eight by eight wallets over four networks", () => {
    expect(benchRoutes({ pools: 25 }).unlimited.exact).toBe(25);
  });

  it("proves nearly every choice when each of the eight destinations is limited", () => {
    expect(benchRoutes({ pools: 25 }).limited.exact).toBeGreaterThanOrEqual(22);
  });

  it("proves every choice of four by four limited wallets", () => {
    expect(benchRoutes({ wallets: 4, pools: 50 }).limited.exact).toBe(50);
  });
});
