import { describe, expect, it } from "vitest";
import { DetectError } from "./errors.ts";
import { guessedColumns, parseSeries } from "./parse_series.ts";

const codeOf = (text: string): string => {
  try {
    parseSeries(text);
  } catch (error) {
    return error instanceof DetectError ? `${error.code} ${error.facts.line ?? ""}`.trim() : String(error);
  }
  return "accepted";
};

describe("parseSeries", () => {
  it("reads every way to write a time, as UTC", () => {
    const at = Date.UTC(2030, 0, 31, 14, 5);
    const written = [
      "2030-01-31 14:05:00",
      "2030-01-31T14:05:00Z",
      "2030-01-31 14:05:00.000000",
      String(at),
      String(at / 1_000),
    ];
    for (const timestamp of written)
      expect(parseSeries(`timestamp,value\n${timestamp},1.5\n`)).toEqual([{ at, value: 1.5, timestamp }]);
  });

  it("finds the columns by name, or takes the first two; skips comments and empty lines", () => {
    const text = "# made here\nvalue,note,timestamp\n7,x,2030-01-01 00:00:00\n\n";
    expect(parseSeries(text)[0]).toMatchObject({ value: 7 });
    expect(parseSeries("hour,outflow\r\n2030-01-01 00:00:00,-3e2\r\n")[0]).toMatchObject({ value: -300 });
  });

  it("says which columns it took where they are not named", () => {
    expect(guessedColumns("# made here\nhour,outflow\n2030-01-01,1\n")).toEqual(["hour", "outflow"]);
    expect(guessedColumns("value,note,Timestamp\n")).toBeNull();
  });

  it("accepts the leap day, and only in its years", () => {
    expect(codeOf("timestamp,value\n2028-02-29,1\n")).toBe("accepted");
    expect(codeOf("timestamp,value\n2027-02-29,1\n")).toBe("series_row_malformed 2");
  });

  it("keeps a gap as a gap, and the order as written", () => {
    const rows = parseSeries("timestamp,value\n2030-01-02,1\n2030-01-01,\n2030-01-01,NaN\n");
    expect(rows.map(({ value }) => value)).toEqual([1, Number.NaN, Number.NaN]);
    expect(rows[0]?.at).toBeGreaterThan(rows[1]?.at ?? 0);
  });

  it.each([
    ["", "series_empty"],
    ["timestamp,value\n", "series_empty"],
    ["2030-01-01,5\n2030-01-02,6\n", "series_header_missing 1"],
    ["timestamp,value\nyesterday,1\n", "series_row_malformed 2"],
    ["timestamp,value\n2030-01-01,1\n2030-13-01,1\n", "series_row_malformed 3"],
    ["timestamp,value\n2030-02-30,1\n", "series_row_malformed 2"],
    ["timestamp,value\n2030-01-01 10:75:00,1\n", "series_row_malformed 2"],
    ["timestamp,value\n2030-01-01,many\n", "series_row_malformed 2"],
    ["timestamp,value\n2030-01-01,Infinity\n", "series_row_malformed 2"],
  ])("refuses %j with %s", (text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});
