import { describe, expect, it } from "vitest";
import { type FlowForm, flowCommand, flowRequest } from "./announcement.ts";
import { FLOW_STATES } from "./words.ts";

const NOW = "2026-11-21T14:00:00.000Z";
const FORM: FlowForm = {
  ...{ wallet_id: "hot-usdt", direction: "out", amount: " 25,000.50 ", reference: " w-4711 " },
  ...{ destination: "", tx_hash: "", hours: "" },
};

describe("the form of an announced flow", () => {
  it("is a request without what was left empty, and its amount without separators", () => {
    expect(flowRequest(FORM, NOW)).toEqual({
      ...{ wallet_id: "hot-usdt", direction: "out", amount: "25000.50", reference: "w-4711" },
      ...{ destination: null, tx_hash: null, from: null, until: null },
    });
  });

  it("ends when it says, counted from when the form was opened", () => {
    expect(flowRequest({ ...FORM, hours: "72" }, NOW)?.until).toBe("2026-11-24T14:00:00.000Z");
  });

  it.each([
    ["no wallet", { wallet_id: "" }],
    ["no reference", { reference: "  " }],
    ["no amount", { amount: "" }],
    ["an amount of zero", { amount: "0.00" }],
    ["an amount below zero", { amount: "-1" }],
    ["an amount in words", { amount: "all" }],
  ])("is none with %s", (_what, wrong) => {
    expect(flowRequest({ ...FORM, ...wrong }, NOW)).toBeNull();
  });

  it("is the same as a command that a shell reads as it stands", () => {
    const request = flowRequest({ ...FORM, reference: "Ana's", direction: "in", destination: "TQ1" }, NOW);
    expect(request && flowCommand(request)).toBe(
      "./tidegate expected add --wallet hot-usdt --reference 'Ana'\\''s' --amount 25000.50 --incoming --destination 'TQ1'",
    );
  });
});

it("names each state in a word of its own", () => {
  const words = Object.values(FLOW_STATES).map(({ word }) => word);
  expect(new Set(words).size).toBe(words.length);
});
