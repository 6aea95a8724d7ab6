import type { Hex } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
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
import { localAccount, type OwnerName, sendAs, startRpcProxy } from "../../sandbox/chain/index.ts";
import type { PreparedSubmit, SigningRequest, TransferPlan } from "../../transfers/types.ts";
import type { OwnerSignature, Venue } from "../port.ts";
import { packSignatures } from "./owner_signatures.ts";
import { encodeExecution } from "./propose.ts";
import { readTypedData, type SafeTx, safeTxHash } from "./safe_tx.ts";
import { rejectionOf } from "./standing.ts";

let chain: TestChain;
let venue: Venue;
let checkpoint: Hex;
const hot = localAccount("hot").address;

beforeAll(async () => {
  chain = await startTestChain();
});
beforeEach(async () => {
  checkpoint = await chain.world.client.snapshot();
  venue = chain.safe();
});
afterEach(async () => {
  await chain.world.client.setAutomine(true);
  await chain.world.client.revert({ id: checkpoint });
});
afterAll(() => chain.stop());

const planFor = (id: string, amount = usdt(1_000n)): TransferPlan =>
  planOf({ id, from: chain.world.safe, to: hot, amount });

async function propose(plan: TransferPlan): Promise<SigningRequest> {
  const signing = await venue.requestSigning?.(plan);
  if (signing === undefined) throw new Error("a Safe asks its owners");
  return signing;
}

async function signedBy(signing: SigningRequest, ...names: OwnerName[]): Promise<OwnerSignature[]> {
  return Promise.all(
    names.map(async (name) => {
      const account = localAccount(name);
      return { signer: account.address, signature: await account.sign({ hash: signing.hash as Hex }) };
    }),
  );
}

async function prepareWith(plan: TransferPlan, ...names: OwnerName[]): Promise<PreparedSubmit> {
  const signing = await propose(plan);
  const signatures = await signedBy(signing, ...names);
  return venue.prepare(plan, { now: chain.now.value, signing, signatures });
}

const find = async (prepared: PreparedSubmit) => venue.find(queryOf(prepared, chain.world.safe));

describe("the Safe that is configured", () => {
  it("is verified: chain, version, owners, threshold, no modules", async () => {
    await expect(venue.verify()).resolves.toBeUndefined();
  });

  it.each([
    ["one owner less", { owners: [localAccount("ana").address, localAccount("ben").address] }],
    ["another threshold", { threshold: 1 }],
  ])("is refused with %s, and nothing is proposed", async (_, options) => {
    venue = chain.safe(options);
    await expect(venue.verify()).rejects.toMatchObject({ code: "venue_invalid" });
    await expect(propose(planFor("x"))).rejects.toMatchObject({ code: "venue_invalid" });
  });

  it("is refused when a contract that is no Safe stands at its address", async () => {
    venue = chain.safe({ safe: chain.world.token });
    await expect(venue.verify()).rejects.toMatchObject({ name: "TidegateError" });
  });

  it("shows its balance like any wallet", async () => {
    await chain.world.mine(FINALITY_BLOCKS);
    expect(await venue.getBalance(walletRef(chain.world.safe))).toMatchObject({ total: usdt(900_000n) });
  });
});

