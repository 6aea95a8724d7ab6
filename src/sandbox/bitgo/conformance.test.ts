/** BitGo through the suite of all venues: the real connector against the fake, time by hand. */
import type { Delivery, VenueHarness } from "../../venues/conformance/harness.ts";
import { impatient } from "../../venues/conformance/impatient_port.ts";
import { describeVenue } from "../../venues/conformance/suite.ts";
import { startFaultProxy } from "../fault_proxy.ts";
import { startStage } from "./suite_stage.ts";

const HOUR_MS = 3_600_000;
const STATE = /"state":"[^"]*"/g;
/** Ends that moved nothing. */
const NO_EFFECT: ReadonlySet<string> = new Set(["rejected", "failed"]);

async function startHarness(): Promise<VenueHarness> {
  let patience: ReturnType<typeof impatient> | null = null;
  const through = async (url: string) => {
    const proxy = await startFaultProxy(url);
    patience = impatient(proxy.line);
    return proxy;
  };
  const lineOf = () => {
    if (patience === null) throw new Error("the line was not opened");
    return patience;
  };
  const stage = await startStage({ through, http: () => lineOf().port });
  const { clock, bitgo, venue, btc, ref, plan, stop } = stage;
  const { world, webhooks } = bitgo;
  const { faults } = bitgo.server;
  const { line } = lineOf();
  const prefix = `/api/v2/btc/wallet/${btc.id}`;
  const ofReference = (reference: string) =>
    [...world.transfers.values()].filter((row) => row.sequence_id === reference);
  const rowOf = (reference: string) => {
    const [row] = ofReference(reference);
    if (row === undefined) throw new Error(`BitGo has no ${reference}`);
    return row;
  };
  const pass = (ms: number): void => {
    clock.advance(ms);
    world.advance(clock.now());
  };
  const removed: string[] = [];
  return {
    venue,
    wallet: ref("btc"),
    amount: 1_000_000n,
    plan,
    far_side: {
      line,
      answerNext: ({ to, status, body, retry_after_s }) =>
        faults.add({
          method: to === "submit" ? "POST" : "GET",
          times: 1,
          fault: { kind: "respond", status, body, ...(retry_after_s === undefined ? {} : { retry_after_s }) },
        }),
      clearAnswers: () => faults.clear(),
      rate_limit_body: { error: "rate limit exceeded", name: "TooManyRequests", requestId: "r", context: {} },
      useUnknownStatus: () =>
        faults.add({ method: "GET", path: `${prefix}/transfer`, times: 1, fault: { kind: "edit", edit: oddState } }),
      freezeBalance: () => faults.add({ method: "GET", path: prefix, times: 1, fault: { kind: "stale" } }),
      reorganize: async (reference) => {
        pass(2 * HOUR_MS);
        world.remove(rowOf(reference));
        removed.push(reference);
      },
      remove: async (reference) => {
        pass(2 * HOUR_MS);
        world.remove(rowOf(reference));
      },
      replace: async (reference) => {
        pass(HOUR_MS + 2_000);
        world.replace(rowOf(reference), 1_000n);
      },
      rejectApproval: async (reference) => {
        const approval = world.approvalOf(rowOf(reference).id);
        if (approval !== null) world.resolve(approval, "rejected", "approver");
      },
      webhookOf: (reference): Delivery => {
        const body = webhooks.bodyOf(world, { kind: "transfer", transfer: rowOf(reference) });
        return { raw: Buffer.from(body), headers: { "x-signature-sha256": webhooks.sign(body) } };
      },
      forgeWebhook: ({ raw }) => ({ raw, headers: { "x-signature-sha256": "ab".repeat(32) } }),
      effects: (reference) => ofReference(reference).filter(({ state }) => !NO_EFFECT.has(state)).length,
      settle: async () => {
        for (const reference of removed.splice(0)) world.restore(rowOf(reference));
        pass(13 * HOUR_MS);
      },
      wait: async (ms) => pass(ms),
      now: () => clock.now(),
    },
    stop,
  };
}

function oddState(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body).replaceAll(STATE, '"state":"RESTING_IN_THE_SUN"'));
}

describeVenue("bitgo", startHarness, {
  not_applicable: {
    approval_expired: "A pending approval at BitGo stays until somebody resolves it.",
    retried: "BitGo never tries a send again under another id; a failed one is planned anew.",
    fee_from_amount: "BitGo takes fees beside the amount.",
    clock_skew: "The bearer token carries no time; the HMAC forms are under test beside the fake.",
  },
});
