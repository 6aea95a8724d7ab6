import { parseTransaction } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import {
  FINALITY_BLOCKS,
  foundIn,
  planOf,
  queryOf,
  SCALE,
  startTestChain,
  type TestChain,
  usdt,
  walletRef,
} from "../../../test/parts/anvil.ts";
import { localAccount, OWNERS_NEEDED } from "../../sandbox/chain/index.ts";
import type { PreparedSubmit } from "../../transfers/types.ts";
import type { SignedTransaction } from "../onchain/index.ts";
import type { Venue } from "../port.ts";

/** PUSH1 0 PUSH1 0 RETURN: every call succeeds and does nothing. */
const RETURNS_NOTHING = "0x60006000f3";
let chain: TestChain;
let venue: Venue;
let checkpoint: `0x${string}`;
const hot = localAccount("hot").address;

beforeAll(async () => {
  chain = await startTestChain();
});
beforeEach(async () => {
  checkpoint = await chain.world.client.snapshot();
  venue = chain.evm();
});
afterEach(async () => {
  await chain.world.client.setAutomine(true);
  await chain.world.client.revert({ id: checkpoint });
});
afterAll(() => chain.stop());

function prepare(id: string, amount: bigint, to: string = chain.world.safe): Promise<PreparedSubmit> {
  const plan = planOf({ id, from: hot, to, amount });
  return venue.prepare(plan, { now: chain.now.value, signing: null, signatures: [] });
}

/** The address of the only node there is here. */
const nodeUrl = (): string | undefined => (chain.connector().options as { rpc_urls: string[] }).rpc_urls[0];
const nonceOf = (prepared: PreparedSubmit): number => (prepared.body as SignedTransaction).nonce;
const find = async (prepared: PreparedSubmit) => venue.find(queryOf(prepared, hot));

