/** The line to the node breaks in every way it can: nothing is ever paid twice, and nothing is taken for what it is not. */
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
let proxy: RpcProxy;
let venue: Venue;
let number = 0;
const hot = localAccount("hot").address;

beforeAll(async () => {
  chain = await startTestChain();
  proxy = await startRpcProxy(chain.world.url);
  venue = chain.evm({ rpc_urls: [proxy.url] });
});
afterEach(() => chain.world.mine(FINALITY_BLOCKS));
afterAll(async () => {
  await proxy.stop();
  await chain.stop();
});

function prepare(): Promise<PreparedSubmit> {
  number += 1;
  const plan = planOf({ id: `trf_${number}`, from: hot, to: chain.world.safe, amount: usdt(1n) });
  return venue.prepare(plan, { now: chain.now.value, signing: null, signatures: [] });
}
const held = () => chain.world.balanceOf(chain.world.safe);
const find = (prepared: PreparedSubmit) => venue.find(queryOf(prepared, hot));

describe("a submit whose line breaks", () => {
  it("after the effect: the chain knows the hash, so it is accepted, and sent again it still pays once", async () => {
    const before = await held();
    const prepared = await prepare();
    proxy.cutNextBroadcast();
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted", tx_hash: prepared.tx_hash });
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted" });
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(prepared))).toMatchObject({ status: "succeeded", final: true });
    expect(await held()).toBe(before + 1_000000n);
  });

  it("after the effect, and the question after it too: unknown, until it is looked up", async () => {
    const before = await held();
    const prepared = await prepare();
    proxy.cutNextBroadcast();
    proxy.answerNext("eth_getTransactionByHash", { status: 503, body: "" });
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "unknown" });
    expect(foundIn(await find(prepared))).toMatchObject({ stage: "confirming", tx_hash: prepared.tx_hash });
    expect(await held()).toBe(before + 1_000000n);
  });

  it("before the effect: unknown, absent, and the same bytes pay once", async () => {
    const before = await held();
    const prepared = await prepare();
    proxy.loseNextBroadcast();
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "unknown" });
    expect(await find(prepared)).toMatchObject({ outcome: "absent" });
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted" });
    expect(await held()).toBe(before + 1_000000n);
  });

  it.each([
    ["500", { status: 500, body: "broken" }],
    ["429", { status: 429, body: "slow down" }],
    ["302", { status: 302, body: "" }],
    ["an empty answer", { status: 200, body: "{}" }],
    ["half an answer", { status: 200, body: '{"jsonrpc":"2.0","id":1,"resu' }],
    ["another hash", { status: 200, body: JSON.stringify({ jsonrpc: "2.0", id: 1, result: `0x${"ab".repeat(32)}` }) }],
    [
      "a refusal",
      {
        status: 200,
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code: -32_003, message: "nonce too low" } }),
      },
    ],
  ])("answered with %s: unknown, because the bytes may have arrived elsewhere", async (_, answer) => {
    const prepared = await prepare();
    proxy.answerNext("eth_sendRawTransaction", answer);
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "unknown" });
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted" });
  });

  it("is rejected, and never sent, when the record was signed by somebody else", async () => {
    const prepared = await prepare();
    const sent = proxy.broadcasts();
    const raw_tx = await localAccount("customer").signTransaction({ type: "eip1559", chainId: 31_337, to: hot });
    const forged = { ...prepared, body: { ...(prepared.body as object), raw_tx } };
    expect(await venue.submit(forged)).toMatchObject({ outcome: "rejected", code: "venue_policy_denied" });
    expect(proxy.broadcasts()).toBe(sent);
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted" });
  });
});

describe("a look-up whose line breaks", () => {
  it.each(["eth_getBlockByNumber", "eth_getTransactionCount", "eth_getTransactionReceipt", "eth_getTransactionByHash"])(
    "in %s is unreadable, not absent",
    async (method) => {
      const prepared = await prepare();
      proxy.answerNext(method, { status: 503, body: "" });
      expect(await find(prepared)).toMatchObject({ outcome: "unreadable" });
      await venue.submit(prepared);
    },
  );

  it("is unreadable without the transaction that was prepared", async () => {
    const query = { ...queryOf(await prepare(), hot), prepared: null };
    expect(await venue.find(query)).toMatchObject({ outcome: "unreadable" });
  });
});

describe("a read whose line breaks", () => {
  it.each([
    [
      { status: 429, body: "{}", headers: { "retry-after": "7" } },
      { code: "venue_rate_limited", retry_after_ms: 7_000 },
    ],
    [{ status: 401, body: "{}" }, { code: "venue_auth" }],
    [{ status: 503, body: "" }, { code: "venue_transient" }],
    [{ status: 200, body: "{}" }, { code: "venue_invalid" }],
  ])("answered with %o is a typed error", async (answer, error) => {
    proxy.answerNext("eth_getBlockByNumber", answer);
    await expect(venue.getBalance(walletRef(hot))).rejects.toMatchObject(error);
  });
});