describe("what the owners sign", () => {
  it("is the plan: recipient, amount, a plain call, the Safe's nonce, no refund", async () => {
    const signing = await propose(planFor("trf_1"));
    const tx = readTypedData(JSON.parse(JSON.stringify(signing.typed_data)));
    expect(tx).toMatchObject({ safe: chain.world.safe, to: chain.world.token, value: 0n, nonce: 0n });
    expect(tx.safe_tx_gas).toBeGreaterThan(20_000n);
    expect(tx.data.toLowerCase()).toContain(hot.slice(2).toLowerCase());
  });

  it("is another hash for every request: a signature given for one that ended is no vote for the next", async () => {
    const [first, second] = [await propose(planFor("denied")), await propose(planFor("asked_again"))];
    expect(second.hash).not.toBe(first.hash);
    expect((await propose(planFor("denied"))).hash).toBe(first.hash);
    const signatures = await signedBy(first, "ana", "ben");
    await expect(venue.prepare(planFor("asked_again"), { now: 0, signing: second, signatures })).rejects.toMatchObject({
      code: "venue_policy_denied",
      facts: { signed: 0 },
    });
  });

  it("shares the nonce of every other waiting proposal: at most one of them is ever paid", async () => {
    const [one, two] = [planFor("one"), planFor("two", usdt(2_000n))];
    const first = await prepareWith(one, "ana", "ben");
    const signing = await propose(two);
    const signatures = await signedBy(signing, "ana", "ben");
    await venue.submit(first);
    await expect(venue.prepare(two, { now: 0, signing, signatures })).rejects.toMatchObject({
      code: "venue_policy_denied",
      message: expect.stringContaining("nonce is 1 now"),
    });
  });
});

describe("a payment out of custody", () => {
  it("1 of 3 never executes", async () => {
    const plan = planFor("one_of_three");
    const before = await chain.world.balanceOf(hot);
    for (const names of [[], ["ana"], ["chen"], ["ana", "ana"]] as OwnerName[][]) {
      await expect(prepareWith(plan, ...names)).rejects.toMatchObject({ code: "venue_policy_denied" });
    }
    expect(await chain.world.balanceOf(hot)).toBe(before);
  });

  it.each<OwnerName[]>([
    ["ana", "ben"],
    ["chen", "ana"],
    ["ben", "chen"],
    ["ana", "ben", "chen"],
  ])("2 of 3 executes: %s, %s", async (...names) => {
    const prepared = await prepareWith(planFor("two_of_three"), ...names.filter((name) => name !== undefined));
    expect(venue.decode(prepared)).toMatchObject({
      from_account: chain.world.safe,
      to_address: hot,
      amount: usdt(1_000n),
      fee_max: 0n,
      reference: "two_of_three",
    });
    const before = await chain.world.balanceOf(hot);
    expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted", tx_hash: prepared.tx_hash });
    expect(foundIn(await find(prepared))).toMatchObject({ stage: "confirming", final: false });
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(prepared))).toMatchObject({
      status: "succeeded",
      final: true,
      amount_received: usdt(1_000n),
      fee: 0n,
    });
    expect(await chain.world.balanceOf(hot)).toBe(before + 1_000_000000n);
  });

  it("counts only owners: strangers and signatures of other hashes are passed over", async () => {
    const plan = planFor("strangers");
    const signing = await propose(plan);
    const stranger = localAccount("customer");
    const other = await localAccount("ben").sign({ hash: `0x${"ab".repeat(32)}` });
    const signatures = [
      ...(await signedBy(signing, "ana")),
      { signer: stranger.address, signature: await stranger.sign({ hash: signing.hash as Hex }) },
      { signer: localAccount("ben").address, signature: other },
      { signer: localAccount("chen").address, signature: "0x00" },
    ];
    await expect(venue.prepare(plan, { now: 0, signing, signatures })).rejects.toMatchObject({
      code: "venue_policy_denied",
      facts: { signed: 1, needed: 2 },
    });
  });

  it("is not prepared for a plan that differs from what was signed", async () => {
    const signing = await propose(planFor("signed"));
    const signatures = await signedBy(signing, "ana", "ben");
    const changed = planFor("signed", usdt(9_999n));
    await expect(venue.prepare(changed, { now: 0, signing, signatures })).rejects.toMatchObject({
      code: "venue_policy_denied",
    });
  });

  it("sent twice, pays once; executed again by anybody it is refused by the Safe (GS026)", async () => {
    const prepared = await prepareWith(planFor("replayed"), "ana", "ben");
    const before = await chain.world.balanceOf(hot);
    await venue.submit(prepared);
    await venue.submit(prepared);
    const { data } = chainCall(prepared);
    await expect(
      chain.world.client.call({ account: localAccount("customer").address, to: chain.world.safe, data }),
    ).rejects.toThrow("GS026");
    expect(await chain.world.balanceOf(hot)).toBe(before + 1_000_000000n);
  });
});

