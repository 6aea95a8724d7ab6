/** The hot wallet on a real node: every payment once, followed through pool, block, reorganisation, replacement and theft of its coin. */
import { hexToBytes } from "@noble/hashes/utils.js";
import { Transaction } from "@scure/btc-signer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CONFIRMATIONS,
  HOT,
  HOT_TAPROOT,
  INSTRUMENT,
  masterKeyOf,
  NETWORK,
  planOf,
  queryOf,
  sats,
  startTestBitcoin,
  type TestBitcoin,
  walletRef,
} from "../../../test/parts/bitcoind.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type { FindOutcome, Venue, VenueMovement, VenueTransfer } from "../port.ts";
import { createBitcoinVenue } from "./index.ts";
import type { SignedBitcoin } from "./signed.ts";

let chain: TestBitcoin;
let venue: Venue;
let number = 0;

beforeAll(async () => {
  chain = await startTestBitcoin();
  venue = chain.hot();
  for (const btc of ["0.30000000", "0.20000000", "0.10000001"]) await fund(HOT, btc);
  await fund(HOT_TAPROOT, "0.5");
  await chain.mine(CONFIRMATIONS);
});
afterAll(() => chain.stop());

async function fund(account: string, btc: string): Promise<string> {
  const { address } = await venue.getAddress(walletRef(account), NETWORK);
  return chain.pay(address, btc);
}

async function plan(change: Partial<Parameters<typeof planOf>[0]> = {}): Promise<TransferPlan> {
  number += 1;
  return planOf({ id: `trf_${number}`, to: await chain.address(), amount: 1_000_000n, ...change });
}

const prepare = (of: TransferPlan, by: Venue = venue): Promise<PreparedSubmit> =>
  by.prepare(of, { now: chain.now.value, signing: null, signatures: [] });
const bodyOf = (prepared: PreparedSubmit) => prepared.body as SignedBitcoin;
const anchorOf = (prepared: PreparedSubmit): string =>
  Buffer.from(txOf(prepared).getInput(0).txid ?? []).toString("hex");
const txOf = (prepared: PreparedSubmit): Transaction =>
  Transaction.fromRaw(hexToBytes(bodyOf(prepared).raw_tx), { allowUnknownOutputs: true });

function foundIn(outcome: FindOutcome): VenueTransfer {
  if (outcome.outcome === "found") return outcome.transfer;
  throw new Error(`expected a transfer, got ${JSON.stringify(outcome)}`);
}

async function allMovements(account = HOT): Promise<readonly VenueMovement[]> {
  return (await venue.listMovements(walletRef(account), null)).movements;
}

/** Everything booked is everything listed, and the parts make the whole. */
async function expectAddsUp(account = HOT): Promise<void> {
  const balance = await venue.getBalance(walletRef(account));
  const sum = (await allMovements(account)).reduce(
    (total, { direction, amount, fee }) => total + (direction === "in" ? amount : -amount - fee),
    0n,
  );
  expect(balance.total).toBe(sum);
  expect(balance.total).toBe(balance.available + balance.pending_out + balance.locked);
}

