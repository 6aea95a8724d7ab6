/** A wallet that pays itself, on a real node: small coins become one, a child pays for what waits, and nothing but the fee leaves. */
import { hexToBytes } from "@noble/hashes/utils.js";
import { Transaction } from "@scure/btc-signer";
import { HDKey } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CONFIRMATIONS,
  masterKeyOf,
  NETWORK,
  planOf,
  queryOf,
  sats,
  startTestBitcoin,
  type TestBitcoin,
} from "../../../test/parts/bitcoind.ts";
import type { PreparedSubmit, SelfPurpose, TransferPlan } from "../../transfers/types.ts";
import type { Venue, WalletRef } from "../port.ts";
import { findChain } from "./chains.ts";
import { createBitcoinVenue, createVaultVenue } from "./index.ts";
import { parseVault } from "./key_expression.ts";
import { openPsbt, signWithKey } from "./psbt.ts";
import type { SignedBitcoin } from "./signed.ts";
import { psbtOf } from "./vault_request.ts";

const ACCOUNTS = [
  "84h/1h/21h",
  "84h/1h/22h",
  "84h/1h/23h",
  "84h/1h/24h",
  "84h/1h/25h",
  "84h/1h/26h",
  "84h/1h/27h",
  "84h/1h/28h",
] as const;
/** A list that began to be read after all that was built. */
const later = (): number => chain.now.value + 1;
const CHEAP = "1 sat/vB";
const DEAR = "20 sat/vB";
let chain: TestBitcoin;
let number = 0;

function walletAt(rate: string, more: Record<string, unknown> = {}): Venue {
  const options = { master_key: masterKeyOf(1), fee_rate_fallback: rate, node_wallet_prefix: "self", ...more };
  const wallets = ACCOUNTS.map((account) => ({ id: account, account, asset: "BTC", kind: "hot" as const }));
  return createBitcoinVenue({ ...chain.input(options), wallets });
}

const refOf = (account: string): WalletRef => ({ wallet_id: account, account, asset: "BTC" });

beforeAll(async () => {
  chain = await startTestBitcoin();
});
afterAll(() => chain.stop());

async function fund(venue: Venue, account: string, ...coins: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const btc of coins) ids.push(await chain.pay((await venue.getAddress(refOf(account), NETWORK)).address, btc));
  return ids;
}

/** A plan as the daemon freezes it: to itself, of nothing. */
function selfPlan(
  wallet: string,
  self: { purpose: SelfPurpose; touches_max: bigint; parent?: string | null },
  fee_max = 20_000n,
): TransferPlan {
  number += 1;
  const base = planOf({ id: `trf_${number}`, to: "", amount: 0n, wallet, fee_max });
  const { purpose, touches_max, parent = null } = self;
  const terms = { purpose, parent, touches_max: sats(touches_max).toString() };
  return { ...base, to: base.from, direction: "internal", self: terms };
}

const prepare = (venue: Venue, plan: TransferPlan): Promise<PreparedSubmit> =>
  venue.prepare(plan, { now: chain.now.value, signing: null, signatures: [] });
const txOf = (prepared: PreparedSubmit): Transaction =>
  Transaction.fromRaw(hexToBytes((prepared.body as SignedBitcoin).raw_tx), { allowUnknownOutputs: true });

async function send(venue: Venue, plan: TransferPlan): Promise<PreparedSubmit> {
  const prepared = await prepare(venue, plan);
  expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted", tx_hash: prepared.tx_hash });
  return prepared;
}

/** Satoshi per virtual byte of all that a miner has to take to take this one. */
async function packageRate(txid: string | null): Promise<number> {
  const { ancestorsize, fees } = (await chain.node.call("getmempoolentry", [txid])) as {
    ancestorsize: number;
    fees: { ancestor: number };
  };
  return Math.round(fees.ancestor * 1e8) / ancestorsize;
}

async function ownMovements(venue: Venue, account: string) {
  const { movements } = await venue.listMovements(refOf(account), null);
  return movements.filter(({ direction }) => direction === "out");
}

async function expectAddsUp(venue: Venue, account: string): Promise<void> {
  const { movements } = await venue.listMovements(refOf(account), null);
  const sum = movements.reduce(
    (total, { direction, amount, fee }) => total + (direction === "in" ? amount : -amount - fee),
    0n,
  );
  const balance = await venue.getBalance(refOf(account));
  expect(balance.total).toBe(sum);
  expect(balance.total).toBe(balance.available + balance.pending_out + balance.locked);
}

