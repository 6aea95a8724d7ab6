/** A venue that is away for a day: left alone, nothing attempted, and back within two polls with nothing paid twice. */
import { expect, it } from "vitest";
import { HurriedClock } from "../venues/conformance/hurried_clock.ts";
import { ManualClock } from "../venues/conformance/manual_clock.ts";
import { boundVenue } from "../venues/index.ts";
import { createSandboxVenue } from "../venues/sandbox/index.ts";
import { planOf, SANDBOX_TREASURY, START } from "./fixtures.ts";
import { HOUR_MS } from "./flows.ts";
import { startSandbox } from "./start_sandbox.ts";

const POLL_MS = 5 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const WALLET = { wallet_id: "northvault-usdt", account: "usdt", asset: "USDT" };

it("is asked seldom while it is away, and is back within two polls, with one payment", async () => {
  const clock = new ManualClock(START);
  const timer = new HurriedClock(START);
  const pass = (ms: number): void => {
    clock.advance(ms);
    timer.advance(ms);
  };
  const config = { seed: 9, speed: 1, scenario: "calm", manual: false, borrowers: false };
  const sandbox = await startSandbox({ config, treasury: SANDBOX_TREASURY, data_dir: null, clock });
  const address = sandbox.venues.get("northvault");
  const server = sandbox.servers.get("northvault");
  if (!address || !server) throw new Error("no northvault");
  let asked = 0;
  server.http.on("request", () => {
    asked += 1;
  });
  const inner = createSandboxVenue({ id: "northvault", clock, assets: SANDBOX_TREASURY.assets, ...address, timer });
  const venue = boundVenue(inner, { now: () => timer.now(), sleep: () => new Promise(() => undefined) });
  const answers = (): Promise<boolean> =>
    venue.getBalance(WALLET).then(
      () => true,
      () => false,
    );
  const context = () => ({ now: clock.now(), signing: null, signatures: [] });
  try {
    expect(await answers()).toBe(true);
    server.faults.setOutage(clock.now(), START + DAY_MS);
    let polls = 0;
    let not_prepared = 0;
    while (clock.now() < START + DAY_MS - POLL_MS) {
      expect(await answers()).toBe(false);
      polls += 1;
      // What is approved waits: nothing is made ready for a venue that is known to be away.
      if (venue.health?.().breaker === "open") {
        await expect(venue.prepare(planOf("northvault", "trf_1"), context())).rejects.toMatchObject({
          code: "venue_transient",
        });
        not_prepared += 1;
      }
      pass(POLL_MS);
    }
    expect(polls).toBeGreaterThan(250);
    expect(not_prepared).toBeGreaterThan(polls / 2);
    // Never more than the attempts of one read in a poll, and a single probe where the breaker was open.
    expect(asked).toBeLessThan(polls * 3);

    pass(2 * POLL_MS);
    const back = [await answers()];
    pass(POLL_MS);
    back.push(await answers());
    expect(back).toContain(true);
    expect(venue.health?.()).toMatchObject({ breaker: "closed" });
    const prepared = await venue.prepare(planOf("northvault", "trf_1"), context());
    expect((await venue.submit(prepared)).outcome).toBe("accepted");
    expect((await venue.submit(prepared)).outcome).toBe("accepted");
    expect(sandbox.world.transfersByReference("northvault", "trf_1")).toHaveLength(1);
  } finally {
    await venue.close();
    await sandbox.stop();
  }
});
