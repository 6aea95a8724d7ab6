/** Three exchanges through the real connector, against servers that check every signature and keep their own books. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSeededRandom } from "../../ports/index.ts";
import { DESTINATION, type ExchangeKind, type FakeExchange, startFakeExchange } from "../../sandbox/exchanges/index.ts";
import { createIds } from "../../system/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import { HurriedClock } from "../conformance/hurried_clock.ts";
import { createFetchPort } from "../http/index.ts";
import type { OrderRequest } from "../index.ts";
import type { FindQuery, Venue, VenueMovement } from "../port.ts";
import { toClientId } from "./client_id.ts";
import { createCcxtVenue, EXCHANGES } from "./index.ts";

const START = Date.UTC(2026, 0, 7, 12);
const USDT = 10n ** 6n;
const BTC = 10n ** 8n;
const HOUR_MS = 3_600_000;
const ASSETS = new Map([
  ["USDT", { id: "USDT", decimals: 6 }],
  ["BTC", { id: "BTC", decimals: 8 }],
]);

describe.each(["binance", "kraken", "okx"] as const)("%s", (kind: ExchangeKind) => {
  let clock: HurriedClock;
  let far: FakeExchange;
  let venue: Venue;
  const ids = createIds({ now: () => START });
  const account = EXCHANGES.find((facts) => facts.exchange === kind)?.account ?? "";
  const wallet = { wallet_id: "hot", account, asset: "USDT" };

  const connect = (change: Record<string, unknown> = {}): Venue =>
    createCcxtVenue({
      id: kind,
      options: { ...far.options, ...change },
      assets: ASSETS,
      instruments: [],
      wallets: [{ id: "hot", account, asset: "USDT", kind: "hot" }],
      clock,
      random: createSeededRandom(1),
      http: createFetchPort(),
    });
  const planOf = (amount = 1_000n * USDT, change: Partial<TransferPlan> = {}): TransferPlan =>
    ({
      id: ids.next("trf"),
      asset: "USDT",
      network: "tron",
      amount: String(amount),
      fee_max: String(5n * USDT),
      from: { venue: kind, wallet: "hot", role: "hot", address: "", memo: null },
      to: { venue: "vault", wallet: "vault-usdt", role: "custody", address: DESTINATION, memo: null },
      ...change,
    }) as TransferPlan;
  const prepare = (plan: TransferPlan): Promise<PreparedSubmit> =>
    venue.prepare(plan, { now: clock.now(), signing: null, signatures: [] });
  const queryOf = (plan: TransferPlan, prepared: PreparedSubmit, venue_ref: string | null = null): FindQuery => ({
    ...{ wallet, reference: plan.id, venue_ref, tx_hash: null, prepared, asset: "USDT", network: "tron" },
  });
  const settle = (): void => clock.advance(HOUR_MS);
  const all = async (from: string | null = null): Promise<VenueMovement[]> => {
    const found: VenueMovement[] = [];
    for (let cursor = from, page = 0; page < 20; page += 1) {
      const read = await venue.listMovements(wallet, cursor);
      found.push(...read.movements);
      cursor = read.cursor;
      if (!read.has_more) return found;
    }
    throw new Error("the history has no end");
  };
  const sum = (rows: readonly VenueMovement[]): bigint =>
    rows.reduce((total, row) => total + (row.direction === "in" ? row.amount : -row.amount - row.fee), 0n);

  beforeEach(async () => {
    clock = new HurriedClock(START);
    far = await startFakeExchange(kind, clock);
    clock.advance(HOUR_MS);
    venue = connect();
  });
  afterEach(async () => {
    await venue.close();
    await far.server.stop();
  });

  it("shows its coins, balance, address and terms as exact amounts", async () => {
    await venue.verify();
    expect((await venue.listWallets()).map((row) => row.asset).sort()).toEqual(["BTC", "USDT"]);
    expect(await venue.getBalance(wallet)).toMatchObject({ total: 250_000n * USDT, available: 250_000n * USDT });
    expect((await venue.getAddress(wallet, "tron")).address).not.toBe("");
    const [terms] = await venue.listNetworks(wallet);
    expect(terms).toMatchObject({ network: "tron", enabled: true, fee_fixed: USDT, minimum: 10n * USDT });
  });

  it("pays what was planned, and the books agree at each moment", async () => {
    const plan = planOf();
    const prepared = await prepare(plan);
    expect(venue.decode(prepared)).toEqual({
      from_account: account,
      to_address: DESTINATION,
      to_memo: null,
      asset: "USDT",
      network: "tron",
      amount: 1_000n * USDT,
      fee_max: 5n * USDT,
      reference: plan.id,
    });
    const outcome = await venue.submit(prepared);
    if (outcome.outcome !== "accepted") throw new Error(JSON.stringify(outcome));
    const between = await venue.getBalance(wallet);
    expect(between).toMatchObject({ available: 248_999n * USDT, pending_out: 1_001n * USDT });
    expect(sum(await all())).toBe(between.total);
    settle();
    const found = await venue.find(queryOf(plan, prepared, outcome.venue_ref));
    expect(found).toMatchObject({
      outcome: "found",
      transfer: { status: "succeeded", final: true, amount: 1_000n * USDT, amount_received: 1_000n * USDT, fee: USDT },
    });
    const after = await venue.getBalance(wallet);
    const rows = await all();
    expect(after.total).toBe(248_999n * USDT);
    expect(sum(rows)).toBe(after.total);
    const paid = rows.filter((row) => row.direction === "out");
    expect(paid).toMatchObject([{ amount: 1_000n * USDT, fee: USDT }]);
    expect(paid[0]?.tx_hash).toBe(far.books.withdrawals[0]?.tx_hash);
  });

  it("tells each movement once, those included that could not be told before", async () => {
    const first = await venue.listMovements(wallet, null);
    await venue.submit(await prepare(planOf()));
    const waiting = await venue.listMovements(wallet, first.cursor);
    clock.advance(1);
    far.books.deposit("USDT", 7n * USDT);
    const second = await venue.listMovements(wallet, waiting.cursor);
    settle();
    const third = await venue.listMovements(wallet, second.cursor);
    const told = [first, waiting, second, third].flatMap((page) => page.movements);
    expect(new Set(told.map((row) => row.id)).size).toBe(told.length);
    expect(sum(told)).toBe((await venue.getBalance(wallet)).total);
    expect((await venue.listMovements(wallet, third.cursor)).movements).toEqual([]);
  });

  if (kind === "binance") {
    it("tells a deposit that was credited after a later movement", async () => {
      const first = await venue.listMovements(wallet, null);
      const slow = far.books.deposit("USDT", 5n * USDT);
      slow.pending = true;
      clock.advance(60_000);
      far.books.deposit("USDT", 7n * USDT);
      const second = await venue.listMovements(wallet, first.cursor);
      expect(second.movements.map(({ amount }) => amount)).toEqual([7n * USDT]);
      slow.pending = false;
      const third = await venue.listMovements(wallet, second.cursor);
      expect(third.movements.map(({ id }) => id)).toEqual([`deposit:${slow.id}`]);
      expect((await venue.listMovements(wallet, third.cursor)).movements).toEqual([]);
    });
  }

  it("does not know after a lost answer, and finds the one withdrawal by looking", async () => {
    const plan = planOf();
    const prepared = await prepare(plan);
    far.server.faults.add({
      method: "POST",
      path: submitPath(kind),
      exact: true,
      times: 1,
      fault: { kind: "lose_reply" },
    });
    expect((await venue.submit(prepared)).outcome).toBe("unknown");
    expect(far.books.withdrawals).toHaveLength(1);
    expect(await venue.find(queryOf(plan, prepared))).toMatchObject({
      outcome: "found",
      transfer: { reference: plan.id },
    });
  });

  it("takes two that fit for nobody's where there is no client id to tell them apart", async () => {
    const plan = planOf();
    const prepared = await prepare(plan);
    await venue.submit(prepared);
    await venue.submit(await prepare(planOf()));
    const found = await venue.find(queryOf(plan, prepared));
    const has_client_id = venue.capabilities().lookup_by_reference;
    expect(found.outcome).toBe(has_client_id ? "found" : "unreadable");
  });

  it("sends to no address that is not registered, where the exchange wants that", async () => {
    const to = { ...planOf().to, address: "TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf" };
    const asked = prepare(planOf(1_000n * USDT, { to }));
    const keys = far.options.withdraw_keys as Record<string, string> | undefined;
    if (keys === undefined) expect((await asked).body).toBeDefined();
    else await expect(asked).rejects.toMatchObject({ code: "venue_policy_denied" });
  });

  it("does not know after a lost request, and sees the absence", async () => {
    const plan = planOf();
    const prepared = await prepare(plan);
    far.server.faults.add({
      method: "POST",
      path: submitPath(kind),
      exact: true,
      times: 1,
      fault: { kind: "reset_before" },
    });
    expect((await venue.submit(prepared)).outcome).toBe("unknown");
    expect(far.books.withdrawals).toHaveLength(0);
    expect((await venue.find(queryOf(plan, prepared))).outcome).toBe("absent");
  });

  it.each([500, 502, 408, 302, 429])(
    "takes the answer %i without the exchange's own words as unknown",
    async (status) => {
      const prepared = await prepare(planOf());
      const fault = { kind: "respond" as const, status, body: { message: "something broke" } };
      far.server.faults.add({ method: "POST", path: submitPath(kind), exact: true, times: 1, fault });
      expect((await venue.submit(prepared)).outcome).toBe("unknown");
    },
  );

  it("tells every withdrawal with its reference and its fee, however many pages of them there are", async () => {
    const references = Array.from({ length: 230 }, () => ids.next("trf"));
    for (const reference of references) {
      far.books.withdraw({
        ...{ client_id: toClientId(reference), coin: "USDT" },
        ...{ network: far.books.coin("USDT")?.networks[0]?.network ?? "", address: DESTINATION, tag: "" },
        gross: 11n * USDT,
      });
      clock.advance(1_000);
    }
    settle();
    const out = (await all()).filter(({ direction }) => direction === "out");
    expect(out).toHaveLength(230);
    // Kraken keeps no reference of ours.
    if (kind !== "kraken") expect(out.map(({ reference }) => reference).sort()).toEqual(references.sort());
    expect(out.every(({ amount, fee }) => amount === 10n * USDT && fee === USDT)).toBe(true);
  });

  it("is refused with proof when the money is not there", async () => {
    far.books.withdraw({
      ...{ client_id: null, coin: "USDT", network: far.books.coin("USDT")?.networks[0]?.network ?? "" },
      ...{ address: DESTINATION, tag: "", gross: 100_000n * USDT },
    });
    far.books.withdraw({
      ...{ client_id: null, coin: "USDT", network: far.books.coin("USDT")?.networks[0]?.network ?? "" },
      ...{ address: DESTINATION, tag: "", gross: 100_000n * USDT },
    });
    const outcome = await venue.submit(await prepare(planOf(60_000n * USDT)));
    expect(outcome.outcome).toBe("rejected");
    expect(far.books.withdrawals).toHaveLength(2);
  });

  it.each([
    ["nothing", 0n],
    ["less than the least", 9n * USDT],
    ["more than the most", 100_001n * USDT],
    ["an amount that would be rounded", 1_000n * USDT + 1n],
  ])("refuses to prepare %s, where ccxt would round it", async (name, amount) => {
    // Kraken states neither a step nor a most: it refuses them itself.
    if (kind === "kraken" && (name.startsWith("more") || name.startsWith("an amount"))) {
      expect((await venue.submit(await prepare(planOf(amount)))).outcome).toBe("rejected");
    } else {
      await expect(prepare(planOf(amount))).rejects.toMatchObject({ code: "venue_invalid" });
    }
    expect(far.books.withdrawals).toHaveLength(0);
  });

  it("sends nothing when the fee is above the limit, or changed since it was prepared", async () => {
    expect(await venue.submit(await prepare(planOf(1_000n * USDT, { fee_max: "0" })))).toMatchObject({
      outcome: "rejected",
      code: "venue_policy_denied",
    });
    const prepared = await prepare(planOf());
    const network = far.books.coin("USDT")?.networks[0] as { fee: bigint };
    network.fee = 2n * USDT;
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "rejected", code: "venue_invalid" });
    expect(far.books.withdrawals).toHaveLength(0);
  });

  it("does not call a partial withdrawal paid, nor an unknown word final", async () => {
    const plan = planOf();
    const prepared = await prepare(plan);
    await venue.submit(prepared);
    const row = far.books.withdrawals[0];
    if (!row) throw new Error("nothing was asked");
    row.state = "odd";
    expect(await venue.find(queryOf(plan, prepared))).toMatchObject({ transfer: { status: "pending", final: false } });
    if (kind !== "kraken") return;
    row.state = "processing";
    far.books.end(row, "partial");
    expect(await venue.find(queryOf(plan, prepared))).toMatchObject({
      transfer: { status: "unproven", amount_received: null },
    });
  });

  it("follows one that was taken back, and books nothing for it", async () => {
    const plan = planOf();
    const prepared = await prepare(plan);
    const outcome = await venue.submit(prepared);
    if (outcome.outcome !== "accepted") throw new Error(JSON.stringify(outcome));
    const can = venue.capabilities().cancel;
    expect((await venue.cancel(outcome.venue_ref)).outcome).toBe(can ? "cancelled" : "unsupported");
    const row = far.books.withdrawals[0];
    if (!can && row) far.books.end(row, "cancelled");
    expect(await venue.find(queryOf(plan, prepared, outcome.venue_ref))).toMatchObject({
      transfer: { status: "failed", final: true, fee: 0n },
    });
    expect((await venue.cancel(outcome.venue_ref)).outcome).toBe(can ? "too_late" : "unsupported");
    const balance = await venue.getBalance(wallet);
    expect(balance.total).toBe(250_000n * USDT);
    expect(sum(await all())).toBe(balance.total);
  });

  it("says who is wrong when the key is, and never shows it", async () => {
    const other = connect({ secret: Buffer.from("another").toString("base64") });
    await expect(other.verify()).rejects.toMatchObject({ code: "venue_auth" });
    await expect(other.verify()).rejects.not.toThrow(/another/);
    await expect(connect({ api_key: "revoked" }).verify()).rejects.toMatchObject({ code: "venue_auth" });
  });

  it("regression: reads again with a new number when the first attempt arrived and its answer did not", async () => {
    far.server.faults.add({ times: 1, fault: { kind: "lose_reply" } });
    expect((await venue.getBalance(wallet)).total).toBe(250_000n * USDT);
  });

  it("knows one account, and only the networks that are named", async () => {
    await expect(venue.getBalance({ ...wallet, account: "margin" })).rejects.toMatchObject({ code: "venue_not_found" });
    await expect(prepare(planOf(1_000n * USDT, { network: "ethereum" }))).rejects.toMatchObject({
      code: "venue_invalid",
    });
  });
});

describe.each(["binance", "kraken"] as const)("orders at %s", (kind: ExchangeKind) => {
  let clock: HurriedClock;
  let far: FakeExchange;
  let venue: Venue;
  const ids = createIds({ now: () => START });
  const account = "spot";
  const orderOf = (change: Partial<OrderRequest> = {}): OrderRequest => ({
    ...{
      reference: ids.next("ord"),
      account,
      base: "BTC",
      quote: "USDT",
      side: "sell",
      amount: BTC / 2n,
      price_limit: "59000.5",
    },
    ...change,
  });
  const orders = () => {
    if (venue.orders === undefined) throw new Error("no market");
    return venue.orders;
  };
  const asked = ({ reference, base, quote }: OrderRequest) => ({ reference, base, quote, account, venue_ref: null });

  beforeEach(async () => {
    clock = new HurriedClock(START);
    far = await startFakeExchange(kind, clock);
    clock.advance(HOUR_MS);
    venue = createCcxtVenue({
      ...{ id: kind, options: far.options, assets: ASSETS, instruments: [], wallets: [], clock },
      ...{ random: createSeededRandom(1), http: createFetchPort() },
    });
  });
  afterEach(async () => {
    await venue.close();
    await far.server.stop();
  });

  it("knows its market and what an amount would bring", async () => {
    const [market] = await orders().listMarkets();
    expect(market).toMatchObject({
      base: "BTC",
      quote: "USDT",
      enabled: true,
      amount_min: 10_000n,
      value_min: 5n * USDT,
    });
    const quote = await orders().quote({ account, base: "BTC", quote: "USDT", side: "sell", amount: BTC / 2n });
    expect(quote.value + quote.fee).toBe(30_000n * USDT);
    far.books.depth.set("BTC/USDT", BTC / 8n);
    expect(
      (await orders().quote({ account, base: "BTC", quote: "USDT", side: "sell", amount: BTC })).amount_available,
    ).toBe(BTC / 8n);
  });

  it("sells once for a reference, also when the answer is lost", async () => {
    const order = orderOf();
    far.server.faults.add({ method: "POST", path: orderPath(kind), times: 1, fault: { kind: "lose_reply" } });
    expect((await orders().place(order)).outcome).toBe("unknown");
    expect((await orders().place(order)).outcome).toBe("unknown");
    expect(far.books.orders).toHaveLength(1);
    expect(await orders().find(asked(order))).toMatchObject({
      outcome: "found",
      order: {
        status: "filled",
        final: true,
        amount_filled: BTC / 2n,
        value_filled: 30_000n * USDT,
        fee: 30n * USDT,
        fee_asset: "USDT",
      },
    });
    for (const asset of ["BTC", "USDT"]) {
      const wallet = { wallet_id: "hot", account, asset };
      const { movements } = await venue.listMovements(wallet, null);
      const sum = movements.reduce(
        (total, row) => total + (row.direction === "in" ? row.amount : -row.amount - row.fee),
        0n,
      );
      expect(sum).toBe((await venue.getBalance(wallet)).total);
    }
  });

  it("lists what an order moved with the order's reference, and what others traded without one", async () => {
    const market = far.books.market("BTC", "USDT");
    if (market === undefined) throw new Error("no market");
    const others = (client_id: string | null) =>
      far.books.order(market, { client_id, side: "sell", amount: BTC / 100n, price_limit: 59_000n * USDT });
    others(null);
    const order = orderOf();
    await orders().place(order);
    for (let at = 0; at < 30; at += 1) others(`customer-${at}`);
    clock.advance(1_000);
    for (const asset of ["BTC", "USDT"]) {
      const { movements } = await venue.listMovements({ wallet_id: "hot", account, asset }, null);
      const ours = movements.filter(({ reference }) => reference === order.reference);
      expect(ours).toHaveLength(1);
      expect(ours[0]?.amount).toBe(asset === "BTC" ? BTC / 2n : 29_970n * USDT);
      expect(movements.filter(({ reference }) => reference === null)).toHaveLength(32);
    }
    expect(orders().references_fills).toBe(true);
  });

  it("does not tell a fill before it knows whose it is, and then tells it once", async () => {
    const wallet = { wallet_id: "hot", account, asset: "BTC" };
    const first = await venue.listMovements(wallet, null);
    const order = orderOf();
    await orders().place(order);
    clock.advance(1_000);
    const path = kind === "binance" ? "/api/v3/allOrders" : "/0/private/QueryOrders";
    const empty = kind === "binance" ? [] : { error: [], result: {} };
    far.server.faults.add({ path, times: 1, fault: { kind: "respond", status: 200, body: empty } });
    const second = await venue.listMovements(wallet, first.cursor);
    expect(second.movements).toEqual([]);
    const third = await venue.listMovements(wallet, second.cursor);
    expect(third.movements).toMatchObject([{ reference: order.reference, amount: BTC / 2n }]);
    expect((await venue.listMovements(wallet, third.cursor)).movements).toEqual([]);
  });

  it("sells no more than the book takes at the limit, and says the rest is cancelled", async () => {
    far.books.depth.set("BTC/USDT", BTC / 8n);
    const order = orderOf();
    expect((await orders().place(order)).outcome).toBe("accepted");
    expect(await orders().find(asked(order))).toMatchObject({
      order: { status: "cancelled", final: true, amount_filled: BTC / 8n },
    });
    const dear = orderOf({ price_limit: "61000" });
    await orders().place(dear);
    expect(await orders().find(asked(dear))).toMatchObject({ order: { final: true, amount_filled: 0n, fee: 0n } });
  });

  it("is refused with proof, and knows an order that never was", async () => {
    expect((await orders().place(orderOf({ amount: 100n * BTC }))).outcome).toBe("rejected");
    expect((await orders().place(orderOf({ reference: "mine" }))).outcome).toBe("rejected");
    expect((await orders().find(asked(orderOf()))).outcome).toBe("absent");
    far.server.faults.add({ times: 5, fault: { kind: "respond", status: 401, body: {} } });
    expect((await orders().find(asked(orderOf()))).outcome).toBe("unreadable");
    expect(far.books.orders).toHaveLength(0);
  });
});

function submitPath(kind: ExchangeKind): string {
  return { binance: "/sapi/v1/capital/withdraw/apply", kraken: "/0/private/Withdraw", okx: "/api/v5/asset/withdrawal" }[
    kind
  ];
}

function orderPath(kind: ExchangeKind): string {
  return kind === "binance" ? "/api/v3/order" : "/0/private/AddOrder";
}
