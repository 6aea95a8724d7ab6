/** Venues over HTTP: their standing, and a try that only reads. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { VenueExercise, VenueList } from "./schemas/index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

let test: TestTreasury;
beforeEach(async () => {
  test = await createTestTreasury();
});
afterEach(() => test.close());

it("says of each venue how old the knowledge of its wallets is, and what it can do", async () => {
  await test.treasury.observeOnce();
  const response = await test.request("GET", "/v1/venues");
  expect(response.status).toBe(200);
  const { items } = (await response.json()) as VenueList;
  expect(items.map(({ id }) => id)).toEqual(test.config.venues.map(({ id }) => id));
  for (const item of items) {
    expect(item.last_full_sync_at).not.toBeNull();
    expect(item.wallets_stale).toBe(0);
    expect(item.capabilities.networks.length).toBeGreaterThan(0);
  }
});

it("asks a venue everything that reads and moves nothing", async () => {
  const [venue] = test.config.venues;
  const before = test.world.paid.length;
  const response = await test.request("POST", `/v1/venues/${venue?.id}/exercise`, { body: {} });
  expect(response.status).toBe(200);
  const { steps } = (await response.json()) as VenueExercise;
  expect(steps.find(({ call }) => call === "submit")?.outcome).toBe("skipped");
  expect(steps.find(({ call }) => call === "balance")?.outcome).toBe("ok");
  expect(test.world.paid.length).toBe(before);
});

it("knows no venue that is not configured", async () => {
  expect((await test.request("POST", "/v1/venues/nowhere/exercise", { body: {} })).status).toBe(404);
});
