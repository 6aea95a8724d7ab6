/** A chain takes back a payment that it had called final and that was settled: it is in flight again, and paid once. */
import { expect, it, onTestFinished } from "vitest";
import { tables } from "../../src/store/index.ts";
import { startTestChain } from "../parts/anvil.ts";
import { openChainTreasury } from "../parts/chain_treasury.ts";

const MINUTE = 60_000;
const SURPLUS = 80_000_000000n;
const SWEPT = 72_000_000000n;
const DEEPER_THAN_FINAL = 9;

it("reopens a settled sweep after a reorganisation below the final block, and settles it once more", {
  timeout: 120_000,
}, async () => {
  const chain = await startTestChain();
  onTestFinished(chain.stop);
  const { world } = chain;
  const desk = await openChainTreasury(world, world.url);
  onTestFinished(desk.close);
  const { treasury, notices, store } = desk;
  const until = async (state: string): Promise<void> => {
    for (let cycles = 0; cycles < 40; cycles += 1) {
      const [row] = await desk.transfers();
      if (row?.state === state) return;
      await desk.pass(20_000);
    }
    throw new Error(
      `it is ${JSON.stringify((await desk.transfers()).map(({ state: at, note }) => [at, note]))}, not ${state}`,
    );
  };
  await desk.pass(MINUTE);
  await world.issue(world.hot, SURPLUS);
  await until("settled");
  const [before] = await desk.transfers();
  expect(before).toMatchObject({ amount: SWEPT, amount_received: SWEPT });
  const safe_before = await world.balanceOf(world.safe);
  // Both wallets list it before the chain changes its mind.
  for (let cycles = 0; cycles < 2; cycles += 1) await desk.pass(5_000);

  await world.client.request({ method: "anvil_reorg", params: [DEEPER_THAN_FINAL, []] } as never);
  await world.client.request({ method: "anvil_dropAllTransactions", params: [] } as never);
  expect(await world.balanceOf(world.safe)).toBe(safe_before - SWEPT);
  await until("submitted");
  expect(notices.filter(({ severity }) => severity === "page").map(({ code }) => code)).toContain(
    "settlement_reopened",
  );
  const gone = await store.read("test", (tx) => tx.find(tables.movement, { where: { gone: true }, limit: 9 }));
  expect(gone).toHaveLength(2);

  await until("settled");
  expect(await world.balanceOf(world.safe)).toBe(safe_before);
  for (let cycles = 0; cycles < 8; cycles += 1) await desk.pass(MINUTE);
  const [after, ...more] = await desk.transfers();
  expect(more).toEqual([]);
  expect(after).toMatchObject({ id: before?.id, tx_hash: before?.tx_hash, state: "settled" });
  const wallets = await treasury.reconcile();
  expect(wallets.map(({ wallet_id, difference, state }) => [wallet_id, difference, state])).toEqual([
    ["hot-usdt", 0n, "equal"],
    ["safe-usdt", 0n, "equal"],
  ]);
  const postings = await store.read("test", (tx) =>
    tx.find(tables.posting, { where: { ref: before?.id ?? "" }, order_by: [["key", "asc"]], limit: 9 }),
  );
  expect(postings.map(({ key }) => key.split("/").slice(2).join("/"))).toEqual([
    "settled",
    "settled/2",
    "settled/reversed",
    "submitted",
  ]);
});
