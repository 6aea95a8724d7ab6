/** The views' own rules: history from the books, headlines, sentences of events, age and freshness. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventRow } from "../../audit/types.ts";
import { tables } from "../../store/index.ts";
import type { History, WalletList } from "../schemas/index.ts";
import { createTestTreasury, type TestTreasury } from "../suite_treasury.ts";
import { sentenceOfEvent } from "./event_sentence.ts";
import { createPrinter, printTime } from "./printer.ts";
import { readStoredDecision, readStoredSnapshot } from "./stored_decision.ts";

const HOUR_MS = 3_600_000;
const WHOLE = 1_000_000n;

let test: TestTreasury;
beforeEach(async () => {
  test = await createTestTreasury();
  await test.cycles(3);
});
afterEach(() => test.close());

const get = async <T>(path: string): Promise<T> => (await (await test.request("GET", path)).json()) as T;

describe("history", () => {
  it("follows the books, begins with what was before, and is thinned to the points asked for", async () => {
    for (let hour = 0; hour < 5; hour++) {
      await test.clock.sleep(HOUR_MS);
      test.world.flow("chain/usdt", -20_000n * WHOLE, "USDT");
      await test.cycles(1);
    }
    const all = await get<History>("/v1/pools/usdt/history?hours=24&points=500");
    expect(all.points.at(-1)).toMatchObject({
      liquidity: { amount: "900000.000000", asset: "USDT" },
      share_percent: "9.0909",
    });
    expect(all.points.length).toBeGreaterThanOrEqual(6);
    const times = all.points.map((point) => point.at);
    expect(times).toEqual([...times].sort());
    const last_hours = await get<History>("/v1/pools/usdt/history?hours=2&points=500");
    expect(last_hours.points[0]?.at).toBe(last_hours.from);
    const few = await get<History>("/v1/pools/usdt/history?hours=24&points=10");
    expect(few.points.length).toBeLessThanOrEqual(11);
    expect(few.points.at(-1)).toEqual(all.points.at(-1));
  });
});

describe("wallets", () => {
  it("age, and what was fresh becomes stale by the wallet's own limit", async () => {
    const fresh = await get<WalletList>("/v1/wallets");
    expect(fresh.items.map((item) => item.freshness)).toEqual(Array.from({ length: 16 }, () => "fresh"));
    await test.clock.sleep(2 * HOUR_MS + 600_000);
    const { items } = await get<WalletList>("/v1/wallets");
    // Hot wallets and the desk are stale after two hours, custody after four, the small ones after six.
    expect(items.map((item) => [item.kind, item.freshness])).toEqual(
      items.map((item) => [item.kind, item.kind === "hot" || item.id.startsWith("desk") ? "stale" : "fresh"]),
    );
    expect(items[0]?.age_ms).toBeGreaterThan(HOUR_MS);
    expect(items[0]?.balance?.total.amount).toBe("500000.000000");
  });
});

describe("sentences of events", () => {
  const event = (kind: EventRow["kind"], payload: EventRow["payload"]): string =>
    sentenceOfEvent({ kind, ref: "x", actor: "daemon", payload }, createPrinter(test.config));

  it("print amounts in whole units and wallets by their labels", () => {
    const moved = { asset: "USDT", amount: "25000500000", from_wallet: "northvault-usdt", to_wallet: "hot-usdt" };
    expect(event("transfer.state", { ...moved, to_state: "settled", fee: "1000000", note: null })).toBe(
      "25,000.5 USDT from Northvault USDT to Hot wallet USDT is settled, fee 1 USDT.",
    );
    expect(event("transfer.state", { ...moved, to_state: "awaiting_approval", fee: null, note: "Wait." })).toBe(
      "25,000.5 USDT from Northvault USDT to Hot wallet USDT is awaiting approval: Wait.",
    );
    expect(event("movement.booked", { asset: "BTC", amount: "5", direction: "in", wallet_id: "hot-btc" })).toBe(
      "0.00000005 BTC came into Hot wallet BTC.",
    );
    expect(event("approval.voted", { person_id: "ana", vote: "approve", approvals: ["ana"], needed: 2 })).toBe(
      "ana voted approve; 1 of 2 approvals.",
    );
  });

  it("survive payloads of other versions", () => {
    for (const kind of [
      "transfer.state",
      "wallet.observed",
      "break.opened",
      "mode.changed",
      "decision.made",
    ] as const) {
      for (const payload of [null, [], "text", {}, { asset: "DOGE", amount: "1" }, { amount: 1, asset: "USDT" }]) {
        expect(event(kind, payload).length).toBeGreaterThan(0);
      }
    }
  });
});

describe("stored decisions", () => {
  it("of another shape are shown as unreadable, never guessed", () => {
    for (const stored of [null, {}, { pool_id: "usdt" }, "decision", []]) {
      expect(readStoredDecision(stored)).toBeNull();
      expect(readStoredSnapshot(stored)).toBeNull();
    }
  });

  it("say in their headline where the pool stands, and what stops it", async () => {
    const calm = await get<{ decisions: { headline: string }[] }>("/v1/plan");
    expect(calm.decisions[0]?.headline).toMatch(/^Liquidity is 1,000,000 USDT \(10\.00 %\), inside the band/);
    test.world.flow("chain/usdt", -450_000n * WHOLE, "USDT");
    test.world.flow("exchange/usdt", -450_000n * WHOLE, "USDT");
    await test.clock.sleep(HOUR_MS);
    await test.cycles(2);
    const waiting = await get<{ decisions: { verdict: string; headline: string }[] }>("/v1/plan");
    expect(waiting.decisions[0]).toMatchObject({ verdict: "escalate" });
    expect(waiting.decisions[0]?.headline).toMatch(/^Emergency: .* A refill of .* is asked for and not sent yet/);
  });
});

it("a headline never adds what is paid out of custody to what stays ours", async () => {
  const other = await createTestTreasury();
  await other.cycles(2);
  for (const account of ["chain/usdt", "exchange/usdt"]) other.world.flow(account, -480_000n * WHOLE, "USDT");
  await other.clock.sleep(HOUR_MS);
  await other.treasury.addObligation({
    ...{ pool_id: "usdt", direction: "out", amount: 2_000_000n * WHOLE, due_at: other.clock.now() + HOUR_MS },
    ...{ what: "withdrawal 17", source: "desk", reference: null, payee: "acme-usdt", actor: "person:ana", key: "one" },
  });
  await other.cycles(1);
  const [row] = await other.treasury.deps.store.read("test", (tx) =>
    tx.find(tables.decision, {
      where: { pool_id: "usdt" },
      order_by: [
        ["at", "desc"],
        ["id", "desc"],
      ],
      limit: 1,
    }),
  );
  const shown = (await (await other.request("GET", `/v1/decisions/${row?.id}`)).json()) as {
    decision: { headline: string };
  };
  expect(shown.decision.headline).toMatch(
    /^Pay 2,000,000 USDT from \w+ USDT to Acme Trading\. Move [\d,.]+ USDT from \w+ USDT to .+\.$/,
  );
  const { items } = (await (await other.request("GET", "/v1/approvals")).json()) as {
    items: { fields: { name: string; value: string }[]; transfer: { direction: string } }[];
  };
  const paid = items.find(({ transfer }) => transfer.direction === "reserve_to_payee");
  const fields = new Map(paid?.fields.map(({ name, value }) => [name, value]));
  expect(fields.get("obligation.what")).toBe("withdrawal 17");
  expect(fields.get("obligation.asked_by")).toBe("person:ana");
  await other.close();
});

it("times are RFC 3339 in UTC", () => {
  expect(printTime(0)).toBe("1970-01-01T00:00:00.000Z");
});
