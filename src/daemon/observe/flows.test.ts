import { describe, expect, it } from "vitest";
import { tables } from "../../store/index.ts";
import { openBench, UNIT } from "../suite_daemon.ts";

const HOT = "exchange-usdt";
const POLL = 15 * 60_000;

/** A theft of 7 units from the hot wallet; whether its configuration says that customers move money there. */
async function rob(flows: "customers" | "none" | undefined) {
  const bench = openBench((config) => ({
    ...config,
    wallets: config.wallets.map((wallet) => (wallet.id === HOT && flows !== undefined ? { ...wallet, flows } : wallet)),
  }));
  const treasury = bench.start("one");
  await bench.finish(treasury.cycleOnce());
  bench.flow("exchange", -7);
  await bench.pass(POLL);
  await bench.finish(treasury.cycleOnce());
  const breaks = await bench.tx((tx) => tx.find(tables.breaks, { limit: 10 }));
  const [plan] = await treasury.planNow();
  const movements = await bench.tx((tx) => tx.find(tables.movement, { where: { wallet_id: HOT }, limit: 10 }));
  return { bench, breaks, movements, frozen: plan?.snapshot.frozen_reason ?? null };
}

describe("a payment out of a hot wallet that is not ours", () => {
  it("is a customer's where customers move money, and booked as such", async () => {
    for (const flows of [undefined, "customers"] as const) {
      const { breaks, movements, frozen } = await rob(flows);
      expect(breaks).toEqual([]);
      expect(movements).toMatchObject([{ unexplained: false, transfer_id: null }]);
      expect(frozen).toBeNull();
    }
  });

  it("is a break within one poll where nobody but us may move any: the asset freezes and people are paged", async () => {
    const { bench, breaks, movements, frozen } = await rob("none");
    expect(breaks).toMatchObject([
      { kind: "movement", wallet_id: HOT, difference: -7n * UNIT, freezes: true, closed_at: null },
    ]);
    expect(breaks[0]?.causes[0]?.code).toBe("outflow_without_transfer");
    expect(movements).toMatchObject([{ unexplained: true }]);
    expect(frozen).toContain(HOT);
    expect(bench.notices.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      "break_opened page",
      "asset_frozen page",
    ]);
  });
});
