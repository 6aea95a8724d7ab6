import { describe, expect, it } from "vitest";
import type { Approval } from "../api/index.ts";
import { canonicalJson, digestOf } from "../digest/index.ts";
import { reviewApproval, typedDataLines } from "./review.ts";

const TOKEN = "0x5FbDB2315678afecb367f032d93F642f64180aa3";
const TO = "70997970c51812dc3a010c7d01b50e0d17dc79c8";
const data = `0xa9059cbb${TO.padStart(64, "0")}${63_000_000000n.toString(16).padStart(64, "0")}`;
const typed = (change: object = {}) => ({
  domain: { chainId: 31_337, verifyingContract: "0xFBb641282327fBFf6418e60d55bb906f34584Ce5" },
  message: { to: TOKEN, value: "0", data, operation: 0, nonce: "7", ...change },
});
const callOf = (typed_data: unknown): string => new Map(typedDataLines(typed_data)).get("call") ?? "";

describe("what a Safe's owner is shown", () => {
  it("is every field of the typed data, and its call in words", () => {
    const lines = new Map(typedDataLines(typed()));
    expect(lines.get("domain.chainId")).toBe("31337");
    expect(lines.get("message.nonce")).toBe("7");
    expect(lines.get("call")).toBe(`CALL: token ${TOKEN} transfers 63000000000 base units to 0x${TO}`);
  });

  it("says so when it is not a plain call", () => {
    expect(callOf(typed({ operation: 1 }))).toContain("operation 1, which is not CALL");
  });

  it.each([
    [`${data}00`],
    [data.replace("a9059cbb", "095ea7b3")],
    [data.replace("0xa9059cbb00", "0xa9059cbb01")],
    [null],
  ])("says so when it is not a transfer: %s", (other) => {
    expect(callOf(typed({ data: other }))).toContain("not a plain token transfer");
  });

  it("says so when the chain's own coin is paid", () => {
    expect(callOf(typed({ data: "0x", value: "5" }))).toBe(`pays 5 wei of the chain's coin to ${TOKEN}`);
  });

  it("shows nothing for what is no typed data", () => {
    expect(typedDataLines(null)).toEqual([]);
  });
});

describe("what a person is shown of a payment of a wallet to itself", () => {
  it("regression: what it takes up is in whole units, for it is what the people are asked for", () => {
    const self = { purpose: "consolidate", touches_max: "4000000000", parent: null };
    const plan = { id: "trf_1", asset: "BTC", decimals: 8, amount: "0", self };
    const offered = { payload_text: canonicalJson(plan), digest: digestOf("transfer", plan), object_id: "trf_1" };
    const lines = new Map(reviewApproval({ ...offered, transfer: { amount: null } } as unknown as Approval).lines);
    expect(lines.get("self.touches_max")).toBe("40.00000000 BTC (4000000000 base units, 8 decimals)");
  });
});
