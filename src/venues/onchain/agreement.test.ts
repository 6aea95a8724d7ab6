/** Several nodes of one chain, of which one lies, lags or is silent: nothing that only it says counts, and it is named. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  FINALITY_BLOCKS,
  foundIn,
  planOf,
  queryOf,
  startTestChain,
  type TestChain,
  usdt,
  walletRef,
} from "../../../test/parts/anvil.ts";
import { localAccount, type RpcProxy, startRpcProxy } from "../../sandbox/chain/index.ts";
import type { PreparedSubmit } from "../../transfers/types.ts";
import type { Venue } from "../port.ts";

let chain: TestChain;
let liar: RpcProxy;
let honest: RpcProxy;
let number = 0;
const hot = localAccount("hot").address;
const FIRST = "http://127.0.0.1:9";

beforeAll(async () => {
  chain = await startTestChain();
  liar = await startRpcProxy(chain.world.url);
  honest = await startRpcProxy(chain.world.url);
});
afterEach(async () => {
  for (const method of LIES) liar.rewrite(method, null);
  await chain.world.mine(FINALITY_BLOCKS);
});
afterAll(async () => {
  await liar.stop();
  await honest.stop();
  await chain.stop();
});

const LIES = [
  "eth_call",
  "eth_getBlockByNumber",
  "eth_getTransactionReceipt",
  "eth_getLogs",
  "eth_getTransactionCount",
];
const two = (): Venue => chain.evm({ rpc_urls: [liar.url, honest.url], endpoints_agree: 2 });
const three = (): Venue => chain.evm({ rpc_urls: [liar.url, honest.url, chain.world.url], endpoints_agree: 2 });
const kinds = (venue: Venue): string[] => (venue.doubts?.() ?? []).map(({ kind, source }) => `${kind} ${source}`);
const NODE_1 = "node 1 (127.0.0.1)";

async function sent(venue: Venue): Promise<PreparedSubmit> {
  number += 1;
  const plan = planOf({ id: `agreed_${number}`, from: hot, to: chain.world.safe, amount: usdt(1n) });
  const prepared = await venue.prepare(plan, { now: chain.now.value, signing: null, signatures: [] });
  expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted" });
  return prepared;
}

/** Every number a thousand times what it is. */
const inflate = (result: unknown): unknown => `0x${(BigInt(String(result)) * 1_000n).toString(16).padStart(64, "0")}`;

describe("nodes that agree", () => {
  it("do the whole job: balance, payment, final look-up, movements", async () => {
    const venue = two();
    await expect(venue.verify()).resolves.toBeUndefined();
    const before = await venue.getBalance(walletRef(hot));
    const prepared = await sent(venue);
    expect(foundIn(await venue.find(queryOf(prepared, hot)))).toMatchObject({ stage: "confirming", final: false });
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await venue.find(queryOf(prepared, hot)))).toMatchObject({ status: "succeeded", final: true });
    expect((await venue.getBalance(walletRef(hot))).total).toBe(before.total - usdt(1n));
    expect((await venue.listMovements(walletRef(hot), null)).movements.at(-1)?.tx_hash).toBe(prepared.tx_hash);
    expect(venue.doubts?.()).toEqual([]);
  });

  it("must be as many as the configuration says, and be different ones", () => {
    expect(() => chain.evm({ endpoints_agree: 2 })).toThrow("endpoints_agree");
    expect(() => chain.evm({ rpc_urls: [liar.url, liar.url], endpoints_agree: 2 })).toThrow("1 different nodes");
  });
});

