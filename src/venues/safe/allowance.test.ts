/** The owners' allowance on a real chain: what they set binds, beside the envelope, and nothing is paid twice. */
import { encodeFunctionData, type Hex, keccak256, zeroAddress } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
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
import { deployAllowance, LOCAL_CHAIN_ID, type LocalAllowance, localAccount } from "../../sandbox/chain/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type { Venue, VenueAllowance } from "../port.ts";
import { ALLOWANCE_ABI } from "./abi.ts";

const PERIOD_MINUTES = 60;
const hot = localAccount("hot").address;
const delegate = localAccount("executor").address;
let chain: TestChain;
let owners: LocalAllowance;
let venue: Venue;
let checkpoint: Hex;

beforeAll(async () => {
  chain = await startTestChain();
  owners = await deployAllowance(chain.world);
});
beforeEach(async () => {
  checkpoint = await chain.world.client.snapshot();
  venue = chain.safe({ allowance_module: owners.module });
});
afterEach(async () => {
  await chain.world.client.setAutomine(true);
  await chain.world.client.revert({ id: checkpoint });
});
afterAll(() => chain.stop());

const allow = async (amount: bigint, minutes = PERIOD_MINUTES): Promise<void> => {
  await owners.enable();
  await owners.addDelegate(delegate);
  await owners.allow(delegate, chain.world.token, amount / SCALE, minutes);
};
const planFor = (id: string, amount = usdt(1_000n)): TransferPlan => ({
  ...planOf({ id, from: chain.world.safe, to: hot, amount }),
  envelope: { id: "env_1", digest: "d" },
});
const prepare = (plan: TransferPlan): Promise<PreparedSubmit> =>
  venue.prepare(plan, { now: chain.now.value, signing: null, signatures: [] });
const find = (prepared: PreparedSubmit) => venue.find(queryOf(prepared, chain.world.safe));
async function allowance(asset = "USDT"): Promise<VenueAllowance> {
  const read = await venue.readAllowance?.(walletRef(chain.world.safe, asset));
  if (read === undefined) throw new Error("this Safe has an allowance module");
  return read;
}
const received = async (work: () => Promise<unknown>): Promise<bigint> => {
  const before = await chain.world.balanceOf(hot);
  await work();
  // The node answers when it has taken a transaction, and mines it a moment later: on a busy machine after the look below.
  await chain.world.mine(1);
  return ((await chain.world.balanceOf(hot)) - before) * SCALE;
};

describe("what the owners allow", () => {
  it("is nothing before they say so, and the reason says what is missing", async () => {
    expect(await allowance()).toMatchObject({ remaining: 0n, problem: expect.stringContaining("not enabled") });
    await owners.enable();
    expect((await allowance()).problem).toContain("a delegate");
    await owners.addDelegate(delegate);
    expect((await allowance()).problem).toContain("nothing of USDT");
    await expect(prepare(planFor("early"))).rejects.toMatchObject({ code: "venue_policy_denied" });
    await expect(venue.verify()).resolves.toBeUndefined();
  });

  it("is amount, what is left, and when it begins anew", async () => {
    await allow(usdt(5_000n));
    const { timestamp } = await chain.world.client.getBlock();
    const read = await allowance();
    expect(read).toMatchObject({ amount: usdt(5_000n), remaining: usdt(5_000n), problem: null, delegate });
    expect(read.period_ms).toBe(PERIOD_MINUTES * 60_000);
    const ends_in_ms = (read.resets_at ?? 0) - Number(timestamp) * 1_000;
    expect(ends_in_ms).toBeGreaterThan(0);
    expect(ends_in_ms).toBeLessThanOrEqual(PERIOD_MINUTES * 60_000);
    await venue.submit(await prepare(planFor("some", usdt(1_500n))));
    expect(await allowance()).toMatchObject({ amount: usdt(5_000n), remaining: usdt(3_500n) });
  });

  it("begins anew when its period has passed, and not before", async () => {
    await allow(usdt(1_000n));
    await venue.submit(await prepare(planFor("whole")));
    await expect(prepare(planFor("again"))).rejects.toMatchObject({
      code: "venue_policy_denied",
      message: expect.stringContaining("allowance leaves 0"),
    });
    await chain.world.client.increaseTime({ seconds: PERIOD_MINUTES * 60 });
    await chain.world.mine(1);
    expect(await allowance()).toMatchObject({ remaining: usdt(1_000n) });
    expect(await received(async () => venue.submit(await prepare(planFor("again"))))).toBe(usdt(1_000n));
  });

  it("never begins anew without a period", async () => {
    await allow(usdt(1_000n), 0);
    await venue.submit(await prepare(planFor("whole")));
    await chain.world.client.increaseTime({ seconds: 90 * 86_400 });
    await chain.world.mine(1);
    expect(await allowance()).toMatchObject({ remaining: 0n, period_ms: null, resets_at: null });
  });

  it("is of the chain's coin too", async () => {
    await chain.world.client.setBalance({ address: chain.world.safe, value: 10n ** 18n });
    await owners.enable();
    await owners.addDelegate(delegate);
    await owners.allow(delegate, zeroAddress, 10n ** 17n, 0);
    const coin = planOf({ id: "coin", from: chain.world.safe, to: hot, amount: 10n ** 17n, asset: "ETH" });
    const prepared = await prepare({ ...coin, envelope: { id: "env_1", digest: "d" } });
    await venue.submit(prepared);
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await venue.find(queryOf(prepared, chain.world.safe, "ETH")))).toMatchObject({
      status: "succeeded",
      amount_received: 10n ** 17n,
    });
    expect(await allowance("ETH")).toMatchObject({ remaining: 0n });
  });
});

