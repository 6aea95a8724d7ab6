import { beforeEach, describe, expect, it } from "vitest";
import { VenueError } from "../../venues/index.ts";
import { type Desk, found, HOUR, MINUTE, OPENING, openDesk, REFILL, UNKNOWN } from "../suite_transfers.ts";
import type { TransferRow } from "../types.ts";

const LONG_AFTER = 25 * HOUR;
let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});

describe("time", () => {
  it.each<[TransferRow["state"], () => Promise<TransferRow>]>([
    ["planned", () => desk.plan(REFILL)],
    ["awaiting_approval", async () => desk.work((await desk.plan(REFILL)).id)],
    [
      "approved",
      async () => {
        desk.script.prepare = () => {
          throw new VenueError("venue_transient", "no gas");
        };
        return desk.work((await desk.plan()).id);
      },
    ],
  ])("ends what is %s, frees its funds and sends nothing", async (state, begin) => {
    const row = await begin();
    expect(row.state).toBe(state);
    expect(await desk.later(row.id, LONG_AFTER)).toMatchObject({ state: "expired", note_code: "expired" });
    expect(await desk.wallet(row.from_wallet)).toMatchObject({ posted: OPENING, held: 0n });
    expect(desk.sent).toEqual([]);
  });

  it.each<[TransferRow["state"], () => Promise<TransferRow>]>([
    [
      "submitting",
      async () => {
        desk.script.submit = () => UNKNOWN;
        desk.script.find = () => ({ outcome: "unreadable", message: "down" });
        return desk.work((await desk.plan()).id);
      },
    ],
    [
      "submitted",
      async () => {
        const row = await desk.work((await desk.plan()).id);
        desk.script.find = () => found(row);
        return row;
      },
    ],
    [
      "held",
      async () => {
        const row = await desk.work((await desk.plan()).id);
        desk.script.find = () => found(row, { to_address: "address-of-a-thief" });
        return desk.later(row.id, MINUTE);
      },
    ],
  ])("never ends what is %s, nor frees or repeats it", async (state, begin) => {
    const row = await begin();
    expect(row.state).toBe(state);
    const { available } = await desk.wallet("hot");
    expect(await desk.later(row.id, LONG_AFTER)).toMatchObject({ state });
    expect(await desk.later(row.id, 30 * LONG_AFTER)).toMatchObject({ state });
    expect((await desk.wallet("hot")).available).toBe(available);
    expect(desk.sent).toHaveLength(1);
  });
});

it("a request that the venue goes on with under another id is followed to its one end", async () => {
  const row = await desk.work((await desk.plan()).id);
  desk.script.find = () => found(row, { venue_ref: "venue-2", tx_hash: "hash-2" });
  expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "submitted", venue_ref: "venue-2" });
  const end = { stage: "final", final: true, status: "succeeded", amount_received: 1_000n, fee: 0n } as const;
  desk.script.find = () => found(row, { venue_ref: "venue-2", tx_hash: "hash-2", ...end });
  expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "settled", tx_hash: "hash-2" });
  expect((await desk.wallet("vault")).posted).toBe(OPENING + 1_000n);
  expect((await desk.wallet("hot")).posted).toBe(OPENING - 1_000n);
  expect(desk.sent).toHaveLength(1);
});
