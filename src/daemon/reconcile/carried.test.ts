/**
 * Regression, seen in the sandbox: a refill that had arrived was spent before it was final. The books carried the payments in
 * suspense, the comparison did not know of them, and a break stopped the asset although nothing was missing.
 */
import { expect, it } from "vitest";
import { trialBalance } from "../../ledger/index.ts";
import { tables } from "../../store/index.ts";
import { HOUR, MINUTE, openBench, UNIT } from "../suite_daemon.ts";

it("an arrival that is spent before it is final is no break, and the books hold every unit of it in the end", async () => {
  const bench = openBench((config) => ({
    ...config,
    wallets: config.wallets.map((wallet) => ({ ...wallet, poll_interval_ms: MINUTE })),
  }));
  const treasury = bench.start("one");
  const cycle = async (after_ms: number): Promise<void> => {
    await bench.pass(after_ms);
    await bench.finish(treasury.cycleOnce());
  };
  await cycle(0);
  bench.flow("exchange", -600_000);
  bench.flow("chain", -500_000);
  await cycle(20 * MINUTE);
  for (const { id, digest, state } of await bench.transfers()) {
    if (state !== "awaiting_approval") continue;
    for (const person of ["ana", "ben"]) {
      await treasury.castVote(bench.sign(person, { object_kind: "transfer", object_id: id, digest, vote: "approve" }));
    }
  }
  const carried: bigint[] = [];
  let spent = 0n;
  for (let minute = 0; minute < 6 * 60; minute += 1) {
    await cycle(MINUTE);
    for (const effect of bench.world.effects) {
      const { total, locked } = effect.to;
      if (effect.stage === "final" || !effect.arrived || total - locked < effect.received) continue;
      bench.world.flow(effect.to, -(effect.received / 3n));
      spent += effect.received / 3n;
    }
    const accounts = await bench.tx((tx) =>
      tx.find(tables.account, { where: { kind: "suspense_surplus" }, limit: 50 }),
    );
    carried.push(...accounts.map(({ posted }) => posted).filter((posted) => posted > 0n));
  }
  expect(spent).toBeGreaterThan(0n);
  expect(carried.length).toBeGreaterThan(0);
  expect(await bench.events("break.opened")).toEqual([]);
  await cycle(HOUR);
  for (const { wallet_id, difference } of await treasury.reconcile()) expect(difference, wallet_id).toBe(0n);
  const balances = await bench.tx((tx) => trialBalance(tx));
  expect(balances.length).toBeGreaterThan(0);
  const waiting = await bench.tx((tx) => tx.find(tables.account, { where: { kind: "suspense_surplus" }, limit: 50 }));
  expect(waiting.map(({ posted }) => posted / UNIT).filter((posted) => posted > 0n)).toEqual([]);
});
