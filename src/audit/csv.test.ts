import { describe, expect, it } from "vitest";
import { CSV_HEADER, csvLine, eventFacts } from "./csv.ts";
import type { EventRow } from "./types.ts";

const assets = new Map([["USDT", { id: "USDT", decimals: 6 }]]);
const event: EventRow = {
  id: "evt_1",
  kind: "transfer.state",
  ref: "trf_1",
  actor: "daemon",
  at: 1_763_733_731_000,
  type: "Auto-Pilot",
  payload: {
    ...{ pool_id: "usdt", asset: "USDT", from_wallet: "hot-usdt", to_wallet: "vault-usdt", network: "tron" },
    ...{ direction: "liquidity_to_reserve", amount: "1500000", fee: "250000", to_state: "settled", note: null },
    balances_after: {
      ...{ liquidity: "9000000", reserve: "81000001", share_percent: "9.9999" },
      ...{ from_wallet: "9000000", to_wallet: "81000001" },
    },
  },
  seq: 41,
};
const columns = (line: string): string[] => line.trimEnd().split(",");

describe("csvLine", () => {
  it("shows time, type, fee and both sides after the move, in whole units", () => {
    const line = csvLine(event, assets);
    expect(line).toBe(
      "41,2025-11-21T14:02:11.000Z,Auto-Pilot,transfer.state,daemon,trf_1,usdt,USDT,hot-usdt,vault-usdt,settled," +
        "1.500000,0.250000,9.000000,81.000001,9.000000,81.000001,\r\n",
    );
    expect(columns(line)).toHaveLength(columns(CSV_HEADER).length);
  });

  it("says so where the decimals are not known, and leaves unknown facts empty", () => {
    expect(csvLine(event, new Map())).toContain("1500000 base units");
    const bare = { ...event, payload: null, type: null, seq: null };
    expect(csvLine(bare, assets)).toBe(`,2025-11-21T14:02:11.000Z,,transfer.state,daemon,trf_1${",".repeat(12)}\r\n`);
  });

  it.each([
    ['a "quoted", text', '"a ""quoted"", text"'],
    ["two\nlines", '"two\nlines"'],
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ["+1", "'+1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["-2+3", "'-2+3"],
  ])("keeps %j from being anything but text", (note, expected) => {
    expect(
      csvLine({ ...event, payload: { note } }, assets)
        .trimEnd()
        .endsWith(`,${expected}`),
    ).toBe(true);
  });

  it("prints a negative difference as a number", () => {
    const payload = { wallet_id: "hot-usdt", asset: "USDT", difference: "-1500000" };
    expect(columns(csvLine({ ...event, kind: "break.opened", payload }, assets))[11]).toBe("-1.500000");
  });
});

describe("eventFacts", () => {
  it("takes nothing that is not text for an amount", () => {
    expect(eventFacts({ payload: { amount: 5, fee: null, balances_after: "x" } })).toMatchObject({
      amount: null,
      fee: null,
      liquidity_after: null,
    });
  });
});
