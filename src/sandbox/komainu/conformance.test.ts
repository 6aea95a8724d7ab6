/** Komainu through the suite of all venues: the real connector against the fake, time by hand. */
import type { Delivery, VenueHarness } from "../../venues/conformance/harness.ts";
import { describeVenue } from "../../venues/conformance/suite.ts";
import { startFaultProxy } from "../fault_proxy.ts";
import type { Line } from "../index.ts";
import { startStage } from "./suite_stage.ts";

const HOUR_MS = 3_600_000;
const STATUS = /"status":"[^"]*"/g;
const REQUEST_TIMEOUT_MS = 250;
/** Ends that moved nothing. A request that was never confirmed pays nothing either, and still counts: it might be. */
const NO_EFFECT: ReadonlySet<string> = new Set(["REJECTED", "CANCELLED", "EXPIRED"]);

async function startHarness(): Promise<VenueHarness> {
  let line: Line | null = null;
  const through = async (url: string) => {
    const proxy = await startFaultProxy(url);
    line = proxy.line;
    return proxy;
  };
  const stage = await startStage({ through, venue: { request_timeout_ms: REQUEST_TIMEOUT_MS } });
  const { clock, komainu, venue, custody, ref, plan, pass, stop } = stage;
  const { faults } = komainu.server;
  if (line === null) throw new Error("the line was not opened");
  const rowOf = (reference: string) => {
    const [row] = komainu.world.requestsByReference(reference);
    if (row === undefined) throw new Error(`Komainu has no ${reference}`);
    return row;
  };
  return {
    venue,
    wallet: ref,
    amount: 1_000_000n,
    plan,
    far_side: {
      line,
      answerNext: ({ to, status, body, retry_after_s }) =>
        faults.add({
          method: to === "submit" ? "POST" : "GET",
          path: to === "submit" ? "/v1/requests" : "/v1/",
          times: 1,
          fault: { kind: "respond", status, body, ...(retry_after_s === undefined ? {} : { retry_after_s }) },
        }),
      clearAnswers: () => faults.clear(),
      rate_limit_body: { error_code: "TOO_MANY_REQUESTS", errors: ["slow down"], status: 429 },
      useUnknownStatus: () => {
        const fault = { kind: "edit", edit: oddStatus } as const;
        faults.add({ method: "GET", path: "/v1/requests", times: 1, fault });
        faults.add({ method: "GET", path: "/v1/custody/transactions/", times: 1, fault });
      },
      freezeBalance: () =>
        faults.add({ method: "GET", path: `/v1/custody/wallets/${custody.id}`, times: 1, fault: { kind: "stale" } }),
      rejectApproval: async (reference) => {
        komainu.world.end(rowOf(reference), "REJECTED");
      },
      expireApproval: async (reference) => {
        komainu.world.end(rowOf(reference), "EXPIRED");
      },
      webhookOf: (): Delivery => {
        // Two events have two times.
        clock.advance(1);
        const { body, headers } = komainu.webhookOf(custody.id);
        return { raw: Buffer.from(body), headers };
      },
      forgeWebhook: ({ raw, headers }) => ({ raw, headers: { ...headers, "x-komainu-signature": "ab".repeat(32) } }),
      effects: (reference) =>
        komainu.world.requestsByReference(reference).filter(({ status }) => !NO_EFFECT.has(status)).length,
      settle: async () => pass(60 * HOUR_MS),
      wait: async (ms) => pass(ms),
      now: () => clock.now(),
    },
    stop,
  };
}

function oddStatus(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(STATUS, '"status":"RESTING_IN_THE_SUN"'));
}

describeVenue("komainu", startHarness, {
  not_applicable: {
    reorganised: "It says CONFIRMED or not, and shows no chain that could turn back.",
    removed: "It shows no chain that could drop a transaction.",
    replaced: "It shows no fees that could be raised; a transaction keeps its hash.",
    retried: "It never tries a request again under another id.",
    fee_from_amount: "Its fees are taken beside the amount.",
    clock_skew: "Its window for signatures is not documented; the transport signs by the venue's clock.",
  },
});
