/** Everything the BitGo connector can say, said once or more, and what BitGo itself does in between. */

import { ENTERPRISE, OTHER_TOKEN, type Stage, startStage } from "../../src/sandbox/bitgo/suite_stage.ts";
import type { PreparedSubmit, TransferPlan } from "../../src/transfers/types.ts";
import { queryOf } from "../../src/venues/conformance/harness.ts";
import { openGate } from "./gate.ts";
import type { Words } from "./names.ts";
import type { Referee } from "./referee.ts";

const HOUR_MS = 3_600_000;

/** Words that the contract types as plain strings. */
export const BITGO_WORDS: Words = {
  state: [
    ...[
      "initialized",
      "pendingApproval",
      "signed",
      "unconfirmed",
      "confirmed",
      "failed",
      "rejected",
      "removed",
      "replaced",
    ],
    ...["pending", "approved", "processing", "active", "suspended"],
  ],
  status: ["signed", "signed (suppressed)", "pendingApproval", "ACTIVE"],
};

/** @throws when the connector does not get what the fake has */
export async function exerciseBitgo(referee: Referee): Promise<void> {
  const stage = await startStage({
    through: (url) => openGate(url, referee),
    // The referee compiles each schema when it is first needed, and large ones take their time.
    venue: { request_timeout_ms: 60_000 },
  });
  try {
    await readEverything(stage);
    await sendAndSettle(stage);
    await sendAndCancel(stage);
    await sendFromHot(stage);
    await openWallets(stage);
    await askDirectly(stage, referee);
  } finally {
    await stage.stop();
  }
}

async function readEverything({ venue, ref }: Stage): Promise<void> {
  await venue.verify();
  await venue.listWallets();
  for (const coin of ["btc", "eth", "usdt"]) {
    const wallet = ref(coin);
    await venue.getBalance(wallet);
    await venue.getAddress(wallet, coin === "btc" ? "bitcoin" : "ethereum");
    await venue.listNetworks(wallet);
    await venue.listMovements(wallet, null);
  }
}

async function sendAndSettle(stage: Stage): Promise<void> {
  for (const coin of ["btc", "eth", "usdt"] as const) {
    const plan = stage.plan({ coin });
    const prepared = await send(stage, plan, "accepted");
    await look(stage, plan, prepared);
    settle(stage, 13);
    await look(stage, plan, prepared);
    await send(stage, plan, "accepted");
    const row = stage.bitgo.world.transferBySequence(stage.ref(coin).account.split("/")[1] ?? "", plan.id);
    if (!row) throw new Error(`${plan.id} is not at BitGo`);
    stage.bitgo.world.remove(row);
    await look(stage, plan, prepared);
    await stage.venue.listMovements(stage.ref(coin), null);
    stage.bitgo.world.restore(row);
    settle(stage, 13);
    await look(stage, plan, prepared);
  }
}

async function sendAndCancel(stage: Stage): Promise<void> {
  const plan = stage.plan();
  const prepared = await stage.venue.prepare(plan, { now: stage.clock.now(), signing: null, signatures: [] });
  const outcome = await stage.venue.submit(prepared);
  if (outcome.outcome !== "accepted") throw new Error(`not accepted: ${outcome.message}`);
  const cancelled = await stage.venue.cancel(outcome.venue_ref);
  if (cancelled.outcome !== "cancelled") throw new Error(`not cancelled: ${cancelled.outcome}`);
  await look(stage, plan, prepared);
  await look(stage, stage.plan(), null);
}

/** A wallet whose sends wait for nobody: 200 instead of 202, and a replacement. */
async function sendFromHot(stage: Stage): Promise<void> {
  stage.btc.needs_approval = false;
  const plan = stage.plan();
  const prepared = await send(stage, plan, "accepted");
  await send(stage, stage.plan({ amount: 10n ** 15n }), "rejected");
  stage.clock.advance(2_000);
  stage.bitgo.world.advance(stage.clock.now());
  const row = stage.bitgo.world.transferBySequence(stage.btc.id, plan.id);
  if (!row) throw new Error(`${plan.id} is not at BitGo`);
  stage.bitgo.world.replace(row, 1_000n);
  await look(stage, plan, prepared);
  settle(stage, 13);
  await look(stage, plan, prepared);
}

async function openWallets(stage: Stage): Promise<void> {
  for (const [asset, network] of [
    ["BTC", "bitcoin"],
    ["ETH", "ethereum"],
  ] as const) {
    const request = { reference: `wal_${asset}`, asset, network, label: "new", kind: "custody" } as const;
    await stage.venue.createWallet?.(request);
    await stage.venue.createWallet?.(request);
  }
}

/** What the connector does not ask for, and people set up. */
async function askDirectly(stage: Stage, referee: Referee): Promise<void> {
  const { btc, bitgo } = stage;
  btc.needs_approval = true;
  await send(stage, stage.plan(), "accepted");
  const gate = await openGate(bitgo.url, referee);
  const ask = async (method: string, path: string, body?: unknown): Promise<void> => {
    const headers = { authorization: `Bearer ${OTHER_TOKEN}`, "content-type": "application/json" };
    const reply = await fetch(gate.url + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    await reply.text();
  };
  const wallet = `/api/v2/btc/wallet/${btc.id}`;
  await ask("POST", `${wallet}/webhooks`, { type: "transfer", url: "http://127.0.0.1:9/hook" });
  await ask("GET", `${wallet}/webhooks`);
  await ask("POST", `${wallet}/address`, {});
  await ask("GET", `${wallet}/addresses?limit=10`);
  await ask("GET", `/api/policy/v1/enterprises/${ENTERPRISE}/rules`);
  const approval = [...bitgo.world.approvals.keys()].at(-1) ?? "";
  await ask("GET", `/api/v2/pendingapprovals/${approval}`);
  await ask("PUT", `/api/v2/pendingapprovals/${approval}`, { state: "approved" });
  await gate.stop();
}

function settle({ clock, bitgo }: Stage, hours: number): void {
  clock.advance(hours * HOUR_MS);
  bitgo.world.advance(clock.now());
}

async function send(stage: Stage, plan: TransferPlan, wanted: string): Promise<PreparedSubmit> {
  const prepared = await stage.venue.prepare(plan, { now: stage.clock.now(), signing: null, signatures: [] });
  const outcome = await stage.venue.submit(prepared);
  if (outcome.outcome !== wanted)
    throw new Error(`${plan.id} was ${outcome.outcome}, not ${wanted}: ${JSON.stringify(outcome)}`);
  return prepared;
}

async function look(stage: Stage, plan: TransferPlan, prepared: PreparedSubmit | null): Promise<void> {
  const coin = plan.from.wallet.replace("custody-", "");
  const wallet = stage.ref(coin);
  const found = await stage.venue.find(queryOf({ ...stage, wallet } as never, plan, prepared));
  const wanted = prepared === null ? "absent" : "found";
  if (found.outcome !== wanted) throw new Error(`${plan.id} is ${JSON.stringify(found)}, not ${wanted}`);
}
