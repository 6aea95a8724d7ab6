import { describe, expect, it } from "vitest";
import { confirmingMs, consoleAt, includedAt, termsOf } from "./networks.ts";
import { scenarioOf } from "./scenarios.ts";

const USDT = { id: "USDT", decimals: 6 };
const BTC = { id: "BTC", decimals: 8 };
const HOUR_MS = 3_600_000;
const calm = scenarioOf("calm");
const run = scenarioOf("bank-run");

describe("terms of a move", () => {
  it("is cheap on tron and dear on ethereum", () => {
    expect(termsOf(USDT, "tron", "exchange", calm, 0)).toMatchObject({
      fee: 1_000_000n,
      minimum: 10_000_000n,
      step: 1n,
    });
    expect(termsOf(USDT, "ethereum", "exchange", calm, 0).fee).toBe(8_000_000n);
    expect(termsOf(BTC, "bitcoin", "chain", calm, 0)).toMatchObject({ fee: 20_000n, minimum: 100_000n });
  });

  it("costs ten times as much on a congested network, only there and only while the run lasts", () => {
    expect(termsOf(USDT, "ethereum", "exchange", run, 30).fee).toBe(80_000_000n);
    expect(termsOf(USDT, "tron", "exchange", run, 30).fee).toBe(1_000_000n);
    expect(termsOf(USDT, "ethereum", "exchange", run, 10).fee).toBe(8_000_000n);
    expect(termsOf(USDT, "ethereum", "exchange", run, 500).fee).toBe(8_000_000n);
  });

  it("has terms for an asset nobody listed", () => {
    expect(termsOf({ id: "XYZ", decimals: 0 }, "elsewhere", "chain", calm, 0)).toMatchObject({ fee: 0n, minimum: 1n });
  });

  it("promises a lead time that no transfer exceeds", () => {
    for (let n = 0; n < 500; n += 1) {
      const id = `southvault-${n}`;
      const included = includedAt(7, "custodian_with_approval", id, consoleAt(7, id, 0));
      const { lead_time_ms } = termsOf(USDT, "tron", "custodian_with_approval", calm, 0);
      expect(included + confirmingMs("tron")).toBeLessThanOrEqual(lead_time_ms);
      expect(included).toBeGreaterThan(HOUR_MS);
    }
  });
});
