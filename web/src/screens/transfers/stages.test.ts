import { describe, expect, it } from "vitest";
import type { TransferDetail } from "../../api/types.ts";
import { stagesOf } from "./stages.ts";

const event = (minute: number, kind: string, payload: unknown = {}) => ({
  at: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
  event_id: `e${minute}`,
  seq: minute,
  kind,
  actor: "daemon",
  sentence: `what happened at ${minute}`,
  payload,
});
const detail = (timeline: TransferDetail["timeline"]) =>
  ({
    timeline,
    transfer: { state: "planned", created_at: "2026-01-01T00:00:00.000Z", initiator: "daemon" },
  }) as TransferDetail;

describe("stagesOf", () => {
  it("gives every state its time, and none to the one it is in", () => {
    const stages = stagesOf(
      detail([
        event(0, "transfer.planned"),
        event(1, "transfer.state", { to_state: "awaiting_approval" }),
        event(5, "approval.voted"),
        event(9, "transfer.state", { to_state: "approved" }),
      ]),
    );
    expect(stages.map(({ state, stayed_ms }) => [state, stayed_ms])).toEqual([
      ["planned", 60_000],
      ["awaiting_approval", 480_000],
      ["approved", null],
    ]);
    expect(stages[1]?.inside).toMatchObject([{ kind: "vote", text: "what happened at 5" }]);
  });

  it("says the venue's own stage with its confirmations and its own word", () => {
    const [, submitted] = stagesOf(
      detail([
        event(0, "transfer.planned"),
        event(1, "transfer.state", { to_state: "submitted" }),
        event(2, "transfer.stage", {
          to_stage: "confirming",
          confirmations: 3,
          confirmations_needed: 12,
          raw_status: "PENDING_6",
        }),
        event(3, "transfer.stage", { to_stage: "final", confirmations: null, raw_status: "final" }),
      ]),
    );
    expect(submitted?.inside.map(({ text }) => text)).toEqual(['confirming 3/12 (it says "PENDING_6")', "final"]);
  });

  it("has a beginning even when the log was cut", () => {
    expect(stagesOf(detail([]))).toMatchObject([{ state: "planned", left_at: null }]);
  });
});
