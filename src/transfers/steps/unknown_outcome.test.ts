/** The heart: what becomes of a request whose outcome nobody knows. Named after the incidents they come from. */
import { beforeEach, describe, expect, it } from "vitest";
import { type Store, tables } from "../../store/index.ts";
import type { TransferDeps } from "../context.ts";
import { type Desk, found, HOUR, MINUTE, OPENING, openDesk, START, UNKNOWN } from "../suite_transfers.ts";
import type { TransferRow } from "../types.ts";
import { workTransfer } from "../work_transfer.ts";
import { mayRepeat } from "./step_submitting.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});

/** Sent once, no answer. */
async function unknown(): Promise<TransferRow> {
  const { id } = await desk.plan();
  desk.script.submit = () => UNKNOWN;
  return desk.work(id);
}

/** The process on `desk` stands still for `ms` right after the transaction `label` was committed. */
function pausedAfter(label: string, ms: number): TransferDeps {
  const { store } = desk;
  const tx: Store["tx"] = async (name, work) => {
    const result = await store.tx(name, work);
    if (name === label) desk.now += ms;
    return result;
  };
  return {
    ...desk.deps,
    store: {
      tx,
      write: store.write.bind(store),
      read: store.read.bind(store),
      check: () => store.check(),
      close: () => store.close(),
    },
  };
}

const KEY = { idempotency: { kind: "key", lifetime_ms: 4 * HOUR, on_reuse: "replay" } } as const;
const NONE = { idempotency: { kind: "none" } } as const;
const SIGNED = { idempotency: { kind: "signed_transaction" } } as const;

describe("a request without an answer", () => {
  it("is unknown, keeps its funds reserved and is not sent again at once", async () => {
    const row = await unknown();
    expect(row).toMatchObject({ state: "submitting", note_code: "outcome_unknown" });
    expect((await desk.wallet("hot")).held).toBe(1_010n);
    await desk.later(row.id, MINUTE);
    expect(desk.sent).toHaveLength(1);
  });

  it("is unknown when the connector throws", async () => {
    const { id } = await desk.plan();
    desk.script.submit = () => {
      throw new Error("socket hang up");
    };
    expect(await desk.work(id)).toMatchObject({ state: "submitting", note_code: "outcome_unknown" });
  });

  it("becomes submitted when a look-up finds it", async () => {
    const row = await unknown();
    desk.script.find = () => found(row);
    expect(await desk.later(row.id, MINUTE)).toMatchObject({
      state: "submitted",
      venue_ref: "venue-1",
      stage: "confirming",
    });
  });

  it("is not another transfer that pays the same, where the venue keeps no reference", async () => {
    desk.script.capabilities = { lookup_by_reference: false };
    const before = await desk.plan();
    await desk.store.tx("t", (tx) =>
      tx.update(tables.transfer, { id: before.id }, { state: "settled", venue_ref: "venue-1" }),
    );
    const row = await unknown();
    desk.script.find = () => found(row);
    expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "held", note_code: "identity_mismatch" });
  });

  it("mark: a look-up that fails is not an absence, however long it fails", async () => {
    const row = await unknown();
    desk.script.find = () => ({ outcome: "unreadable", message: "503" });
    expect(await desk.later(row.id, 48 * HOUR)).toMatchObject({ state: "submitting", note_code: "lookup_unreadable" });
    expect(desk.sent).toHaveLength(1);
  });

  it("hummingbot: an absence within the venue's window means nothing", async () => {
    const row = await unknown();
    expect(await desk.later(row.id, 9 * MINUTE)).toMatchObject({ state: "submitting" });
    expect(desk.sent).toHaveLength(1);
  });

  it("an absence that the venue dates before its window means nothing either", async () => {
    const row = await unknown();
    desk.script.find = () => ({ outcome: "absent", as_of: START + 9 * MINUTE });
    await desk.later(row.id, 3 * HOUR);
    expect(desk.sent).toHaveLength(1);
  });

  it("goes out again byte for byte where the venue remembers its key", async () => {
    desk.script.capabilities = KEY;
    const row = await unknown();
    await desk.later(row.id, 11 * MINUTE);
    expect(desk.sent).toHaveLength(2);
    expect(desk.sent[1]).toEqual(desk.sent[0]);
    expect(await desk.row(row.id)).toMatchObject({ state: "submitting" });
  });

  it.each(["frozen", "observe"] as const)("does not go out again while the mode is %s", async (mode) => {
    desk.script.capabilities = KEY;
    const row = await unknown();
    await desk.setMode(mode);
    expect(await desk.later(row.id, 11 * MINUTE)).toMatchObject({ state: "submitting", note_code: "treasury_frozen" });
    expect(desk.sent).toHaveLength(1);
  });

  it("stripe: does not go out again in the second half of the key's life, and waits for people", async () => {
    desk.script.capabilities = KEY;
    const row = await unknown();
    expect(await desk.later(row.id, 2 * HOUR)).toMatchObject({ state: "held", note_code: "outcome_unknown" });
    expect(desk.sent).toHaveLength(1);
    expect(desk.notices).toMatchObject([{ code: "transfer_outcome_unknown", severity: "page" }]);
    expect((await desk.wallet("hot")).held).toBe(1_010n);
  });

  it("is held at a venue without keys as soon as its absence means something", async () => {
    desk.script.capabilities = NONE;
    const row = await unknown();
    expect(await desk.later(row.id, 11 * MINUTE)).toMatchObject({ state: "held" });
    expect(desk.sent).toHaveLength(1);
  });

  it("a signed transaction goes out again for as long as the approval lasts", async () => {
    desk.script.capabilities = SIGNED;
    const row = await unknown();
    await desk.later(row.id, 23 * HOUR);
    expect(desk.sent).toHaveLength(2);
    expect(await desk.later(row.id, 2 * HOUR)).toMatchObject({ state: "held" });
    expect(desk.sent).toHaveLength(2);
  });

  it("a refusal of the second call proves nothing about the first", async () => {
    desk.script.capabilities = KEY;
    const row = await unknown();
    desk.script.submit = () => ({ outcome: "rejected", code: "duplicate_reference", message: "used before" });
    expect(await desk.later(row.id, 11 * MINUTE)).toMatchObject({ state: "submitting", note_code: "outcome_unknown" });
    desk.script.find = () => found(row);
    expect(await desk.later(row.id, 11 * MINUTE)).toMatchObject({ state: "submitted" });
  });

  it("is not sent again while frozen, and is still looked for", async () => {
    desk.script.capabilities = KEY;
    const row = await unknown();
    await desk.setMode("frozen");
    expect(await desk.later(row.id, 11 * MINUTE)).toMatchObject({ state: "submitting", note_code: "treasury_frozen" });
    expect(desk.sent).toHaveLength(1);
    desk.script.find = () => found(row);
    expect(await desk.later(row.id, 11 * MINUTE)).toMatchObject({ state: "submitted" });
  });

  it("across: no age ever ends it", async () => {
    desk.script.capabilities = NONE;
    const row = await unknown();
    await desk.later(row.id, HOUR);
    expect(await desk.later(row.id, 365 * 24 * HOUR)).toMatchObject({ state: "held" });
    expect((await desk.wallet("hot")).held).toBe(1_010n);
  });

  it("late execution: what was held is followed again when the venue shows it", async () => {
    desk.script.capabilities = NONE;
    const row = await unknown();
    await desk.later(row.id, HOUR);
    desk.script.find = () =>
      found(row, { stage: "final", final: true, status: "succeeded", amount_received: 1_000n, fee: 1n });
    expect(await desk.later(row.id, HOUR)).toMatchObject({ state: "settled" });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING - 1_001n, held: 0n });
  });

  it.each([
    ["another amount", { amount: 999n }],
    ["another destination", { to_address: "address-of-cellar" }],
    ["another reference", { reference: "trf_other" }],
    ["another asset", { asset: "BTC" }],
    ["more received than sent", { amount_received: 1_001n }],
    ["nothing that names it", { reference: null, venue_ref: "venue-9", tx_hash: "hash-9" }],
  ])("hyperlane: a found transfer with %s is not ours", async (_name, more) => {
    const row = await unknown();
    desk.script.find = () => found(row, more);
    expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "held", note_code: "identity_mismatch" });
    expect(await desk.later(row.id, HOUR)).toMatchObject({ state: "held" });
  });
});

