import { describe, expect, it } from "vitest";
import { isAt, PLACES } from "./places.ts";
import { meaningOf } from "./shortcuts.ts";

describe("the keyboard", () => {
  it.each(PLACES)("goes to $name by g $key", (place) => {
    expect(meaningOf("g", false)).toEqual({ kind: "chord" });
    expect(meaningOf(place.key, true)).toEqual({ kind: "go", path: place.path });
  });

  it("freezes on Shift and F alone, so that typing f never does", () => {
    expect(meaningOf("F", false)).toEqual({ kind: "freeze" });
    expect(meaningOf("f", false)).toBeNull();
  });

  it("has no key that approves, denies, signs or sends", () => {
    const kinds = new Set<string>();
    for (let code = 32; code < 127; code++) {
      for (const afterG of [false, true]) {
        const meaning = meaningOf(String.fromCharCode(code), afterG);
        if (meaning) kinds.add(meaning.kind);
      }
    }
    expect([...kinds].sort()).toEqual(["chord", "export", "filter", "freeze", "go", "help", "live", "step"]);
    expect(meaningOf("Enter", false)).toBeNull();
  });

  it("gives every place a letter of its own", () => {
    expect(new Set(PLACES.map((place) => place.key)).size).toBe(PLACES.length);
  });

  it("knows where it is", () => {
    const [overview, , transfers] = PLACES;
    expect(overview && isAt(overview, "/transfers")).toBe(false);
    expect(transfers && isAt(transfers, "/transfers/tr_1")).toBe(true);
    expect(transfers && isAt(transfers, "/transfersx")).toBe(false);
  });
});
