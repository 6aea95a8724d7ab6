import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percent, type Ratio, ratio } from "../money/index.ts";
import {
  advanceIndex,
  crossingOf,
  exactValue,
  INDEX_ONE,
  LEVEL_PROFILES,
  type Levels,
  type Ltv,
  levelsOf,
  nextStage,
  type Stage,
  scaledDebt,
  TriggerIndex,
  triggerPrice,
  type Watched,
} from "./index.ts";
import { at, BTC, btc, ETH, heldBtc, usd } from "./suite.ts";

const LEVELS = LEVEL_PROFILES["ltv-60-70-80-90"];
const PROFILES: readonly Levels[] = [
  LEVELS,
  LEVEL_PROFILES["cvl-140-125-105"],
  levelsOf(LEVELS, { initial: percent("33"), release: percent("12") }),
];

/** The same by brute force: every facility, every time, in BigInt. */
class Reference {
  readonly facilities = new Map<string, Watched & { stage: Stage }>();
  readonly prices = new Map<string, Ratio>();
  readonly indices = new Map<string, bigint>();

  put(watched: Watched): string[] {
    const stage = this.facilities.get(watched.facility_id)?.stage ?? "sound";
    this.facilities.set(watched.facility_id, { ...watched, stage });
    return this.look([this.facilities.get(watched.facility_id)]);
  }

  tick(): string[] {
    return this.look([...this.facilities.values()]);
  }

  private look(facilities: readonly ((Watched & { stage: Stage }) | undefined)[]): string[] {
    const told: string[] = [];
    for (const facility of facilities) {
      if (facility === undefined) continue;
      const to = nextStage(facility.stage, this.ltvOf(facility), facility.levels);
      const crossing = crossingOf(facility.stage, to, facility.levels);
      if (crossing) told.push(line({ ...crossing, facility_id: facility.facility_id }));
      facility.stage = to;
    }
    return told.sort();
  }

  private ltvOf({ scaled, accrual_id, holdings }: Watched): Ltv {
    if (scaled === 0n) return { state: "no_loan" };
    const value = exactValue(holdings, this.prices);
    if (value.num === 0n) return { state: "no_collateral" };
    const index = this.indices.get(accrual_id) ?? INDEX_ONE;
    return { state: "ratio", ratio: ratio(scaled * index * value.den, INDEX_ONE * INDEX_ONE * value.num) };
  }
}

const line = (crossing: object): string =>
  JSON.stringify(Object.entries(crossing).sort(([a], [b]) => (a < b ? -1 : 1)));

function pair(): { index: TriggerIndex; reference: Reference } {
  const both = { index: new TriggerIndex(), reference: new Reference() };
  for (const [asset, price] of [
    ["BTC", at("60000")],
    ["ETH", at("3000")],
  ] as const) {
    both.index.setPrice(asset, price);
    both.reference.prices.set(asset, price);
  }
  return both;
}

const facility = (id: string, owed: string, held = "1", over: Partial<Watched> = {}): Watched => ({
  facility_id: id,
  scaled: scaledDebt(usd(owed), INDEX_ONE),
  accrual_id: "9%",
  levels: LEVELS,
  holdings: [heldBtc(held)],
  ...over,
});

type Step =
  | { kind: "put"; id: number; owed: number; btc: number; eth: number; haircut: number; profile: number; rate: number }
  | { kind: "remove"; id: number }
  | { kind: "price"; asset: "BTC" | "ETH"; ppm: number; den: bigint }
  | { kind: "accrue"; rate: number; days: number };