function chainCall(prepared: PreparedSubmit): { data: Hex } {
  const { raw_tx } = prepared.body as { raw_tx: Hex };
  const start = raw_tx.indexOf("6a761202");
  return { data: `0x${raw_tx.slice(start, start + 2 * Number(dataLength(raw_tx, start)))}` };
}

/** Length of the call data from its RLP head: two bytes before it when it is longer than 255 bytes. */
function dataLength(raw_tx: Hex, start: number): bigint {
  return BigInt(`0x${raw_tx.slice(start - 4, start)}`);
}

describe("faults", () => {
  it("executed by somebody else with the same signatures, it is found as executed, under that transaction", async () => {
    const prepared = await prepareWith(planFor("by_others"), "ana", "ben");
    const { transactionHash } = await sendAs(
      chain.world.client,
      "customer",
      chain.world.safe,
      chainCall(prepared).data,
    );
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(prepared))).toMatchObject({
      status: "succeeded",
      final: true,
      tx_hash: transactionHash,
      amount_received: usdt(1_000n),
    });
  });

  it("a node that does not show the Safe's events proves nothing: what was paid is not called failed", async () => {
    const proxy = await startRpcProxy(chain.world.url);
    try {
      const prepared = await prepareWith(planFor("forgotten"), "ana", "ben");
      await sendAs(chain.world.client, "customer", chain.world.safe, chainCall(prepared).data);
      await chain.world.mine(FINALITY_BLOCKS);
      const empty = { status: 200, body: JSON.stringify({ jsonrpc: "2.0", id: 1, result: [] }) };
      venue = chain.safe({ rpc_urls: [proxy.url] });
      proxy.answerNext("eth_getLogs", empty, 2);
      expect(await find(prepared)).toMatchObject({ outcome: "unreadable" });
      venue = chain.safe({ rpc_urls: [proxy.url, chain.world.url] });
      proxy.answerNext("eth_getLogs", empty, 2);
      expect(await find(prepared)).not.toMatchObject({ transfer: { status: "failed" } });
      expect(foundIn(await find(prepared))).toMatchObject({ status: "succeeded", final: true });
    } finally {
      await proxy.stop();
    }
  });

  it("when another Safe transaction used its nonce, it has failed for ever", async () => {
    const loser = await prepareWith(planFor("loser"), "ana", "ben");
    const winner = await chain.safe().prepare(...(await winnerArguments()));
    await chain.safe().submit(winner);
    expect(foundIn(await find(loser))).toMatchObject({ status: "pending", final: false });
    await chain.world.mine(FINALITY_BLOCKS);
    const lost = foundIn(await find(loser));
    expect(lost).toMatchObject({ status: "failed", final: true });
    expect(lost.raw_status).toContain("another Safe transaction");
  });

  async function winnerArguments() {
    const plan = planFor("winner", usdt(5n));
    const signing = await propose(plan);
    const signatures = await signedBy(signing, "ben", "chen");
    return [plan, { now: 0, signing, signatures }] as const;
  }

  it("wazirx: a failed execution uses the nonce up, so its signatures die with it", async () => {
    const prepared = await prepareWith(planFor("fails"), "ana", "ben");
    await chain.world.setBlacklisted(hot, true);
    await venue.submit(prepared);
    await chain.world.mine(FINALITY_BLOCKS);
    const failed = foundIn(await find(prepared));
    expect(failed).toMatchObject({ status: "failed", final: true });
    expect(failed.raw_status).toContain("execution failed");
    await chain.world.setBlacklisted(hot, false);
    const again = chain.world.client.call({
      account: localAccount("customer").address,
      to: chain.world.safe,
      data: chainCall(prepared).data,
    });
    await expect(again).rejects.toThrow("GS026");
  });

  it("a token that answers without moving anything proves nothing", async () => {
    const prepared = await prepareWith(planFor("silent"), "ana", "ben");
    await chain.world.client.setCode({ address: chain.world.token, bytecode: "0x60006000f3" });
    await venue.submit(prepared);
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(prepared))).toMatchObject({ status: "unproven", final: true, amount_received: null });
  });

  it("is absent before it is sent and after it was dropped, and the same bytes bring it back", async () => {
    await chain.world.client.setAutomine(false);
    const prepared = await prepareWith(planFor("dropped"), "ana", "chen");
    expect(await find(prepared)).toMatchObject({ outcome: "absent" });
    await venue.submit(prepared);
    expect(foundIn(await find(prepared))).toMatchObject({ stage: "broadcast" });
    await chain.world.client.dropTransaction({ hash: prepared.tx_hash as Hex });
    expect(await find(prepared)).toMatchObject({ outcome: "absent" });
    await venue.submit(prepared);
    await chain.world.mine(FINALITY_BLOCKS + 1);
    expect(foundIn(await find(prepared))).toMatchObject({ status: "succeeded" });
  });

  it("needs coin at the executor, which has no say in what is paid", async () => {
    await chain.world.client.setBalance({ address: localAccount("executor").address, value: 1n });
    await expect(prepareWith(planFor("no_gas"), "ana", "ben")).rejects.toMatchObject({ code: "venue_insufficient" });
  });
});

