import { describe, expect, it } from "vitest";
import {
  BANDS,
  bandWord,
  FRESHNESS,
  healthWord,
  MODES,
  poolName,
  TRANSFER_STATES,
  VERDICTS,
  type Word,
} from "./words.ts";

const SETS: Record<string, Readonly<Record<string, Word>>> = { BANDS, FRESHNESS, MODES, TRANSFER_STATES, VERDICTS };

describe("states", () => {
  it.each(Object.entries(SETS))("%s never share a word, so that none is told by colour alone", (_name, set) => {
    const words = Object.values(set).map((entry) => entry.word);
    expect(new Set(words).size).toBe(words.length);
  });

  it("says do not send again wherever the outcome is open", () => {
    for (const state of ["submitting", "held"] as const)
      expect(TRANSFER_STATES[state].meaning).toContain("do not send it again");
  });
});

describe("poolName", () => {
  it("is the asset where that says which pool, and the pool's own name where it does not", () => {
    const pools = [
      { id: "usdt", asset: "USDT" },
      { id: "deposits", asset: "USDT" },
      { id: "btc-main", asset: "BTC" },
    ];
    expect(pools.map((pool) => poolName(pool, pools))).toEqual(["usdt", "deposits", "BTC"]);
  });
});

describe("bandWord", () => {
  it("says of a pool with a small rule what the rule waits for, and warns of nothing calm", () => {
    const deposits = (["inside", "high"] as const).map((band) => bandWord({ task: "deposits", band }));
    expect(deposits.map(({ word }) => word)).toEqual(["Waits for the sweep minimum", "Ready to sweep"]);
    expect(deposits.map(({ tone }) => tone)).not.toContain("watch");
    expect(bandWord({ task: "gas", band: "low" })).toMatchObject({ word: "Needs gas", tone: "watch" });
  });

  it("says the band of every other pool, and what is unknown of any", () => {
    expect(bandWord({ task: null, band: "high" })).toBe(BANDS.high);
    expect(bandWord({ task: "deposits", band: "unknown" })).toBe(BANDS.unknown);
  });
});

describe("healthWord", () => {
  it("never says OK of full health while the share is below its band", () => {
    for (const band of ["low", "emergency_low"] as const) expect(healthWord("100", band).tone).toBe("watch");
    expect(healthWord("100", "high").word).toBe("OK");
    expect(healthWord("20", "low").word).toBe("Breach");
  });

  it.each([
    ["100.0000", "OK"],
    ["99.9999", "Watch"],
    ["50.0000", "Watch"],
    ["49.9999", "Breach"],
    ["0.0000", "Breach"],
    [null, "No floor"],
  ])("%s is %s", (percent, word) => {
    expect(healthWord(percent).word).toBe(word);
  });
});