describe("reading", () => {
  it("verifies the chain and refuses a node of another one", async () => {
    await expect(venue.verify()).resolves.toBeUndefined();
    await expect(chain.evm({ chain_id: 1 }).verify()).rejects.toMatchObject({ code: "venue_invalid" });
  });

  it("counts what is final, and says what newer blocks take away and bring", async () => {
    await chain.world.mine(FINALITY_BLOCKS);
    const before = await venue.getBalance(walletRef(hot));
    expect(before).toMatchObject({ total: usdt(100_000n), available: usdt(100_000n), pending_in: 0n, pending_out: 0n });
    await chain.world.issue(hot, 7_000000n);
    expect(await venue.getBalance(walletRef(hot))).toMatchObject({
      total: usdt(100_000n),
      available: usdt(100_000n),
      pending_in: usdt(7n),
    });
    await venue.submit(await prepare("out", usdt(10n)));
    expect(await venue.getBalance(walletRef(hot))).toMatchObject({ available: usdt(99_997n), pending_out: usdt(3n) });
    await chain.world.mine(FINALITY_BLOCKS);
    expect(await venue.getBalance(walletRef(hot))).toMatchObject({ total: usdt(99_997n), pending_out: 0n });
  });

  it("gives the balance the age of the node's newest block, so that a stalled node goes stale", async () => {
    const { timestamp, number } = await chain.world.client.getBlock();
    const balance = await venue.getBalance(walletRef(hot));
    expect(balance.as_of).toBe(Number(timestamp) * 1_000);
    expect(BigInt(balance.height ?? -1)).toBeLessThan(number);
  });

  it("asks a second reader for the same block, and has none unless one is named", async () => {
    expect(venue.readChain).toBeUndefined();
    await chain.world.mine(FINALITY_BLOCKS);
    const watched = chain.evm({ second_rpc_url: nodeUrl() });
    const { total, height } = await watched.getBalance(walletRef(hot));
    await chain.world.issue(hot, 7_000000n);
    expect(await watched.readChain?.(walletRef(hot), height)).toMatchObject({ total, height });
    expect(await watched.readChain?.(walletRef(hot), null)).toMatchObject({ total: total + usdt(7n) });
    // A reader that lags behind does not have the block yet: that is an error and never a balance.
    await expect(watched.readChain?.(walletRef(hot), "99999999")).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("says that the account is another one when the configuration spells it differently", async () => {
    await expect(venue.getBalance(walletRef(hot.toLowerCase()))).rejects.toMatchObject({ code: "venue_not_found" });
  });

  it("charges no fee in the token and moves in steps of the token's units", async () => {
    expect(await venue.listNetworks(walletRef(hot))).toMatchObject([{ network: "anvil", fee_fixed: 0n, step: SCALE }]);
  });

  it("lists movements up to the final head, once, in order, across ranges", async () => {
    const narrow = chain.evm({ log_range_blocks: 1 });
    await chain.world.mine(FINALITY_BLOCKS);
    let page = await narrow.listMovements(walletRef(hot), null);
    const ids = page.movements.map((movement) => movement.id);
    while (page.has_more) {
      page = await narrow.listMovements(walletRef(hot), page.cursor);
      ids.push(...page.movements.map((movement) => movement.id));
    }
    const whole = await venue.listMovements(walletRef(hot), null);
    expect(whole.movements.map((movement) => movement.id)).toEqual(ids);
    expect(whole.movements).toMatchObject([{ direction: "in", amount: usdt(100_000n), final: true, fee: 0n }]);

    const prepared = await prepare("listed", usdt(10n));
    await venue.submit(prepared);
    expect((await venue.listMovements(walletRef(hot), page.cursor)).movements).toEqual([]);
    await chain.world.mine(FINALITY_BLOCKS);
    expect((await venue.listMovements(walletRef(hot), page.cursor)).movements).toMatchObject([
      { direction: "out", amount: usdt(10n), tx_hash: prepared.tx_hash, counterparty: chain.world.safe },
    ]);
  });
});

describe("a transfer", () => {
  it("is known by its hash before it is sent, and final only below the finalized head", async () => {
    const prepared = await prepare("trf_1", usdt(25n));
    expect(await find(prepared)).toMatchObject({ outcome: "absent" });
    expect(venue.decode(prepared)).toMatchObject({
      from_account: hot,
      to_address: chain.world.safe,
      asset: "USDT",
      amount: usdt(25n),
      fee_max: 0n,
      reference: "trf_1",
    });
    const outcome = await venue.submit(prepared);
    expect(outcome).toMatchObject({ outcome: "accepted", tx_hash: prepared.tx_hash, stage: "broadcast" });
    expect(foundIn(await find(prepared))).toMatchObject({ stage: "confirming", final: false, confirmations: 1 });
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(prepared))).toMatchObject({
      stage: "final",
      status: "succeeded",
      final: true,
      amount: usdt(25n),
      amount_received: usdt(25n),
      fee: 0n,
    });
  });

  it("has one effect however often its bytes are sent", async () => {
    const before = await chain.world.balanceOf(chain.world.safe);
    const prepared = await prepare("trf_2", usdt(25n));
    for (let i = 0; i < 3; i += 1) expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted" });
    expect(await chain.world.balanceOf(chain.world.safe)).toBe(before + 25_000000n);
  });

  it("reports what arrived when the token keeps a fee", async () => {
    await chain.world.setFee(100n);
    const prepared = await prepare("trf_3", usdt(100n));
    await venue.submit(prepared);
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(prepared))).toMatchObject({ amount: usdt(100n), amount_received: usdt(99n) });
  });

  it("moves the chain's coin too, with gas as its fee", async () => {
    const plan = {
      ...planOf({
        id: "eth_1",
        from: hot,
        to: localAccount("customer").address,
        amount: 10n ** 18n,
        asset: "ETH",
      }),
      fee_max: (10n ** 16n).toString(),
    };
    const prepared = await venue.prepare(plan, { now: chain.now.value, signing: null, signatures: [] });
    const effect = venue.decode(prepared);
    expect(effect).toMatchObject({ asset: "ETH", amount: 10n ** 18n });
    await venue.submit(prepared);
    await chain.world.mine(FINALITY_BLOCKS);
    const transfer = foundIn(await venue.find(queryOf(prepared, hot, "ETH")));
    expect(transfer).toMatchObject({ status: "succeeded", amount_received: 10n ** 18n });
    expect(transfer.fee).toBeGreaterThan(0n);
    expect(transfer.fee).toBeLessThanOrEqual(effect.fee_max);
  });
});

