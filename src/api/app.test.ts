/** Every endpoint against a real daemon: what it answers, what it refuses, and that nothing else changed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../digest/index.ts";
import { tables } from "../store/index.ts";
import type {
  Approval,
  ApprovalList,
  AuditPage,
  DecisionDetail,
  DecisionPage,
  History,
  Overview,
  Problem,
  ResumeOffer,
  Transfer,
  TransferDetail,
  TransferPage,
  VoteResult,
  WhatIf,
} from "./schemas/index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

async function json<T>(response: Response, status = 200): Promise<T> {
  const body: unknown = await response.json();
  expect({ status: response.status, body }).toMatchObject({ status });
  return body as T;
}

const key = (name: string) => ({ "idempotency-key": `key-${name}` });

describe("a pool that needs a refill", () => {
  let test: TestTreasury;
  const get = async <T>(path: string, status = 200) => json<T>(await test.request("GET", path), status);

  beforeAll(async () => {
    // 4 % hot: below the low level of 5 %.
    test = await createTestTreasury({ hot: 400_000n, cold: 9_600_000n });
    await test.cycles(3);
  });
  afterAll(() => test.close());

  it("says on the home screen where it stands, what it wants and what it waits for", async () => {
    const overview = await get<Overview>("/v1/overview");
    const usdt = overview.pools.find((pool) => pool.id === "usdt");
    expect(overview).toMatchObject({ mode: "auto", sandbox: true, person: null, approvals_waiting: 1 });
    expect(usdt?.position).toMatchObject({ total: { amount: "9999900.000000", asset: "USDT" } });
    expect(usdt?.band).toBe("low");
    expect(usdt?.levels.low).toEqual({
      text: "5%",
      amount: { amount: "499995.000000", asset: "USDT" },
      share_percent: "5.0000",
    });
    expect(usdt?.in_flight[0]).toMatchObject({ state: "awaiting_approval", cancellable: true });
    expect(usdt?.in_flight[0]).toMatchObject({ decision_id: expect.any(String), approvals_needed: 2 });
    // What was decided and waits for people is the past; the advisor says what is decided now.
    expect(usdt?.advisor).toMatchObject({ verdict: "wait", moves: [], transfer_ids: [], last_at: overview.as_of });
    expect(usdt?.advisor?.reasons.map(({ code }) => code)).toContain("awaiting_covers");
    const past = await get<DecisionDetail>(`/v1/decisions/${usdt?.in_flight[0]?.decision_id}`);
    expect(past.decision).toMatchObject({ verdict: "move", approvals: { needed: 2, of: 3, roles: ["approver"] } });
    expect(past.decision.transfer_ids).toEqual([usdt?.in_flight[0]?.id]);
    expect(past.decision.moves[0]).toMatchObject({
      direction: "to_liquidity",
      from_wallet: expect.stringContaining("vault"),
    });
    expect(past.decision.after?.share_percent).toBe("10.0000");
    expect(usdt?.value).toEqual({ amount: "9999900.00", asset: "USD" });
    expect(overview.prices.find((price) => price.asset === "BTC")?.price).toBe("90000.0000000000");
    expect(overview.venues).toContainEqual(expect.objectContaining({ id: "chain", freshness: "fresh", wallets: 8 }));
    expect(overview.recent_events.length).toBeGreaterThan(0);
  });

  it("lists decisions with their reasons and one with its snapshot", async () => {
    const page = await get<DecisionPage>("/v1/decisions?pool_id=usdt&verdict=move");
    expect(page.items).toHaveLength(1);
    const [move] = page.items;
    expect(move?.headline).toMatch(/^Move 600,000 USDT from /);
    expect(move?.reasons.map((reason) => reason.code)).toContain("below_low");
    const detail = await get<DecisionDetail>(`/v1/decisions/${move?.id}`);
    expect(detail.snapshot?.wallets).toHaveLength(4);
    expect(detail.decision).toEqual(move);
    const all = await get<DecisionPage>("/v1/decisions?pool_id=usdt");
    const at = all.items.findIndex(({ id }) => id === move?.id);
    expect(detail.previous?.id).toBe(all.items[at + 1]?.id);
    const first = await get<DecisionDetail>(`/v1/decisions/${all.items.at(-1)?.id}`);
    expect(first.previous).toBeNull();
    const woken = await get<DecisionPage>(`/v1/decisions?cause=${move?.cause}&severity=${move?.severity}`);
    expect(woken.items.map(({ id }) => id)).toContain(move?.id);
    expect((await get<DecisionPage>("/v1/decisions?cause=nobody")).items).toEqual([]);
    expect(await get<Problem>("/v1/decisions/none", 404)).toMatchObject({ code: "api_not_found" });
  });

  it("plans without leaving a trace", async () => {
    const { store } = test.treasury.deps;
    const count = () => store.read("test", (tx) => tx.count(tables.event));
    const before = await count();
    const plan = await get<{ decisions: { verdict: string; id: null }[] }>("/v1/plan");
    expect(plan.decisions.map((decision) => decision.id)).toEqual([null, null, null, null]);
    const outflow = { outflow: "300000", over_hours: 6, horizon_hours: 12, approval_hours: 2 };
    await json(await test.request("POST", "/v1/pools/usdt/what-if", { body: outflow }));
    expect(await count()).toBe(before);
  });

  it("foresees an outflow on a copy", async () => {
    const body = { outflow: "500000", over_hours: 4, horizon_hours: 24, approval_hours: 2 };
    const seen = await json<WhatIf>(await test.request("POST", "/v1/pools/usdt/what-if", { body }));
    expect(seen.path).toHaveLength(25);
    expect(seen.first_below_low_hour).toBe(0);
    expect(seen.start.total.amount).toBe("9999900.000000");
    // What was paid out is gone and nothing else: in the end everything that could be paid was.
    const left = 10_000_000 - 500_000 + Number(seen.unpaid.amount);
    expect(seen.end.total.amount).toBe(`${left}.000000`);
  });

  it("draws its history with the moves on it", async () => {
    const history = await get<History>("/v1/pools/usdt/history?hours=24&points=100");
    expect(history.points.at(-1)).toMatchObject({ share_percent: "4.0000" });
    expect(await get<Problem>("/v1/pools/doge/history", 404)).toMatchObject({ code: "api_not_found" });
  });

  it("shows wallets, reconciliation, policy, people and the sandbox", async () => {
    const wallets = await get<{ items: { id: string; share_percent: string; freshness: string }[] }>("/v1/wallets");
    expect(wallets.items.find((wallet) => wallet.id === "hot-usdt")).toMatchObject({
      share_percent: "2.0000",
      freshness: "fresh",
      balance: { total: { amount: "200000.000000", asset: "USDT" } },
      side: "liquidity",
    });
    expect(await get("/v1/reconciliation")).toMatchObject({ equal: true });
    expect(await get("/v1/policy")).toMatchObject({ quorum: { tiers: [{ approvals_needed: 2, from: "0" }] } });
    expect(await get("/v1/people")).toMatchObject({ items: [{ id: "ana", roles: ["approver", "admin"] }, {}, {}] });
    expect(await get("/v1/sandbox")).toMatchObject({ scenario: "calm", speed: 0.25, manual: false });
    expect(await get("/v1/sandbox/keys/ana")).toMatchObject({ person_id: "ana", private_key: "01".repeat(32) });
    await get("/v1/sandbox/keys/mallory", 404);
  });

  it("offers for approval exactly the bytes that are digested and signed", async () => {
    const { items } = await get<ApprovalList>("/v1/approvals");
    const [approval] = items;
    expect(approval?.scheme).toBe("ed25519");
    expect(digestOf("transfer", JSON.parse(approval?.payload_text ?? ""))).toBe(approval?.digest);
    expect(approval?.digest_groups.join("")).toBe(approval?.digest);
    expect(approval?.vote_message.approve).toContain(approval?.digest);
    expect(approval?.fields.find((field) => field.name === "amount")?.value).toBe("600000.000000 USDT");
    expect(approval?.quorum).toMatchObject({
      state: "pending",
      needed: 2,
      approvals: [],
      eligible: ["ana", "ben", "chen"],
    });
    expect(await get<Approval>(`/v1/approvals/${approval?.object_id}`)).toEqual(approval);
  });

  it("settles it when two people signed, and tells its whole story", async () => {
    const [waiting] = (await get<TransferPage>("/v1/transfers?state=awaiting_approval")).items;
    const row = { id: waiting?.id ?? "", digest: waiting?.digest ?? "" };
    const post = async (person: string) =>
      test.request("POST", `/v1/approvals/${row.id}/votes`, {
        body: await test.vote(person, row),
        headers: key(`vote-${person}`),
      });
    const first = await json<VoteResult>(await post("ana"));
    expect(first.quorum).toMatchObject({ state: "pending", approvals: ["ana"] });
    const again = await post("ana");
    expect(again.headers.get("idempotency-hit")).toBe("true");
    expect(await again.json()).toEqual(first);
    expect((await json<VoteResult>(await post("ben"))).quorum.state).toBe("complete");
    await test.cycles(6);
    const detail = await get<TransferDetail>(`/v1/transfers/${row.id}`);
    expect(detail.transfer).toMatchObject({ state: "settled", cancellable: false, type: "Auto-Pilot" });
    expect(detail.timeline.map((entry) => entry.kind)).toEqual(
      expect.arrayContaining(["transfer.planned", "approval.voted", "transfer.state"]),
    );
    expect(detail.postings.length).toBeGreaterThan(0);
    expect(test.world.paid).toHaveLength(1);
    const { items } = await get<AuditPage>(`/v1/audit?ref=${row.id}&type=Auto-Pilot&kind=transfer.state`);
    expect(items[0]).toMatchObject({ fee: { amount: "0.000000" }, balances_after: { share_percent: "10.0000" } });
    expect((await get<TransferPage>("/v1/transfers?open=true")).items).toEqual([]);
  });

  it("exports the log as CSV, JSON and the signed lines", async () => {
    const csv = await (await test.request("GET", "/v1/audit/export?format=csv&type=Auto-Pilot")).text();
    const [header, ...lines] = csv.trim().split("\r\n");
    expect(header).toContain("timestamp,type,kind");
    expect(lines.every((line) => line.includes("Auto-Pilot"))).toBe(true);
    const all = (await (await test.request("GET", "/v1/audit/export?format=json")).json()) as { at: string }[];
    const count = await test.treasury.deps.store.read("test", (tx) => tx.count(tables.event));
    expect(all).toHaveLength(count);
    expect(all.map((event) => event.at)).toEqual(all.map((event) => event.at).sort());
    const jsonl = await test.request("GET", "/v1/audit/export?format=jsonl");
    expect(jsonl.headers.get("content-disposition")).toContain("audit.jsonl");
    expect((await jsonl.text()).split("\n")[0]).toContain("tidegate-audit/v1");
    await get("/v1/audit/export?format=jsonl&type=Manual", 422);
  });
});

describe("people on the API", () => {
  let test: TestTreasury;
  const get = async <T>(path: string, status = 200) => json<T>(await test.request("GET", path), status);
  const manual = (amount: string, initiator = "ana") => ({
    pool_id: "usdt",
    from_wallet: "northvault-usdt",
    to_wallet: "hot-usdt",
    network: "tron",
    amount,
    reason: "cover a large withdrawal",
    initiator,
  });

  beforeAll(async () => {
    test = await createTestTreasury();
    await test.cycles(2);
  });
  afterAll(() => test.close());

  it("ask for a transfer once per key, and cannot approve their own", async () => {
    const send = () => test.request("POST", "/v1/transfers", { body: manual("25000.5"), headers: key("manual-1") });
    const first = await json<Transfer>(await send(), 201);
    expect(first).toMatchObject({ type: "Manual", initiator: "person:ana", amount: { amount: "25000.500000" } });
    const again = await send();
    expect(again.headers.get("idempotency-hit")).toBe("true");
    expect(await again.json()).toEqual(first);
    await test.cycles(1);
    const own = await test.request("POST", `/v1/approvals/${first.id}/votes`, {
      body: await test.vote("ana", first),
      headers: key("own-vote"),
    });
    expect(await json<Problem>(own, 403)).toMatchObject({ code: "authority_initiator", kind: "denied" });
    const denied = await test.request("POST", `/v1/approvals/${first.id}/votes`, {
      body: await test.vote("ben", first, "deny"),
      headers: key("denial"),
    });
    expect((await json<VoteResult>(denied)).quorum).toMatchObject({ state: "denied", denied_by: "ben" });
    await test.cycles(1);
    expect((await get<TransferDetail>(`/v1/transfers/${first.id}`)).transfer.state).toBe("denied");
  });

  it("cancel what was not sent yet", async () => {
    const sent = await test.request("POST", "/v1/transfers", { body: manual("11000"), headers: key("manual-2") });
    const { id } = await json<Transfer>(sent, 201);
    const path = `/v1/transfers/${id}/cancel`;
    expect(await json(await test.request("POST", path, { body: { reason: "changed my mind" } }))).toMatchObject({
      state: "cancelled",
    });
    expect(await json(await test.request("POST", path, { body: { reason: "again" } }))).toMatchObject({
      state: "cancelled",
    });
    const denied = (await get<TransferPage>("/v1/transfers?state=denied")).items[0];
    const late = await test.request("POST", `/v1/transfers/${denied?.id}/cancel`, { body: { reason: "late" } });
    expect(await json(late, 409)).toMatchObject({ code: "transfer_not_cancellable" });
    await json(await test.request("POST", "/v1/transfers/none/cancel", { body: { reason: "x" } }), 404);
  });

  it("are told what is wrong with a request, field by field", async () => {
    const post = async (body: unknown, name: string) =>
      json<Problem>(await test.request("POST", "/v1/transfers", { body, headers: key(name) }), 422);
    expect(await post({ ...manual("1e6") }, "bad-amount")).toMatchObject({
      code: "api_input_invalid",
      errors: [{ pointer: "/amount" }],
    });
    expect(await post(manual("0.1234567"), "too-precise")).toMatchObject({ code: "amount_too_precise" });
    expect(await post({ ...manual("1"), surprise: true }, "surprise")).toMatchObject({ code: "api_input_invalid" });
    expect(await post(manual("1", "mallory"), "nobody")).toMatchObject({ code: "api_person_unknown" });
    expect(await get<Problem>("/v1/transfers?limit=0", 422)).toMatchObject({ errors: [{ pointer: "/limit" }] });
    expect(await get<Problem>("/v1/transfers?cursor=abc", 422)).toMatchObject({ code: "api_cursor_malformed" });
    expect(await get<Problem>("/v1/transfers?stat=held", 422)).toMatchObject({ code: "api_input_invalid" });
  });

  it("stop everything at once, and only an admin starts it again", async () => {
    const drill = { reason: "drill", frozen_by: "ben" };
    expect(await json(await test.request("POST", "/v1/freeze", { body: drill }))).toMatchObject({ mode: "frozen" });
    const [stop] = (await get<AuditPage>("/v1/audit?kind=mode.changed&limit=1")).items;
    expect(stop).toMatchObject({ actor: "person:ben" });
    const overview = await get<Overview>("/v1/overview");
    expect(overview.exceptions[0]).toMatchObject({ code: "frozen" });
    expect(await get<ResumeOffer>("/v1/resume")).toMatchObject({ mode: "auto" });
    const offer = await get<ResumeOffer>("/v1/resume?mode=advise");
    expect(offer.eligible).toEqual(["ana"]);
    const { object_id, digest } = offer;
    const resume = async (person: string) =>
      test.request("POST", "/v1/resume", {
        body: {
          mode: "advise",
          vote: await test.sign(person, { object_kind: "resume", object_id, digest, vote: "approve" }),
        },
        headers: key(`resume-${person}`),
      });
    expect(await json<Problem>(await resume("ben"), 403)).toMatchObject({ code: "authority_wrong_role" });
    expect(await json(await resume("ana"))).toMatchObject({ mode: "advise" });
    expect(await get<Problem>("/v1/resume", 409)).toMatchObject({ code: "not_frozen" });
  });

  it.each([
    ["nobody", undefined],
    ["a stranger", "mallory"],
    ["far too much", "x".repeat(5_000)],
  ] as const)("stop also when %s is named", async (_who, name) => {
    await test.cycles(1);
    const body = { reason: "drill", ...(name === undefined ? {} : { frozen_by: name }) };
    expect(await json(await test.request("POST", "/v1/freeze", { body }))).toMatchObject({ mode: "frozen" });
    const { object_id, digest } = await get<ResumeOffer>("/v1/resume?mode=advise");
    const vote = await test.sign("ana", { object_kind: "resume", object_id, digest, vote: "approve" });
    const again = { body: { mode: "advise", vote }, headers: key(`again-${object_id}`) };
    expect(await json(await test.request("POST", "/v1/resume", again))).toMatchObject({ mode: "advise" });
    const stops = (await get<AuditPage>("/v1/audit?kind=mode.changed&limit=2")).items;
    expect(stops.map(({ actor }) => actor)).toEqual(["person:ana", "local"]);
  });

  it("page through everything without a gap or a repeat", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${cursor}`;
      const page = await get<AuditPage>(`/v1/audit?limit=7${query}`);
      seen.push(...page.items.map((item) => item.id));
      cursor = page.next_cursor;
      expect(page.has_more).toBe(cursor !== null);
    } while (cursor !== null);
    const count = await test.treasury.deps.store.read("test", (tx) => tx.count(tables.event));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(count);
  });
});