describe("signatures of a request that ended", () => {
  const standing = async (signing: SigningRequest, ...names: OwnerName[]) =>
    venue.readSignatures?.(signing, await signedBy(signing, ...names));

  /** Executed by anybody, with the signatures of two owners. */
  async function execute(tx: SafeTx): Promise<void> {
    const hash = safeTxHash(tx);
    const signatures = await signedBy({ scheme: "eip712_safe", hash, typed_data: null }, "ben", "chen");
    const owners = [localAccount("ben").address, localAccount("chen").address];
    const packed = await packSignatures(hash, signatures, { owners, threshold: 2 });
    await sendAs(chain.world.client, "customer", chain.world.safe, encodeExecution(tx, packed));
  }

  it("can be executed by whoever holds enough of them, until the owners reject at the same nonce", async () => {
    const signing = await propose(planFor("cancelled"));
    const tx = readTypedData(signing.typed_data);
    expect(await standing(signing)).toEqual({ standing: "too_few", signed: 0, needed: 2 });
    expect(await standing(signing, "ana", "ana")).toEqual({ standing: "too_few", signed: 1, needed: 2 });
    const out = await standing(signing, "ana", "ben");
    expect(out).toMatchObject({ standing: "executable" });
    expect(JSON.stringify(out)).toContain(safeTxHash(rejectionOf(tx)));
    const before = await chain.world.balanceOf(chain.world.safe);
    await execute(rejectionOf(tx));
    expect(await standing(signing, "ana", "ben")).toEqual({ standing: "deciding" });
    await chain.world.mine(FINALITY_BLOCKS);
    expect(await standing(signing, "ana", "ben")).toMatchObject({ standing: "worthless" });
    expect(await chain.world.balanceOf(chain.world.safe)).toBe(before);
  });

  it("executed by a stranger are found, also behind later executions, and a silent node proves nothing", async () => {
    const signing = await propose(planFor("stolen"));
    const tx = readTypedData(signing.typed_data);
    await execute(tx);
    await execute(rejectionOf({ ...tx, nonce: tx.nonce + 1n }));
    await chain.world.mine(FINALITY_BLOCKS);
    venue = chain.safe({ log_range_blocks: 1 });
    expect(await standing(signing, "ana", "ben")).toMatchObject({ standing: "executed" });
    const proxy = await startRpcProxy(chain.world.url);
    try {
      venue = chain.safe({ rpc_urls: [proxy.url] });
      const empty = { status: 200, body: JSON.stringify({ jsonrpc: "2.0", id: 1, result: [] }) };
      proxy.answerNext("eth_getLogs", empty, 1);
      await expect(standing(signing, "ana", "ben")).rejects.toMatchObject({ code: "venue_transient" });
    } finally {
      await proxy.stop();
    }
  });
});
