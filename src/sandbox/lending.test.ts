/** What lending needs of the sandbox's venues: vaults on demand, coins from outside, sales by their client id. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../venues/conformance/manual_clock.ts";
import type { Venue } from "../venues/port.ts";
import { createSandboxVenue } from "../venues/sandbox/index.ts";
import { SANDBOX_TREASURY, START, UNIT } from "./fixtures.ts";
import { BORROWERS, pledgesOf, principalOf } from "./loan_book.ts";
import { type Sandbox, startSandbox } from "./start_sandbox.ts";
import { assertConserved } from "./state.ts";

const BTC = 100_000_000n;
const desk = (asset: string) => ({
  ...{ id: `desk-${asset}`, venue: "exchange", asset: asset.toUpperCase(), kind: "warm", status: "active" },
  ...{ account: `desk-${asset}`, label: "desk", poll_interval_ms: 1, stale_after_ms: 1, flows: "none" },
});
const TREASURY = {
  ...SANDBOX_TREASURY,
  wallets: [...SANDBOX_TREASURY.wallets, desk("btc"), desk("usdt")] as typeof SANDBOX_TREASURY.wallets,
};
let clock: ManualClock;
let sandbox: Sandbox;
const opened: Venue[] = [];

beforeEach(async () => {
  clock = new ManualClock(START);
  sandbox = await startSandbox({
    config: { seed: 3, speed: 1, scenario: "calm", manual: false, borrowers: false },
    ...{ treasury: TREASURY, data_dir: null, clock },
  });
});
afterEach(async () => {
  for (const venue of opened.splice(0)) await venue.close();
  assertConserved(sandbox.world.state);
  await sandbox.stop();
});

function venueOf(id: string): Venue {
  const address = sandbox.venues.get(id);
  if (address === undefined) throw new Error(`no venue ${id}`);
  const venue = createSandboxVenue({ id, clock, assets: TREASURY.assets, ...address });
  opened.push(venue);
  return venue;
}

const vault = {
  reference: "fac_1-BTC",
  asset: "BTC",
  network: "bitcoin",
  label: "collateral",
  kind: "collateral",
} as const;

describe("vaults on demand", () => {
  it("opens one for each reference, and answers with it again", async () => {
    const north = venueOf("northvault");
    const first = await north.createWallet?.(vault);
    expect(first).toMatchObject({ outcome: "created", wallet: { account: "fac_1-BTC", asset: "BTC" } });
    expect(await north.createWallet?.(vault)).toEqual(first);
    const wallet = { wallet_id: "fac_1-BTC", account: "fac_1-BTC", asset: "BTC" };
    expect(await north.getAddress(wallet, "bitcoin")).toMatchObject({
      address: "sandbox:bitcoin:northvault-fac_1-BTC",
    });
    expect(
      sandbox.world.receive({ key: "northvault/fac_1-BTC", amount: BTC, tx_hash: "t1", counterparty: "aster" }),
    ).toBe(true);
    expect(
      sandbox.world.receive({ key: "northvault/fac_1-BTC", amount: BTC, tx_hash: "t1", counterparty: "aster" }),
    ).toBe(false);
    expect((await north.getBalance(wallet)).total).toBe(BTC);
    expect((await north.listMovements(wallet, null)).movements).toMatchObject([
      { amount: BTC, tx_hash: "t1", reference: null },
    ]);
  });

  it("refuses another asset under the same reference, and an asset that does not go there; chains and exchanges open none", async () => {
    const north = venueOf("northvault");
    await north.createWallet?.(vault);
    const usdt = { ...vault, asset: "USDT", network: "tron" };
    expect(await north.createWallet?.(usdt)).toMatchObject({ outcome: "rejected", code: "KEY_CONFLICT" });
    const lost = { ...vault, reference: "r", network: "tron" };
    expect(await north.createWallet?.(lost)).toMatchObject({ outcome: "rejected", code: "BAD_ASSET" });
    expect([venueOf("exchange").createWallet, venueOf("chain").createWallet]).toEqual([undefined, undefined]);
  });
});

describe("sales", () => {
  const order = { reference: "ord_1", account: "desk-btc", base: "BTC", quote: "USDT", side: "sell" } as const;
  beforeEach(() => {
    sandbox.world.receive({ key: "exchange/desk-btc", amount: 3n * BTC, tx_hash: "t", counterparty: "a borrower" });
  });

  it("fills at once within the limit, pays less its fee, and names the order on both movements", async () => {
    const { orders, ...exchange } = { orders: venueOf("exchange").orders, venue: venueOf("exchange") };
    const quote = await orders?.quote({ ...order, amount: BTC });
    expect(quote?.value).toBeGreaterThan(40_000n * UNIT);
    const placed = await orders?.place({ ...order, amount: BTC, price_limit: "40000" });
    expect(placed).toMatchObject({ outcome: "accepted" });
    expect(await orders?.place({ ...order, amount: BTC, price_limit: "40000" })).toEqual(placed);
    const found = await orders?.find({ ...order, venue_ref: null });
    expect(found).toMatchObject({ outcome: "found", order: { status: "filled", final: true, amount_filled: BTC } });
    const list = async (account: string, asset: string) =>
      (await exchange.venue.listMovements({ wallet_id: account, account, asset }, null)).movements;
    expect((await list("desk-btc", "BTC")).slice(1)).toMatchObject([
      { direction: "out", amount: BTC, reference: "ord_1" },
    ]);
    expect(await list("desk-usdt", "USDT")).toMatchObject([
      { direction: "in", amount: quote?.value, reference: "ord_1" },
    ]);
  });

  it("fills nothing above its price, refuses what it cannot take, and knows no order that was never placed", async () => {
    const { orders } = venueOf("exchange");
    await orders?.place({ ...order, amount: BTC, price_limit: "4000000" });
    expect(await orders?.find({ ...order, venue_ref: null })).toMatchObject({
      order: { status: "cancelled", final: true, amount_filled: 0n, value_filled: 0n },
    });
    const other = { ...order, price_limit: "1" };
    const codes = async (change: { reference: string; amount: bigint }) => orders?.place({ ...other, ...change });
    expect(await codes({ reference: "ord_1", amount: BTC })).toMatchObject({ outcome: "rejected", code: "-4026" });
    expect(await codes({ reference: "ord_2", amount: 1n })).toMatchObject({ outcome: "rejected", code: "-4004" });
    expect(await codes({ reference: "ord_3", amount: 100n * BTC })).toMatchObject({
      outcome: "rejected",
      code: "-2010",
    });
    expect(await orders?.find({ ...order, reference: "ord_9", venue_ref: null })).toMatchObject({ outcome: "absent" });
  });
});

describe("the loan book", () => {
  it("is the same for a seed, and pledges what brings each loan to its value", () => {
    const price = (asset: string): bigint => (asset === "BTC" ? 6_000_000_000_000n : 100_000_000n);
    const assetOf = (id: string) => TREASURY.assets.get(id) ?? null;
    for (const borrower of BORROWERS.filter(({ pledges }) => pledges.every(({ asset }) => asset !== "ETH"))) {
      const pledges = pledgesOf(7, borrower, price, assetOf);
      expect(pledgesOf(7, borrower, price, assetOf)).toEqual(pledges);
      const cents = pledges.reduce(
        (sum, { asset, units }) =>
          sum + (units * price(asset)) / 10n ** BigInt(assetOf(asset)?.decimals ?? 0) / 1_000_000n,
        0n,
      );
      expect((principalOf(7, borrower) * 10_000n) / cents).toBe(borrower.ltv);
    }
    expect(principalOf(7, BORROWERS[0] ?? { reference: "", dollars: 0n })).not.toBe(
      principalOf(8, BORROWERS[0] ?? { reference: "", dollars: 0n }),
    );
  });
});
