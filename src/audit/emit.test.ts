import { describe, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import { EVENT_BYTES_MAX, emit, eventBytes } from "./emit.ts";
import { emitAlert, testStore } from "./fixtures.ts";
import { operationType } from "./payloads.ts";

describe("emit", () => {
  it("writes the event without a number, in the caller's transaction", async () => {
    const { store, ids, clock } = testStore();
    const payload = { instance_id: "i1", reason: "stop" };
    const row = await store.tx("x", (tx) =>
      emit(tx, ids, { kind: "daemon.stopped", ref: "i1", actor: "daemon", at: clock.now(), payload }),
    );
    expect(row).toEqual({
      id: "evt_00000001",
      kind: "daemon.stopped",
      ref: "i1",
      actor: "daemon",
      at: clock.at,
      type: null,
      payload,
      seq: null,
    });
    expect(await store.read("x", (tx) => tx.get(tables.event, { id: row.id }))).toEqual(row);
  });

  it("leaves nothing behind when the change it records fails", async () => {
    const { store, ids } = testStore();
    const failing = store.tx("x", async (tx) => {
      const payload = { instance_id: "i1", reason: "stop" };
      await emit(tx, ids, { kind: "daemon.stopped", ref: "i1", actor: "daemon", at: 1, payload });
      throw new Error("the change failed");
    });
    await expect(failing).rejects.toThrow("the change failed");
    expect(await store.read("x", (tx) => tx.count(tables.event))).toBe(0);
  });

  it("refuses an event too large for the log", async () => {
    await expect(emitAlert(testStore(), "x".repeat(EVENT_BYTES_MAX))).rejects.toThrow("larger than");
  });

  it("makes the same leaf before and after the number is given", async () => {
    const row = await emitAlert(testStore(), "é");
    expect(eventBytes({ ...row, seq: 7 } as typeof row)).toEqual(eventBytes(row));
    expect(new TextDecoder().decode(eventBytes(row))).toBe(
      `{"actor":"daemon","at":1700000000000,"id":"evt_00000001","kind":"alert.raised",` +
        `"payload":{"code":"test","message":"é","severity":"info"},"ref":"test","type":null}`,
    );
  });

  it("calls causes by the words of the Audit screen", () => {
    expect((["auto_pilot", "manual", "emergency"] as const).map(operationType)).toEqual([
      "Auto-Pilot",
      "Manual",
      "Emergency",
    ]);
  });
});
