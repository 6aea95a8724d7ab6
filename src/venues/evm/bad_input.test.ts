/** What is wrong with keys, networks, addresses, tokens and nodes is said in a sentence that names it, and moves nothing. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planOf, queryOf, startTestChain, type TestChain, usdt, walletRef } from "../../../test/parts/anvil.ts";
import { localAccount, privateKeyOf, type RpcProxy, startRpcProxy } from "../../sandbox/chain/index.ts";
import type { Venue } from "../port.ts";
import { SAFE_TYPE } from "../safe/index.ts";

let chain: TestChain;
let proxy: RpcProxy;
let venue: Venue;
const hot = localAccount("hot").address;

beforeAll(async () => {
  chain = await startTestChain();
  proxy = await startRpcProxy(chain.world.url);
  venue = chain.evm({ rpc_urls: [proxy.url] });
});
afterAll(async () => {
  await proxy.stop();
  await chain.stop();
});

const prepare = (of: Venue, to: string = chain.world.safe, change: object = {}) =>
  of.prepare(
    { ...planOf({ id: "bad", from: hot, to, amount: usdt(1n) }), ...change },
    { now: 0, signing: null, signatures: [] },
  );

describe("keys and networks", () => {
  it("a key of another account is found at start, by its address", () => {
    const file = JSON.stringify({ scheme: "secp256k1", address: hot, private_key: privateKeyOf("customer") });
    expect(() => chain.evm({ private_key: file })).toThrow(`not to ${hot}`);
  });

  it("a key of another account without its address is found at the first look at the wallet", async () => {
    const other = chain.evm({ private_key: privateKeyOf("customer") });
    await expect(other.getBalance(walletRef(hot))).rejects.toMatchObject({
      code: "venue_not_found",
      message: expect.stringContaining("is the wrong one"),
    });
  });

  it("a node of another chain is refused by number, and a transaction for another chain is never built", async () => {
    await expect(chain.evm({ chain_id: 1 }).verify()).rejects.toMatchObject({
      code: "venue_invalid",
      message: "A node of anvil is on chain 31337, not on 1.",
    });
    await expect(prepare(venue, chain.world.safe, { chain_id: 1 })).rejects.toMatchObject({
      message: expect.stringContaining("planned on chain 1, not 31337"),
    });
  });

  it.each([
    ["Bitcoin", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"],
    ["TRON", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"],
    ["Solana", "So11111111111111111111111111111111111111112"],
  ])("an address of %s is no address here", async (_, address) => {
    await expect(prepare(venue, address)).rejects.toMatchObject({
      code: "venue_invalid",
      message: expect.stringContaining("not an address with a valid checksum"),
    });
  });
});

describe("a token whose decimals are not those of our registry", () => {
  const eighteen = () => `0x${(18).toString(16).padStart(64, "0")}`;
  const lie = (result: unknown) =>
    String(result).endsWith("06") && String(result).length === 66 ? eighteen() : result;

  it("stands still: it is neither read nor moved, and the coin beside it goes on", async () => {
    const doubtful = chain.evm({ rpc_urls: [proxy.url] });
    proxy.rewrite("eth_call", lie);
    const sentence = { code: "venue_invalid", message: expect.stringContaining("says 18") };
    await expect(doubtful.getBalance(walletRef(hot))).rejects.toMatchObject(sentence);
    await expect(prepare(doubtful)).rejects.toMatchObject(sentence);
    expect((await doubtful.getBalance(walletRef(hot, "ETH"))).total).toBeGreaterThan(0n);
    proxy.rewrite("eth_call", null);
    expect((await doubtful.getBalance(walletRef(hot))).total).toBeGreaterThan(0n);
  });

  it("is asked again after an hour: a token may be exchanged behind its address", async () => {
    const doubtful = chain.evm({ rpc_urls: [proxy.url] });
    await doubtful.getBalance(walletRef(hot));
    proxy.rewrite("eth_call", lie);
    await doubtful.getBalance(walletRef(hot));
    chain.now.value += 3_600_000;
    await expect(doubtful.getBalance(walletRef(hot))).rejects.toMatchObject({ code: "venue_invalid" });
    proxy.rewrite("eth_call", null);
  });
});

describe("a node that answers something else", () => {
  it.each([
    ["a page", { status: 200, body: "<!DOCTYPE html><html>Sign in</html>" }, "venue_transient", "a page for people"],
    [
      "a page with an error",
      { status: 403, body: "<html>Forbidden</html>", headers: { "content-type": "text/html" } },
      "venue_auth",
      "refuses our credentials",
    ],
    ["other JSON", { status: 200, body: '{"balance":"a lot"}' }, "venue_invalid", "no answer of JSON-RPC"],
    [
      "an error inside a 200",
      { status: 200, body: '{"error":"daily limit exceeded"}' },
      "venue_transient",
      "could not",
    ],
    [
      "an error of JSON-RPC",
      { status: 200, body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"limit exceeded"}}' },
      "venue_transient",
      "limit exceeded",
    ],
    [
      "10 MB",
      { status: 200, body: `{"jsonrpc":"2.0","id":1,"result":"${"0".repeat(10_000_000)}"}` },
      "venue_transient",
      "too long",
    ],
  ])("%s: a typed error in a sentence, unreadable, and no submit that is known", async (_, answer, code, words) => {
    const prepared = await prepare(venue);
    proxy.answerNext("eth_getBlockByNumber", answer);
    await expect(venue.getBalance(walletRef(hot))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
    proxy.answerNext("eth_getBlockByNumber", answer);
    expect(await venue.find(queryOf(prepared, hot))).toMatchObject({ outcome: "unreadable" });
    proxy.answerNext("eth_sendRawTransaction", answer);
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "unknown" });
  });
});

describe("a Safe in the configuration", () => {
  const owners = ["ana", "ben", "chen"].map((name) => localAccount(name as "ana").address);
  const written = {
    ...{
      network: "anvil",
      chain_id: 31_337,
      rpc_urls: ["http://127.0.0.1:9"],
      gas_price_max: "1 gwei",
      start_block: 0,
    },
    ...{ safe: localAccount("customer").address, owners, executor_private_key: privateKeyOf("executor") },
  };
  const problems = (change: object): string[] => {
    const result = SAFE_TYPE.options.safeParse({ ...written, ...change });
    return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  };

  it("has no higher threshold than owners, and no owner twice", () => {
    expect(problems({ threshold: 3 })).toEqual([]);
    expect(problems({ threshold: 4 })).toEqual([
      "threshold: 4 signatures are needed of 3 owners: nothing could ever leave",
    ]);
    expect(problems({ threshold: 2, owners: [...owners, owners[0]] })).toEqual([
      "owners: the same owner stands there twice",
    ]);
  });
});