describe("a node that lies", () => {
  it("about a balance is outvoted by two, and named", async () => {
    const venue = three();
    const { total } = await venue.getBalance(walletRef(hot));
    liar.rewrite("eth_call", inflate);
    expect((await venue.getBalance(walletRef(hot))).total).toBe(total);
    await expect.poll(() => kinds(venue)).toEqual([`contradicts ${NODE_1}`]);
    liar.rewrite("eth_call", null);
    await venue.getBalance(walletRef(hot));
    await expect.poll(() => kinds(venue)).toEqual([]);
  });

  it("about a balance is believed by nobody when there are only two: nothing is known", async () => {
    const venue = two();
    liar.rewrite("eth_call", inflate);
    await expect(venue.getBalance(walletRef(hot))).rejects.toMatchObject({
      code: "venue_transient",
      message: expect.stringContaining("do not agree"),
    });
    expect(kinds(venue)).toHaveLength(2);
  });

  it.each([
    [
      "the final block",
      "eth_getBlockByNumber",
      (block: unknown) => ({ ...(block as object), hash: `0x${"ab".repeat(32)}` }),
    ],
    [
      "a receipt that failed",
      "eth_getTransactionReceipt",
      (receipt: unknown) => receipt && { ...receipt, status: "0x0" },
    ],
    ["the amount that arrived", "eth_getTransactionReceipt", (receipt: unknown) => receipt && { ...receipt, logs: [] }],
  ])("about %s makes no payment final with two nodes, and is outvoted with three", async (_, method, lie) => {
    const [pair, crowd] = [two(), three()];
    const prepared = await sent(pair);
    await chain.world.mine(FINALITY_BLOCKS);
    liar.rewrite(method, lie);
    expect(await pair.find(queryOf(prepared, hot))).toMatchObject({ outcome: "unreadable" });
    expect(foundIn(await crowd.find(queryOf(prepared, hot)))).toMatchObject({ status: "succeeded", final: true });
    await expect.poll(() => kinds(crowd)).toContain(`contradicts ${NODE_1}`);
  });

  it("about its final block, far ahead, moves nobody's final block", async () => {
    const venue = two();
    const prepared = await sent(venue);
    const { number: latest } = await chain.world.client.getBlock();
    liar.rewrite("eth_getBlockByNumber", (block) => ({
      ...(block as object),
      number: `0x${(latest + 50n).toString(16)}`,
    }));
    const found = await venue.find(queryOf(prepared, hot));
    expect(found.outcome === "unreadable" || !foundIn(found).final).toBe(true);
  });

  it("that hides a transaction does not make it absent", async () => {
    const venue = two();
    await chain.world.client.setAutomine(false);
    const prepared = await sent(venue);
    liar.rewrite("eth_getTransactionByHash", () => null);
    expect(foundIn(await venue.find(queryOf(prepared, hot)))).toMatchObject({ stage: "broadcast" });
    liar.rewrite("eth_getTransactionByHash", null);
    await chain.world.client.setAutomine(true);
  });
});

describe("a node that lags or is silent", () => {
  it("is named, and with two of three the job goes on", async () => {
    const venue = chain.evm({ rpc_urls: [FIRST, honest.url, chain.world.url], endpoints_agree: 2 });
    expect((await venue.getBalance(walletRef(hot))).total).toBeGreaterThan(0n);
    await expect.poll(() => kinds(venue)).toEqual([`silent ${NODE_1}`]);
    const prepared = await sent(venue);
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await venue.find(queryOf(prepared, hot)))).toMatchObject({ final: true });
  });

  it("leaves one of two: no balance is fresh and no payment final, however sure the other is", async () => {
    const venue = chain.evm({ rpc_urls: [FIRST, honest.url], endpoints_agree: 2 });
    await expect(venue.getBalance(walletRef(hot))).rejects.toMatchObject({
      code: "venue_transient",
      message: expect.stringContaining("1 of 2 nodes answer"),
    });
    const prepared = await sent(two());
    await chain.world.mine(FINALITY_BLOCKS);
    expect(await venue.find(queryOf(prepared, hot))).toMatchObject({ outcome: "unreadable" });
  });

  it("behind by hours is named, and the balance is as old as the block that two have", async () => {
    const venue = two();
    const { timestamp, number: latest } = await chain.world.client.getBlock();
    await chain.world.client.setNextBlockTimestamp({ timestamp: timestamp + 7_200n });
    await chain.world.mine(1);
    const old = await chain.world.client.request({
      method: "eth_getBlockByNumber",
      params: [`0x${latest.toString(16)}`, false],
    } as never);
    const newest = (latest + 1n).toString(16);
    liar.rewrite("eth_getBlockByNumber", (block) =>
      (block as { number: string }).number === `0x${newest}` ? old : block,
    );
    const balance = await venue.getBalance(walletRef(hot));
    expect(balance.as_of).toBe(Number(timestamp) * 1_000);
    expect(kinds(venue)).toContain(`lags ${NODE_1}`);
  });
});
