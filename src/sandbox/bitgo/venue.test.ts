/** What is BitGo's own: sequence ids, approvals, reorganisations, replacements, units, credentials, and answers that are none. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { queryOf } from "../../venues/conformance/harness.ts";
import type { FindOutcome, SubmitOutcome, VenueMovement, VenueTransfer } from "../../venues/port.ts";
import type { Fault } from "../http/index.ts";
import { OTHER_TOKEN, PASSPHRASE, type Stage, startStage, TOKEN } from "./suite_stage.ts";
import { PolicyAsker } from "./webhooks.ts";

const HOUR_MS = 3_600_000;
let stage: Stage;

afterEach(async () => {
  await stage.stop();
});

const prepare = (plan: TransferPlan): Promise<PreparedSubmit> =>
  stage.venue.prepare(plan, { now: stage.clock.now(), signing: null, signatures: [] });
const accepted = (outcome: SubmitOutcome) => {
  if (outcome.outcome === "accepted") return outcome;
  throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
};
const find = (plan: TransferPlan, prepared: PreparedSubmit | null = null): Promise<FindOutcome> => {
  const wallet = stage.ref(plan.from.wallet.replace("custody-", ""));
  return stage.venue.find(queryOf({ ...stage, wallet } as never, plan, prepared));
};
const found = async (plan: TransferPlan): Promise<VenueTransfer> => {
  const outcome = await find(plan);
  if (outcome.outcome === "found") return outcome.transfer;
  throw new Error(`not found: ${JSON.stringify(outcome)}`);
};
const pass = (ms: number): void => {
  stage.clock.advance(ms);
  stage.bitgo.world.advance(stage.clock.now());
};
const rowOf = (plan: TransferPlan) => {
  const row = [...stage.bitgo.world.transfers.values()].find((each) => each.sequence_id === plan.id);
  if (!row) throw new Error(`BitGo has no ${plan.id}`);
  return row;
};
const always = (fault: Fault, path?: string): void =>
  stage.bitgo.server.faults.add({ times: 3, fault, ...(path === undefined ? {} : { path }) });
const respond = (
  status: number,
  body: unknown,
  rest: { text?: string; headers?: Record<string, string> } = {},
): Fault => ({
  kind: "respond",
  status,
  body,
  ...rest,
});

describe("a send at BitGo", () => {
  it("waits for BitGo's people, who see transfer, digest and fee limit; nobody approves what he asked for himself", async () => {
    stage = await startStage({ fake: { approve_after_ms: null } });
    const plan = stage.plan();
    const outcome = accepted(await stage.venue.submit(await prepare(plan)));
    expect(outcome.stage).toBe("pending_approval");
    expect(await found(plan)).toMatchObject({
      stage: "pending_approval",
      final: false,
      amount: 1_000_000n,
      tx_hash: null,
    });
    const [approval] = stage.bitgo.world.approvals.values();
    if (!approval) throw new Error("no approval");
    expect(rowOf(plan).comment).toMatch(new RegExp(`^tidegate ${plan.id}; digest [0-9a-f]{64}; fee at most 1000000$`));
    const approve = (token: string) =>
      fetch(`${stage.bitgo.url}/api/v2/pendingapprovals/${approval.id}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ state: "approved" }),
      });
    expect((await approve(TOKEN)).status).toBe(400);
    expect((await approve(OTHER_TOKEN)).status).toBe(200);
    expect((await found(plan)).stage).toBe("signing");
  });

  it("is shown as what BitGo's people are asked to let go, when somebody in between has changed it", async () => {
    stage = await startStage({ fake: { approve_after_ms: null } });
    const plan = stage.plan();
    await stage.venue.submit(await prepare(plan));
    const [approval] = stage.bitgo.world.approvals.values();
    if (approval) approval.recipients = [{ address: "bc1qthief000000000000000000000000000000", amount: 1_000_000n }];
    expect((await found(plan)).to_address).toBe("bc1qthief000000000000000000000000000000");
    if (approval) approval.recipients = [{ address: plan.to.address, amount: 900_000_000n }];
    expect((await found(plan)).amount).toBe(900_000_000n);
  });

  it("ends as failed when its approval is rejected, and its money is free", async () => {
    stage = await startStage({ fake: { approve_after_ms: null } });
    const plan = stage.plan();
    const { venue_ref } = accepted(await stage.venue.submit(await prepare(plan)));
    const before = await stage.venue.getBalance(stage.ref("btc"));
    expect(before.pending_out).toBe(1_002_500n);
    expect(await stage.venue.cancel(venue_ref)).toEqual({ outcome: "cancelled" });
    expect(await found(plan)).toMatchObject({ status: "failed", final: true, raw_status: "rejected" });
    expect((await stage.venue.getBalance(stage.ref("btc"))).available).toBe(before.total);
  });

  it("is signed at once where no policy asks for people, and 423 from a locked wallet proves nothing", async () => {
    stage = await startStage();
    stage.btc.needs_approval = false;
    expect(accepted(await stage.venue.submit(await prepare(stage.plan()))).stage).toBe("signing");
    stage.btc.locked = true;
    const plan = stage.plan();
    expect((await stage.venue.submit(await prepare(plan))).outcome).toBe("unknown");
    expect((await find(plan)).outcome).toBe("absent");
  });

  it("counts as known only after the coin's confirmations; a removed one opens again and may be confirmed anew", async () => {
    stage = await startStage();
    const plan = stage.plan();
    await stage.venue.submit(await prepare(plan));
    pass(HOUR_MS + 1_000 + 600_000);
    expect(await found(plan)).toMatchObject({
      stage: "confirming",
      final: false,
      confirmations: 1,
      confirmations_needed: 6,
    });
    pass(HOUR_MS);
    expect(await found(plan)).toMatchObject({
      stage: "final",
      status: "succeeded",
      final: true,
      amount_received: 1_000_000n,
    });
    stage.bitgo.world.remove(rowOf(plan));
    expect(await found(plan)).toMatchObject({
      stage: "accepted",
      status: "pending",
      final: false,
      raw_status: "removed",
    });
    stage.bitgo.world.restore(rowOf(plan));
    pass(2 * HOUR_MS);
    expect(await found(plan)).toMatchObject({ status: "succeeded", final: true });
  });

  it("is followed to the transaction that took its place, under the identity we know", async () => {
    stage = await startStage();
    stage.btc.needs_approval = false;
    const plan = stage.plan();
    const { venue_ref } = accepted(await stage.venue.submit(await prepare(plan)));
    pass(2_000);
    const next = stage.bitgo.world.replace(rowOf(plan), 5_000n);
    const now = await found(plan);
    expect(now).toMatchObject({ venue_ref, reference: plan.id, tx_hash: next.txid, fee: 7_500n, amount: 1_000_000n });
    pass(2 * HOUR_MS);
    expect(await found(plan)).toMatchObject({ status: "succeeded", final: true, tx_hash: next.txid });
    stage.bitgo.world.transfers.delete(next.id);
    expect((await find(plan)).outcome).toBe("unreadable");
  });

  it("counts in the coin's units and ours: six digits there, eighteen here, and the fee in another coin", async () => {
    stage = await startStage();
    const plan = stage.plan({ coin: "usdt", amount: 123_456_789n * 10n ** 12n });
    await stage.venue.submit(await prepare(plan));
    expect(rowOf(plan).amount).toBe(123_456_789n);
    pass(13 * HOUR_MS);
    expect(await found(plan)).toMatchObject({ amount: BigInt(plan.amount), fee: 0n, final: true });
    await expect(prepare(stage.plan({ coin: "usdt", amount: 1n }))).rejects.toMatchObject({
      code: "amount_not_representable",
    });
  });

  it("bounds gas by the plan's fee limit, for native coins of 18 digits too", async () => {
    stage = await startStage();
    const rich = stage.plan({ coin: "eth", amount: 10n ** 18n, fee_max: 3_000_000_000_000_000n });
    const poor = stage.plan({ coin: "eth", amount: 10n ** 18n, fee_max: 1_000_000_000_000_000n });
    expect((await stage.venue.submit(await prepare(rich))).outcome).toBe("accepted");
    expect(await stage.venue.submit(await prepare(poor))).toMatchObject({ outcome: "rejected", code: "FeeTooHigh" });
  });

  it("never stores the passphrase, and sends nothing without one", async () => {
    stage = await startStage();
    expect(JSON.stringify(await prepare(stage.plan()))).not.toContain(PASSPHRASE);
    await stage.stop();
    stage = await startStage({ venue: { wallet_passphrase: undefined } });
    expect(await stage.venue.submit(await prepare(stage.plan()))).toMatchObject({
      outcome: "rejected",
      code: "bitgo_watched",
    });
  });
});

describe("movements at BitGo", () => {
  const readAll = async (cursor: string | null): Promise<{ movements: readonly VenueMovement[]; cursor: string }> =>
    stage.venue.listMovements(stage.ref("btc"), cursor);
  const sum = (rows: readonly VenueMovement[]): bigint =>
    rows.reduce((total, { direction, amount, fee }) => total + (direction === "in" ? amount : -amount - fee), 0n);

  it("take back what the chain took back, and book it again when it returns; the sum is always the balance", async () => {
    stage = await startStage();
    const plan = stage.plan();
    await stage.venue.submit(await prepare(plan));
    pass(3 * HOUR_MS);
    const first = await readAll(null);
    stage.bitgo.world.remove(rowOf(plan));
    const second = await readAll(first.cursor);
    expect(second.movements).toMatchObject([{ direction: "in", amount: 1_002_500n, reference: null, final: false }]);
    expect(sum([...first.movements, ...second.movements])).toBe((await stage.venue.getBalance(stage.ref("btc"))).total);
    expect((await readAll(second.cursor)).movements).toEqual([]);
    stage.bitgo.world.restore(rowOf(plan));
    pass(2 * HOUR_MS);
    const third = await readAll(second.cursor);
    expect(third.movements).toMatchObject([{ direction: "out", reference: plan.id }]);
    const all = [...first.movements, ...second.movements, ...third.movements];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(sum(all)).toBe((await stage.venue.getBalance(stage.ref("btc"))).total);
  });

  it("regression: tell it again when it comes back at the very height it was taken back from, as often as that happens", async () => {
    stage = await startStage();
    const plan = stage.plan();
    await stage.venue.submit(await prepare(plan));
    pass(3 * HOUR_MS);
    const { height } = rowOf(plan);
    const all: VenueMovement[] = [];
    let cursor: string | null = null;
    const read = async (): Promise<number> => {
      const page = await readAll(cursor);
      all.push(...page.movements);
      cursor = page.cursor;
      expect(sum(all)).toBe((await stage.venue.getBalance(stage.ref("btc"))).total);
      return page.movements.length;
    };
    await read();
    for (let time = 0; time < 3; time += 1) {
      stage.bitgo.world.remove(rowOf(plan));
      expect(await read()).toBe(1);
      stage.bitgo.world.restore(rowOf(plan));
      pass(2 * HOUR_MS);
      rowOf(plan).height = height;
      expect(await read()).toBe(1);
      expect(await read()).toBe(0);
    }
    expect(all.filter(({ reference }) => reference === plan.id)).toHaveLength(4);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it("tell of a transfer that is confirmed days after its date, whatever was told meanwhile", async () => {
    stage = await startStage({ fake: { dated_at: "creation", approve_after_ms: 72 * HOUR_MS } });
    const plan = stage.plan();
    await stage.venue.submit(await prepare(plan));
    const all: VenueMovement[] = [];
    let cursor: string | null = null;
    for (let hours = 0; hours < 96; hours += 6) {
      stage.bitgo.world.deposit(stage.btc, "btc", 1_000n, `tx${hours}`);
      pass(6 * HOUR_MS);
      const page = await readAll(cursor);
      all.push(...page.movements);
      cursor = page.cursor;
    }
    expect(all.filter(({ reference }) => reference === plan.id)).toHaveLength(1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(sum(all)).toBe((await stage.venue.getBalance(stage.ref("btc"))).total);
  });

  /** Reads every six hours beside a steady income, until so many hours have passed. */
  async function follow(from: string | null, hours: number): Promise<{ told: VenueMovement[]; cursor: string }> {
    const told: VenueMovement[] = [];
    let cursor = from;
    for (let passed = 0; passed < hours; passed += 6) {
      stage.bitgo.world.deposit(stage.btc, "btc", 1_000n, `tx${from?.length ?? 0}-${passed}`);
      pass(6 * HOUR_MS);
      const page = await readAll(cursor);
      told.push(...page.movements);
      cursor = page.cursor;
    }
    return { told, cursor: cursor ?? "" };
  }
  const sinceOf = (cursor: string): number => (JSON.parse(cursor) as { since: number }).since;

  it("regression: what the chain took back for good does not hold the place of the reader for a month", async () => {
    stage = await startStage({ fake: { dated_at: "creation" } });
    const plan = stage.plan();
    await stage.venue.submit(await prepare(plan));
    const first = await follow(null, 6);
    stage.bitgo.world.remove(rowOf(plan));
    const before = sinceOf(first.cursor);
    const soon = await follow(first.cursor, 60);
    expect(sinceOf(soon.cursor)).toBeLessThanOrEqual(before + 24 * HOUR_MS);
    const later = await follow(soon.cursor, 48);
    expect(sinceOf(later.cursor)).toBeGreaterThan(before + 72 * HOUR_MS);
    const all = [...first.told, ...soon.told, ...later.told];
    expect(sum(all)).toBe((await stage.venue.getBalance(stage.ref("btc"))).total);
  });

  it("regression: what the chain took back and has again two days later is told again, although its date stayed", async () => {
    stage = await startStage({ fake: { dated_at: "creation" } });
    const plan = stage.plan();
    await stage.venue.submit(await prepare(plan));
    const first = await follow(null, 6);
    stage.bitgo.world.remove(rowOf(plan));
    const gone = await follow(first.cursor, 48);
    stage.bitgo.world.restore(rowOf(plan));
    const back = await follow(gone.cursor, 12);
    expect(back.told.filter(({ reference }) => reference === plan.id)).toHaveLength(1);
    const all = [...first.told, ...gone.told, ...back.told];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(sum(all)).toBe((await stage.venue.getBalance(stage.ref("btc"))).total);
  });

  it("are read to the last page, and a list that turns in a circle is refused", async () => {
    stage = await startStage();
    for (let count = 0; count < 130; count += 1) stage.bitgo.world.deposit(stage.btc, "btc", 1_000n, `tx${count}`);
    pass(HOUR_MS);
    const first = await stage.venue.listMovements(stage.ref("btc"), null);
    expect(first).toMatchObject({ has_more: true, movements: { length: 100 } });
    const rest = await stage.venue.listMovements(stage.ref("btc"), first.cursor);
    expect(rest).toMatchObject({ has_more: false, movements: { length: 31 } });
    const circle = (body: unknown) => ({ ...(body as object), nextBatchPrevId: JSON.parse(first.cursor).previous });
    stage.bitgo.server.faults.add({
      times: 1,
      path: `/api/v2/btc/wallet/${stage.btc.id}/transfer`,
      fault: { kind: "edit", edit: circle },
    });
    await expect(stage.venue.listMovements(stage.ref("btc"), first.cursor)).rejects.toMatchObject({
      code: "venue_invalid",
    });
  });
});

