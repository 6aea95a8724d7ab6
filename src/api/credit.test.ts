/** Lending over the API: a facility from its proposal to a margin call, with what people read beside it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  CreditPortfolio,
  CreditPriceList,
  CreditShock,
  Facility,
  FacilityDetail,
  FacilityList,
  MarginCallList,
} from "./schemas/index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

let test: TestTreasury;
let dollars = 90_000n;
beforeAll(async () => {
  test = await createTestTreasury({ prices: (asset) => ({ units: asset === "BTC" ? dollars * 100n : 100n }) });
  await test.cycles(1);
});
afterAll(() => test.close());

async function get<T>(path: string): Promise<T> {
  const response = await test.request("GET", path);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

async function post<T>(path: string, body: unknown, key = path): Promise<{ status: number; body: T }> {
  const response = await test.request("POST", path, { body, headers: { "idempotency-key": key } });
  return { status: response.status, body: (await response.json()) as T };
}

const REQUEST = {
  ...{ reference: "L-1", customer_id: "acme", currency: "USD", principal: "100000", rate_percent: "12" },
  ...{ matures_on: "2026-12-31", reason: "new loan", proposed_by: "ana" },
  collateral: [{ asset: "BTC", return_address: "sandbox:bitcoin:acme" }],
};

async function hours(count: number): Promise<void> {
  for (let done = 0; done < count * 2; done += 1) {
    await test.treasury.cycleOnce();
    await test.clock.sleep(1_800_000);
  }
}

describe("what is refused, with nothing half done", () => {
  it.each([
    ["a principal of zero", { principal: "0" }, "credit_amount_not_positive"],
    ["a negative rate", { rate_percent: "-1" }, "api_input_invalid"],
    ["a maturity in the past", { matures_on: "2025-01-01" }, "credit_maturity_in_past"],
    ["a day that is none", { matures_on: "2026-02-31" }, "facility_invalid"],
    ["an unknown currency", { currency: "XYZ" }, "facility_invalid"],
    ["an unknown asset", { collateral: [{ asset: "DOGE", return_address: "x" }] }, "api_input_invalid"],
    ["levels out of order", { levels: { as: "ltv", warning: "85" } }, "credit_levels_out_of_order"],
    ["levels above all", { levels: { as: "cvl", liquidation: "90" } }, "credit_levels_out_of_order"],
    [
      "an asset pledged twice",
      { collateral: [...REQUEST.collateral, ...REQUEST.collateral] },
      "credit_duplicate_asset",
    ],
    ["nothing pledged", { collateral: [] }, "api_input_invalid"],
    ["a schedule that repays too much", { schedule: [{ due_on: "2026-06-30", amount: "200000" }] }, "facility_invalid"],
    ["a made-up return address", { collateral: [{ asset: "BTC", return_address: "acme" }] }, "facility_invalid"],
    [
      "a return address with a mistyped character",
      { collateral: [{ asset: "BTC", return_address: "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb" }] },
      "facility_invalid",
    ],
    [
      "a return address of another network",
      { collateral: [{ asset: "BTC", return_address: "0xdAC17F958D2ee523a2206206994597C13D831ec7" }] },
      "facility_invalid",
    ],
    [
      "a sandbox address of another network",
      { collateral: [{ asset: "BTC", return_address: "sandbox:tron:acme" }] },
      "facility_invalid",
    ],
    ["a principal below zero", { principal: "-1" }, "credit_amount_not_positive"],
    [
      "an expected collateral below zero",
      { collateral: [{ asset: "BTC", return_address: "sandbox:bitcoin:acme", expected: "-1" }] },
      "facility_invalid",
    ],
    ["a person nobody knows", { proposed_by: "eve" }, "api_person_unknown"],
  ])("%s", async (_what, over, code) => {
    const { status, body } = await post<{ code: string }>(
      "/v1/facilities",
      { ...REQUEST, ...over },
      JSON.stringify(over),
    );
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body.code).toBe(code);
    expect((await get<FacilityList>("/v1/facilities?state=all")).items).toEqual([]);
  });
});

describe("a facility over the API", () => {
  let id = "";

  it("is proposed once for each reference, and shown as people sign it", async () => {
    const { status, body } = await post<Facility>("/v1/facilities", REQUEST);
    expect(status).toBe(201);
    id = body.object_id;
    expect(body).toMatchObject({
      state: "proposed",
      levels: { initial: "60.00", warning: "70.00", liquidation: "90.00" },
    });
    expect(body.quorum).toMatchObject({ needed: 2, eligible: ["ben", "chen"] });
    const again = await post<{ code: string }>("/v1/facilities", REQUEST, "another-key");
    expect(again.body.code).toBe("facility_reference_used");
  });

  it("takes the votes of two others, never of who proposed it", async () => {
    const { digest } = await get<Facility>(`/v1/facilities/${id}`);
    const vote = async (person: string) =>
      post<Facility & { code?: string }>(
        `/v1/facilities/${id}/votes`,
        await test.sign(person, { object_kind: "facility", object_id: id, digest, vote: "approve" }),
        `vote-${person}`,
      );
    expect((await vote("ana")).body.code).toBe("authority_initiator");
    expect((await vote("ben")).body.state).toBe("proposed");
    expect((await vote("chen")).body.state).toBe("approved");
    await hours(1);
    const open = await get<Facility>(`/v1/facilities/${id}`);
    expect(open).toMatchObject({
      state: "awaiting_collateral",
      collateral: [{ asset: "BTC", wallet_state: "active" }],
    });
    expect(open.collateral[0]?.required).toEqual({ amount: "1.85185186", asset: "BTC" });
  });

  it("counts its deposit, is drawn, and says at which price each level is reached", async () => {
    test.world.flow(`northvault/vault-${id}-BTC`, 200_000_000n, "BTC", null, "tx-1");
    await hours(1);
    const paid = { amount: "100000", reference: "wire-1", recorded_by: "ana" };
    expect((await post(`/v1/facilities/${id}/disbursals`, paid)).status).toBe(201);
    await hours(1);
    const detail = await get<FacilityDetail>(`/v1/facilities/${id}/detail`);
    expect(detail.facility).toMatchObject({
      state: "active",
      ltv: { state: "ratio", percent: "55.56", cvl_percent: "180", unknown_since: null },
      next_level: { level: "initial", points: "4.44" },
      outstanding: { total: { amount: "100000.00", asset: "USD" } },
    });
    expect(detail.facility.triggers.map(({ level, price }) => [level, price.amount])).toEqual([
      ...[
        ["initial", "83333.33"],
        ["warning", "71428.57"],
        ["margin_call", "62500.00"],
        ["liquidation", "55555.55"],
      ],
    ]);
    expect(detail.deposits).toMatchObject([{ state: "posted", problem: null, amount: "2.00000000" }]);
    expect(detail.payments).toMatchObject([{ kind: "disbursal", reference: "wire-1" }]);
  });

  it("is called when the price falls, and the call says what would cure it", async () => {
    for (const step of [72_000n, 62_000n]) {
      dollars = step;
      await hours(1);
    }
    const { items } = await get<MarginCallList>("/v1/margin-calls");
    expect(items).toMatchObject([{ facility_id: id, state: "open", ltv_percent: "80.65" }]);
    expect(items[0]?.calculator?.initial.repay).toEqual({ amount: "25600.00", asset: "USD" });
    const acknowledged = await post<{ acknowledged_by: string }>(`/v1/margin-calls/${items[0]?.id}/acknowledge`, {
      person: "ben",
    });
    expect(acknowledged.body.acknowledged_by).toBe("person:ben");
  });

  it("says why its mark stays when the price is back, and what is left to draw", async () => {
    expect(await get<Facility>(`/v1/facilities/${id}`)).toMatchObject({ stage: "margin_call", mark: null });
    dollars = 65_000n;
    await hours(1);
    expect(await get<Facility>(`/v1/facilities/${id}`)).toMatchObject({
      ...{ stage: "margin_call", ltv: { percent: "76.93" }, left_to_draw: { amount: "0.00", asset: "USD" } },
      mark: {
        ...{ level: "margin_call", level_percent: "80.00", goes_percent: "75.00" },
        sentence: "Back below 80 % loan to value; the mark goes below 75 %, so that a noisy price rings once.",
      },
    });
    dollars = 62_000n;
    await hours(1);
  });

  it("shows its prices, the book and what a fall would do", async () => {
    const prices = await get<CreditPriceList>("/v1/credit/prices");
    expect(prices.items[0]).toMatchObject({ asset: "BTC", trust: "act", price: { amount: "62000.00", asset: "USD" } });
    expect(prices.items[0]?.sources).toHaveLength(3);
    const book = await get<CreditPortfolio>("/v1/credit/portfolio");
    expect(book).toMatchObject({
      facilities: 1,
      trusted: true,
      concentration_percent: "100.0000",
      at_level: { margin_call: 1 },
    });
    expect(book.customers[0]).toMatchObject({ customer_id: "acme", share_percent: "100.0000" });
    const fall = await post<CreditShock>("/v1/credit/what-if", { to_percent: 50, points: 2 });
    // Two coins at 31,000 less 4 % bring 59,520.
    expect(fall.body.points.at(-1)).toMatchObject({ under_water: 1, expected_shortfall: { amount: "40480.00" } });
    const crash = await post<CreditShock>("/v1/credit/what-if", { scenario: "terra-anchor-2022-05" });
    expect(crash.body.points.at(-1)?.price_percent).toBe("20.0000");
  });

  it("says since when its loan to value is unknown, and refuses to release on it", async () => {
    await test.clock.sleep(3 * 3_600_000);
    const { ltv } = await get<Facility>(`/v1/facilities/${id}`);
    expect(ltv.state).toBe("unknown");
    expect(ltv.unknown_since).not.toBeNull();
    const { body } = await post<{ code: string }>(`/v1/facilities/${id}/releases`, {
      asset: "BTC",
      amount: "0.1",
      reason: "asked",
      initiator: "ana",
    });
    expect(body.code).toBe("facility_price_untrusted");
  });

  it("has a statement of everything that changed it", async () => {
    const response = await test.request("GET", `/v1/credit/statement?facility_id=${id}`);
    const lines = (await response.text()).trim().split("\r\n");
    expect(lines[0]).toBe("at,event,what,event_id");
    expect(lines.some((line) => line.includes("facility.payment"))).toBe(true);
    expect(lines.some((line) => line.includes("margin_call.state"))).toBe(true);
  });
});
