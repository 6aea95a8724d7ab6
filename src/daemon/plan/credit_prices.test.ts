/** The price that may call and sell, against sources that lie: a minority of them moves nothing. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { compareRatios, ratio } from "../../money/index.ts";
import type { Quote } from "../../prices/types.ts";
import { newState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { creditPrices, passGate } from "./credit_prices.ts";

const POLL_MS = 1_800_000;

function deskOf() {
  let now = 1_800_000_000_000;
  const config = {
    ...{ currency: { id: "USD", decimals: 2 }, assets: new Map([["BTC", { id: "BTC", decimals: 8 }]]) },
    prices: { policy: { quorum: 2, max_age_ms: 4 * POLL_MS, outlier_ppm: 50_000 } },
    credit: { prices: { frozen_after_ms: 8 * POLL_MS, jump_ppm: 250_000 } },
  };
  const deps = { config, clock: { now: () => now } } as unknown as DaemonDeps;
  const state = newState();
  let quotes: Quote[] = [];
  const prices = creditPrices(deps, state, () => quotes);
  return {
    prices,
    poll: (said: Readonly<Record<string, bigint>>): void => {
      now += POLL_MS;
      quotes = Object.entries(said).map(([source, price]) => ({
        ...{ source, price: ratio(price, 1n), source_time: now, received_at: now },
      }));
      passGate(deps, state, "BTC", quotes);
    },
  };
}

it("a price that acts stays within the range of the good sources while fewer than half lie, in every poll", () => {
  const good = fc.array(fc.bigInt({ min: 5_900_000n, max: 6_100_000n }), { minLength: 3, maxLength: 3 });
  const bad = fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(fc.array(fc.tuple(good, bad), { minLength: 2, maxLength: 6 }), (polls) => {
      const desk = deskOf();
      for (const [honest, lies] of polls) {
        const said = [
          ...honest.map((price, at) => [`good-${at}`, price]),
          ...lies.map((price, at) => [`bad-${at}`, price]),
        ];
        desk.poll(Object.fromEntries(said) as Record<string, bigint>);
        const { price, trust } = desk.prices.of("BTC", "USD");
        if (price === null || trust !== "act") continue;
        const sorted = [...honest].sort((a, b) => (a < b ? -1 : 1));
        expect(compareRatios(price, ratio(sorted[0] ?? 0n, 1n))).toBeGreaterThanOrEqual(0);
        expect(compareRatios(price, ratio(sorted[2] ?? 0n, 1n))).toBeLessThanOrEqual(0);
      }
    }),
  );
});

it("two lying sources of five do not keep the price of the others from acting", () => {
  const desk = deskOf();
  for (let poll = 0n; poll < 3n; poll += 1n) {
    desk.poll({ a: 6_000_000n + poll, b: 6_010_000n + poll, c: 5_990_000n + poll, d: 1n + poll, e: 10n ** 9n + poll });
  }
  expect(desk.prices.of("BTC", "USD")).toMatchObject({ trust: "act", price: ratio(6_000_002n, 1n) });
});
