import { describe, expect, it } from "vitest";
import { percentOf, percentOfFraction, ratioText } from "./ratio.ts";

describe("ratioText", () => {
  it.each([
    ["820000.000000", "500000", "1.64\u00d7"],
    ["499999.999999", "500000.000000", "0.99\u00d7"],
    ["-5", "10", "\u22120.50\u00d7"],
    ["123456789012345678901234567890", "1", "123456789012345678901234567890.00\u00d7"],
  ])("%s over %s is %s", (part, whole, text) => {
    expect(ratioText(part, whole)).toBe(text);
  });

  it("says nothing where there is no ratio", () => {
    for (const whole of ["0", "-1", "x"]) expect(ratioText("1", whole)).toBeNull();
  });
});

describe("percentOf", () => {
  it.each([
    ["25", "200", "12.5000"],
    ["0.000000", "103641092.315000", "0.0000"],
    ["1", "3", "33.3333"],
    ["-1", "4", "-25.0000"],
  ])("%s of %s is %s per cent", (part, whole, percent) => {
    expect(percentOf(part, whole)).toBe(percent);
  });

  it("says nothing where there is no whole", () => {
    for (const whole of ["0", "-1", "x"]) expect(percentOf("1", whole)).toBeNull();
  });
});

describe("percentOfFraction", () => {
  it.each([
    ["60/100", "60\u00a0%"],
    ["1/8", "12.5\u00a0%"],
    ["100/140", "71.4285\u2026\u00a0% (100/140)"],
    ["0/1", "0\u00a0%"],
  ])("%s is %s", (fraction, text) => {
    expect(percentOfFraction(fraction)).toBe(text);
  });

  it("says nothing of what is no fraction", () => {
    for (const text of ["", "1/0", "1.5/2", "-1/2", "a/b"]) expect(percentOfFraction(text)).toBeNull();
  });
});