describe("mayRepeat", () => {
  it("ends at half the lifetime, at the end of the approval, and never begins without a key", () => {
    const key = KEY.idempotency;
    expect(mayRepeat(key, 0, 10 * HOUR, 2 * HOUR - 1)).toBe(true);
    expect(mayRepeat(key, 0, 10 * HOUR, 2 * HOUR)).toBe(false);
    expect(mayRepeat(key, 0, HOUR, HOUR)).toBe(false);
    expect(mayRepeat(NONE.idempotency, 0, 10 * HOUR, 1)).toBe(false);
    expect(mayRepeat(SIGNED.idempotency, 0, 10 * HOUR, 9 * HOUR)).toBe(true);
    expect(mayRepeat(SIGNED.idempotency, 0, 10 * HOUR, 10 * HOUR)).toBe(false);
    expect(mayRepeat({ ...key, lifetime_ms: Number.NaN }, 0, 10 * HOUR, 1)).toBe(false);
  });
});

describe("a process that stands still between its write and the call", () => {
  it("sleeper: sends nothing when it wakes, also when nobody took over", async () => {
    const { id } = await desk.plan();
    await workTransfer(pausedAfter("transfer.submitting", 6_000), id);
    expect(desk.sent).toHaveLength(0);
    expect(await desk.row(id)).toMatchObject({ state: "submitting", note_code: "outcome_unknown" });
    await desk.later(id, 11 * MINUTE);
    expect(desk.sent).toHaveLength(1);
  });

  it("sleeper: does not repeat what another sent, under a key the venue has forgotten", async () => {
    desk.script.capabilities = KEY;
    const row = await unknown();
    desk.now += 11 * MINUTE;
    await workTransfer(pausedAfter("transfer.resend", 4 * HOUR), row.id);
    expect(desk.sent).toHaveLength(1);
  });

  it("sends when the pause was short", async () => {
    const { id } = await desk.plan();
    await workTransfer(pausedAfter("transfer.submitting", 4_000), id);
    expect(desk.sent).toHaveLength(1);
  });
});
