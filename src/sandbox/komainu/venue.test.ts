/** What is Komainu's own: signed requests, challenges, references, staleness, collateral, and facts that may be otherwise. */
import { generateKeyPairSync } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { queryOf } from "../../venues/conformance/harness.ts";
import type { FindOutcome } from "../../venues/port.ts";
import type { Fault } from "../http/index.ts";
import { BTC, type Stage, startStage } from "./suite_stage.ts";

const HOUR_MS = 3_600_000;
let stage: Stage;

afterEach(async () => {
  await stage.stop();
});

const prepare = (plan: TransferPlan): Promise<PreparedSubmit> =>
  stage.venue.prepare(plan, { now: stage.clock.now(), signing: null, signatures: [] });
const find = (plan: TransferPlan): Promise<FindOutcome> =>
  stage.venue.find(queryOf({ ...stage, wallet: stage.ref } as never, plan, null));
const fault = (path: string, method: string, what: Fault, times = 1): void =>
  stage.komainu.server.faults.add({ path, method, times, fault: what });
const keyOf = (curve: string): string =>
  generateKeyPairSync("ec", { namedCurve: curve }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();

describe("a request at Komainu", () => {
  it("is created, confirmed by its signed challenge, approved by people, and paid", async () => {
    stage = await startStage();
    const plan = stage.plan();
    const outcome = await stage.venue.submit(await prepare(plan));
    expect(outcome).toMatchObject({ outcome: "accepted", stage: "pending_approval" });
    stage.pass(HOUR_MS + 1);
    expect(await find(plan)).toMatchObject({ transfer: { stage: "signing", raw_status: "APPROVED/PENDING" } });
    stage.pass(HOUR_MS);
    expect(await find(plan)).toMatchObject({
      transfer: { status: "succeeded", final: true, amount: 1_000_000n, fee: 2_000n },
    });
  });

  it("that was created and not confirmed is not sent again, pays nothing and expires", async () => {
    stage = await startStage();
    const plan = stage.plan();
    const prepared = await prepare(plan);
    fault("/v1/requests/", "POST", { kind: "reset_before" });
    expect((await stage.venue.submit(prepared)).outcome).toBe("unknown");
    expect(await find(plan)).toMatchObject({
      transfer: { stage: "accepted", status: "pending", raw_status: "CREATED" },
    });
    stage.pass(49 * HOUR_MS);
    expect(await find(plan)).toMatchObject({ transfer: { status: "failed", final: true, raw_status: "EXPIRED" } });
    expect(stage.komainu.world.transactions.size).toBe(2);
  });

  it("is looked up by its reference before anything is created, so that the same bytes twice are one request", async () => {
    stage = await startStage();
    const plan = stage.plan();
    const prepared = await prepare(plan);
    const first = await stage.venue.submit(prepared);
    expect(await stage.venue.submit(prepared)).toEqual(first);
    const other = await prepare({ ...plan, amount: "2000000" });
    expect((await stage.venue.submit(other)).outcome).toBe("unknown");
    expect(stage.komainu.world.requestsByReference(plan.id)).toHaveLength(1);
  });

  it("is not created while nobody can see whether the reference was used", async () => {
    stage = await startStage();
    const prepared = await prepare(stage.plan());
    fault("/v1/requests", "GET", { kind: "respond", status: 503, body: {} }, 3);
    expect(await stage.venue.submit(prepared)).toMatchObject({ outcome: "rejected", code: "komainu_not_asked" });
    expect(stage.komainu.world.requests.size).toBe(0);
  });

  it("that compliance blocks is neither paid nor free", async () => {
    stage = await startStage();
    const plan = stage.plan();
    await stage.venue.submit(await prepare(plan));
    const [row] = stage.komainu.world.requestsByReference(plan.id);
    if (row) stage.komainu.world.end(row, "BLOCKED");
    expect(await find(plan)).toMatchObject({ transfer: { stage: "compliance_hold", final: false } });
  });

  it("under a reference that stands there twice is not readable: somebody must look", async () => {
    stage = await startStage();
    const plan = stage.plan();
    await stage.venue.submit(await prepare(plan));
    const [row] = stage.komainu.world.requestsByReference(plan.id);
    if (row) stage.komainu.world.request(row.type, plan.id, row.details);
    expect((await find(plan)).outcome).toBe("unreadable");
  });
});

describe("wallets at Komainu", () => {
  it("are of three categories, and what is staked or locked cannot be spent", async () => {
    stage = await startStage();
    const labels = (await stage.venue.listWallets()).map(({ label }) => label);
    expect(labels).toEqual(["vault (Custody)", "pledged (Collateral)"]);
    stage.custody.staked = 300n;
    stage.custody.locked = 500n;
    expect(await stage.venue.getBalance(stage.ref)).toMatchObject({
      total: 5_000_000_000n,
      available: 4_999_999_200n,
      locked: 800n,
    });
  });

  it("have a balance as old as Komainu says; past the limit nothing new may start on it", async () => {
    stage = await startStage();
    const old = new Date(stage.clock.now() - 5 * HOUR_MS).toISOString();
    const edit = (body: unknown) =>
      JSON.parse(JSON.stringify(body).replace(/"balance_updated_at":"[^"]*"/, `"balance_updated_at":"${old}"`));
    fault("/v1/custody/wallets/", "GET", { kind: "edit", edit });
    expect(await stage.venue.getBalance(stage.ref)).toMatchObject({ as_of: Date.parse(old), pending_readable: false });
    expect(await stage.venue.getBalance(stage.ref)).toMatchObject({ pending_readable: true });
  });

  it("pledge and release collateral by request, once for each reference, without anything leaving", async () => {
    stage = await startStage();
    const order = {
      reference: "col_1",
      account: stage.collateral.id,
      operation: "PLEDGE",
      amount: 400_000_000n,
    } as const;
    expect((await stage.venue.requestCollateral(order, "BTC")).outcome).toBe("accepted");
    expect((await stage.venue.requestCollateral(order, "BTC")).outcome).toBe("accepted");
    stage.pass(2 * HOUR_MS);
    expect(await stage.venue.collateralOperations("BTC")).toMatchObject([{ ...order, status: "succeeded" }]);
    const ref = { ...stage.ref, account: stage.collateral.id };
    expect(await stage.venue.getBalance(ref)).toMatchObject({
      total: 1_000_000_000n,
      available: 600_000_000n,
      locked: 400_000_000n,
    });
    const much = { ...order, reference: "col_2", amount: 700_000_000n };
    expect(await stage.venue.requestCollateral(much, "BTC")).toMatchObject({
      outcome: "rejected",
      code: "REQUEST_REFUSED",
    });
    const release = { ...order, reference: "col_3", operation: "RELEASE" } as const;
    await stage.venue.requestCollateral(release, "BTC");
    stage.pass(2 * HOUR_MS);
    expect(await stage.venue.getBalance(ref)).toMatchObject({ available: 1_000_000_000n, locked: 0n });
  });

  it.each([
    { paging: "page", requests_path: "/v1/requests" },
    { paging: "offset", requests_path: "/v1/custody/requests" },
  ])("are read and paid from in both known dialects ($paging, $requests_path)", async (dialect) => {
    stage = await startStage({ venue: dialect });
    for (let count = 0; count < 120; count += 1) stage.komainu.world.createWallet("BTC", "Custody", `w${count}`);
    expect(await stage.venue.listWallets()).toHaveLength(122);
    const plan = stage.plan();
    expect((await stage.venue.submit(await prepare(plan))).outcome).toBe("accepted");
    expect((await find(plan)).outcome).toBe("found");
  });
});

describe("bad input at Komainu", () => {
  it("says which key is wrong, whether it is no P-256 key or not the user's", async () => {
    await expect(startStage({ venue: { private_key: keyOf("secp256k1") } })).rejects.toThrow(/P-256/);
    await expect(
      startStage({ venue: { private_key: "-----BEGIN PRIVATE KEY-----\nabcdefghijklmnop" } }),
    ).rejects.toThrow(/P-256/);
    stage = await startStage({ venue: { private_key: keyOf("prime256v1") } });
    await expect(stage.venue.verify()).rejects.toMatchObject({ code: "venue_auth" });
    await stage.stop();
    stage = await startStage({ venue: { api_secret: "not-the-secret" } });
    await expect(stage.venue.verify()).rejects.toMatchObject({ code: "venue_auth" });
  });

  it("fetches a new token when Komainu has taken the old one back, and says so when it gives none", async () => {
    stage = await startStage();
    await stage.venue.verify();
    stage.komainu.tokens.revoke();
    await expect(stage.venue.getBalance(stage.ref)).rejects.toMatchObject({ code: "venue_auth" });
    expect((await stage.venue.getBalance(stage.ref)).total).toBe(5_000_000_000n);
    stage.pass(2 * HOUR_MS);
    expect((await stage.venue.getBalance(stage.ref)).total).toBe(5_000_000_000n);
  });

  it("halts an asset that Komainu counts with other decimals", async () => {
    stage = await startStage({ fake: { assets: [{ ...BTC, decimals: 6 }] } });
    await expect(stage.venue.getBalance(stage.ref)).rejects.toThrow(/6 decimals/);
    await expect(stage.venue.listNetworks(stage.ref)).rejects.toThrow(/6 decimals/);
    await expect(prepare(stage.plan())).rejects.toThrow(/6 decimals/);
  });

  it("refuses a plan of another network, without its tag, or with a fee above its limit", async () => {
    stage = await startStage({ venue: { assets: [{ asset: "BTC", instrument: "btc-bitcoin", memo: "required" }] } });
    await expect(prepare({ ...stage.plan({ memo: "7" }), network: "liquid" })).rejects.toMatchObject({
      code: "venue_invalid",
    });
    await expect(prepare(stage.plan())).rejects.toThrow(/tag/);
    await expect(prepare(stage.plan({ memo: "7", fee_max: 1n }))).rejects.toMatchObject({
      code: "venue_policy_denied",
    });
    expect(stage.venue.decode(await prepare(stage.plan({ memo: "7" }))).to_memo).toBe("7");
  });

  it.each<[string, Fault, string]>([
    ["a page for people", { kind: "respond", status: 200, body: null, text: "<html>log in</html>" }, "venue_invalid"],
    [
      "an error inside a 200",
      { kind: "respond", status: 200, body: { error_code: "X", errors: ["no"], status: 500 } },
      "venue_invalid",
    ],
    [
      "a body of 11 MB",
      { kind: "respond", status: 200, body: null, text: `{"a":"${"x".repeat(11_000_000)}"}` },
      "venue_invalid",
    ],
    [
      "parts that are more than the whole",
      {
        kind: "edit",
        edit: (body) =>
          JSON.parse(
            JSON.stringify(body)
              .replace('"staked":"0"', '"staked":"60"')
              .replace('"staked":"0.00000000"', '"staked":"60"'),
          ),
      },
      "venue_invalid",
    ],
  ])("reads no balance out of %s", async (_name, what, code) => {
    stage = await startStage();
    await stage.venue.verify();
    fault("/v1/custody/wallets/", "GET", what, 3);
    await expect(stage.venue.getBalance(stage.ref)).rejects.toMatchObject({ code });
  });

  it("gives up a list that has no end", async () => {
    stage = await startStage();
    const edit = (body: unknown) => ({ ...(body as object), has_next: true });
    stage.komainu.server.faults.add({ path: "/v1/custody/wallets", times: 2_000, fault: { kind: "edit", edit } });
    await expect(stage.venue.listWallets()).rejects.toMatchObject({ code: "venue_invalid" });
  });

  it("refuses webhooks that are replayed, forged or from another time", async () => {
    stage = await startStage();
    const { body, headers } = stage.komainu.webhookOf(stage.custody.id);
    const raw = Buffer.from(body);
    const now = stage.clock.now();
    expect(stage.venue.verifyWebhook(raw, headers, now)).toMatchObject({ accepted: true, account: stage.custody.id });
    expect(stage.venue.verifyWebhook(raw, headers, now + 6 * 60_000).accepted).toBe(false);
    const later = { ...headers, "x-komainu-timestamp": String(now + 1) };
    expect(stage.venue.verifyWebhook(raw, later, now).accepted).toBe(false);
  });
});
