import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, digestOf } from "./index.ts";

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

  it("refuses what JSON cannot say", () => {
    expect(() => canonicalJson({ a: Number.NaN })).toThrow();
    expect(() => canonicalJson({ a: Number.POSITIVE_INFINITY })).toThrow();
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
