/** The choice of coins, against every possible choice, and by its laws. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costOf, feeFor, type Selection, type SelectionRequest, selectCoins } from "./select.ts";
import { feeOf } from "./units.ts";

interface TestCoin {
  readonly name: number;
  readonly amount: bigint;
}

/** One wallet of P2WPKH coins, as weighed in `weight.ts`. */
function requestOf(
  amounts: readonly bigint[],
  change: Partial<SelectionRequest<TestCoin>> = {},
): SelectionRequest<TestCoin> {
  return {
    coins: amounts.map((amount, name) => ({ name, amount })),
    amount: 100_000n,
    fee_rate: 5_000n,
    fee_max: 1_000_000n,
    base_weight: 166n,
    change_weight: 290n,
    input_weight: 272n,
    dust: 294n,
    consolidate_max: 0,
    ...change,
  };
}

const request = fc
  .record({
    amounts: fc.array(fc.bigInt({ min: 200n, max: 60_000n }), { minLength: 1, maxLength: 9 }),
    amount: fc.bigInt({ min: 1_000n, max: 150_000n }),
    fee_rate: fc.bigInt({ min: 1_000n, max: 30_000n }),
    fee_max: fc.bigInt({ min: 500n, max: 40_000n }),
  })
  .map(({ amounts, ...rest }) => requestOf(amounts, rest));

/** Every subset, with change where that is possible and without where nothing is left over that would be worth it. */
function bruteForce(asked: SelectionRequest<TestCoin>): bigint | null {
  const useful = asked.coins.filter(({ amount }) => amount > feeOf(asked.input_weight, asked.fee_rate));
  let best: bigint | null = null;
  for (let bits = 1; bits < 1 << useful.length; bits += 1) {
    const coins = useful.filter((_, at) => (bits >> at) & 1);
    const sum = coins.reduce((total, { amount }) => total + amount, 0n);
    const with_change = feeFor(asked, coins.length, true);
    const options: Selection<TestCoin>[] = [
      { coins, fee: sum - asked.amount, change: 0n },
      { coins, fee: with_change, change: sum - asked.amount - with_change },
    ];
    for (const option of options) {
      const least = feeFor(asked, coins.length, option.change > 0n);
      const possible =
        option.fee >= least && option.change >= 0n && (option.change === 0n || option.change >= asked.dust);
      if (!possible || option.fee > asked.fee_max) continue;
      const cost = costOf(asked, option);
      if (best === null || cost < best) best = cost;
    }
  }
  return best;
}

describe("the choice of coins", () => {
  it("keeps its sums, its cap and the network's rules", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const result = selectCoins(asked);
        if (result.kind !== "selected") return;
        const { coins, fee, change } = result.selection;
        const sum = coins.reduce((total, { amount }) => total + amount, 0n);
        expect(sum).toBe(asked.amount + change + fee);
        expect(fee).toBeLessThanOrEqual(asked.fee_max);
        expect(fee).toBeGreaterThanOrEqual(feeFor(asked, coins.length, change > 0n));
        expect(change === 0n || change >= asked.dust).toBe(true);
        expect(new Set(coins).size).toBe(coins.length);
      }),
    );
  });

  it("pays for what its coins come from too, within the same cap", () => {
    fc.assert(
      fc.property(request, fc.array(fc.bigInt({ min: 0n, max: 3_000n }), { maxLength: 12 }), (asked, lacks) => {
        const coins = asked.coins.map((coin, at) => ({ ...coin, lack: lacks[at] ?? 0n }));
        const result = selectCoins({ ...asked, coins });
        if (result.kind !== "selected") return;
        const { coins: chosen, fee, change } = result.selection;
        const lack = chosen.reduce((sum, coin) => sum + coin.lack, 0n);
        expect(chosen.reduce((sum, { amount }) => sum + amount, 0n)).toBe(asked.amount + change + fee);
        expect(fee).toBeGreaterThanOrEqual(feeFor(asked, chosen.length, change > 0n) + lack);
        expect(fee).toBeLessThanOrEqual(asked.fee_max);
      }),
    );
  });

  it("takes another coin rather than one that has to pay for its parent", () => {
    const asked = requestOf([500_000n, 400_000n], { amount: 50_000n });
    const coins = asked.coins.map((coin) => (coin.amount === 500_000n ? { ...coin, lack: 900n } : coin));
    expect(selectCoins({ ...asked, coins })).toMatchObject({ selection: { coins: [{ amount: 400_000n }] } });
    // Where nothing else reaches, it pays.
    const only = coins.filter(({ amount }) => amount === 500_000n);
    const paid = selectCoins({ ...asked, coins: only });
    expect(paid).toMatchObject({ selection: { fee: feeFor(asked, 1, true) + 900n } });
  });

  it("costs what the cheapest of all choices costs, and finds one whenever there is one", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const best = bruteForce(asked);
        const result = selectCoins(asked);
        expect(result.kind === "selected").toBe(best !== null);
        if (result.kind === "selected") expect(costOf(asked, result.selection)).toBe(best);
      }),
      { numRuns: 1_000 },
    );
  });

  it("takes the coin that fits and makes no change", () => {
    const asked = requestOf([500_000n, 100_600n, 70_000n, 60_000n]);
    const fee = feeFor(asked, 1, false);
    const result = selectCoins({ ...asked, amount: 100_600n - fee });
    expect(result).toMatchObject({ kind: "selected", selection: { coins: [{ name: 1 }], change: 0n, fee } });
  });

  it("says what is missing, and what it would cost", () => {
    const asked = requestOf([40_000n, 30_000n]);
    expect(selectCoins(asked)).toEqual({
      kind: "too_little",
      available: 70_000n,
      needed: 100_000n + feeFor(asked, 2, false),
    });
    const dear = selectCoins(requestOf([500_000n], { fee_rate: 100_000n, fee_max: 5_000n }));
    expect(dear).toEqual({ kind: "too_dear", fee: feeFor(requestOf([], { fee_rate: 100_000n }), 1, true) });
  });

  it("never spends a coin that costs more than it brings", () => {
    const result = selectCoins(requestOf([200n, 300n, 340n, 500_000n]));
    expect(result).toMatchObject({ selection: { coins: [{ name: 3 }] } });
  });

  it("takes small coins along, the smallest first, as many as are allowed and as the cap bears", () => {
    const small = Array.from({ length: 30 }, (_, at) => 2_000n + BigInt(at));
    const asked = requestOf([500_000n, ...small], { consolidate_max: 10 });
    const result = selectCoins(asked);
    if (result.kind !== "selected") throw new Error(result.kind);
    expect(result.selection.coins.map(({ name }) => name)).toEqual([
      0,
      ...Array.from({ length: 10 }, (_, at) => at + 1),
    ]);
    expect(result.selection.fee).toBe(feeFor(asked, 11, true));
    const capped = selectCoins({ ...asked, fee_max: feeFor(asked, 3, true) });
    expect(capped).toMatchObject({ selection: { fee: feeFor(asked, 3, true) } });
  });

  it("pays out of thousands of coins without delay, and never makes a transaction that is too large", () => {
    const many = Array.from({ length: 5_000 }, () => 1_000n);
    expect(selectCoins(requestOf(many, { amount: 900_000n, fee_rate: 1_000n }))).toEqual({ kind: "too_many_inputs" });
    expect(selectCoins(requestOf(many, { amount: 300_000n, fee_rate: 1_000n }))).toMatchObject({ kind: "selected" });
  });
});
