import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, digestOf, plainOf } from "./index.ts";

describe("canonicalJson", () => {
  it("sorts members, drops undefined and writes bigint as a decimal string", () => {
    expect(canonicalJson({ b: 1n, a: "x", c: undefined })).toBe('{"a":"x","b":"1"}');
  });

  it("gives the example of RFC 8785 section 3.2.3", () => {
    const value = { "\u20ac": "Euro Sign", "\r": "Carriage Return", "1": "One", "\u0080": "Control\u007f" };
    expect(canonicalJson(value)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control\u007f","\u20ac":"Euro Sign"}',
    );
  });

  it("does not depend on the order in which members were written", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });

  it("writes what the reference library writes, whatever the names and values are", () => {
    const odd = fc.constantFrom("10", "9", "01", "__proto__", "toJSON", "", "\u20ac", "\ud83d\ude00", "\ufb33", "a\nb");
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: "grapheme" }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.array(fc.tuple(fc.oneof(odd, fc.string()), tie("value")), { maxLength: 6 }).map(Object.fromEntries),
      ),
    })).value;
    const reference = canonicalize as unknown as (value: unknown) => string;
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value)).toBe(reference(value));
      }),
      { numRuns: 500 },
    );
  });

  it("refuses what JSON cannot say", () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow();
    expect(() => canonicalJson({ a: Number.POSITIVE_INFINITY })).toThrow();
  });
});

describe("plainOf", () => {
  it("writes amounts as digits and leaves out what is undefined, at any depth", () => {
    expect(plainOf({ a: [1n, { b: -2n, c: undefined }], d: null, e: 0.5 })).toEqual({
      a: ["1", { b: "-2" }],
      d: null,
      e: 0.5,
    });
  });

  it("is what its canonical text says", () => {
    fc.assert(
      fc.property(fc.object({ withBigInt: true, withObjectString: false, maxDepth: 3 }), (value) => {
        expect(canonicalJson(plainOf(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it("keeps a member named __proto__ as data", () => {
    const made = plainOf(JSON.parse('{"__proto__":{"x":1}}')) as object;
    expect(Object.keys(made)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
  });
});

describe("digestOf", () => {
  it("is SHA-256 over the domain string and the canonical text", () => {
    const expected = createHash("sha256").update('tidegate/transfer/v1\n{"a":"1"}').digest("hex");
    expect(digestOf("transfer", { a: 1n })).toBe(expected);
  });

  it("separates kinds: one object has another digest under another domain", () => {
    expect(digestOf("transfer", { a: 1 })).not.toBe(digestOf("policy", { a: 1 }));
  });

  it("changes with every value", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(digestOf("transfer", { a }) === digestOf("transfer", { a: b })).toBe(a === b);
      }),
    );
  });
});