describe("nonces", () => {
  it("are not shared by two transfers prepared side by side, and the same transfer keeps its own", async () => {
    const first = await prepare("a", usdt(1n));
    const second = await prepare("b", usdt(2n));
    expect(nonceOf(second)).toBe(nonceOf(first) + 1);
    expect(nonceOf(await prepare("a", usdt(1n)))).toBe(nonceOf(first));
  });

  it("are held by a stored transaction also after a restart", async () => {
    const stored = await prepare("before", usdt(1n));
    venue = chain.evm();
    await find(stored);
    expect(nonceOf(await prepare("after", usdt(2n)))).toBe(nonceOf(stored) + 1);
  });

  it("leave the outcome unknown when another transaction was faster, and the chain says finally that nothing moved", async () => {
    const loser = await prepare("loser", usdt(5n));
    venue = chain.evm();
    const winner = await prepare("winner", usdt(6n));
    expect(nonceOf(winner)).toBe(nonceOf(loser));
    expect(await venue.submit(winner)).toMatchObject({ outcome: "accepted" });
    expect(await venue.submit(loser)).toMatchObject({ outcome: "unknown" });
    expect(foundIn(await find(loser))).toMatchObject({ status: "pending", final: false });
    await chain.world.mine(FINALITY_BLOCKS);
    const lost = foundIn(await find(loser));
    expect(lost).toMatchObject({ status: "failed", final: true, tx_hash: loser.tx_hash });
    expect(lost.raw_status).toContain(winner.tx_hash);
    expect(foundIn(await find(winner))).toMatchObject({ status: "succeeded" });
  });
});

describe("faults of the chain", () => {
  it("a transaction dropped from the pool is absent, and the same bytes bring it back", async () => {
    await chain.world.client.setAutomine(false);
    const prepared = await prepare("dropped", usdt(5n));
    await venue.submit(prepared);
    expect(foundIn(await find(prepared))).toMatchObject({ stage: "broadcast", status: "pending" });
    await chain.world.client.dropTransaction({ hash: prepared.tx_hash as `0x${string}` });
    const { timestamp } = await chain.world.client.getBlock();
    const head_at = Number(timestamp) * 1_000;
    expect(await find(prepared)).toMatchObject({ outcome: "absent", as_of: chain.now.value, head_at });
    await venue.submit(prepared);
    await chain.world.mine(FINALITY_BLOCKS + 1);
    expect(foundIn(await find(prepared))).toMatchObject({ status: "succeeded", final: true });
  });

  it("mtgox: the same payment under another hash is this payment, not an absence", async () => {
    await chain.world.client.setAutomine(false);
    const prepared = await prepare("sped_up", usdt(5n));
    const { raw_tx, nonce } = prepared.body as SignedTransaction;
    const { r: _r, s: _s, v: _v, yParity: _y, ...tx } = parseTransaction(raw_tx as `0x02${string}`);
    const faster = await localAccount("hot").signTransaction({
      ...tx,
      type: "eip1559",
      maxFeePerGas: (tx.maxFeePerGas ?? 0n) * 2n,
      maxPriorityFeePerGas: (tx.maxPriorityFeePerGas ?? 0n) * 2n,
    });
    const hash = await chain.world.client.sendRawTransaction({ serializedTransaction: faster });
    await chain.world.mine(FINALITY_BLOCKS + 1);
    const found = foundIn(await find(prepared));
    expect(found).toMatchObject({ status: "succeeded", final: true, tx_hash: hash, amount_received: usdt(5n) });
    expect(found.venue_ref).toBe(`31337:${hot}:${nonce}`);
  });

  it("a reorganisation takes the receipt back: pending again, never settled before finality", async () => {
    // Its own chain: a reorganisation and a return to a checkpoint do not go together.
    const own = await startTestChain();
    onTestFinished(own.stop);
    venue = own.evm();
    const prepared = await prepare("reorged", usdt(5n), own.world.safe);
    await venue.submit(prepared);
    await own.world.mine(1);
    expect(foundIn(await find(prepared))).toMatchObject({ stage: "confirming", final: false });
    await own.world.client.request({ method: "anvil_reorg", params: [2, []] } as never);
    const after = await find(prepared);
    expect(after.outcome === "absent" || foundIn(after).stage === "broadcast").toBe(true);
    await venue.submit(prepared);
    await own.world.mine(FINALITY_BLOCKS + 1);
    expect(foundIn(await find(prepared))).toMatchObject({ status: "succeeded", final: true });
  });

  it("a token that answers without moving anything proves nothing: not paid, and not failed", async () => {
    const prepared = await prepare("silent", usdt(25n));
    await chain.world.client.setCode({ address: chain.world.token, bytecode: RETURNS_NOTHING });
    await venue.submit(prepared);
    await chain.world.mine(FINALITY_BLOCKS);
    const silent = foundIn(await find(prepared));
    expect(silent).toMatchObject({ status: "unproven", final: true, amount_received: null });
    expect(silent.raw_status).toContain("no transfer logged");
  });

  it("a reverted transfer has failed once its receipt is final", async () => {
    const prepared = await prepare("blacklisted", usdt(5n));
    await chain.world.setBlacklisted(hot, true);
    await venue.submit(prepared);
    expect(foundIn(await find(prepared))).toMatchObject({ status: "failed", final: false });
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(prepared))).toMatchObject({ status: "failed", final: true });
  });

  it("a node that does not answer is unreadable, and its address with its key never appears", async () => {
    const dead = chain.evm({ rpc_urls: ["http://127.0.0.1:9/v2/endpoint-secret"] });
    const prepared = await prepare("unread", usdt(5n));
    const outcome = await dead.find(queryOf(prepared, hot));
    expect(outcome).toMatchObject({ outcome: "unreadable" });
    const submitted = await dead.submit(prepared);
    expect(submitted).toMatchObject({ outcome: "unknown" });
    const error = await dead.getBalance(walletRef(hot)).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: "venue_transient" });
    expect(JSON.stringify([outcome, submitted, error]) + String(error)).not.toContain("endpoint-secret");
  });

  it("reads from the next node when the first is down", async () => {
    await chain.world.mine(FINALITY_BLOCKS);
    const urls = ["http://127.0.0.1:9", chain.world.url];
    expect((await chain.evm({ rpc_urls: urls }).getBalance(walletRef(hot))).total).toBeGreaterThan(0n);
  });

  it("never calls a transfer failed while one of the nodes cannot be asked", async () => {
    const loser = await prepare("loser", usdt(5n));
    await chain.evm().submit(
      await chain.evm().prepare(planOf({ id: "w", from: hot, to: chain.world.safe, amount: usdt(1n) }), {
        now: 0,
        signing: null,
        signatures: [],
      }),
    );
    await chain.world.mine(FINALITY_BLOCKS);
    const doubtful = chain.evm({ rpc_urls: [chain.world.url, "http://127.0.0.1:9"] });
    expect(await doubtful.find(queryOf(loser, hot))).toMatchObject({ outcome: "unreadable" });
    expect(foundIn(await find(loser))).toMatchObject({ status: "failed", final: true });
  });
});

