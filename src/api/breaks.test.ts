/** A theft from custody, seen and closed over the API by people with their keys. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  Break,
  BreakList,
  BreakResolution,
  BreakResolutionList,
  Overview,
  Problem,
  Reconciliation,
} from "./index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

let test: TestTreasury;

beforeAll(async () => {
  test = await createTestTreasury();
  await test.cycles(2);
  test.world.flow("northvault/usdt", -250_000_000n, "USDT");
  test.treasury.wake("manual");
  await test.cycles(1);
});
afterAll(() => test.close());

const get = async <T>(path: string): Promise<T> => (await (await test.request("GET", path)).json()) as T;
const post = async <T>(path: string, body: unknown, key: string, status: number): Promise<T> => {
  const response = await test.request("POST", path, { body, headers: { "idempotency-key": `breaks-${key}` } });
  expect(response.status).toBe(status);
  return (await response.json()) as T;
};
const vote = async (person: string, { object_id, digest }: BreakResolution, status: number) => {
  const body = await test.sign(person, { object_kind: "break", object_id, digest, vote: "approve" });
  const path = `/v1/break-resolutions/${object_id}/votes`;
  return post<BreakResolution & Problem>(path, body, `${object_id}-${person}`, status);
};

describe("a break over the API", () => {
  it("is listed with its causes, its movement and what it stops, in every face", async () => {
    const { items, frozen_assets } = await get<BreakList>("/v1/breaks");
    expect(frozen_assets).toEqual(["USDT"]);
    expect(items).toMatchObject([
      {
        ...{ wallet_id: "northvault-usdt", kind: "movement", state: "open", freezes: true, resolution: null },
        difference: { amount: "-250.000000", asset: "USDT" },
        movement: { direction: "out", amount: { amount: "250.000000" } },
        causes: [{ code: "outflow_without_transfer" }],
      },
    ]);
    const { items: wallets, equal, last_full } = await get<Reconciliation>("/v1/reconciliation");
    expect({ equal, full: last_full?.problems }).toEqual({ equal: false, full: [] });
    expect(wallets.find(({ wallet_id }) => wallet_id === "northvault-usdt")).toMatchObject({
      ...{ state: "break", breaks: 1, chain_balance: null, in_flight: { amount: "0.000000" } },
      difference: { amount: "-250.000000" },
      pairs: { venue_less_ledger: { amount: "-250.000000" }, chain_less_ledger: null },
    });
    const { exceptions } = await get<Overview>("/v1/overview");
    expect(exceptions.find(({ code }) => code === "break")).toMatchObject({ severity: "urgent" });
    const metrics = await (await test.request("GET", "/metrics")).text();
    expect(metrics).toContain("tidegate_breaks_freezing 1");
    expect(metrics).toMatch(/tidegate_full_reconciliation_age_seconds \d+/);
  });

  it("is closed by two others over the digest of every field, and stays to be read", async () => {
    const [open] = (await get<BreakList>("/v1/breaks?asset=USDT")).items;
    const path = `/v1/breaks/${open?.id ?? ""}`;
    const body = { remedy: "suspense", evidence: "police report 17", proposed_by: "ana" };
    expect(await post<Problem>(`${path}/resolutions`, { ...body, proposed_by: "eve" }, "eve", 422)).toMatchObject({
      code: "api_person_unknown",
    });
    const proposal = await post<BreakResolution>(`${path}/resolutions`, body, "first", 201);
    expect(proposal).toMatchObject({ state: "open", quorum: { needed: 2, eligible: ["ben", "chen"] } });
    expect((await get<BreakResolutionList>("/v1/break-resolutions")).items).toEqual([proposal]);
    expect(await get<Break>(path)).toMatchObject({ resolution: { object_id: proposal.object_id } });
    expect(await vote("ana", proposal, 403)).toMatchObject({ code: "authority_initiator" });
    await vote("ben", proposal, 200);
    expect(await vote("chen", proposal, 200)).toMatchObject({ state: "applied", posting_id: expect.any(String) });
    expect(await get<BreakList>("/v1/breaks")).toMatchObject({ items: [], frozen_assets: [] });
    expect((await get<BreakList>("/v1/breaks?state=closed")).items).toMatchObject([
      { id: open?.id, closed_by: "resolved", resolution: { state: "applied" } },
    ]);
    await test.cycles(1);
    expect((await get<Reconciliation>("/v1/reconciliation")).equal).toBe(true);
  });
});