describe("the Safe with a module", () => {
  it("is another Safe without it in the configuration, and with another delegate beside ours", async () => {
    await allow(usdt(1n));
    await expect(chain.safe().verify()).rejects.toMatchObject({ code: "venue_invalid" });
    await expect(venue.verify()).resolves.toBeUndefined();
    await owners.addDelegate(localAccount("customer").address);
    await expect(venue.verify()).rejects.toMatchObject({
      code: "venue_invalid",
      message: expect.stringContaining("pay without any owner"),
    });
  });
});

describe("a payment inside the allowance", () => {
  it("needs no owner's signature, says what it does, and is final with what arrived", async () => {
    await allow(usdt(5_000n));
    const prepared = await prepare(planFor("paid"));
    expect(venue.decode(prepared)).toMatchObject({
      ...{ from_account: chain.world.safe, to_address: hot, asset: "USDT", amount: usdt(1_000n), fee_max: 0n },
      contract: chain.world.token,
    });
    expect(await received(() => venue.submit(prepared))).toBe(usdt(1_000n));
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(prepared))).toMatchObject({
      ...{ status: "succeeded", final: true, amount_received: usdt(1_000n), tx_hash: prepared.tx_hash },
      venue_ref: expect.stringMatching(/^allowance:/),
      raw_status: expect.stringContaining("nonce 1 of the allowance"),
    });
  });

  it("is paid once, however often it is sent and however dear", async () => {
    await allow(usdt(5_000n));
    const plan = planFor("once");
    await chain.world.client.setAutomine(false);
    const first = await prepare(plan);
    await venue.submit(first);
    chain.now.value = Number((await chain.world.client.getBlock()).timestamp) * 1_000;
    const context = { now: chain.now.value, signing: null, signatures: [] };
    const faster = await venue.prepareReplacement?.(plan, first, context);
    if (faster === undefined) throw new Error("it can be replaced");
    expect(venue.decode(faster).exclusive).toBe(venue.decode(first).exclusive);
    const all = { ...faster, earlier: [first] };
    await venue.submit(all);
    await venue.submit(first);
    expect(await received(() => chain.world.mine(1))).toBe(usdt(1_000n));
    await chain.world.client.setAutomine(true);
    expect(await received(() => venue.submit(all))).toBe(0n);
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(all))).toMatchObject({ status: "succeeded", tx_hash: faster.tx_hash });
    expect(await allowance()).toMatchObject({ remaining: usdt(4_000n) });
  });

  it("fails for good when it reverts: the allowance was taken back on its way, and nobody can pay it later", async () => {
    await allow(usdt(5_000n));
    const prepared = await prepare(planFor("late"));
    await owners.withdraw(delegate, chain.world.token);
    expect(await received(() => venue.submit(prepared))).toBe(0n);
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(prepared))).toMatchObject({ status: "failed", final: true, fee: 0n });
    await owners.allow(delegate, chain.world.token, 5_000_000_000n, 0);
    expect(await received(() => venue.submit(prepared))).toBe(0n);
  });

  it("is absent before it is sent and pending in the pool", async () => {
    await allow(usdt(5_000n));
    await chain.world.client.setAutomine(false);
    const prepared = await prepare(planFor("slow"));
    // Regression: a node that lags says so by its newest block, or its absence would take a settlement back.
    const head_at = Number((await chain.world.client.getBlock()).timestamp) * 1_000;
    expect(await find(prepared)).toMatchObject({ outcome: "absent", as_of: chain.now.value, head_at });
    await venue.submit(prepared);
    expect(await find(prepared)).toMatchObject({ outcome: "found", head_at });
    expect(foundIn(await find(prepared))).toMatchObject({ status: "pending", final: false });
  });

  it("succeeds by its own event alone: a token that delivers nothing proves nothing", async () => {
    await allow(usdt(5_000n));
    await chain.world.setFee(10_000n);
    const prepared = await prepare(planFor("kept"));
    await venue.submit(prepared);
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(prepared))).toMatchObject({ status: "unproven" });
  });
});