describe("refusals before anything is signed", () => {
  it.each([
    ["more than there is", () => prepare("x", usdt(1_000_000n)), "venue_policy_denied"],
    ["the wallet itself", () => prepare("x", usdt(1n), hot), "venue_invalid"],
    ["the token's contract", () => prepare("x", usdt(1n), chain.world.token), "venue_invalid"],
    [
      "an address without checksum",
      () => prepare("x", usdt(1n), "0x52908400098527886e0F7030069857D2E4169EE7"),
      "venue_invalid",
    ],
    ["zero", () => prepare("x", 0n), "venue_invalid"],
    ["an amount finer than the token", () => prepare("x", 1n), "amount_not_representable"],
  ])("%s", async (_, attempt, code) => {
    await expect(attempt()).rejects.toMatchObject({ code });
  });

  it("a wallet without coin for gas", async () => {
    await chain.world.client.setBalance({ address: hot, value: 1_000n });
    await expect(prepare("x", usdt(1n))).rejects.toMatchObject({ code: "venue_insufficient" });
  });

  it("gas above the limit", async () => {
    venue = chain.evm({ gas_price_max: "0.1 gwei" });
    await expect(prepare("x", usdt(1n))).rejects.toMatchObject({ code: "venue_transient" });
  });

  it("options that are wrong, and a key that is not the address beside it, without repeating the key", () => {
    expect(() => chain.evm({ rpc_urls: ["ftp://x"] })).toThrow("rpc_urls");
    expect(() => chain.evm({ gas_price_max: "50" })).toThrow("gwei");
    expect(() => chain.evm({ polcy: 1 })).toThrow("polcy");
    const key = `0x${"1".repeat(64)}`;
    const file = JSON.stringify({ scheme: "secp256k1", address: hot, private_key: key });
    let message = "";
    try {
      chain.evm({ private_key: file });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain("cannot be used");
    expect(message).not.toContain("1111");
  });

  it("is a hot wallet of one key: quorum signatures are not its business", () => {
    expect(OWNERS_NEEDED).toBeGreaterThan(1);
    expect(venue.capabilities()).toMatchObject({ idempotency: { kind: "signed_transaction" }, signing: "digest" });
  });
});
