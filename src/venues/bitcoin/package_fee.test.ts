/** Payments that build on each other while they wait, on a real node: a child pays for its parent, and nothing undoes a later payment. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CONFIRMATIONS,
  masterKeyOf,
  NETWORK,
  planOf,
  queryOf,
  startTestBitcoin,
  type TestBitcoin,
} from "../../../test/parts/bitcoind.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type { Venue } from "../port.ts";
import { createBitcoinVenue } from "./index.ts";
import { RESERVATION_MS } from "./reservations.ts";

/** Each test has an account of its own with one coin, so that the second payment has to spend the change of the first. */
const ACCOUNTS = ["84h/1h/11h", "84h/1h/12h", "84h/1h/13h", "84h/1h/14h"] as const;
let chain: TestBitcoin;
let number = 0;

/** The same wallet at another rate: the network's fees change while a payment waits. */
function walletAt(rate: string): Venue {
  const input = chain.input({ master_key: masterKeyOf(1), fee_rate_fallback: rate, node_wallet_prefix: "package" });
  const wallets = ACCOUNTS.map((account) => ({ id: account, account, asset: "BTC", kind: "hot" as const }));
  return createBitcoinVenue({ ...input, wallets });
}

beforeAll(async () => {
  chain = await startTestBitcoin();
  const venue = walletAt("1 sat/vB");
  for (const account of ACCOUNTS) {
    const wallet = { wallet_id: account, account, asset: "BTC" };
    await chain.pay((await venue.getAddress(wallet, NETWORK)).address, "0.5");
  }
  await chain.mine(CONFIRMATIONS);
});
afterAll(() => chain.stop());

async function planFor(account: string, fee_max = 20_000n): Promise<TransferPlan> {
  number += 1;
  const id = `trf_${number}`;
  return planOf({ id, to: await chain.address(), amount: 1_000_000n, wallet: account, fee_max });
}
const prepare = (venue: Venue, plan: TransferPlan): Promise<PreparedSubmit> =>
  venue.prepare(plan, { now: chain.now.value, signing: null, signatures: [] });

async function pay(venue: Venue, plan: TransferPlan): Promise<PreparedSubmit> {
  const prepared = await prepare(venue, plan);
  expect((await venue.submit(prepared)).outcome).toBe("accepted");
  return prepared;
}

function replace(venue: Venue, plan: TransferPlan, prepared: PreparedSubmit): Promise<PreparedSubmit> {
  if (venue.prepareReplacement === undefined) throw new Error("it can be replaced");
  return venue.prepareReplacement(plan, prepared, { now: chain.now.value, signing: null, signatures: [] });
}

/** Satoshi per virtual byte of everything that a miner has to take to take this one, as the node says. */
async function packageRate(txid: string | null): Promise<number> {
  const { ancestorsize, fees } = (await chain.node.call("getmempoolentry", [txid])) as {
    ancestorsize: number;
    fees: { ancestor: number };
  };
  return Math.round(fees.ancestor * 1e8) / ancestorsize;
}

describe("a payment out of the change of one that waits", () => {
  it("pays what the one before it lacks: both are mined at the rate that was asked for", async () => {
    const [account] = ACCOUNTS;
    const parent = await pay(walletAt("1 sat/vB"), await planFor(account));
    expect(await packageRate(parent.tx_hash)).toBeLessThan(1.5);
    const venue = walletAt("20 sat/vB");
    const child = await pay(venue, await planFor(account));
    const rate = await packageRate(child.tx_hash);
    expect(rate).toBeGreaterThanOrEqual(20);
    expect(rate).toBeLessThan(22);
    await chain.mine(CONFIRMATIONS);
    for (const prepared of [parent, child]) {
      expect(await venue.find(queryOf(prepared, account))).toMatchObject({
        transfer: { status: "succeeded", final: true },
      });
    }
  });

  it("waits where both together would cost more than people approved", async () => {
    const account = ACCOUNTS[1];
    await pay(walletAt("1 sat/vB"), await planFor(account));
    const venue = walletAt("20 sat/vB");
    // Enough for its own way, and not for the other's.
    await expect(prepare(venue, await planFor(account, 4_000n))).rejects.toMatchObject({
      code: "venue_transient",
      message: expect.stringContaining("more than its limit of 4000"),
    });
    await chain.mine(CONFIRMATIONS);
  });
});

describe("a payment that waits under a later one", () => {
  it("regression: is not replaced, which would undo the later one; the later one is sped up and pays for both", async () => {
    const account = ACCOUNTS[2];
    const slow = walletAt("1 sat/vB");
    const [first, second] = [await planFor(account), await planFor(account)];
    const parent = await pay(slow, first);
    const child = await pay(slow, second);
    const venue = walletAt("20 sat/vB");
    await expect(replace(venue, first, parent)).rejects.toMatchObject({
      code: "venue_transient",
      message: expect.stringContaining("later payments (1) spend its change"),
    });
    const dearer = await replace(venue, second, child);
    expect(venue.decode(dearer).exclusive).toBe(venue.decode(child).exclusive);
    expect((await venue.submit(dearer)).outcome).toBe("accepted");
    expect(await packageRate(dearer.tx_hash)).toBeGreaterThanOrEqual(20);
    await chain.mine(CONFIRMATIONS);
    const all = { ...dearer, earlier: [child] };
    expect(await venue.find(queryOf(all, account))).toMatchObject({ transfer: { tx_hash: dearer.tx_hash } });
    expect(await venue.find(queryOf(parent, account))).toMatchObject({ transfer: { status: "succeeded" } });
  });

  it("regression: is not replaced while a later one is prepared on its change and in no pool yet; after that one is given up, it is", async () => {
    const account = ACCOUNTS[3];
    const venue = walletAt("1 sat/vB");
    const [first, second] = [await planFor(account), await planFor(account)];
    const parent = await pay(venue, first);
    const child = await prepare(venue, second);
    await expect(replace(venue, first, parent)).rejects.toMatchObject({
      code: "venue_transient",
      message: expect.stringContaining("prepared or being signed spends its change"),
    });
    expect((await venue.submit(child)).outcome).toBe("accepted");
    await chain.mine(CONFIRMATIONS);
    for (const prepared of [parent, child]) {
      expect(await venue.find(queryOf(prepared, account))).toMatchObject({ transfer: { status: "succeeded" } });
    }
    const third = await planFor(account);
    const alone = await pay(venue, third);
    await prepare(venue, await planFor(account));
    chain.now.value += RESERVATION_MS + 1;
    expect((await replace(venue, third, alone)).tx_hash).not.toBe(alone.tx_hash);
  });
});
