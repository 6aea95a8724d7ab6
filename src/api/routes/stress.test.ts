/** The route computes on a copy: the treasury is as it was, and nothing is recorded. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tables } from "../../store/index.ts";
import { StressSchema } from "../schemas/index.ts";
import { createTestTreasury, type TestTreasury } from "../suite_treasury.ts";

let test: TestTreasury;
beforeAll(async () => {
  test = await createTestTreasury({ hot: 1_000_000n, cold: 9_000_000n });
  await test.cycles(1);
});
afterAll(() => test.close());

const post = (body: unknown) => test.request("POST", "/v1/stress", { body });

describe("POST /v1/stress", () => {
  it("answers what its schema says, and leaves no trace", async () => {
    const trace = () =>
      test.treasury.deps.store.read("test", async (tx) => ({
        transfers: await tx.find(tables.transfer, { limit: 100 }),
        events: (await tx.find(tables.event, { limit: 1_000 })).length,
      }));
    const before = await trace();
    const response = await post({ scenario: "bybit-2025-02", monte_carlo: { runs: 2 } });
    expect(response.status).toBe(200);
    const answer = StressSchema.parse(await response.json());
    expect(answer.pools[0]).toMatchObject({ pool_id: "usdt", approval_hours: 6, monte_carlo: { runs: 2 } });
    expect(await trace()).toEqual(before);
  });

  it.each([
    [404, "stress_scenario_unknown", { scenario: "mt-gox" }],
    [404, "api_not_found", { scenario: "slow-drain", pool_id: "doge" }],
    [422, "stress_too_large", { scenario: "slow-drain", monte_carlo: { runs: 51 } }],
    [
      422,
      "stress_asset_unknown",
      { scenario: { curve_ppm: [1], price_shock: { asset: "UST", to_ppm: 1, fall_hours: 1 } } },
    ],
  ])("%i %s", async (status, code, body) => {
    const response = await post(body);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });
});
