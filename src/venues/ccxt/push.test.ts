/** The balance push, over ccxt's own WebSocket client and a server that checks who asks: only ever a reason to read again. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSeededRandom } from "../../ports/index.ts";
import { type FakeExchange, startFakeExchange } from "../../sandbox/exchanges/index.ts";
import { HurriedClock } from "../conformance/hurried_clock.ts";
import { createFetchPort } from "../http/index.ts";
import type { Venue } from "../port.ts";
import { createCcxtVenue } from "./index.ts";

const WAIT = { timeout: 20_000 };
const START = Date.UTC(2026, 0, 7, 12);
const ASSETS = new Map([
  ["USDT", { id: "USDT", decimals: 6 }],
  ["BTC", { id: "BTC", decimals: 8 }],
]);

describe("the balance push of binance", () => {
  let clock: HurriedClock;
  let far: FakeExchange;
  let venue: Venue;
  const hints: (string | null)[] = [];

  const connect = (change: Record<string, unknown> = {}): Venue =>
    createCcxtVenue({
      ...{ id: "binance", options: { ...far.options, ...change }, assets: ASSETS, instruments: [], wallets: [] },
      ...{ clock, random: createSeededRandom(1), http: createFetchPort() },
    });
  const push = () => {
    if (far.push === null) throw new Error("binance has a stream");
    return far.push;
  };

  /** A client hears what is said after it began to listen, so it is said until it was heard. */
  const told = (count: number) =>
    expect
      .poll(() => {
        push().announce("USDT");
        return hints.length;
      }, WAIT)
      .toBeGreaterThanOrEqual(count);

  beforeEach(async () => {
    hints.length = 0;
    clock = new HurriedClock(START);
    far = await startFakeExchange("binance", clock);
    venue = connect();
  });
  afterEach(async () => {
    await venue.close();
    await far.server.stop();
  });

  it("says that the account changed, each time it did", async () => {
    expect(venue.capabilities().push).toBe(true);
    venue.subscribe?.((account) => hints.push(account));
    await expect.poll(() => push().listening(), WAIT).toBe(1);
    await told(1);
    await told(2);
    expect(new Set(hints)).toEqual(new Set(["spot"]));
  });

  it("opens the line again after it was cut", async () => {
    venue.subscribe?.((account) => hints.push(account));
    await expect.poll(() => push().listening(), WAIT).toBe(1);
    push().cut();
    await expect.poll(() => push().listening(), WAIT).toBe(1);
    await told(1);
  });

  it("is quiet without a valid key, and reading goes on as before", async () => {
    await venue.close();
    venue = connect({ secret: "another" });
    venue.subscribe?.((account) => hints.push(account));
    await expect(venue.verify()).rejects.toMatchObject({ code: "venue_auth" });
    push().announce("USDT");
    expect([push().listening(), hints]).toEqual([0, []]);
  });
});

describe("two sub-accounts of one exchange", () => {
  it("are two venues with a key each: neither sees, moves or counts what is the other's", async () => {
    const clock = new HurriedClock(START);
    const secrets = ["first", "second"].map((text) => Buffer.from(text).toString("base64"));
    const fars = await Promise.all(
      secrets.map((secret, at) => startFakeExchange("binance", clock, { key_id: `key-${at}`, secret })),
    );
    const venues = fars.map((far, at) =>
      createCcxtVenue({
        ...{ id: `binance-${at}`, options: far.options, assets: ASSETS, instruments: [], wallets: [] },
        ...{ clock, random: createSeededRandom(1), http: createFetchPort() },
      }),
    );
    try {
      const [main, sub] = venues;
      fars[1]?.books.deposit("USDT", 5n * 10n ** 6n);
      clock.advance(1_000);
      const wallet = { wallet_id: "w", account: "spot", asset: "USDT" };
      const totals = await Promise.all(venues.map(async (venue) => (await venue.getBalance(wallet)).total));
      expect(totals).toEqual([250_000n * 10n ** 6n, 250_005n * 10n ** 6n]);
      const counts = await Promise.all(venues.map(async (v) => (await v.listMovements(wallet, null)).movements.length));
      expect(counts).toEqual([1, 2]);
      expect([main?.id, sub?.id]).toEqual(["binance-0", "binance-1"]);
      // The key of one opens nothing of the other.
      const crossed = createCcxtVenue({
        ...{ id: "crossed", options: { ...fars[0]?.options, base_url: fars[1]?.base_url }, assets: ASSETS },
        ...{ instruments: [], wallets: [], clock, random: createSeededRandom(1), http: createFetchPort() },
      });
      await expect(crossed.verify()).rejects.toMatchObject({ code: "venue_auth" });
    } finally {
      await Promise.all(venues.map((venue) => venue.close()));
      await Promise.all(fars.map((far) => far.server.stop()));
    }
  });
});
