import { describe, expect, it } from "vitest";
import type { EventView } from "../../api/types.ts";
import { eventText } from "./event_text.ts";

const event = (kind: EventView["kind"], sentence: string, payload: unknown = {}): EventView =>
  ({ kind, sentence, payload }) as unknown as EventView;

describe("eventText", () => {
  it("puts the state before the way", () => {
    const sentence = "2840000.000000 USDT from Hot wallet USDT to Northvault USDT is settled, fee 1.100000 USDT.";
    expect(eventText(event("transfer.state", sentence, { to_state: "settled" }))).toBe(
      "Settled: Hot wallet USDT \u2192 Northvault USDT",
    );
  });

  it("reads underscores as spaces", () => {
    const sentence = "1.0 BTC from A to B is awaiting_approval.";
    expect(eventText(event("transfer.state", sentence, { to_state: "awaiting_approval" }))).toBe(
      "Awaiting approval: A \u2192 B",
    );
    expect(
      eventText(event("transfer.stage", "1.0 BTC from A to B is compliance_hold.", { to_stage: "compliance_hold" })),
    ).toBe("Compliance hold: A \u2192 B");
  });

  it("leaves the reason of a plan to the title", () => {
    expect(eventText(event("transfer.planned", "Planned 5.0 USDT from A to B: liquidity is low."))).toBe(
      "Planned: A \u2192 B",
    );
  });

  it("says the sentence where it is not about a transfer, or not in these words", () => {
    expect(eventText(event("mode.changed", "The mode went from auto to frozen by ana: drill"))).toBe(
      "The mode went from auto to frozen by ana: drill",
    );
    expect(eventText(event("transfer.state", "2524000.000000 USDT moved.", { to_state: "settled" }))).toBe(
      "2,524,000\u00a0USDT moved.",
    );
    expect(eventText(event("transfer.state", "From A to B is settled.", null))).toBe("From A to B is settled.");
  });
});
