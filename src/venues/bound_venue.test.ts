import { describe, expect, it } from "vitest";
import type { TransferPlan } from "../transfers/types.ts";
import { boundVenue } from "./bound_venue.ts";
import type { FindQuery, PrepareContext, Venue, VenueBalance, VenueHealth } from "./port.ts";

const never = (): Promise<never> => new Promise(() => {});
const at_once = { now: () => 0, sleep: () => Promise.resolve() };
const no_end = { now: () => 0, sleep: never };
const wallet = { wallet_id: "hot", account: "hot", asset: "USDT" };
const prepared = { reference: "t1", body: {}, tx_hash: null, prepared_at: 0 };
const query = { reference: "t1" } as FindQuery;

const BALANCE = {} as VenueBalance;
const HEALTHY: VenueHealth = {
  ...{ requests: 1, latency_p50_ms: 1, latency_p99_ms: 1, error_ppm: 0, last_success_at: 0, last_failure: null },
  ...{ breaker: "closed", retry_in_ms: 0, budget_left_ppm: null, clock_skew_ms: null, credentials_expire_at: null },
};

function venueOf(members: Partial<Venue>): Venue {
  const hangs: Partial<Venue> = {
    id: "slow",
    verify: never,
    getBalance: never,
    listMovements: never,
    prepare: never,
    submit: never,
    find: never,
    cancel: never,
  };
  return { ...hangs, ...members } as Venue;
}

describe("boundVenue", () => {
  it("gives a hanging submit up as unknown, never as refused", async () => {
    const outcome = await boundVenue(venueOf({}), at_once, 5).submit(prepared);
    expect(outcome).toEqual({ outcome: "unknown", message: "slow did not answer within 5 ms." });
  });

  it("gives a hanging look-up up as unreadable, never as absent", async () => {
    const venue = boundVenue(venueOf({}), at_once);
    expect(await venue.find(query)).toMatchObject({ outcome: "unreadable" });
    expect(await venue.cancel("ref")).toMatchObject({ outcome: "unknown" });
  });

  it("fails hanging reads as transient", async () => {
    const venue = boundVenue(venueOf({}), at_once);
    await expect(venue.getBalance(wallet)).rejects.toMatchObject({ code: "venue_transient" });
    await expect(venue.listMovements(wallet, null)).rejects.toMatchObject({ code: "venue_transient" });
    await expect(venue.verify()).rejects.toMatchObject({ code: "venue_transient" });
  });

  it("hands answers and errors on as they are", async () => {
    const refusal = { outcome: "rejected", code: "no", message: "no" } as const;
    const answering = boundVenue(venueOf({ submit: async () => refusal }), no_end);
    expect(await answering.submit(prepared)).toBe(refusal);
    const failing = boundVenue(venueOf({ getBalance: () => Promise.reject(new Error("503")) }), no_end);
    await expect(failing.getBalance(wallet)).rejects.toThrow("503");
  });

  it("leaves no ability of a venue out, the optional ones included", () => {
    // The type names every member of the port: a new ability does not compile before it stands here.
    const every: Record<keyof Venue, unknown> = {
      ...{ id: "able", capabilities: () => ({}), decode: () => ({}), close: never },
      ...{ verify: never, listWallets: never, getBalance: never, getAddress: never, listNetworks: never },
      ...{
        requestSigning: never,
        readSignatures: never,
        readSigned: () => [],
        readAllowance: never,
        offerSelfPayment: never,
        remember: () => {},
        prepare: never,
        prepareReplacement: never,
        submit: never,
        find: never,
        cancel: never,
      },
      ...{
        listMovements: never,
        readChain: never,
        verifyWebhook: never,
        readSigningQuestion: never,
        subscribe: () => () => {},
      },
      ...{ health: () => HEALTHY, doubts: () => [] },
      ...{
        createWallet: never,
        orders: { references_fills: true, listMarkets: never, quote: never, place: never, find: never, cancel: never },
      },
    };
    expect(Object.keys(boundVenue(every as Venue, at_once)).sort()).toEqual(Object.keys(every).sort());
  });

  it("does not know what became of an order or a new wallet that nobody answers for", async () => {
    const orders = {
      references_fills: true,
      listMarkets: never,
      quote: never,
      place: never,
      find: never,
      cancel: never,
    };
    const venue = boundVenue(venueOf({ createWallet: never, orders }), at_once);
    const creation = { reference: "w1", asset: "BTC", network: "bitcoin", label: "a", kind: "collateral" } as const;
    expect(await venue.createWallet?.(creation)).toMatchObject({ outcome: "unknown" });
    const order = { reference: "o1", account: "a", base: "BTC", quote: "USD", side: "sell", amount: 1n } as const;
    expect(await venue.orders?.place({ ...order, price_limit: "1" })).toMatchObject({ outcome: "unknown" });
    expect(await venue.orders?.find({ ...order, venue_ref: null })).toMatchObject({ outcome: "unreadable" });
    await expect(venue.orders?.listMarkets()).rejects.toMatchObject({ code: "venue_transient" });
  });

  it("makes nothing ready for a venue that is known not to answer, and says when to come back", async () => {
    const open = { ...HEALTHY, breaker: "open" as const, retry_in_ms: 8_000 };
    const venue = boundVenue(venueOf({ prepare: async () => prepared, health: () => open }), no_end);
    const refusal = { code: "venue_transient", retry_after_ms: 8_000 };
    await expect(venue.prepare({} as TransferPlan, {} as PrepareContext)).rejects.toMatchObject(refusal);
    const trying = { ...open, breaker: "half_open" as const };
    const back = boundVenue(venueOf({ prepare: async () => prepared, health: () => trying }), no_end);
    expect(await back.prepare({} as TransferPlan, {} as PrepareContext)).toBe(prepared);
  });

  it("counts the calls of a venue whose transport says nothing of itself", async () => {
    const answers = [async () => BALANCE, () => Promise.reject(new Error("503")), async () => BALANCE];
    const venue = boundVenue(venueOf({ getBalance: () => answers.shift()?.() ?? never() }), no_end);
    await venue.getBalance(wallet);
    await expect(venue.getBalance(wallet)).rejects.toThrow("503");
    await venue.getBalance(wallet);
    expect(venue.health?.()).toMatchObject({ requests: 3, error_ppm: 333_333, last_failure: { message: "503" } });
  });

  it("counts them in real milliseconds, however fast the clock runs", async () => {
    let now = 0;
    const fast = { rate: 60, now: () => now, sleep: never };
    const getBalance = async (): Promise<VenueBalance> => {
      await Promise.resolve();
      now += 30 * fast.rate;
      return BALANCE;
    };
    const venue = boundVenue(venueOf({ getBalance }), fast);
    await venue.getBalance(wallet);
    expect(venue.health?.()).toMatchObject({ latency_p50_ms: 30 });
  });

  it("offers only what the venue offers", () => {
    expect(boundVenue(venueOf({}), at_once).requestSigning).toBeUndefined();
    expect(boundVenue(venueOf({}), at_once).subscribe).toBeUndefined();
    const hashes = boundVenue(venueOf({ requestSigning: never, subscribe: () => () => {} }), at_once);
    expect(hashes.requestSigning).toBeDefined();
    expect(hashes.readSignatures).toBeUndefined();
    expect(hashes.subscribe).toBeDefined();
  });
});
