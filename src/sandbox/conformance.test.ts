/** All four sandbox venues through the shared suite: the real connector against the real servers, time by hand. */
import type { VenueHarness } from "../venues/conformance/harness.ts";
import { HurriedClock } from "../venues/conformance/hurried_clock.ts";
import { impatient } from "../venues/conformance/impatient_port.ts";
import { ManualClock } from "../venues/conformance/manual_clock.ts";
import { describeVenue } from "../venues/conformance/suite.ts";
import { createSandboxVenue } from "../venues/sandbox/index.ts";
import { startFaultProxy } from "./fault_proxy.ts";
import { planOf, SANDBOX_TREASURY, START, UNIT } from "./fixtures.ts";
import { HOUR_MS } from "./flows.ts";
import { type Sandbox, startSandbox } from "./start_sandbox.ts";
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

const APPROVAL_LIFETIME_MS = 73 * HOUR_MS;
/** Ends of a transfer that moved nothing. */
const NO_EFFECT: ReadonlySet<string> = new Set(["cancelled", "rejected", "expired"]);

async function startHarness(venue_id: keyof typeof LOOK_UPS): Promise<VenueHarness> {
  const clock = new ManualClock(START);
  const timer = new HurriedClock(START);
  const venues = SANDBOX_TREASURY.venues.map((venue) =>
    venue.id === "southvault" ? { ...venue, options: { ...venue.options, console: true } } : venue,
  );
  const config = { seed: 11, speed: 1, scenario: "calm", manual: false, borrowers: false };
  const treasury = { ...SANDBOX_TREASURY, venues };
  const sandbox = await startSandbox({ config, treasury, data_dir: null, clock });
  const address = sandbox.venues.get(venue_id);
  const faults = sandbox.servers.get(venue_id)?.faults;
  if (!address || !faults) throw new Error(`no venue ${venue_id}`);
  const proxy = await startFaultProxy(address.base_url);
  const { assets } = SANDBOX_TREASURY;
  const { line, port } = impatient(proxy.line);
  const venue = createSandboxVenue({ id: venue_id, clock, assets, ...address, base_url: proxy.url, http: port, timer });
  return {
    venue,
    wallet: { wallet_id: `${venue_id}-usdt`, account: "usdt", asset: "USDT" },
    amount: 1_000n * UNIT,
    plan: plansOf(venue_id),
    far_side: {
      line,
      answerNext: ({ to, status, body, retry_after_s }) =>
        faults.add({
          ...(to === "submit" ? { method: "POST" } : { method: "GET" }),
          times: 1,
          fault: { kind: "respond", status, body, ...(retry_after_s === undefined ? {} : { retry_after_s }) },
        }),
      clearAnswers: () => faults.clear(),
      rate_limit_body:
        venue_id === "exchange"
          ? { code: -1003, msg: "Too many requests.", taken: false }
          : { error: { code: "RATE_LIMITED", message: "Too many requests." }, taken: false },
      useUnknownStatus: () =>
        faults.add({ method: "GET", path: LOOK_UPS[venue_id], times: 1, fault: { kind: "edit", edit: oddStatus } }),
      freezeBalance: () => faults.add({ method: "GET", path: BALANCES[venue_id], times: 1, fault: { kind: "stale" } }),
      ...(venue_id === "southvault" && {
        rejectApproval: async (reference: string) => answerAll(sandbox, reference, false),
        expireApproval: async () => clock.advance(APPROVAL_LIFETIME_MS),
      }),
      effects: (reference) =>
        sandbox.world.transfersByReference(venue_id, reference).filter(({ status }) => !NO_EFFECT.has(status)).length,
      settle: async () => {
        if (venue_id === "southvault") answerAll(sandbox, null, true);
        clock.advance(13 * HOUR_MS);
        sandbox.world.advance(clock.now());
      },
      wait: async (ms) => {
        clock.advance(ms);
        timer.advance(ms);
      },
      now: () => clock.now(),
    },
    stop: async () => {
      await venue.close();
      await proxy.stop();
      await sandbox.stop();
    },
  };
}

function plansOf(venue_id: string): VenueHarness["plan"] {
  const other = venue_id === "southvault" ? "northvault/usdt" : "southvault/usdt";
  let count = 0;
  return (change = {}) => {
    count += 1;
    return planOf(venue_id, `trf_${count}`, { to_address: addressOf("tron", other), ...change });
  };
}

/** The console of the custodian with approval: its people answer what waits, all of it or one reference. */
function answerAll(sandbox: Sandbox, reference: string | null, approve: boolean): void {
  const { world } = sandbox;
  for (const row of [...world.state.open].flatMap((id) => world.transfer("southvault", id) ?? [])) {
    if (row.status === "pending_approval" && (reference ?? row.reference) === row.reference) {
      world.answer(row, approve);
    }
  }
}

function oddStatus(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(/"status":"[^"]*"/g, '"status":"RESTING_IN_THE_SUN"'));
}

const NO_WEBHOOKS = "It pushes hints over a WebSocket or is polled; it sends no webhooks.";
const EVERY_SANDBOX = {
  clock_skew: "Connector and server share treasury time, which is faster than the second a Date is cut to.",
  fee_from_amount: "Its fee is always taken beside the amount.",
  "hook:webhookOf": NO_WEBHOOKS,
};
const CENTRAL = {
  ...EVERY_SANDBOX,
  reorganised: "It books at its own word and has no chain that could turn back.",
  removed: "It books at its own word and has no chain that could drop a transaction.",
  replaced: "It shows no fees that could be raised; a withdrawal keeps its hash.",
  retried: "It never tries a withdrawal again under another id.",
};
const NO_APPROVERS = {
  approval_rejected: "It has no approval stage of its own.",
  approval_expired: "It has no approval stage of its own.",
};

describeVenue("sandbox exchange", () => startHarness("exchange"), { not_applicable: { ...CENTRAL, ...NO_APPROVERS } });
describeVenue("sandbox chain", () => startHarness("chain"), {
  not_applicable: { ...CENTRAL, ...NO_APPROVERS, reorganised: "Its blocks are final in order: it never turns back." },
});
describeVenue("sandbox custodian", () => startHarness("northvault"), {
  not_applicable: { ...CENTRAL, ...NO_APPROVERS },
});
describeVenue("sandbox custodian_with_approval", () => startHarness("southvault"), { not_applicable: CENTRAL });
