import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NumberText, parseJson, writeJson } from "./json.ts";

describe("JSON with exact numbers", () => {
  it.each(["0.1", "1e-8", "12345678901234567890.123456789", "-0", "1E+30", "0.10"])(
    "keeps %s as it was written",
    (text) => {
      expect(parseJson(`{"v":[${text}]}`)).toEqual({ v: [new NumberText(text)] });
    },
  );

  it("leaves everything else as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false } as object), (value) => {
        expect(JSON.parse(writeJson(parseJson(JSON.stringify(value))))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each(["", "{", "nonsense", '{"a":1', "1 2", "'a'"])("is undefined for %j", (text) => {
    expect(parseJson(text)).toBeUndefined();
  });

  it("writes amounts as numbers without a float between", () => {
    expect(writeJson({ amount: new NumberText("0.00000001"), to: ["a", null] })).toBe(
      '{"amount":0.00000001,"to":["a",null]}',
    );
    expect(() => writeJson(new NumberText("1;drop"))).toThrow(RangeError);
  });
});