describe("the hot wallet", () => {
  it("knows its accounts, and derives each address itself", async () => {
    await venue.verify();
    expect((await venue.listWallets()).map(({ account }) => account)).toEqual([HOT, HOT_TAPROOT]);
    const [first, second] = [
      await venue.getAddress(walletRef(), NETWORK),
      await venue.getAddress(walletRef(), NETWORK),
    ];
    expect(first.address).toMatch(/^bcrt1q/);
    expect(second.address).not.toBe(first.address);
    expect((await venue.getAddress(walletRef(HOT_TAPROOT), NETWORK)).address).toMatch(/^bcrt1p/);
    await expect(venue.getAddress(walletRef(), "bitcoin")).rejects.toMatchObject({ code: "venue_not_found" });
    await expect(venue.getBalance(walletRef("84h/0h/0h"))).rejects.toMatchObject({ code: "venue_not_found" });
  });

  it("counts what is final, announces what is coming, and locks dust", async () => {
    const before = await venue.getBalance(walletRef());
    await fund(HOT, "0.00000293");
    await fund(HOT, "0.01");
    expect(await venue.getBalance(walletRef())).toMatchObject({
      total: before.total,
      available: before.available,
      pending_in: sats(1_000_293n),
    });
    await chain.mine(CONFIRMATIONS - 1);
    expect((await venue.getBalance(walletRef())).pending_in).toBe(sats(1_000_293n));
    await chain.mine();
    const after = await venue.getBalance(walletRef());
    expect(after).toMatchObject({ available: before.available + sats(1_000_000n), locked: sats(293n), pending_in: 0n });
    expect(Number(after.height)).toBe(Number(before.height) + CONFIRMATIONS);
    await expectAddsUp();
  });

  it.each([HOT, HOT_TAPROOT])(
    "pays out of %s once, with change of its own, and books amount and fee",
    async (account) => {
      const wallet = account === HOT ? "hot" : "taproot";
      const of = await plan({ wallet });
      const prepared = await prepare(of);
      const effect = venue.decode(prepared);
      expect(effect).toEqual({
        from_account: account,
        to_address: of.to.address,
        to_memo: null,
        asset: "BTC",
        network: NETWORK,
        amount: BigInt(of.amount),
        fee_max: effect.fee_max,
        exclusive: effect.exclusive,
        reference: of.id,
      });
      expect(effect.fee_max).toBeLessThanOrEqual(BigInt(of.fee_max));
      const before = await venue.getBalance(walletRef(account));
      expect(await venue.find(queryOf(prepared, account))).toEqual({
        ...{ outcome: "absent", as_of: chain.now.value, head_at: expect.any(Number) },
      });
      const first = await venue.submit(prepared);
      expect(first).toMatchObject({ outcome: "accepted", tx_hash: prepared.tx_hash });
      expect(await venue.submit(prepared)).toEqual(first);
      const spent = BigInt(of.amount) + effect.fee_max;
      expect(await venue.getBalance(walletRef(account))).toMatchObject({
        total: before.total,
        available: before.available - spent,
        pending_out: before.pending_out + spent,
      });
      expect(foundIn(await venue.find(queryOf(prepared, account)))).toMatchObject({
        status: "pending",
        stage: "broadcast",
      });
      await chain.mine();
      expect(foundIn(await venue.find(queryOf(prepared, account)))).toMatchObject({
        stage: "confirming",
        final: false,
      });
      await chain.mine(CONFIRMATIONS - 1);
      const done = foundIn(await venue.find(queryOf(prepared, account)));
      expect(done).toMatchObject({
        status: "succeeded",
        final: true,
        amount_received: BigInt(of.amount),
        fee: effect.fee_max,
      });
      expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted" });
      expect(await chain.received(of.to.address)).toBe(1_000_000n);
      const booked = (await allMovements(account)).filter(({ tx_hash }) => tx_hash === prepared.tx_hash);
      expect(booked).toMatchObject([
        { direction: "out", amount: BigInt(of.amount), fee: effect.fee_max, counterparty: of.to.address },
      ]);
      await expectAddsUp(account);
    },
  );

  it("follows a payment out of a block that the chain took back, and settles it in another", async () => {
    const prepared = await prepare(await plan());
    await venue.submit(prepared);
    await chain.mine();
    expect(foundIn(await venue.find(queryOf(prepared)))).toMatchObject({ stage: "confirming", confirmations: 1 });
    await chain.node.call("invalidateblock", [await chain.node.call("getbestblockhash")]);
    expect(foundIn(await venue.find(queryOf(prepared)))).toMatchObject({
      stage: "broadcast",
      status: "pending",
      confirmations: 0,
    });
    await chain.mine(CONFIRMATIONS);
    expect(foundIn(await venue.find(queryOf(prepared)))).toMatchObject({ status: "succeeded", final: true });
    await expectAddsUp();
  });

  it("lists the opposite of what a vanished final block had booked, and the new block as well", async () => {
    const prepared = await prepare(await plan());
    await venue.submit(prepared);
    await chain.mine(CONFIRMATIONS);
    const page = await venue.listMovements(walletRef(), null);
    const block = (await chain.node.call("gettransaction", [prepared.tx_hash], `tidegate-btc-84h-1h-0h`)) as {
      blockhash: string;
    };
    await chain.node.call("invalidateblock", [block.blockhash]);
    await chain.mine(CONFIRMATIONS);
    const next = await venue.listMovements(walletRef(), page.cursor);
    const { amount, fee_max: fee } = venue.decode(prepared);
    expect(next.movements.filter(({ tx_hash }) => tx_hash === prepared.tx_hash)).toMatchObject([
      { direction: "in", amount: amount + fee, fee: 0n },
      { direction: "out", amount, fee },
    ]);
    const all = [...page.movements, ...next.movements];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const sum = all.reduce((total, row) => total + (row.direction === "in" ? row.amount : -row.amount - row.fee), 0n);
    expect((await venue.getBalance(walletRef())).total).toBe(sum);
  });

  it("never gives one coin to two payments, and gives a payment its own coins again", async () => {
    const [a, b] = [await plan(), await plan()];
    const [first, second] = await Promise.all([prepare(a), prepare(b)]);
    const coins = [first, second].map((each) => anchorOf(each));
    expect(coins[0]).not.toBe(coins[1]);
    const again = await prepare(a);
    expect(anchorOf(again)).toBe(coins[0]);
    expect(await venue.submit(first)).toMatchObject({ outcome: "accepted" });
    expect(await venue.submit(second)).toMatchObject({ outcome: "accepted" });
    await chain.mine(CONFIRMATIONS);
    await expectAddsUp();
  });

  it("calls a payment failed only when another one has its coin for good", async () => {
    const [a, b] = [await plan(), await plan()];
    const prepared = await prepare(a);
    // Another process with the same key knows nothing of our reservations.
    const thief = await prepare(b, chain.hot());
    expect(anchorOf(thief)).toBe(anchorOf(prepared));
    await venue.submit(thief);
    expect(foundIn(await venue.find(queryOf(prepared)))).toMatchObject({ status: "pending", final: false });
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "unknown" });
    await chain.mine(CONFIRMATIONS - 1);
    expect(foundIn(await venue.find(queryOf(prepared)))).toMatchObject({ status: "pending", final: false });
    await chain.mine();
    expect(foundIn(await venue.find(queryOf(prepared)))).toMatchObject({ status: "failed", final: true, fee: 0n });
    expect(await chain.received(a.to.address)).toBe(0n);
  });

  it("is not taken in by another transfer that pays the same to the same address with the same coin", async () => {
    const a = await plan();
    const b = { ...(await plan()), to: a.to };
    const prepared = await prepare(a);
    const twin = await prepare(b, chain.hot());
    expect(anchorOf(twin)).toBe(anchorOf(prepared));
    await venue.submit(twin);
    await chain.mine(CONFIRMATIONS);
    expect(foundIn(await venue.find(queryOf(prepared)))).toMatchObject({ status: "failed", final: true });
    expect(foundIn(await venue.find(queryOf(twin)))).toMatchObject({ status: "succeeded", final: true });
  });

  it("is sped up with the same coin, the same mark and the same payment, and whichever is mined is it", async () => {
    const of = await plan({ fee_max: 5_000n });
    const first = await prepare(of);
    await venue.submit(first);
    const context = { now: chain.now.value, signing: null, signatures: [] };
    const speedUp = async (from: PreparedSubmit): Promise<PreparedSubmit> => {
      const next = await venue.prepareReplacement?.(of, from, context);
      if (next === undefined) throw new Error("a hot wallet replaces what is stuck");
      return next;
    };
    const second = await speedUp(first);
    const [was, is] = [venue.decode(first), venue.decode(second)];
    expect(is).toEqual({ ...was, fee_max: is.fee_max });
    expect(is.fee_max).toBeGreaterThan((was.fee_max * 6n) / 5n);
    expect(is.exclusive).toMatch(/^bitcoin-regtest:[0-9a-f]{64}:\d+$/);
    expect(second.tx_hash).not.toBe(first.tx_hash);
    expect(await venue.submit(second)).toMatchObject({ outcome: "accepted" });
    // The first one is followed to the second, and the other way round.
    for (const each of [first, second]) {
      expect(foundIn(await venue.find(queryOf(each)))).toMatchObject({ status: "pending", tx_hash: second.tx_hash });
    }
    await chain.mine(CONFIRMATIONS);
    for (const each of [first, second]) {
      const done = { status: "succeeded", final: true, tx_hash: second.tx_hash, fee: is.fee_max };
      expect(foundIn(await venue.find(queryOf(each)))).toMatchObject(done);
    }
    expect(await chain.received(of.to.address)).toBe(1_000_000n);
    const tight = await prepare(await plan({ fee_max: 800n }));
    const other = { ...of, id: tight.reference, nonce: tight.reference, fee_max: sats(800n).toString() };
    await expect(venue.prepareReplacement?.({ ...other, to: of.to }, tight, context)).rejects.toThrow(
      "not the planned payment",
    );
    await expectAddsUp();
  });

  it("says when its view is older than now: no block for hours", async () => {
    const late = chain.hot();
    chain.now.value += 3 * 3_600_000;
    const { as_of } = await late.getBalance(walletRef());
    expect(as_of).toBeLessThan(chain.now.value - 2 * 3_600_000);
    chain.now.value -= 3 * 3_600_000;
  });

  it("opens an account for each reference, once", async () => {
    const create = venue.createWallet?.bind(venue);
    if (create === undefined) throw new Error("no createWallet");
    const request = { reference: "wal_1", asset: "BTC", network: NETWORK, label: "second", kind: "hot" } as const;
    const first = await create(request);
    expect(first).toMatchObject({ outcome: "created", wallet: { account: "84h/1h/1h" } });
    expect(await create(request)).toEqual(first);
    expect(await chain.hot().createWallet?.(request)).toEqual(first);
    expect(await create({ ...request, network: "bitcoin" })).toMatchObject({ outcome: "rejected" });
    expect((await venue.listWallets()).map(({ account }) => account)).toContain("84h/1h/1h");
  });
});