describe("small coins", () => {
  const [account] = ACCOUNTS;

  it("become one; only the fee leaves, before and after it is final", async () => {
    const venue = walletAt(CHEAP, {
      consolidate: { below: "2 sat/vB", coins_above: 3, coins_max: 4, by_itself: true },
    });
    await fund(venue, account, "0.5", "0.0004", "0.0003", "0.0002", "0.0001");
    await chain.mine(CONFIRMATIONS);
    const offer = await venue.offerSelfPayment?.(refOf(account), { purpose: "consolidate", parent: null });
    expect(offer).toMatchObject({
      ...{ network: NETWORK, coins: 4, touches: sats(100_000n), held: 5, fee_rate: "1.000 sat/vB" },
      due: { held_above: 3, rate_below: "2.000 sat/vB", rate_is_low: true },
    });
    const before = await venue.getBalance(refOf(account));
    const plan = selfPlan(account, { purpose: "consolidate", touches_max: 100_000n });
    const prepared = await prepare(venue, plan);
    const effect = venue.decode(prepared);
    expect(effect).toMatchObject({ self: true, to_address: "", amount: 0n, from_account: account, reference: plan.id });
    expect(effect.fee_max).toBe(offer?.fee);
    expect([txOf(prepared).inputsLength, txOf(prepared).outputsLength]).toEqual([4, 1]);
    await venue.submit(prepared);
    const fee = effect.fee_max;
    const after = { total: before.total, available: before.available - fee, pending_out: fee };
    expect(await venue.getBalance(refOf(account))).toMatchObject(after);
    expect(await venue.find(queryOf(prepared, account))).toMatchObject({ transfer: { self: true, status: "pending" } });
    await chain.mine(CONFIRMATIONS);
    expect(await venue.find(queryOf(prepared, account))).toMatchObject({
      transfer: { self: true, final: true, status: "succeeded", amount: 0n, amount_received: 0n, fee },
    });
    expect(await ownMovements(venue, account)).toMatchObject([
      { amount: 0n, fee, tx_hash: prepared.tx_hash, counterparty: null },
    ]);
    expect((await venue.getBalance(refOf(account))).total).toBe(before.total - fee);
    await expectAddsUp(venue, account);
    // The node shows two coins: the large one, and the one that four became.
    const again = await walletAt(CHEAP).offerSelfPayment?.(refOf(account), { purpose: "consolidate", parent: null });
    expect(again).toMatchObject({ held: 2, coins: 2 });
  });

  it("that nobody asked to put together are never more than half of what is free: a payment finds coins meanwhile", async () => {
    const by_itself = { below: "2 sat/vB", coins_above: 3, by_itself: true };
    const account = ACCOUNTS[6];
    await fund(walletAt(CHEAP), account, "0.001", "0.001", "0.001", "0.001", "0.001");
    await chain.mine(CONFIRMATIONS);
    const offer = (venue: Venue) => venue.offerSelfPayment?.(refOf(account), { purpose: "consolidate", parent: null });
    expect(await offer(walletAt(CHEAP, { consolidate: by_itself }))).toMatchObject({ coins: 2, held: 5 });
    expect(await offer(walletAt(CHEAP))).toMatchObject({ coins: 5, held: 5 });
  });

  it("are no more than people were told of, and wait while they would cost more", async () => {
    const venue = walletAt(CHEAP);
    const other = ACCOUNTS[1];
    await fund(venue, other, "0.001", "0.002", "0.003");
    await chain.mine(CONFIRMATIONS);
    const wish = { purpose: "consolidate", touches_max: 300_000n } as const;
    const prepared = await prepare(venue, selfPlan(other, wish));
    expect(txOf(prepared).inputsLength).toBe(2);
    const dear = walletAt("100 sat/vB", { node_wallet_prefix: "self" });
    await expect(prepare(dear, selfPlan(other, wish, 10_000n))).rejects.toMatchObject({ code: "venue_transient" });
    await expect(prepare(venue, selfPlan(other, { ...wish, touches_max: 100_000n }))).rejects.toMatchObject({
      code: "venue_policy_denied",
    });
    // Coins of a payment that is prepared are nobody else's.
    expect(
      await venue.offerSelfPayment?.(refOf(other), { purpose: "consolidate", parent: null }).catch(({ code }) => code),
    ).toBe("venue_policy_denied");
  });

  it("that wait are sped up like any payment, and one of the two is mined", async () => {
    const slow = walletAt(CHEAP);
    const fast = walletAt(DEAR);
    const own = ACCOUNTS[2];
    await fund(slow, own, "0.01", "0.02");
    await chain.mine(CONFIRMATIONS);
    const plan = selfPlan(own, { purpose: "consolidate", touches_max: 3_000_000n });
    const first = await send(slow, plan);
    const second = await fast.prepareReplacement?.(plan, first, {
      now: chain.now.value,
      signing: null,
      signatures: [],
    });
    if (second === undefined) throw new Error("it can be replaced");
    expect(fast.decode(second)).toMatchObject({ self: true, exclusive: fast.decode(first).exclusive });
    await fast.submit(second);
    await chain.mine(CONFIRMATIONS);
    for (const prepared of [first, second]) {
      expect(await fast.find(queryOf(prepared, own))).toMatchObject({
        transfer: { status: "succeeded", final: true, tx_hash: second.tx_hash, fee: fast.decode(second).fee_max },
      });
    }
    expect(await ownMovements(fast, own)).toHaveLength(1);
    await expectAddsUp(fast, own);
  });
});

