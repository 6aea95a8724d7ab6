import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnnouncedFlow, type ListedMovement, matchFlows } from "./expected_flows.ts";

const flow = (over: Partial<AnnouncedFlow> = {}): AnnouncedFlow => ({
  ...{ id: "f1", wallet_id: "hot", reference: "w-1", asset: "USDT", direction: "out", amount: 100n },
  ...{ destination: null, tx_hash: null, from_at: 0, until_at: 10 },
  ...over,
});
const movement = (over: Partial<ListedMovement> = {}): ListedMovement => ({
  ...{ wallet_id: "hot", movement_id: "m1", asset: "USDT", direction: "out", amount: 100n },
  ...{ reference: null, tx_hash: null, counterparty: null, at: 5 },
  ...over,
});
const pairs = (flows: AnnouncedFlow[], movements: ListedMovement[]): string[] =>
  matchFlows(flows, movements).map((match) => `${match.flow.id} ${match.movement.movement_id}`);

describe("an announced flow", () => {
  it("is the movement of its amount in its window", () => {
    expect(pairs([flow()], [movement()])).toEqual(["f1 m1"]);
    expect(pairs([flow()], [movement({ at: 0 })])).toEqual(["f1 m1"]);
    expect(pairs([flow()], [movement({ at: 10 })])).toEqual(["f1 m1"]);
  });

  it.each<[string, Partial<AnnouncedFlow>, Partial<ListedMovement>]>([
    [
      "another amount, whatever else is the same",
      { tx_hash: "0xab" },
      { amount: 101n, reference: "w-1", tx_hash: "0xab" },
    ],
    ["the other way", {}, { direction: "in" }],
    ["another wallet", {}, { wallet_id: "cold", reference: "w-1" }],
    ["another asset", {}, { asset: "BTC" }],
    ["a time before its window", { from_at: 6 }, { reference: "w-1" }],
    ["a time after its window", {}, { at: 11 }],
    ["another hash", { tx_hash: "0xab" }, { tx_hash: "0xcd" }],
    [
      "another destination, even under its reference",
      { destination: "alice" },
      { counterparty: "eve", reference: "w-1" },
    ],
    ["an address that differs in case alone", { destination: "bc1Qx" }, { counterparty: "bc1qx" }],
  ])("is not a movement of %s", (_, told, listed) => {
    expect(pairs([flow(told)], [movement(listed)])).toEqual([]);
  });

  it("is found by its reference first, then by its hash, then by where it goes, then by the rest", () => {
    const flows = [
      flow({ id: "any", reference: "w-4" }),
      flow({ id: "to", reference: "w-3", destination: "0xAA" }),
      flow({ id: "hash", reference: "w-2", tx_hash: "0xAB" }),
      flow({ id: "ref", reference: "w-1" }),
    ];
    const movements = [
      movement({ movement_id: "m-any", at: 1 }),
      movement({ movement_id: "m-to", at: 2, counterparty: "0xaa" }),
      movement({ movement_id: "m-hash", at: 3, tx_hash: "0xab" }),
      movement({ movement_id: "m-ref", at: 4, reference: "w-1" }),
    ];
    expect(pairs(flows, movements).sort()).toEqual(["any m-any", "hash m-hash", "ref m-ref", "to m-to"]);
  });

  it("explains one movement, and a second one of the same kind is nobody's", () => {
    expect(pairs([flow()], [movement(), movement({ movement_id: "m2", at: 6 })])).toEqual(["f1 m1"]);
    expect(pairs([flow(), flow({ id: "f2", reference: "w-2", until_at: 9 })], [movement()])).toEqual(["f2 m1"]);
  });

  it("has at most one movement, each movement at most one flow, and none is left that would fit", () => {
    const text = fc.constantFrom(null, "a", "b");
    const way = fc.constantFrom("in" as const, "out" as const);
    const amount = fc.bigInt({ min: 1n, max: 3n });
    const flows = fc.uniqueArray(
      fc.record({
        ...{ id: fc.uuid(), wallet_id: fc.constantFrom("hot", "warm"), reference: fc.constantFrom("r1", "r2", "r3") },
        ...{ asset: fc.constant("USDT"), direction: way, amount, destination: text, tx_hash: text },
        ...{ from_at: fc.integer({ min: 0, max: 5 }), until_at: fc.integer({ min: 3, max: 9 }) },
      }),
      { selector: ({ id }) => id, maxLength: 12 },
    );
    const movements = fc.uniqueArray(
      fc.record({
        ...{ movement_id: fc.uuid(), wallet_id: fc.constantFrom("hot", "warm"), asset: fc.constant("USDT") },
        ...{ direction: way, amount, reference: fc.constantFrom(null, "r1", "r2"), tx_hash: text, counterparty: text },
        at: fc.integer({ min: 0, max: 9 }),
      }),
      { selector: ({ movement_id }) => movement_id, maxLength: 12 },
    );
    fc.assert(
      fc.property(flows, movements, (some, listed) => {
        const found = matchFlows(some, listed);
        expect(new Set(found.map((match) => match.flow.id)).size).toBe(found.length);
        expect(new Set(found.map((match) => match.movement.movement_id)).size).toBe(found.length);
        for (const match of found) {
          expect(match.flow.amount).toBe(match.movement.amount);
          expect(match.flow.wallet_id).toBe(match.movement.wallet_id);
          expect(match.movement.at).toBeGreaterThanOrEqual(match.flow.from_at);
          expect(match.movement.at).toBeLessThanOrEqual(match.flow.until_at);
        }
        const rest = matchFlows(
          some.filter(({ id }) => !found.some((match) => match.flow.id === id)),
          listed.filter(({ movement_id }) => !found.some((match) => match.movement.movement_id === movement_id)),
        );
        expect(rest).toEqual([]);
      }),
    );
  });
});
