import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkText, compareText } from "./text.ts";

const text = fc.string({ unit: "binary" });

describe("compareText", () => {
  it("orders as the bytes of UTF-8 do", () => {
    const property = fc.property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    });
    fc.assert(property, { examples: [["\uffff", "😀"]], numRuns: 2_000 });
  });
});

describe("checkText", () => {
  it("passes what PostgreSQL can keep and refuses the rest, naming the column", () => {
    fc.assert(
      fc.property(text, (value) => {
        if (value.includes("\u0000")) expect(() => checkText(value, "event.ref")).toThrow("event.ref holds a NUL");
        else expect(checkText(value, "event.ref")).toBe(value);
      }),
    );
    expect(() => checkText("a\ud800", "event.ref")).toThrow("half a character");
    expect(() => checkText("abc", "event.ref", 2)).toThrow("3 characters long; at most 2");
  });
});