describe("what is refused before anything is signed", () => {
  it.each([
    [
      "an address of another Bitcoin network",
      { to: "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu" },
      "is an address of bitcoin, not of bitcoin-regtest",
    ],
    [
      "an address of an EVM chain",
      { to: "0x70997970C51812dc3A010C7d01b50e0d17dc79C8" },
      "is an address of an EVM chain",
    ],
    ["a mistyped address", { to: "bcrt1qmm4m65umgfc9qzn30a4jrvrhen3q6adnkulj3q" }, "a character is mistyped"],
    ["dust", { amount: 293n }, "are dust"],
  ])("%s", async (_, change, words) => {
    await expect(prepare(await plan(change))).rejects.toMatchObject({
      code: "venue_invalid",
      message: expect.stringContaining(words),
    });
  });

  it("an amount with more digits than the chain has", async () => {
    const of = await plan();
    await expect(prepare({ ...of, amount: "100000001" })).rejects.toMatchObject({ code: "amount_not_representable" });
  });

  it("more than the account has, and a fee above its limit", async () => {
    await expect(prepare(await plan({ amount: 10_000_000_000n }))).rejects.toMatchObject({
      code: "venue_insufficient",
    });
    await expect(prepare(await plan({ fee_max: 100n }))).rejects.toMatchObject({ code: "venue_transient" });
  });

  it("anything while fees are above the configured limit", async () => {
    const careful = chain.hot({ fee_rate_fallback: "5 sat/vB", fee_rate_max: "5 sat/vB" });
    await prepare(await plan(), careful);
    // The node itself asks for more than the limit: its pool takes nothing below.
    const strict = chain.hot({ fee_rate_fallback: "0.5 sat/vB", fee_rate_max: "0.9 sat/vB" });
    await expect(prepare(await plan(), strict)).rejects.toMatchObject({ code: "venue_transient" });
  });

  it.each([
    ["the network", { network: "bitcoin" }, 'The node is on the chain "regtest"'],
    [
      "the password",
      { cookie_file: undefined, rpc_user: "somebody", rpc_password: "wrong" },
      "refuses our credentials",
    ],
  ])("a node when %s is wrong", async (_, options, words) => {
    const network = (options as { network?: string }).network ?? NETWORK;
    const input = chain.input({ ...options, master_key: network === NETWORK ? masterKeyOf(1) : MAIN_KEY });
    const wrong = createBitcoinVenue({ ...input, instruments: [{ ...INSTRUMENT, network }] });
    await expect(wrong.verify()).rejects.toMatchObject({ message: expect.stringContaining(words) });
  });

  it("a key of another network, a public key, and decimals that are not Bitcoin's", async () => {
    expect(() => chain.hot({ master_key: MAIN_KEY })).toThrow("is no extended key of bitcoin-regtest");
    expect(() => chain.hot({ master_key: "hello" })).toThrow("is no extended key");
    expect(() => chain.hot({ confirmations: 0 })).toThrow("confirmations");
    const coarse = createBitcoinVenue({
      ...chain.input({ master_key: masterKeyOf(1) }),
      instruments: [{ ...INSTRUMENT, decimals: 6 }],
    });
    await expect(coarse.getBalance(walletRef())).rejects.toMatchObject({
      message: expect.stringContaining("has 6 decimals, and the coin of bitcoin-regtest has 8"),
    });
    expect(() => chain.hot({ rpc_user: "x" })).toThrow("rpc_user and rpc_password, or cookie_file");
  });
});

/** Of BIP 84's test vectors: known to everybody, worth nothing. */
const MAIN_KEY =
  "xprv9s21ZrQH143K3GJpoapnV8SFfukcVBSfeCficPSGfubmSFDxo1kuHnLisriDvSnRRuL2Qrg5ggqHKNVpxR86QEC8w35uxmGoggxtQTPvfUu";