const id = fc.integer({ min: 0, max: 11 });
/** Round figures on purpose: prices meet levels exactly, and many facilities share a trigger. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      id,
      owed: fc.constantFrom(0, 3_000, 30_000, 36_000, 42_000, 48_000, 54_000, 59_999),
      btc: fc.constantFrom(0, 1, 1, 1, 2),
      eth: fc.constantFrom(0, 0, 1, 20),
      haircut: fc.constantFrom(0, 10),
      profile: fc.integer({ min: 0, max: 2 }),
      rate: fc.integer({ min: 0, max: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), id }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("price" as const),
      asset: fc.constantFrom("BTC" as const, "ETH" as const),
      ppm: fc.oneof(
        fc.constantFrom(400_000, 500_000, 700_000, 750_000, 800_000, 900_000, 1_000_000, 2_000_000),
        fc.integer({ min: 200_000, max: 3_000_000 }),
      ),
      den: fc.constantFrom(1n, 3n),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("accrue" as const),
      rate: fc.integer({ min: 0, max: 1 }),
      days: fc.integer({ min: 1, max: 400 }),
    }),
  },
);

function watchedOf(it: Extract<Step, { kind: "put" }>, indices: ReadonlyMap<string, bigint>): Watched {
  const accrual_id = `rate-${it.rate}`;
  return {
    facility_id: `f${it.id}`,
    scaled: scaledDebt(BigInt(it.owed) * 100n, indices.get(accrual_id) ?? INDEX_ONE),
    accrual_id,
    levels: PROFILES[it.profile] ?? LEVELS,
    holdings: [
      { asset: BTC, units: BigInt(it.btc) * 10n ** 8n, haircut: ratio(BigInt(it.haircut), 100n) },
      { asset: ETH, units: BigInt(it.eth) * 10n ** 18n, haircut: ratio(5n, 100n) },
    ],
  };
}

function apply({ index, reference }: ReturnType<typeof pair>, it: Step): [string[], string[]] {
  switch (it.kind) {
    case "put": {
      const watched = watchedOf(it, reference.indices);
      const crossing = index.put(watched);
      return [crossing ? [line(crossing)] : [], reference.put(watched)];
    }
    case "remove":
      expect(index.remove(`f${it.id}`)).toBe(reference.facilities.delete(`f${it.id}`));
      return [[], []];
    case "price": {
      const base = it.asset === "BTC" ? usd("60000") : usd("3000");
      const price = ratio(base * BigInt(it.ppm), 1_000_000n * it.den);
      reference.prices.set(it.asset, price);
      return [index.setPrice(it.asset, price).map(line).sort(), reference.tick()];
    }
    case "accrue": {
      const accrual_id = `rate-${it.rate}`;
      const before = reference.indices.get(accrual_id) ?? INDEX_ONE;
      const after = advanceIndex(before, percent(it.rate === 0 ? "9" : "14.3"), 0, it.days, "actual/365");
      reference.indices.set(accrual_id, after);
      return [index.setIndex(accrual_id, after).map(line).sort(), reference.tick()];
    }
  }
}

describe("trigger index", () => {
  it("tells the crossings that brute force tells, step by step, and rescans clean", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
        const both = pair();
        for (const it of steps) {
          const [told, expected] = apply(both, it);
          expect(told).toEqual(expected);
        }
        for (const [facility_id, { stage }] of both.reference.facilities) {
          expect(both.index.stageOf(facility_id)).toBe(stage);
        }
        expect(both.index.size).toBe(both.reference.facilities.size);
        expect(both.index.rescan()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("follows a noisy walk of thousands of facilities as brute force does", () => {
    const both = pair();
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let n = 0; n < 3_000; n += 1) {
      const eth = n % 10 === 0 ? 1 + next(10) : 0;
      const put = { kind: "put" as const, id: n, owed: 20_000 + next(40_000), btc: 1, eth, haircut: 0, profile: n % 3 };
      apply(both, { ...put, rate: n % 2 });
    }
    let ppm = 1_000_000;
    for (let tick = 0; tick < 120; tick += 1) {
      ppm = Math.max(250_000, ppm + next(60_001) - 30_600);
      const asset = tick % 5 === 4 ? "ETH" : "BTC";
      const [told, expected] = apply(both, { kind: "price", asset, ppm, den: 1n });
      expect(told).toEqual(expected);
    }
    expect(both.index.rescan()).toEqual([]);
  });

  it("reaches each level at its exact trigger price, and not one unit above", () => {
    for (const name of ["initial", "warning", "margin_call", "liquidation"] as const) {
      const one = facility("one", "41237.77", "1.23456789");
      const trigger = triggerPrice(name, LEVELS[name], one.scaled, INDEX_ONE, heldBtc("1.23456789")) ?? 0n;
      const { index } = pair();
      index.put(one);
      expect(index.setPrice("BTC", ratio(trigger + 1n, 1n)).map((crossing) => crossing.to)).not.toContain(name);
      expect(index.setPrice("BTC", ratio(trigger, 1n))).toMatchObject([{ facility_id: "one", to: name }]);
    }
  });

  it("tells one crossing for a crash that skips levels, and for the way back", () => {
    const { index } = pair();
    expect(index.put(facility("one", "30000"))).toBeNull();
    expect(index.setPrice("BTC", at("32000"))).toEqual([
      {
        facility_id: "one",
        from: "sound",
        to: "liquidation",
        direction: "worse",
        skipped: ["initial", "warning", "margin_call"],
      },
    ]);
    expect(index.setPrice("BTC", at("32000.01"))).toEqual([]);
    expect(index.setPrice("BTC", at("90000"))).toMatchObject([{ from: "liquidation", to: "sound" }]);
  });

  it("accrues into a crossing without a price", () => {
    const { index } = pair();
    index.put(facility("one", "41900"));
    index.setIndex("another", 2n * INDEX_ONE);
    expect(index.stageOf("one")).toBe("initial");
    const index_after = advanceIndex(INDEX_ONE, percent("9"), 0, 10, "actual/365");
    expect(index.setIndex("9%", index_after)).toMatchObject([{ facility_id: "one", to: "warning" }]);
    expect(() => index.setIndex("9%", INDEX_ONE)).toThrow("never falls");
  });

  it("remembers the stage when a facility changes, also from one asset to several", () => {
    const { index } = pair();
    index.put(facility("one", "48000"));
    expect(index.stageOf("one")).toBe("margin_call");
    expect(index.put(facility("one", "46000"))).toBeNull();
    const basket = [heldBtc("1"), { asset: ETH, units: 10n ** 16n, haircut: percent("0") }];
    expect(index.put(facility("one", "46000", "1", { holdings: basket }))).toBeNull();
    expect(index.put(facility("one", "0"))).toMatchObject({ from: "margin_call", to: "sound" });
    expect(index.put(facility("one", "1", "0"))).toMatchObject({ to: "liquidation" });
    expect(index.remove("one")).toBe(true);
    expect([index.remove("one"), index.stageOf("one"), index.size]).toEqual([false, null, 0]);
  });

  it("looks at a basket again only when its slack may be used up", () => {
    const { index } = pair();
    const holdings = [heldBtc("1"), { asset: ETH, units: btc("1"), haircut: percent("0") }];
    index.put(facility("far", "6000", "1", { holdings }));
    for (let tick = 0; tick < 50; tick += 1) expect(index.setPrice("BTC", at(String(60_000 - tick)))).toEqual([]);
    expect(index.setPrice("ETH", at("1"))).toEqual([]);
    expect(index.setPrice("BTC", at("7000"))).toMatchObject([{ to: "margin_call" }]);
  });

  it("stays exact when a price leaves the room its keys have", () => {
    const { index } = pair();
    index.put(facility("one", "30000"));
    expect(index.setPrice("BTC", at("600000000000"))).toEqual([]);
    expect(index.put(facility("two", "590000000000"))).toMatchObject({ to: "liquidation" });
    expect(index.put(facility("three", "300000000000"))).toBeNull();
    expect(index.rescan()).toEqual([]);
    expect(index.setPrice("BTC", at("50000")).map((crossing) => crossing.facility_id)).toEqual(["three"]);
  });

  it("needs a price and levels in order, and changes nothing without", () => {
    const index = new TriggerIndex();
    expect(() => index.put(facility("one", "1"))).toThrow(expect.objectContaining({ code: "credit_price_unknown" }));
    index.setPrice("BTC", at("1"));
    const levels = { ...LEVELS, warning: percent("85") };
    expect(() => index.put(facility("one", "1", "1", { levels }))).toThrow(
      expect.objectContaining({ code: "credit_levels_out_of_order" }),
    );
    expect(() => index.setPrice("BTC", at("0"))).toThrow(
      expect.objectContaining({ code: "credit_price_not_positive" }),
    );
    expect([index.size, index.stageOf("one")]).toEqual([0, null]);
  });

  it("refuses bad holdings before it has changed anything", () => {
    const { index } = pair();
    index.put(facility("one", "48000"));
    const ether = { asset: ETH, units: 1n, haircut: percent("0") };
    for (const bad of [
      { ...ether, haircut: percent("100") },
      { ...ether, units: -1n },
    ]) {
      expect(() => index.put(facility("one", "1", "1", { holdings: [heldBtc("1"), bad] }))).toThrow();
      expect(() => index.put(facility("two", "1", "1", { holdings: [heldBtc("1"), bad] }))).toThrow();
    }
    expect([index.size, index.stageOf("one"), index.rescan()]).toEqual([1, "margin_call", []]);
    expect(index.setPrice("BTC", at("50000"))).toMatchObject([{ facility_id: "one", to: "liquidation" }]);
  });
});
