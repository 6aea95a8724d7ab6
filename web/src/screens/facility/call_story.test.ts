import { describe, expect, it } from "vitest";
import type { EventView } from "../../api/types.ts";
import { callStory, ltvPoints } from "./call_story.ts";

const event = (id: string, hour: number, kind: string, payload: object): EventView =>
  ({ id, kind, payload, at: `2026-01-05T0${hour}:00:00.000Z`, actor: "daemon", sentence: id }) as unknown as EventView;
const state = (
  id: string,
  hour: number,
  from_state: string | null,
  to_state: string,
  ltv_percent = "80.65",
): EventView => event(id, hour, "margin_call.state", { call_id: "call_1", from_state, to_state, ltv_percent });

describe("callStory", () => {
  it("tells the way from open to cured, the oldest first, and leaves other calls out", () => {
    const events = [
      state("e3", 3, "notified", "cured"),
      state("e1", 1, null, "open"),
      event("e0", 0, "margin_call.state", { call_id: "call_0", to_state: "open" }),
      event("e2b", 2, "call.extension", { call_id: "call_1" }),
      state("e2", 2, "open", "notified"),
      event("e4", 4, "facility.stage", { call_id: "call_1" }),
    ];
    const story = callStory({ id: "call_1", state: "cured", ended_at: "2026-01-05T03:00:00.000Z" }, events);
    expect(story.steps.map(({ name, state: at }) => `${name} ${at}`)).toEqual([
      "Open done",
      "Notified done",
      "Cured done",
    ]);
    expect(story.entries.map(({ event_id }) => event_id)).toEqual(["e1", "e2", "e2b", "e3"]);
  });

  it("shows what is still ahead of a call that waits", () => {
    const { steps } = callStory({ id: "call_1", state: "notified", ended_at: null }, [
      ...[state("a", 1, null, "open"), state("b", 2, "open", "notified")],
    ]);
    expect(steps.map(({ name, state: at }) => `${name} ${at}`)).toEqual(["Open done", "Notified now", "Cured ahead"]);
  });

  it("leaves out what a fast fall skipped", () => {
    const { steps } = callStory({ id: "call_1", state: "liquidating", ended_at: null }, [
      ...[state("a", 1, null, "escalated"), state("b", 2, "escalated", "liquidating")],
    ]);
    expect(steps.map(({ name, state: at }) => `${name} ${at}`)).toEqual([
      ...["Escalated done", "Liquidating now", "Closed ahead"],
    ]);
  });
});

describe("ltvPoints", () => {
  it("takes the ratio where an event names it, once for each instant, the oldest first", () => {
    const points = ltvPoints([
      state("late", 2, "open", "notified", "99.00"),
      event("b", 3, "facility.stage", { ltv_percent: "91.20" }),
      event("a", 1, "facility.stage", { ltv_percent: "80.65" }),
      state("open", 1, null, "open", "80.65"),
      event("none", 4, "facility.stage", { ltv_percent: null }),
    ]);
    expect(points.map(({ ltv }) => ltv)).toEqual([80.65, 91.2]);
  });
});
