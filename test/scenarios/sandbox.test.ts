/** The product as a newcomer meets it: first start, moves that settle, a clean stop, a restart on the same data. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FacilityList, type Reconciliation, ROUTES, type TransferPage, VENUE_DOORS } from "../../src/api/index.ts";
import { errorsIn, ROOT, type RunningTidegate, type Stopped, startTidegate, until } from "../parts/process.ts";
import { compareWithEarlier, compareWithWorld, readBooks, readWorld } from "../parts/process_books.ts";
import { bothWays, makeWorkplace } from "../parts/process_config.ts";
import { isUnbroken, readStream } from "../parts/process_stream.ts";
import { type OpenApi, openApiProblems, operationsOf } from "./openapi.ts";

const STOP_MS_MAX = 5_000;
const STORY_LIMIT_MS = 120_000;

function expectCleanStop({ exit_code, took_ms, stderr }: Stopped, signal: string): void {
  expect({ exit_code, errors: errorsIn(stderr) }).toEqual({ exit_code: 0, errors: [] });
  // What a cycle still under way has to tell people may stand between the two.
  expect(stderr).toMatch(new RegExp(`${signal}: stopping \\.\\.\\.\\n(?:\\{.*\\}\\n)*Stopped\\.\\n`));
  expect(took_ms).toBeLessThan(STOP_MS_MAX);
}

const place = makeWorkplace();
afterAll(place.remove);

describe("a treasury whose hot side is too full for USDT and too empty for BTC", { timeout: STORY_LIMIT_MS }, () => {
  const config = place.writeConfig((file) => {
    bothWays(file);
    file.sandbox.speed = "2h/s";
  });
  let tidegate: RunningTidegate;
  let seen: TransferPage["items"] = [];
  let last_event_id = 0;
  const start = () => startTidegate(["run", "-c", config]);
  const transfers = async () => (await tidegate.get<TransferPage>("/v1/transfers?limit=500")).items;
  const settled = (direction: string) =>
    until(`a settled move ${direction}`, async () =>
      (await transfers()).find((row) => row.state === "settled" && row.direction === direction),
    );
  beforeAll(async () => {
    tidegate = await start();
  }, STORY_LIMIT_MS);
  afterAll(() => tidegate.kill());

  it("is ready, and describes every one of its routes in OpenAPI 3.1", async () => {
    expect(await tidegate.get("/readyz")).toMatchObject({ status: "ok" });
    const document = await tidegate.get<OpenApi>("/openapi.json");
    expect(openApiProblems(document)).toEqual([]);
    const listed = operationsOf(document).map(({ name }) => name);
    const routes = ROUTES.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    const doors = VENUE_DOORS.map(({ path }) => `POST ${path}`);
    expect(listed.toSorted()).toEqual([...routes, ...doors].toSorted());
  });

  it("sends the surplus away by itself, and brings a refill when custody's people agreed", async () => {
    const sweep = await settled("liquidity_to_reserve");
    expect(sweep).toMatchObject({ asset: "USDT", type: "Auto-Pilot", approvals_needed: 0 });
    const refill = await settled("reserve_to_liquidity");
    expect(refill).toMatchObject({ asset: "BTC", approvals_needed: 2 });
    expect(await tidegate.get(`/v1/transfers/${refill.id}`)).toMatchObject({
      quorum: { state: "complete", needed: 2 },
    });
    const reconciliation = await tidegate.get<Reconciliation>("/v1/reconciliation");
    expect(reconciliation.items.filter(({ state }) => state === "break")).toEqual([]);
  });

  it("goes on with the live stream where the last event was seen", async () => {
    const first = await readStream(tidegate.url, 0, (events) => events.length >= 5);
    expect(isUnbroken(first, 1)).toBe(true);
    last_event_id = first.at(-1)?.id ?? 0;
    const more = await readStream(tidegate.url, last_event_id, (events) => events.length >= 20);
    expect(isUnbroken(more, last_event_id + 1)).toBe(true);
    last_event_id = more.at(-1)?.id ?? 0;
  });

  it("stops on SIGTERM with nothing lost, nothing doubled, and every payment in the books", async () => {
    seen = await transfers();
    const stopped = await tidegate.stop("SIGTERM");
    expectCleanStop(stopped, "SIGTERM");
    const books = await readBooks(place.data_dir);
    expect(compareWithWorld(books, readWorld(place.data_dir))).toEqual([]);
    expect(compareWithEarlier(seen, books.transfers)).toEqual([]);
  });

  it("goes on after a restart, with the stream unbroken across it, and stops on SIGINT", async () => {
    tidegate = await start();
    expect(compareWithEarlier(seen, await transfers())).toEqual([]);
    const across = await readStream(tidegate.url, last_event_id, (events) =>
      events.some(({ event }) => event === "daemon.started"),
    );
    expect(isUnbroken(across, last_event_id + 1)).toBe(true);
    expect(across.map(({ event }) => event)).toContain("daemon.stopped");
    seen = await transfers();
    const stopped = await tidegate.stop("SIGINT");
    expectCleanStop(stopped, "SIGINT");
    const books = await readBooks(place.data_dir);
    expect(compareWithWorld(books, readWorld(place.data_dir))).toEqual([]);
    expect(compareWithEarlier(seen, books.transfers)).toEqual([]);
  });
});

describe("npm start", () => {
  const own = makeWorkplace();
  afterAll(own.remove);
  const npmStart = (...args: string[]) =>
    startTidegate([`${ROOT}/scripts/start.mjs`, ...args], {
      command: process.execPath,
      env: { TIDEGATE_DATA: own.data_dir, TIDEGATE_PORT: "0" },
    });

  it("takes its place from the environment, hands a signal on, and takes Ctrl-C once though it comes twice", {
    timeout: STORY_LIMIT_MS,
  }, async () => {
    const first = await npmStart("--scenario", "bank-run");
    expect(await first.get("/v1/sandbox")).toMatchObject({ scenario: "bank-run", speed: 0.25, manual: false });
    expectCleanStop(await first.stop("SIGTERM"), "SIGTERM");
    const again = await npmStart();
    expect(await again.get("/v1/sandbox")).toMatchObject({ scenario: "calm" });
    // Its borrowers too: what comes into a wallet that was made for a loan is in the books and in the world.
    await until("collateral that arrived", async () => {
      const { items } = await again.get<FacilityList>("/v1/facilities");
      return items.some(({ state }) => state === "active");
    });
    expectCleanStop(await again.stop("SIGINT", "group"), "SIGINT");
    expect(compareWithWorld(await readBooks(own.data_dir), readWorld(own.data_dir))).toEqual([]);
  });
});