describe("bytes that are not that one payment", () => {
  interface Said {
    readonly safe: Hex;
    readonly token: Hex;
    readonly payment: bigint;
    readonly delegate: Hex;
    readonly signature: Hex;
  }
  const forged = async (said: Partial<Said>, more: { readonly value?: bigint } = {}): Promise<PreparedSubmit> => {
    const honest: Said = {
      ...{ safe: chain.world.safe, token: chain.world.token, payment: 0n, delegate, signature: "0x" },
      ...said,
    };
    const data = encodeFunctionData({
      ...{ abi: ALLOWANCE_ABI, functionName: "executeAllowanceTransfer" },
      args: [honest.safe, honest.token, hot, 5n, zeroAddress, honest.payment, honest.delegate, honest.signature],
    });
    const raw_tx = await localAccount("executor").signTransaction({
      ...{ type: "eip1559", chainId: LOCAL_CHAIN_ID, nonce: 0, to: owners.module, value: 0n, data, gas: 1n },
      ...{ maxFeePerGas: 1n, maxPriorityFeePerGas: 1n, ...more },
    });
    const body = {
      kind: "evm_transaction",
      raw_tx,
      chain_id: LOCAL_CHAIN_ID,
      sender: delegate,
      nonce: 0,
      from_block: "1",
    };
    return { reference: "x", body, tx_hash: keccak256(raw_tx), prepared_at: 0 };
  };

  it("are read where they are honest", async () => {
    expect(venue.decode(await forged({}))).toMatchObject({ amount: 5n * SCALE, to_address: hot });
  });

  it.each<[string, Partial<Said>]>([
    ["out of another Safe", { safe: hot }],
    ["in another's name", { delegate: hot }],
    ["with a payment for gas", { payment: 1n }],
    ["in a token nobody registered", { token: hot }],
    ["with a signature", { signature: `0x${"01".repeat(65)}` }],
  ])("%s are refused", async (_, args) => {
    const bytes = await forged(args);
    expect(() => venue.decode(bytes)).toThrow(expect.objectContaining({ code: "venue_policy_denied" }));
  });

  it("with coin are refused", async () => {
    const bytes = await forged({}, { value: 1n });
    expect(() => venue.decode(bytes)).toThrow(expect.objectContaining({ code: "venue_policy_denied" }));
  });
});

describe("what stays with the owners", () => {
  it.each([
    ["more than is left", (plan: TransferPlan) => ({ ...plan, amount: usdt(5_001n).toString() })],
    ["what nobody approved in advance", ({ envelope: _, ...plan }: TransferPlan) => plan],
    ["to the Safe itself", (plan: TransferPlan) => ({ ...plan, to: { ...plan.to, address: chain.world.safe } })],
  ])("%s is refused before anything is signed", async (_, change) => {
    await allow(usdt(5_000n));
    await expect(prepare(change(planFor("x")))).rejects.toMatchObject({ name: "TidegateError" });
  });

  it("a Safe without a module pays nothing without signatures", async () => {
    await expect(chain.safe().prepare(planFor("x"), { now: 0, signing: null, signatures: [] })).rejects.toMatchObject({
      code: "venue_policy_denied",
    });
    expect(chain.safe().readAllowance).toBeUndefined();
  });
});