describe("wallets at BitGo", () => {
  it("are found, tokens of the same chain among them, and a list without an end is given up", async () => {
    stage = await startStage();
    const accounts = (await stage.venue.listWallets()).map(({ account }) => account);
    expect(accounts).toEqual([`btc/${stage.btc.id}`, `eth/${stage.eth.id}`, `usdt/${stage.eth.id}`]);
    const again = (body: unknown) => ({ ...(body as object), nextBatchPrevId: "same" });
    stage.bitgo.server.faults.add({ times: 9, path: "/api/v2/wallets", fault: { kind: "edit", edit: again } });
    await expect(stage.venue.listWallets()).rejects.toMatchObject({ code: "venue_invalid" });
  });

  it("are made once for each reference, also when the answer was lost, and are ready when their contract is", async () => {
    stage = await startStage();
    const request = { reference: "wal_1", asset: "ETH", network: "ethereum", label: "vault", kind: "custody" } as const;
    stage.bitgo.server.faults.add({ method: "POST", times: 1, fault: { kind: "lose_reply" } });
    expect((await stage.venue.createWallet?.(request))?.outcome).toBe("unknown");
    expect((await stage.venue.createWallet?.(request))?.outcome).toBe("creating");
    pass(HOUR_MS);
    const made = await stage.venue.createWallet?.(request);
    expect(made).toMatchObject({ outcome: "created", wallet: { asset: "ETH", label: "vault [wal_1]" } });
    expect([...stage.bitgo.world.wallets.values()].filter(({ label }) => label.includes("wal_1"))).toHaveLength(1);
    expect((await stage.venue.createWallet?.({ ...request, network: "tron" }))?.outcome).toBe("rejected");
  });

  it("have no address before their forwarder is on the chain", async () => {
    stage = await startStage();
    pass(0);
    const fresh = stage.bitgo.world.createWallet("eth", "fresh");
    const wallet = { wallet_id: "fresh", account: `eth/${fresh.id}`, asset: "ETH" };
    await expect(stage.venue.getAddress(wallet, "ethereum")).rejects.toMatchObject({ code: "venue_transient" });
    pass(HOUR_MS);
    expect(await stage.venue.getAddress(wallet, "ethereum")).toEqual({ address: fresh.address, memo: null });
  });
});

