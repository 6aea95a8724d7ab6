/** A payment that waits in the pool of a real chain is replaced by a dearer one: one of them is mined, never both. */
import { type Hex, keccak256, parseTransaction } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  FINALITY_BLOCKS,
  foundIn,
  planOf,
  queryOf,
  startTestChain,
  type TestChain,
  usdt,
} from "../../../test/parts/anvil.ts";
import { localAccount } from "../../sandbox/chain/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type { SignedTransaction } from "../onchain/index.ts";
import type { Venue } from "../port.ts";

let chain: TestChain;
let venue: Venue;
let checkpoint: Hex;
const hot = localAccount("hot").address;

beforeAll(async () => {
  chain = await startTestChain();
});
beforeEach(async () => {
  checkpoint = await chain.world.client.snapshot();
  await chain.world.client.setAutomine(false);
  const { timestamp } = await chain.world.client.getBlock();
  chain.now.value = Number(timestamp) * 1_000;
  venue = chain.evm();
});
afterEach(async () => {
  await chain.world.client.setAutomine(true);
  await chain.world.client.revert({ id: checkpoint });
});
afterAll(() => chain.stop());

const context = () => ({ now: chain.now.value, signing: null, signatures: [] });
const planFor = (id: string, amount = usdt(25n)): TransferPlan =>
  planOf({ id, from: hot, to: chain.world.safe, amount });
const opened = (prepared: PreparedSubmit) =>
  parseTransaction((prepared.body as SignedTransaction).raw_tx as `0x02${string}`);
const find = (prepared: PreparedSubmit) => venue.find(queryOf(prepared, hot));

async function replace(plan: TransferPlan, prepared: PreparedSubmit): Promise<PreparedSubmit> {
  const { earlier = [], ...last } = prepared;
  const next = await venue.prepareReplacement?.(plan, prepared, context());
  if (next === undefined) throw new Error("a hot wallet replaces what is stuck");
  return { ...next, earlier: [...earlier, last] };
}

describe("a replacement", () => {
  it("is the same payment at the same nonce, an eighth dearer at least, and names what it uses up", async () => {
    const plan = planFor("stuck");
    const first = await venue.prepare(plan, context());
    await venue.submit(first);
    const second = await replace(plan, first);
    const [was, is] = [opened(first), opened(second)];
    expect({ ...is, r: 0, s: 0, v: 0, yParity: 0 }).toEqual({
      ...was,
      ...{ r: 0, s: 0, v: 0, yParity: 0 },
      maxFeePerGas: is.maxFeePerGas,
      maxPriorityFeePerGas: is.maxPriorityFeePerGas,
    });
    for (const key of ["maxFeePerGas", "maxPriorityFeePerGas"] as const) {
      expect((is[key] ?? 0n) * 8n).toBeGreaterThanOrEqual((was[key] ?? 0n) * 9n);
    }
    expect(second.tx_hash).not.toBe(first.tx_hash);
    expect(venue.decode(second)).toEqual(venue.decode(first));
    expect(venue.decode(second).exclusive).toBe(`31337:${hot}:${was.nonce ?? 0}`);
  });

  it("takes the place of the first in the pool, and is the transfer", async () => {
    const plan = planFor("sped_up");
    const before = await chain.world.balanceOf(chain.world.safe);
    const first = await venue.prepare(plan, context());
    await venue.submit(first);
    const second = await replace(plan, first);
    expect(await venue.submit(second)).toMatchObject({ outcome: "accepted", tx_hash: second.tx_hash });
    expect(foundIn(await find(second))).toMatchObject({ stage: "broadcast", tx_hash: second.tx_hash });
    await chain.world.mine(FINALITY_BLOCKS + 1);
    expect(foundIn(await find(second))).toMatchObject({ status: "succeeded", final: true, tx_hash: second.tx_hash });
    expect(await chain.world.balanceOf(chain.world.safe)).toBe(before + 25_000000n);
  });

  it("that comes too late leaves the first one as the transfer, and both together pay once", async () => {
    const plan = planFor("late");
    const before = await chain.world.balanceOf(chain.world.safe);
    const first = await venue.prepare(plan, context());
    await venue.submit(first);
    const second = await replace(plan, first);
    await chain.world.mine(1);
    // The node says "nonce too low": that proves nothing by itself, and the look-up knows.
    expect(await venue.submit(second)).toMatchObject({ outcome: "unknown" });
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await find(second))).toMatchObject({ status: "succeeded", final: true, tx_hash: first.tx_hash });
    expect(await chain.world.balanceOf(chain.world.safe)).toBe(before + 25_000000n);
  });

  it("is found under any of its attempts when it was dropped, and the last one brings it back", async () => {
    const plan = planFor("dropped");
    const first = await venue.prepare(plan, context());
    await venue.submit(first);
    const second = await replace(plan, first);
    const third = await replace(plan, second);
    await venue.submit(third);
    await chain.world.client.dropTransaction({ hash: third.tx_hash as Hex });
    expect(await find(third)).toMatchObject({ outcome: "absent" });
    await venue.submit(second);
    expect(foundIn(await find(third))).toMatchObject({ stage: "broadcast", tx_hash: second.tx_hash });
    expect(await venue.submit(third)).toMatchObject({ outcome: "accepted" });
    await chain.world.mine(FINALITY_BLOCKS + 1);
    expect(foundIn(await find(third))).toMatchObject({ status: "succeeded", tx_hash: third.tx_hash });
  });

  it("that offers less is refused by the node, and the outcome is unknown, not failed", async () => {
    const plan = planFor("underpriced");
    const first = await venue.prepare(plan, context());
    await venue.submit(first);
    const { r: _r, s: _s, v: _v, yParity: _y, ...tx } = opened(first);
    const raw_tx = await localAccount("hot").signTransaction({
      ...tx,
      type: "eip1559",
      maxFeePerGas: (tx.maxFeePerGas ?? 0n) - 1n,
    });
    const meagre = {
      ...first,
      body: { ...(first.body as object), raw_tx },
      tx_hash: keccak256(raw_tx),
      earlier: [first],
    };
    expect(await venue.submit(meagre)).toMatchObject({ outcome: "unknown" });
    expect(foundIn(await find(meagre))).toMatchObject({ tx_hash: first.tx_hash, stage: "broadcast" });
  });
});