describe("a child that pays for what waits", () => {
  it("spends the change of our own stuck payment: both are mined at the rate that was asked for", async () => {
    const [slow, fast, account] = [walletAt(CHEAP), walletAt(DEAR), ACCOUNTS[3]];
    await fund(slow, account, "0.5");
    await chain.mine(CONFIRMATIONS);
    const parent = await send(
      slow,
      planOf({ id: "trf_parent", to: await chain.address(), amount: 1_000_000n, wallet: account }),
    );
    const { tx_hash } = parent;
    const offer = await fast.offerSelfPayment?.(refOf(account), { purpose: "hasten", parent: tx_hash });
    expect(offer).toMatchObject({ coins: 1, due: null });
    const wish = { purpose: "hasten", parent: tx_hash, touches_max: 50_000_000n } as const;
    const child = await send(fast, selfPlan(account, wish));
    expect(fast.decode(child)).toMatchObject({ self: true, fee_max: offer?.fee });
    const rate = await packageRate(child.tx_hash);
    expect(rate).toBeGreaterThanOrEqual(20);
    expect(rate).toBeLessThan(22);
    await chain.mine(CONFIRMATIONS);
    for (const prepared of [parent, child])
      expect(await fast.find(queryOf(prepared, account))).toMatchObject({
        transfer: { status: "succeeded", final: true },
      });
    await expectAddsUp(fast, account);
    await expect(prepare(fast, selfPlan(account, wish))).rejects.toMatchObject({ code: "venue_policy_denied" });
  });

  it("spends an arrival that its sender left too cheap, and counts it as ours only when it is final", async () => {
    const [venue, account] = [walletAt(DEAR), ACCOUNTS[4]];
    const [parent = ""] = await fund(venue, account, "0.1");
    const before = await venue.getBalance(refOf(account));
    expect(before).toMatchObject({ total: 0n, pending_in: sats(10_000_000n) });
    const wish = { purpose: "hasten", parent, touches_max: 10_000_000n } as const;
    // The miner pays its usual rate; this network asks for much more.
    const dear = walletAt("60 sat/vB");
    const child = await send(dear, selfPlan(account, wish, 60_000n));
    const fee = dear.decode(child).fee_max;
    expect(await packageRate(child.tx_hash)).toBeGreaterThanOrEqual(60);
    expect(await dear.getBalance(refOf(account))).toMatchObject({ total: 0n, available: 0n, pending_out: 0n });
    await chain.mine(CONFIRMATIONS);
    expect(await dear.getBalance(refOf(account))).toMatchObject({ total: sats(10_000_000n) - fee, pending_in: 0n });
    await expectAddsUp(dear, account);
  });

  it("failed for good once its parent was replaced: a coin that never came to be is never spent", async () => {
    const [venue, account] = [walletAt("60 sat/vB"), ACCOUNTS[5]];
    const [parent = ""] = await fund(venue, account, "0.1");
    const child = await send(
      venue,
      selfPlan(account, { purpose: "hasten", parent, touches_max: 10_000_000n }, 60_000n),
    );
    // Its sender takes back what he announced, paying enough for both that go.
    const { hex } = (await chain.node.call("gettransaction", [parent], "miner")) as { hex: string };
    const { vin } = (await chain.node.call("decoderawtransaction", [hex])) as { vin: { txid: string; vout: number }[] };
    const inputs = vin.map(({ txid, vout }) => ({ txid, vout }));
    const back = (await chain.node.call("createrawtransaction", [inputs, { [await chain.address()]: 48.8 }])) as string;
    const { hex: raw } = (await chain.node.call("signrawtransactionwithwallet", [back], "miner")) as { hex: string };
    await chain.node.call("sendrawtransaction", [raw, 0]);
    await chain.mine(1);
    expect(await venue.find(queryOf(child, account))).toMatchObject({ transfer: { status: "pending", final: false } });
    await chain.mine(CONFIRMATIONS - 1);
    expect(await venue.find(queryOf(child, account))).toMatchObject({
      transfer: { status: "failed", final: true, fee: 0n },
    });
    expect(await venue.getBalance(refOf(account))).toMatchObject({ total: 0n, pending_in: 0n, pending_out: 0n });
  });

  it("is refused for what does not wait, and for what is nobody's here", async () => {
    const [venue, account] = [walletAt(DEAR), ACCOUNTS[3]];
    const stranger = await chain.pay(await chain.address(), "0.1");
    for (const parent of ["00".repeat(32), stranger]) {
      const wish = { purpose: "hasten", parent, touches_max: 10_000_000n } as const;
      await expect(prepare(venue, selfPlan(account, wish))).rejects.toMatchObject({ code: "venue_policy_denied" });
    }
  });
});