describe("BitGo's policy rules", () => {
  const policy_secret = "sixteen-or-more-chars";

  it("must ask a webhook where a policy secret is configured", async () => {
    stage = await startStage({ venue: { policy_secret } });
    await expect(stage.venue.verify()).rejects.toMatchObject({ code: "venue_policy_denied" });
    await stage.stop();
    stage = await startStage({ venue: { policy_secret }, fake: { policy: new PolicyAsker("http://127.0.0.1:9/") } });
    await stage.venue.verify();
  });

  it("ask our endpoint in words that the connector reads, and deny without its yes", async () => {
    const asked: { path: string; body: string }[] = [];
    let status = 200;
    const door = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        asked.push({ path: request.url ?? "", body: Buffer.concat(chunks).toString("utf8") });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}/v1/venues/bitgo/policy/${policy_secret}`;
    stage = await startStage({ venue: { policy_secret }, fake: { policy: new PolicyAsker(url) } });
    const plan = stage.plan();
    expect((await stage.venue.submit(await prepare(plan))).outcome).toBe("accepted");
    const [question] = asked;
    const read = stage.venue.readSigningQuestion?.(Buffer.from(question?.body ?? ""), policy_secret);
    expect(read).toMatchObject({
      account: stage.ref("btc").account,
      outputs: [{ address: plan.to.address, amount: 1_000_000n }],
    });
    status = 403;
    expect(await stage.venue.submit(await prepare(stage.plan()))).toMatchObject({
      outcome: "rejected",
      code: "PolicyDenied",
    });
    await new Promise((resolve) => door.close(resolve));
    expect(await stage.venue.submit(await prepare(stage.plan()))).toMatchObject({
      outcome: "rejected",
      code: "PolicyDenied",
    });
  });
});

describe("bad input at BitGo", () => {
  it.each(["bearer", "hmac_v2", "hmac_v3"])("refuses wrong keys, and takes the right ones (%s)", async (auth) => {
    stage = await startStage({ venue: { auth } });
    await stage.venue.verify();
    await stage.stop();
    stage = await startStage({ venue: { auth, access_token: "v2xwrongwrongwrong" } });
    await expect(stage.venue.verify()).rejects.toMatchObject({ code: "venue_auth" });
    await expect(stage.venue.getBalance(stage.ref("btc"))).rejects.toMatchObject({ code: "venue_auth" });
    expect((await find(stage.plan())).outcome).toBe("unreadable");
  });

  it("takes credentials that were revoked under way as no answer about a transfer", async () => {
    const users = [{ id: "a1".repeat(16), token: TOKEN }];
    stage = await startStage({ fake: { users } });
    const plan = stage.plan();
    const prepared = await prepare(plan);
    accepted(await stage.venue.submit(prepared));
    users.length = 0;
    expect((await find(plan, prepared)).outcome).toBe("unreadable");
    await expect(stage.venue.getBalance(stage.ref("btc"))).rejects.toMatchObject({ code: "venue_auth" });
  });

  it("refuses a plan of another network, a wallet of another coin, and a destination without its memo", async () => {
    const coins = [{ coin: "btc", instrument: "btc-bitcoin", fee: "utxo", confirmations: 6, memo: "required" }];
    stage = await startStage({ venue: { coins } });
    await expect(prepare({ ...stage.plan(), network: "liquid" })).rejects.toMatchObject({ code: "venue_invalid" });
    await expect(prepare(stage.plan())).rejects.toThrow(/memo/);
    const memo = await prepare(stage.plan({ memo: "77" }));
    expect(stage.venue.decode(memo).to_memo).toBe("77");
    const wrong = { ...stage.ref("btc"), asset: "ETH" };
    await expect(stage.venue.getBalance(wrong)).rejects.toMatchObject({ code: "venue_invalid" });
    await expect(stage.venue.getBalance({ ...wrong, account: "btc/../x" })).rejects.toMatchObject({
      code: "venue_not_found",
    });
  });

  it("says which instrument a configured coin lacks", async () => {
    const coins = [{ coin: "btc", instrument: "btc-liquid", fee: "utxo", confirmations: 6 }];
    await expect(startStage({ venue: { coins } })).rejects.toThrow(/btc-liquid/);
    stage = await startStage();
  });

  it.each<[string, Fault, string]>([
    [
      "a page for people",
      respond(200, null, { text: "<html>log in</html>", headers: { "content-type": "text/html" } }),
      "venue_invalid",
    ],
    [
      "an error inside a 200",
      respond(200, { error: "wallet is frozen", name: "Frozen", requestId: "r" }),
      "venue_invalid",
    ],
    ["a body of 11 MB", respond(200, null, { text: `{"a":"${"x".repeat(11_000_000)}"}` }), "venue_invalid"],
    ["half a body", respond(200, null, { text: '{"confirmedBalanceString":"1' }), "venue_transient"],
    ["amounts as numbers", respond(200, { confirmedBalanceString: 5, spendableBalanceString: 5 }), "venue_invalid"],
    [
      "amounts with a point",
      respond(200, { confirmedBalanceString: "0.5", spendableBalanceString: "0.5" }),
      "venue_invalid",
    ],
  ])("reads no balance out of %s", async (_name, fault, code) => {
    stage = await startStage();
    always(fault);
    await expect(stage.venue.getBalance(stage.ref("btc"))).rejects.toMatchObject({ code });
  });

  it("is never sure of a send that was answered with an error inside a 200", async () => {
    stage = await startStage();
    const plan = stage.plan();
    const prepared = await prepare(plan);
    stage.bitgo.server.faults.add({
      method: "POST",
      times: 1,
      fault: { kind: "respond_after", status: 200, body: { error: "odd", requestId: "r" } },
    });
    expect((await stage.venue.submit(prepared)).outcome).toBe("unknown");
    expect(await found(plan)).toMatchObject({ reference: plan.id });
  });

  it("says so when what is pending cannot be read", async () => {
    stage = await startStage();
    always(
      respond(503, { error: "down", name: "Down", requestId: "r" }),
      `/api/v2/btc/wallet/${stage.btc.id}/transfer`,
    );
    expect(await stage.venue.getBalance(stage.ref("btc"))).toMatchObject({
      pending_readable: false,
      total: 5_000_000_000n,
    });
  });

  it("takes a 404 about anything but the transfer as no absence", async () => {
    stage = await startStage();
    const plan = stage.plan();
    always(respond(404, { error: "wallet not found", name: "WalletNotFound", requestId: "r" }));
    expect((await find(plan)).outcome).toBe("unreadable");
    stage.bitgo.server.faults.clear();
    stage.bitgo.server.faults.add({
      times: 1,
      fault: respond(404, { error: "transfer not found", name: "TransferNotFound", requestId: "r" }),
    });
    expect((await find(plan)).outcome).toBe("absent");
  });

  it("waits when BitGo's limit of 360 requests in a minute is reached", async () => {
    stage = await startStage();
    for (let count = 0; count < 360; count += 1) {
      await fetch(`${stage.bitgo.url}/api/v2/wallets/count`, { headers: { authorization: `Bearer ${TOKEN}` } });
    }
    await expect(stage.venue.verify()).rejects.toMatchObject({ code: "venue_rate_limited", retry_after_ms: 60_000 });
  });
});
