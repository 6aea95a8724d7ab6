import { describe, expect, it } from "vitest";
import type { Transfer, TransferState } from "../../api/types.ts";
import { matches } from "./match.ts";
import { stepsOf } from "./steps.ts";

const base = { approvals_needed: 0, stage: null, confirmations: null, confirmations_needed: null, submitted_at: null };
const show = (transfer: Parameters<typeof stepsOf>[0]): string =>
  stepsOf(transfer)
    .map((step) => `${step.name}:${step.state}`)
    .join(" ");

describe("the way of a transfer", () => {
  it("leaves the approval out where none is needed", () => {
    expect(show({ ...base, state: "planned" })).toBe(
      "Planned:now Approved:ahead Submitting:ahead Submitted:ahead Settled:ahead",
    );
  });

  it("stands at the approval", () => {
    expect(show({ ...base, state: "awaiting_approval", approvals_needed: 2 })).toContain(
      "Planned:done Approval:now Approved:ahead",
    );
  });

  it("says the venue's stage and its confirmations", () => {
    expect(
      show({ ...base, state: "submitted", stage: "confirming", confirmations: 3, confirmations_needed: 12 }),
    ).toContain("Confirming 3/12:now");
    expect(show({ ...base, state: "submitted", stage: "compliance_hold" })).toContain("Submitted: compliance hold:now");
  });

  it("is done when it is settled", () => {
    expect(stepsOf({ ...base, state: "settled" }).every((step) => step.state === "done")).toBe(true);
  });

  it.each<[TransferState, string | null, string]>([
    ["denied", null, "Planned:done Approval:done Denied:ended"],
    ["cancelled", null, "Planned:done Cancelled:ended"],
    ["held", null, "Planned:done Approval:done Approved:done Submitting:done Held:ended"],
    [
      "failed",
      "2026-11-21T00:00:00Z",
      "Planned:done Approval:done Approved:done Submitting:done Submitted:done Failed:ended",
    ],
  ])("ends where it left the way: %s", (state, submitted_at, expected) => {
    expect(show({ ...base, state, submitted_at, approvals_needed: 2 })).toBe(expected);
  });
});

describe("the filter", () => {
  const transfer = {
    id: "tr_1",
    state: "submitted",
    asset: "USDT",
    network: "tron",
    type: "Auto-Pilot",
    from: { label: "Northvault USDT", wallet: "northvault-usdt", venue: "northvault" },
    to: { label: "Hot wallet USDT", wallet: "hot-usdt", venue: "chain" },
    amount: { amount: "360000.000000", asset: "USDT" },
    tx_hash: "0xabc",
    venue_ref: null,
    initiator: "daemon",
  } as unknown as Transfer;

  it.each(["", "north tron", "AUTO", "360,000", "0xabc"])("finds %j", (text) => {
    expect(matches(transfer, text)).toBe(true);
  });

  it.each(["north ethereum", "settled"])("does not find %j", (text) => {
    expect(matches(transfer, text)).toBe(false);
  });
});
