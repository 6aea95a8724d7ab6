import { beforeEach, describe, expect, it } from "vitest";
import { cancelTransfer, type TransferRow, workTransfer } from "../index.ts";
import { type Desk, found, HOUR, MINUTE, OPENING, openDesk } from "../suite_transfers.ts";

const FINAL = { stage: "final", final: true } as const;
const GONE = { ...FINAL, status: "failed", raw_status: "CANCELLED" } as const;
let desk: Desk;
let sent: TransferRow;

beforeEach(async () => {
  desk = await openDesk();
  sent = await desk.work((await desk.plan()).id);
  desk.script.find = () => found(sent);
});

const cancel = (): Promise<TransferRow> => cancelTransfer(desk.deps, sent.id, "person:ana", "wrong wallet");
const said = async (): Promise<unknown[]> =>
  (await desk.events(sent.id))
    .filter(({ kind }) => kind === "transfer.cancel")
    .map(({ actor, payload }) => [actor, (payload as { step: string }).step]);

describe("a submitted transfer that a person cancels", () => {
  it("has its wish written before the venue is asked, and is still in flight after a yes", async () => {
    let before: TransferRow | null = null;
    desk.script.cancel = async () => {
      before = await desk.row(sent.id);
      return { outcome: "cancelled" };
    };
    expect(await cancel()).toMatchObject({ state: "submitted", note_code: "cancel_asked", next_at: desk.now });
    expect(before).toMatchObject({ state: "submitted", note_code: "cancel_asked" });
    expect(before).toMatchObject({ note: expect.stringContaining("person:ana asks the venue") });
    expect(desk.cancelled).toEqual(["venue-1"]);
    expect((await desk.wallet("hot")).posted).toBe(OPENING - 1_000n);
    expect(await said()).toEqual([
      ["person:ana", "asked"],
      ["venue:hot-venue", "cancelled"],
    ]);
  });

  it("frees its funds once the venue says finally that nothing moved", async () => {
    await cancel();
    desk.script.find = () => found(sent, GONE);
    expect(await desk.work(sent.id)).toMatchObject({ state: "failed", note_code: "venue_failed" });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING, held: 0n });
  });

  it("settles when it arrived although the venue had said that it was cancelled", async () => {
    await cancel();
    desk.script.find = () => found(sent, { ...FINAL, status: "succeeded", amount_received: 1_000n, fee: 0n });
    expect(await desk.work(sent.id)).toMatchObject({ state: "settled", amount_received: 1_000n });
    expect((await desk.wallet("vault")).posted).toBe(OPENING + 1_000n);
  });

  it.each([
    ["no answer", () => ({ outcome: "unknown", message: "cut line" }) as const],
    ["a crash of the connector", () => Promise.reject(new Error("cut line"))],
  ])("stays in flight after %s, and may be asked again", async (_, lost) => {
    desk.script.cancel = lost;
    const row = await cancel();
    expect(row).toMatchObject({ state: "submitted", note_code: "cancel_asked" });
    expect(row.note).toContain("cut line");
    expect((await desk.wallet("hot")).posted).toBe(OPENING - 1_000n);
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "submitted", note_code: "cancel_asked" });
    desk.script.cancel = () => ({ outcome: "cancelled" });
    await cancel();
    expect(desk.cancelled).toEqual(["venue-1", "venue-1"]);
    desk.script.find = () => found(sent, GONE);
    expect(await desk.work(sent.id)).toMatchObject({ state: "failed" });
    expect(desk.sent).toHaveLength(1);
  });

  it("keeps the wish of a process that died before the answer, and sends nothing by itself", async () => {
    desk.script.cancel = () => new Promise(() => {});
    void cancel();
    for (let i = 0; i < 200 && desk.cancelled.length === 0; i += 1) await Promise.resolve();
    expect(await desk.row(sent.id)).toMatchObject({ state: "submitted", note_code: "cancel_asked" });
    await workTransfer(desk.another("two"), sent.id);
    expect(await desk.later(sent.id, HOUR)).toMatchObject({ state: "submitted" });
    expect(desk.cancelled).toHaveLength(1);
    expect(await said()).toEqual([["person:ana", "asked"]]);
  });

  it("is followed to its end when it is too late", async () => {
    desk.script.cancel = () => ({ outcome: "too_late", message: "It has left." });
    expect((await cancel()).note).toContain("too late to cancel it: It has left.");
    desk.script.find = () => found(sent, { ...FINAL, status: "succeeded", amount_received: 1_000n, fee: 0n });
    expect(await desk.work(sent.id)).toMatchObject({ state: "settled" });
  });

  it("is told of a look-up that ended it while the venue answered, and is not touched any more", async () => {
    desk.script.cancel = async () => {
      desk.script.find = () => found(sent, GONE);
      await desk.work(sent.id);
      return { outcome: "cancelled" };
    };
    expect(await cancel()).toMatchObject({ state: "failed", note_code: "venue_failed" });
    expect(await said()).toHaveLength(2);
  });

  it("is not asked for where the venue cannot withdraw, nor of what is held or has ended", async () => {
    desk.script.capabilities = { cancel: false };
    await expect(cancel()).rejects.toMatchObject({ code: "transfer_cancel_unsupported" });
    desk.script.capabilities = {};
    desk.script.find = () => found(sent, { to_address: "address-of-a-thief" });
    expect(await desk.later(sent.id, MINUTE)).toMatchObject({ state: "held" });
    await expect(cancel()).rejects.toMatchObject({ code: "transfer_not_cancellable" });
    expect(desk.cancelled).toEqual([]);
    expect(await said()).toEqual([]);
  });

  it("pages once for its age, whatever people ask of the venue", async () => {
    expect(await desk.later(sent.id, 25 * HOUR)).toMatchObject({ note_code: "overdue" });
    desk.script.cancel = () => ({ outcome: "unknown", message: "cut line" });
    expect(await cancel()).toMatchObject({ note_code: "overdue", note: expect.stringContaining("cut line") });
    await desk.later(sent.id, MINUTE);
    expect(desk.notices.map(({ code }) => code)).toEqual(["transfer_overdue"]);
  });
});