describe("is not built", () => {
  it("above the price that the configuration allows", async () => {
    const plan = planFor("dear");
    const first = await venue.prepare(plan, context());
    const price = opened(first).maxFeePerGas ?? 0n;
    await venue.submit(first);
    venue = chain.evm({ gas_price_max: `${Number(price) / 1e9} gwei` });
    await expect(replace(plan, first)).rejects.toMatchObject({
      code: "venue_transient",
      message: expect.stringContaining("more than the limit"),
    });
  });

  it("for a coin beyond the fee that people approved for all of its gas", async () => {
    const to = localAccount("customer").address;
    const plan = {
      ...planOf({ id: "eth", from: hot, to, amount: 10n ** 18n, asset: "ETH" }),
      fee_max: "1000000000000000",
    };
    const first = await venue.prepare(plan, context());
    await venue.submit(first);
    const capped = { ...plan, fee_max: venue.decode(first).fee_max.toString() };
    await expect(replace(capped, first)).rejects.toMatchObject({ code: "venue_transient" });
    expect(venue.decode(await replace(plan, first)).fee_max).toBeLessThanOrEqual(BigInt(plan.fee_max));
  });

  it("while an earlier nonce is missing, or after this one was used", async () => {
    const [earlier, later] = [planFor("earlier"), planFor("later")];
    const first = await venue.prepare(earlier, context());
    const second = await venue.prepare(later, context());
    await venue.submit(second);
    await expect(replace(later, second)).rejects.toMatchObject({
      message: expect.stringContaining("waits behind nonce"),
    });
    await venue.submit(first);
    await chain.world.mine(1);
    await expect(replace(later, second)).rejects.toMatchObject({
      message: expect.stringContaining("was used meanwhile"),
    });
  });

  it("while the chain makes no blocks", async () => {
    const plan = planFor("stalled");
    const first = await venue.prepare(plan, context());
    await venue.submit(first);
    chain.now.value += 3_600_000;
    await expect(replace(plan, first)).rejects.toMatchObject({ message: expect.stringContaining("no block") });
  });

  it("at all where the configuration says so", () => {
    expect(venue.capabilities().replacement).toEqual({ after_ms: 600_000, count_max: 3 });
    expect(chain.evm({ speed_up_max: 0 }).capabilities().replacement).toBeUndefined();
  });
});
