import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { printDecimal } from "../../money/index.ts";
import { get, preparedBytes, readShape, readStatus } from "./shapes.ts";
import { AssetCodec } from "./units.ts";

const codec = new AssetCodec(
  new Map([
    ["USDT", { id: "USDT", decimals: 6 }],
    ["WEI", { id: "WEI", decimals: 18 }],
  ]),
);

describe("amounts on the wire", () => {
  it("come back exactly, at every scale", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 60n), fc.constantFrom("USDT", "WEI"), (units, id) => {
        const { decimals } = codec.asset(id);
        expect(codec.reader(id)(printDecimal(units, decimals))).toBe(units);
      }),
    );
  });

  it.each(["-1", "1e6", "NaN", "", "1,5", "0.0000001", " 1", "Infinity", "0x10"])("refuse %j", (text) => {
    expect(() => codec.reader("USDT")(text)).toThrow(expect.objectContaining({ code: "venue_invalid" }));
  });

  it("are never read in an asset that is not ours", () => {
    expect(() => codec.reader("USDC")).toThrow(/not in the asset registry/);
  });
});

describe("status words", () => {
  const words = {
    DONE: { stage: "final", status: "succeeded" },
    WAITING: { stage: "signing", status: "pending" },
  } as const;

  it("mean what the table says; others mean pending", () => {
    expect(readStatus(words, "DONE")).toEqual({ stage: "final", status: "succeeded", final: true });
    expect(readStatus(words, "WAITING").final).toBe(false);
    expect(readStatus(words, "done")).toEqual({ stage: "accepted", status: "pending", final: false });
    expect(readStatus(words, "constructor")).toEqual({ stage: "accepted", status: "pending", final: false });
  });

  it("are never final unless they are known", () => {
    fc.assert(
      fc.property(fc.string(), (word) => {
        expect(readStatus(words, word).final).toBe(word === "DONE");
      }),
    );
  });
});

describe("shapes", () => {
  it("say where an answer is not what was promised", () => {
    const shape = z.object({ row: z.object({ amount: z.string() }) });
    expect(() => readShape(shape, { row: { amount: 5 } }, "balance")).toThrow(/balance .* \(at row\.amount\)/);
    expect(() => readShape(shape, undefined, "balance")).toThrow(/at the whole/);
  });

  it("keep prepared bytes as they are", () => {
    const prepared = { reference: "r", body: { bytes: '{"a": 1 }' }, tx_hash: null, prepared_at: 0 };
    expect(preparedBytes(prepared)).toBe('{"a": 1 }');
    expect(() => preparedBytes({ ...prepared, body: null })).toThrow(/prepared request/);
  });

  it("escape what goes into a query", () => {
    expect(get("/x", { reference: "a&b=c" }).target).toBe("/x?reference=a%26b%3Dc");
    expect(get("/x").target).toBe("/x");
  });
});
