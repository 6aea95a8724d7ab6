/** All four sandbox venues through the shared suite: the real connector against the real servers, time by hand. */
import type { VenueHarness } from "../venues/conformance/harness.ts";
import { HurriedClock } from "../venues/conformance/hurried_clock.ts";
import { ManualClock } from "../venues/conformance/manual_clock.ts";
import { describeVenue } from "../venues/conformance/suite.ts";
import { createSandboxVenue } from "../venues/sandbox/index.ts";
import { planOf, SANDBOX_TREASURY, START, UNIT } from "./fixtures.ts";
import { HOUR_MS } from "./flows.ts";
import { startSandbox } from "./start_sandbox.ts";
import { addressOf } from "./transfer_events.ts";

const LOOK_UPS = {
  exchange: "/api/v1/withdrawals",
  chain: "/v1/transactions",
  northvault: "/v2/transfers",
  southvault: "/v2/transfers",
};
const BALANCES = {
  exchange: "/api/v1/account",
  chain: "/v1/accounts/",
  northvault: "/v2/vaults/",
  southvault: "/v2/vaults/",
};

/** Longer than any pause a 429 without a time or an open breaker makes. */
const CALM_AGAIN_MS = 60_000;

async function startHarness(venue_id: keyof typeof LOOK_UPS): Promise<VenueHarness> {
  const clock = new ManualClock(START);
  const config = { seed: 11, speed: 1, scenario: "calm", manual: false };
  const sandbox = await startSandbox({ config, treasury: SANDBOX_TREASURY, data_dir: null, clock });
  const address = sandbox.venues.get(venue_id);
  const faults = sandbox.servers.get(venue_id)?.faults;
  if (!address || !faults) throw new Error(`no venue ${venue_id}`);
  const { assets } = SANDBOX_TREASURY;
  const timer = new HurriedClock(START);
  const venue = createSandboxVenue({ id: venue_id, clock, assets, ...address, timer });
  const other = venue_id === "southvault" ? "northvault/usdt" : "southvault/usdt";
  let count = 0;
  return {
    venue,
    wallet: { wallet_id: `${venue_id}-usdt`, account: "usdt", asset: "USDT" },
    amount: 1_000n * UNIT,
    plan: (change = {}) => {
      count += 1;
      return planOf(venue_id, `trf_${count}`, { to_address: addressOf("tron", other), ...change });
    },
    far_side: {
      loseNextReply: () => faults.add({ method: "POST", times: 1, fault: { kind: "lose_reply" } }),
      loseNextRequest: () => faults.add({ method: "POST", times: 1, fault: { kind: "reset_before" } }),
      answerNext: (status, body, retry_after_s) =>
        faults.add({
          times: 1,
          fault: { kind: "respond", status, body, ...(retry_after_s === undefined ? {} : { retry_after_s }) },
        }),
      clearAnswers: () => {
        faults.clear();
        timer.advance(CALM_AGAIN_MS);
      },
      rate_limit_body:
        venue_id === "exchange"
          ? { code: -1003, msg: "Too many requests.", taken: false }
          : { error: { code: "RATE_LIMITED", message: "Too many requests." }, taken: false },
      useUnknownStatus: () =>
        faults.add({ method: "GET", path: LOOK_UPS[venue_id], times: 1, fault: { kind: "edit", edit: oddStatus } }),
      freezeBalance: () => faults.add({ method: "GET", path: BALANCES[venue_id], times: 1, fault: { kind: "stale" } }),
      effects: (reference) => sandbox.world.transfersByReference(venue_id, reference).length,
      settle: () => {
        clock.advance(13 * HOUR_MS);
        return Promise.resolve();
      },
      now: () => clock.now(),
    },
    stop: async () => {
      await venue.close();
      await sandbox.stop();
    },
  };
}

function oddStatus(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(/"status":"[^"]*"/g, '"status":"RESTING_IN_THE_SUN"'));
}

describeVenue("the sandbox exchange", () => startHarness("exchange"));
describeVenue("the sandbox chain", () => startHarness("chain"));
describeVenue("the sandbox custodian", () => startHarness("northvault"));
describeVenue("the sandbox custodian with approval", () => startHarness("southvault"));