describe("custody that pays itself", () => {
  const keys = [30, 31, 32].map((seed) => {
    const master = HDKey.fromExtendedKey(masterKeyOf(seed), { private: 0x04358394, public: 0x043587cf });
    const key = master.derive("m/48'/1'/0'/2'");
    const fingerprint = master.fingerprint.toString(16).padStart(8, "0");
    return { key, text: `[${fingerprint}/48h/1h/0h/2h]${key.publicExtendedKey}` };
  });
  const texts = keys.map(({ text }) => text);
  const vaultAccount = async (): Promise<string> => {
    const input = chain.input({ threshold: 2, cosigners: texts });
    return (await createVaultVenue({ ...input, wallets: [] }).listWallets())[0]?.account ?? "";
  };

  it("asks its cosigners like any payment: one signature is not enough, two put its coins together", async () => {
    const open = (account: string): Venue =>
      createVaultVenue({
        ...chain.input({ threshold: 2, cosigners: texts, fee_rate_fallback: CHEAP }),
        wallets: [{ id: "vault", account, asset: "BTC", kind: "custody" }],
      });
    const account = await vaultAccount();
    const vault = open(account);
    const wallet = { wallet_id: "vault", account, asset: "BTC" };
    for (const btc of ["0.01", "0.02", "0.03"]) await chain.pay((await vault.getAddress(wallet, NETWORK)).address, btc);
    await chain.mine(CONFIRMATIONS);
    const plan = selfPlan("vault", { purpose: "consolidate", touches_max: 6_000_000n });
    const signing = await vault.requestSigning?.(plan);
    const regtest = findChain(NETWORK);
    if (signing === undefined || regtest === null) throw new Error("it asks its owners");
    const descriptor = (signing.typed_data as { descriptor: string }).descriptor;
    const bitcoin_account = parseVault(regtest, descriptor);
    const opened = openPsbt(psbtOf(signing), bitcoin_account);
    expect([opened.paid, opened.change.length, opened.inputs.length]).toEqual([[], 1, 3]);
    const signatures = keys.map(({ key }) => signWithKey(opened, bitcoin_account, key));
    const context = { now: chain.now.value, signing };
    await expect(vault.prepare(plan, { ...context, signatures: signatures.slice(0, 1) })).rejects.toMatchObject({
      code: "venue_policy_denied",
    });
    expect(await vault.readSignatures?.(signing, signatures.slice(0, 2))).toMatchObject({ standing: "executable" });
    const prepared = await vault.prepare(plan, { ...context, signatures: signatures.slice(0, 2) });
    expect(vault.decode(prepared)).toMatchObject({ self: true, amount: 0n });
    // What was signed for one plan is nothing for a payment to somebody else, nor for less than it takes up.
    const paying = {
      ...planOf({ id: plan.id, to: await chain.address(), amount: 1_000n, wallet: "vault" }),
      nonce: plan.nonce,
    };
    const less = { ...plan, self: { purpose: "consolidate", parent: null, touches_max: "1" } } as const;
    for (const other of [paying, less])
      await expect(vault.prepare(other, { ...context, signatures })).rejects.toMatchObject({
        code: "venue_policy_denied",
      });
    await vault.submit(prepared);
    await chain.mine(CONFIRMATIONS);
    const fee = vault.decode(prepared).fee_max;
    expect(await vault.getBalance(wallet)).toMatchObject({ total: sats(6_000_000n) - fee, pending_out: 0n });
    expect(await vault.readSignatures?.(signing, signatures)).toMatchObject({
      standing: "executed",
      tx_hash: prepared.tx_hash,
    });
  });

  it("gives the coins of a request that came to nothing to the next payment as soon as it hears of it", async () => {
    const vault = createVaultVenue({
      ...chain.input({ threshold: 2, cosigners: texts, fee_rate_fallback: CHEAP }),
      wallets: [{ id: "vault", account: await vaultAccount(), asset: "BTC", kind: "custody" }],
    });
    const wallet = { wallet_id: "vault", account: await vaultAccount(), asset: "BTC" };
    await chain.pay((await vault.getAddress(wallet, NETWORK)).address, "0.01");
    await chain.mine(CONFIRMATIONS);
    const tidy = selfPlan("vault", { purpose: "consolidate", touches_max: 100_000_000n });
    await vault.requestSigning?.(tidy);
    const paying = planOf({ id: "trf_needs", to: await chain.address(), amount: 500_000n, wallet: "vault" });
    await expect(vault.requestSigning?.(paying)).rejects.toMatchObject({ code: "venue_insufficient" });
    vault.remember?.([{ reference: tidy.id, signing: null, prepared: null, expires_at: chain.now.value }], later());
    await expect(vault.requestSigning?.(paying)).rejects.toMatchObject({ code: "venue_insufficient" });
    // Read before the payment asked: what is not on the list may be younger than the list.
    vault.remember?.([], chain.now.value);
    await expect(vault.requestSigning?.(paying)).rejects.toMatchObject({ code: "venue_insufficient" });
    vault.remember?.([], later());
    expect(await vault.requestSigning?.(paying)).toMatchObject({ scheme: "psbt" });
  });
});

