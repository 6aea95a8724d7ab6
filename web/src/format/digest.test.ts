import { describe, expect, it } from "vitest";
import { groupHex, middle, shortDigest } from "./digest.ts";

describe("digests for people", () => {
  it("groups in fours", () => {
    expect(groupHex("a1b2c3d4e5")).toBe("a1b2 c3d4 e5");
    expect(groupHex("")).toBe("");
  });

  it("shortens to four groups", () => {
    expect(shortDigest("0123456789abcdef".repeat(4))).toBe("0123 4567 89ab cdef");
  });

  it("keeps both ends of a long id and all of a short one", () => {
    expect(middle("0xdAC17F958D2ee523a2206206994597C13D831ec7")).toBe("0xdAC1\u2026831ec7");
    expect(middle("tr_1234")).toBe("tr_1234");
  });
});
