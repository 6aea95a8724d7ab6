/** BBQr: every file comes back, whatever order the camera sees its parts in. */
import fc from "fast-check";
import encodeQR from "qr";
import { decodeQR } from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { drawCode, fromBbqr, isBbqr, qrPage, toBbqr } from "./index.ts";

describe("a file as QR codes", () => {
  it("comes back from its parts in any order, some of them twice", () => {
    const file = fc.uint8Array({ minLength: 1, maxLength: 3_000 });
    fc.assert(
      fc.property(file, fc.infiniteStream(fc.nat()), (bytes, chance) => {
        const parts = toBbqr(bytes, "P");
        const shuffled = [...parts, ...parts.slice(0, 2)]
          .map((part) => ({ part, rank: chance.next().value }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ part }) => part);
        expect(fromBbqr(shuffled.join("\n"))).toEqual(bytes);
      }),
    );
  });

  it("has the header that other readers expect, and alphanumeric letters only", () => {
    const parts = toBbqr(new Uint8Array(450).fill(7), "P");
    expect(parts.map((part) => part.slice(0, 8))).toEqual(["B$2P0300", "B$2P0301", "B$2P0302"]);
    for (const part of parts) expect(part).toMatch(/^[0-9A-Z $%*+\-./:]+$/);
    expect(isBbqr(parts[0] ?? "")).toBe(true);
    // RFC 4648, without padding; and the same as hex.
    expect(toBbqr(new TextEncoder().encode("foobar"), "T")).toEqual(["B$2T0100MZXW6YTBOI"]);
    expect(fromBbqr("B$HT0100666F6F626172")).toEqual(new TextEncoder().encode("foobar"));
  });

  it.each([
    ["B$2P0300AAAA", "part 2, 3 of 3 is missing"],
    ["B$2P0200AAAA B$2P0301AAAA", "different series"],
    ["B$2P0105AAAA", "one of its parts is none"],
    ["hello", "one of its parts is none"],
    ["B$2P0100AA1A", "no letter"],
  ])("says what is wrong with %s", (text, words) => {
    expect(() => fromBbqr(text)).toThrow(words);
  });

  it("refuses what no camera would ever finish", () => {
    expect(() => toBbqr(new Uint8Array(300_000), "P")).toThrow(expect.objectContaining({ code: "bbqr_too_large" }));
  });

  it("is read back from the drawn code by a decoder", () => {
    const [part = ""] = toBbqr(
      Uint8Array.from({ length: 200 }, (_, at) => at),
      "P",
    );
    const bitmap = encodeQR(part, "raw", { ecc: "low", border: 3, scale: 4 });
    const height = bitmap.length;
    const width = bitmap[0]?.length ?? 0;
    const data = Uint8Array.from(bitmap.flat().flatMap((dark) => (dark ? [0, 0, 0, 255] : [255, 255, 255, 255])));
    expect(decodeQR({ width, height, data })).toBe(part);
    const { size, path } = drawCode(part);
    expect(size * 4).toBe(width);
    expect(path.match(/M/g)).toHaveLength(bitmap.flat().filter(Boolean).length / 16);
  });

  it("is one page that needs nothing else", () => {
    const parts = toBbqr(new Uint8Array(450), "P");
    const page = qrPage("trf_<1>", parts);
    expect(page.match(/<svg/g)).toHaveLength(3);
    expect(page).toContain("trf_&#60;1&#62;");
    expect(page).not.toMatch(/src=|href=/);
  });
});
