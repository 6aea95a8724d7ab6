/** `example` through the suite of all venues: the real connector against the fake, through a line that breaks. */
import { createSeededRandom } from "../../src/ports/index.ts";
import { startFaultProxy } from "../../src/sandbox/index.ts";
import type { TransferPlan } from "../../src/transfers/types.ts";
import type { VenueHarness } from "../../src/venues/conformance/harness.ts";
import { HurriedClock } from "../../src/venues/conformance/hurried_clock.ts";
import { impatient } from "../../src/venues/conformance/impatient_port.ts";
import { describeVenue } from "../../src/venues/conformance/suite.ts";
import { ExampleFake } from "./server.ts";
import { EXAMPLE_TYPE } from "./venue.ts";

const START = Date.UTC(2026, 0, 7, 12);
const UNIT = 1_000_000n;
const TOKEN = "token-of-the-test";
const DAY_MS = 86_400_000;

async function startHarness(): Promise<VenueHarness> {
  const clock = new HurriedClock(START);
  const fake = new ExampleFake({ clock, opening: 10_000_000n * UNIT, token: TOKEN });
  const { faults } = fake.server;
  const proxy = await startFaultProxy(await fake.server.start());
  const { line, port } = impatient(proxy.line);
  const venue = EXAMPLE_TYPE.create({
    id: "example",
    options: { base_url: proxy.url, token: TOKEN },
    assets: new Map([["USDT", { id: "USDT", decimals: 6 }]]),
    ...{ instruments: [], wallets: [], clock, random: createSeededRandom(1), http: port },
  });
  let count = 0;
  return {
    venue,
    wallet: { wallet_id: "main", account: "main", asset: "USDT" },
    amount: 1_000n * UNIT,
    plan: (change = {}) => {
      count += 1;
      return planOf(`trf_${count}`, clock.now(), change);
    },
    far_side: {
      line,
      answerNext: ({ to, status, body, retry_after_s }) =>
        faults.add({
          method: to === "submit" ? "POST" : "GET",
          times: 1,
          fault: { kind: "respond", status, body, ...(retry_after_s === undefined ? {} : { retry_after_s }) },
        }),
      clearAnswers: () => faults.clear(),
      rate_limit_body: { code: "slow_down", message: "Too many requests.", untaken: true },
      useUnknownStatus: () =>
        faults.add({ method: "GET", path: "/transfers", times: 1, fault: { kind: "edit", edit: oddStatus } }),
      freezeBalance: () => faults.add({ method: "GET", path: "/wallets/main", times: 1, fault: { kind: "stale" } }),
      effects: (reference) => fake.transfers.filter((row) => row.reference === reference).length,
      settle: async () => clock.advance(2 * 3_600_000),
      wait: async (ms) => clock.advance(ms),
      now: () => clock.now(),
    },
    stop: async () => {
      await venue.close();
      await proxy.stop();
      await fake.server.stop();
    },
  };
}

function planOf(
  id: string,
  now: number,
  change: { amount?: bigint; fee_max?: bigint; to_address?: string },
): TransferPlan {
  const { amount = 1_000n * UNIT, fee_max = 10n * UNIT, to_address = "example:tron:elsewhere" } = change;
  return {
    ...{ id, pool_id: "usdt", asset: "USDT", network: "tron", instrument: "usdt-tron", chain_id: null, contract: null },
    ...{ decimals: 6, contract_decimals: 6, direction: "internal", cause: "manual", reason: "conformance" },
    from: { venue: "example", wallet: "main", role: "hot", address: "example:tron:main", memo: null },
    to: { venue: "elsewhere", wallet: "elsewhere", role: "custody", address: to_address, memo: null },
    ...{ amount: String(amount), fee_max: String(fee_max), decision_id: null, initiator: "person:ana" },
    ...{ policy_digest: "00", quorum_needed: 0, not_before: now, expires_at: now + DAY_MS, nonce: id },
  };
}

function oddStatus(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(/"status":"[^"]*"/g, '"status":"RESTING"'));
}

describeVenue("example", startHarness, {
  not_applicable: {
    clock_skew: "Its token is not bound to a time.",
    fee_from_amount: "Its fee is always taken beside the amount.",
    reorganised: "It books at its own word and has no chain that could turn back.",
    removed: "It books at its own word and has no chain that could drop a transaction.",
    replaced: "It shows no fees that could be raised.",
    retried: "It never tries a transfer again under another id.",
    approval_rejected: "It has no approval stage of its own.",
    approval_expired: "It has no approval stage of its own.",
    "hook:webhookOf": "It sends no webhooks.",
  },
});
