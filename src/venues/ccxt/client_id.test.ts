import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIds } from "../../system/index.ts";
import { fromClientId, toClientId, toUuid } from "./client_id.ts";

const ids = createIds({ now: () => 1_800_000_000_000 });
const reference = fc.constantFrom("trf", "ord", "a", "abcdef").map((prefix) => ids.next(prefix));

describe("client ids", () => {
  it("hold a reference in at most 32 letters and digits, and give it back", () => {
    fc.assert(
      fc.property(reference, (text) => {
        const client_id = toClientId(text) ?? "";
        expect(client_id).toMatch(/^[a-z0-9]{26,31}$/);
        expect(fromClientId(client_id)).toBe(text);
      }),
    );
  });

  it("hold the largest UUID and the smallest", () => {
    for (const digit of ["0", "f"]) {
      const text = `trf_${[8, 4, 4, 4, 12].map((length) => digit.repeat(length)).join("-")}`;
      expect(fromClientId(toClientId(text) ?? "")).toBe(text);
    }
  });

  it("are none of a reference or a text of another form", () => {
    expect(toClientId("trf_1")).toBeNull();
    expect(toUuid("trf_1")).toBeNull();
    expect(fromClientId("")).toBeNull();
    expect(fromClientId("x-MY-OWN-ORDER")).toBeNull();
    expect(fromClientId(`trf${"z".repeat(25)}`)).toBeNull();
  });

  it("are a UUID where the exchange wants one", () => {
    expect(toUuid("ord_0199f2c1-7b3e-7001-9a50-5f3c2d1e0b7a")).toBe("0199f2c1-7b3e-7001-9a50-5f3c2d1e0b7a");
  });
});
