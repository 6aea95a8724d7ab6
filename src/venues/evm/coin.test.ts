/** The chain's own coin as a wallet: its history adds up to its balance, gas is its fee, and an approved fee is kept. */
import { type Hex, parseEther } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
import { localAccount } from "../../sandbox/chain/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type { Venue, VenueMovement } from "../port.ts";

let chain: TestChain;
let venue: Venue;
const hot = localAccount("hot").address;
const customer = localAccount("customer");
const FEE_MAX = parseEther("0.05").toString();

beforeAll(async () => {
  chain = await startTestChain();
  venue = chain.evm();
});
afterAll(() => chain.stop());

const coin = () => walletRef(hot, "ETH");
const planFor = (id: string, amount: bigint, to: string = customer.address): TransferPlan => ({
  ...planOf({ id, from: hot, to, amount, asset: "ETH" }),
  fee_max: FEE_MAX,
});
const prepare = (of: Venue, plan: TransferPlan) =>
  of.prepare(plan, { now: chain.now.value, signing: null, signatures: [] });

async function history(of: Venue, ref = coin()): Promise<VenueMovement[]> {
  await chain.world.mine(FINALITY_BLOCKS);
  const all: VenueMovement[] = [];
  let page = await of.listMovements(ref, null);
  all.push(...page.movements);
  while (page.has_more) {
    page = await of.listMovements(ref, page.cursor);
    all.push(...page.movements);
  }
  return all;
}
const effect = ({ direction, amount, fee }: VenueMovement): bigint => (direction === "in" ? amount : -(amount + fee));

async function pay(prepared: PreparedSubmit): Promise<void> {
  expect(await venue.submit(prepared)).toMatchObject({ outcome: "accepted" });
  await chain.world.mine(FINALITY_BLOCKS);
}

describe("the coin of a hot wallet", () => {
  it("has a history that adds up to its balance: genesis, payments in and out, and gas of token transfers", async () => {
    const { client } = chain.world;
    const raw = await customer.signTransaction({
      ...{ type: "eip1559", chainId: 31_337, nonce: 0, to: hot, value: parseEther("3"), gas: 21_000n },
      ...{ maxFeePerGas: 20_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n },
    });
    const paid_in = await client.sendRawTransaction({ serializedTransaction: raw });
    const out = await prepare(venue, planFor("coin_out", parseEther("1")));
    await pay(out);
    const token = await prepare(venue, planOf({ id: "token_out", from: hot, to: chain.world.safe, amount: usdt(5n) }));
    await pay(token);
    const all = await history(venue);
    const { total, height } = await venue.getBalance(coin());
    expect(all.every((movement) => BigInt(movement.height ?? -1) <= BigInt(height ?? 0))).toBe(true);
    expect(all.reduce((sum, movement) => sum + effect(movement), 0n)).toBe(total);
    const by = (hash: string | null) => all.filter(({ tx_hash }) => tx_hash === hash);
    expect(by(paid_in)).toMatchObject([
      { direction: "in", amount: parseEther("3"), fee: 0n, counterparty: customer.address },
    ]);
    const transfer = foundIn(await venue.find(queryOf(out, hot, "ETH")));
    expect(by(out.tx_hash)).toMatchObject([{ direction: "out", amount: parseEther("1"), fee: transfer.fee }]);
    expect(by(token.tx_hash)).toMatchObject([{ direction: "out", amount: 0n, fee: expect.any(BigInt) }]);
    expect(by(token.tx_hash)[0]?.fee).toBeGreaterThan(0n);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it("lists each movement once from where it stopped, and nothing while nothing happened", async () => {
    await chain.world.mine(FINALITY_BLOCKS);
    const { cursor } = await venue.listMovements(coin(), null);
    const quiet = await venue.listMovements(coin(), cursor);
    expect(quiet.movements).toEqual([]);
    const prepared = await prepare(venue, planFor("later", parseEther("0.5")));
    await pay(prepared);
    expect((await venue.listMovements(coin(), quiet.cursor)).movements).toMatchObject([{ tx_hash: prepared.tx_hash }]);
  });

  it("counts the gas of a payment that failed, and no amount", async () => {
    const prepared = await prepare(venue, planOf({ id: "refused", from: hot, to: chain.world.safe, amount: usdt(1n) }));
    await chain.world.setBlacklisted(hot, true);
    await pay(prepared);
    await chain.world.setBlacklisted(hot, false);
    const [failed] = (await history(venue)).filter(({ tx_hash }) => tx_hash === prepared.tx_hash);
    expect(failed).toMatchObject({ direction: "out", amount: 0n });
    expect(failed?.fee).toBeGreaterThan(0n);
  });

  it("must cover amount and gas together, and stays within the fee that was approved", async () => {
    const { total } = await venue.getBalance(coin());
    await expect(prepare(venue, planFor("all", total))).rejects.toMatchObject({ code: "venue_insufficient" });
    const [network] = await venue.listNetworks(coin());
    expect(network?.fee_fixed).toBeGreaterThan(0n);
    await expect(prepare(venue, { ...planFor("cheap", 1n), fee_max: "1000" })).rejects.toMatchObject({
      code: "venue_transient",
      message: expect.stringContaining("what the approved fee allows"),
    });
    const { latest } = { latest: await chain.world.client.getBlock() };
    const tight = ((latest.baseFeePerGas ?? 0n) * 13n) / 10n + 2_000_000_000n;
    const plan = { ...planFor("tight", 1n), fee_max: (tight * 40_000n).toString() };
    expect(venue.decode(await prepare(venue, plan)).fee_max).toBeLessThanOrEqual(BigInt(plan.fee_max));
  });
});

describe("the coin of a Safe", () => {
  it("leaves it inside the executor's transaction, and arrives under the same hash", async () => {
    const safe = chain.safe();
    await chain.world.client.setBalance({ address: chain.world.safe, value: parseEther("10") });
    await chain.world.mine(FINALITY_BLOCKS);
    const plan = {
      ...planOf({ id: "safe_coin", from: chain.world.safe, to: hot, amount: parseEther("2"), asset: "ETH" }),
    };
    const signing = await safe.requestSigning?.(plan);
    const signatures = await Promise.all(
      (["ana", "ben"] as const).map(async (name) => ({
        signer: localAccount(name).address,
        signature: await localAccount(name).sign({ hash: signing?.hash as Hex }),
      })),
    );
    const prepared = await safe.prepare(plan, { now: 0, signing: signing ?? null, signatures });
    expect(await safe.submit(prepared)).toMatchObject({ outcome: "accepted" });
    await chain.world.mine(FINALITY_BLOCKS);
    expect(foundIn(await safe.find(queryOf(prepared, chain.world.safe, "ETH")))).toMatchObject({
      status: "succeeded",
      final: true,
      amount_received: parseEther("2"),
    });
    const left = (await history(safe, walletRef(chain.world.safe, "ETH"))).filter(
      ({ tx_hash }) => tx_hash === prepared.tx_hash,
    );
    expect(left).toMatchObject([{ direction: "out", amount: parseEther("2"), fee: 0n }]);
    const arrived = (await history(venue)).filter(({ tx_hash }) => tx_hash === prepared.tx_hash);
    expect(arrived).toMatchObject([{ direction: "in", amount: parseEther("2") }]);
  });
});