describe("after a restart", () => {
  it("regression: coins of a request that people are signing are nobody else's, once the venue was told what is open", async () => {
    const keys = [40, 41].map((seed) => {
      const master = HDKey.fromExtendedKey(masterKeyOf(seed), { private: 0x04358394, public: 0x043587cf });
      const key = master.derive("m/48'/1'/0'/2'");
      return `[${master.fingerprint.toString(16).padStart(8, "0")}/48h/1h/0h/2h]${key.publicExtendedKey}`;
    });
    const open = (account: string): Venue =>
      createVaultVenue({
        ...chain.input({ threshold: 2, cosigners: keys, node_wallet_prefix: "again" }),
        wallets: [{ id: "vault", account, asset: "BTC", kind: "custody" }],
      });
    const account = (await open("").listWallets())[0]?.account ?? "";
    const first = open(account);
    await chain.pay((await first.getAddress({ wallet_id: "vault", account, asset: "BTC" }, NETWORK)).address, "0.5");
    await chain.mine(CONFIRMATIONS);
    const plan = async (id: string) => planOf({ id, to: await chain.address(), amount: 1_000_000n, wallet: "vault" });
    const signing = (await first.requestSigning?.(await plan("trf_signing"))) ?? null;
    const begun = open(account);
    const request = { reference: "trf_signing", signing, prepared: null, expires_at: chain.now.value + 86_400_000 };
    begun.remember?.([request], later());
    await expect(begun.requestSigning?.(await plan("trf_other"))).rejects.toMatchObject({ code: "venue_insufficient" });
    // Without being told it would sign the same coin away twice; what cannot be read is no reason to stop.
    const forgetful = open(account);
    forgetful.remember?.([{ ...request, signing: { scheme: "psbt", hash: "0x00", typed_data: {} } }], later());
    const twice = await forgetful.requestSigning?.(await plan("trf_twice"));
    expect(twice?.hash).not.toBe(signing?.hash);
  });
});

// Last: the node learns what fees are usual from each payment, and the tests above count on its not knowing.
describe("small coins that come later", () => {
  it("regression: coins that became final since a payment was planned do not make it dearer than it may be, where it waited until it expired", async () => {
    const venue = walletAt(CHEAP);
    const own = ACCOUNTS[7];
    await fund(venue, own, "0.01", "0.01");
    await chain.mine(CONFIRMATIONS);
    const offer = await venue.offerSelfPayment?.(refOf(own), { purpose: "consolidate", parent: null });
    if (offer === undefined) throw new Error("it offers");
    expect(offer).toMatchObject({ coins: 2, held: 2 });
    const fee_max = (2n * offer.fee) / sats(1n);
    const plan = selfPlan(own, { purpose: "consolidate", touches_max: offer.touches / sats(1n) }, fee_max);
    await fund(venue, own, ...Array.from({ length: 4 }, () => "0.0005"));
    await chain.mine(CONFIRMATIONS);
    const prepared = await prepare(venue, plan);
    expect(txOf(prepared).inputsLength).toBe(4);
    expect(venue.decode(prepared).fee_max).toBeLessThanOrEqual(sats(fee_max));
  });
});
