import { beforeEach, describe, expect, it } from "vitest";
import { VenueError } from "../../venues/index.ts";
import { workTransfer } from "../index.ts";
import { type Desk, found, HOUR, MINUTE, OPENING, openDesk, UNKNOWN } from "../suite_transfers.ts";
import type { PreparedSubmit, TransferRow } from "../types.ts";

const AFTER_MS = 10 * MINUTE;
const FINAL = { stage: "final", final: true, status: "succeeded", amount_received: 1_000n, fee: 0n } as const;
let desk: Desk;
let row: TransferRow;

/** The same body at the same place in line, dearer. */
const dearer = (prepared: PreparedSubmit): PreparedSubmit => {
  const number = (prepared.earlier?.length ?? 0) + 2;
  return {
    ...prepared,
    body: { ...(prepared.body as object), price: number },
    tx_hash: `hash-${number}`,
    prepared_at: 0,
  };
};
const waiting = (tx_hash = "hash-1") => found(row, { stage: "broadcast", confirmations: null, tx_hash });

beforeEach(async () => {
  desk = await openDesk();
  desk.script.capabilities = {
    idempotency: { kind: "signed_transaction" },
    replacement: { after_ms: AFTER_MS, count_max: 2 },
  };
  desk.script.replace = dearer;
  desk.script.decode = { exclusive: "account:7" };
  desk.script.prepared = { tx_hash: "hash-1" };
  row = await desk.plan();
  desk.script.find = () => waiting();
  row = await desk.work(row.id);
});

/** From now on the process dies when it would write this. */
function dieAt(label: string): () => void {
  const write = desk.store.tx.bind(desk.store);
  desk.store.tx = async (name, work) => {
    if (name === label) throw new Error("killed");
    return write(name, work);
  };
  return () => {
    desk.store.tx = write;
  };
}

const hashes = (): (string | null)[] => desk.sent.map((prepared) => (prepared as PreparedSubmit).tx_hash);
const attempts = ({ prepared }: TransferRow): (string | null)[] =>
  [...(prepared?.earlier ?? []), ...(prepared === null ? [] : [prepared])].map(({ tx_hash }) => tx_hash);

describe("a request that is stuck", () => {
  it("waits its time, and is then sent once more, dearer, with every attempt kept", async () => {
    row = await desk.later(row.id, AFTER_MS - MINUTE);
    expect(hashes()).toEqual(["hash-1"]);
    row = await desk.later(row.id, 2 * MINUTE);
    expect(hashes()).toEqual(["hash-1", "hash-2"]);
    expect(attempts(row)).toEqual(["hash-1", "hash-2"]);
    expect(row).toMatchObject({ state: "submitted", tx_hash: "hash-2", note_code: "sped_up" });
    expect(desk.notices).toMatchObject([{ code: "transfer_sped_up", severity: "warning" }]);
    const stages = (await desk.events(row.id)).filter(({ kind }) => kind === "transfer.stage");
    expect(stages.at(-1)?.payload).toMatchObject({ tx_hash: "hash-2", raw_status: "replaces hash-1" });
  });

  it("that was not sent, because its process stood still, is not called sent, and goes out at the next look", async () => {
    const write = desk.store.tx.bind(desk.store);
    desk.store.tx = async (name, work) => {
      const done = await write(name, work);
      if (name === "transfer.replacing") desk.now += MINUTE;
      return done;
    };
    row = await desk.later(row.id, AFTER_MS + MINUTE);
    desk.store.tx = write;
    expect(hashes()).toEqual(["hash-1"]);
    expect(row).toMatchObject({ state: "submitted", tx_hash: "hash-2", note_code: "replacing" });
    row = await desk.later(row.id, MINUTE);
    expect(hashes()).toEqual(["hash-1", "hash-2"]);
    expect(row).toMatchObject({ note_code: "sped_up", note: expect.stringContaining("its venue took it") });
  });

  it("is sped up no more often than its venue says, each time after its full time", async () => {
    for (let look = 0; look < 12; look += 1) row = await desk.later(row.id, AFTER_MS / 2 + MINUTE);
    expect(attempts(row)).toEqual(["hash-1", "hash-2", "hash-3"]);
    expect(hashes()).toEqual(["hash-1", "hash-2", "hash-3"]);
  });

  it.each(["hash-1", "hash-2"])("is settled once, whichever attempt is carried out (%s)", async (mined) => {
    row = await desk.later(row.id, HOUR);
    desk.script.find = () => found(row, { ...FINAL, tx_hash: mined });
    row = await desk.later(row.id, MINUTE);
    expect(row).toMatchObject({ state: "settled", tx_hash: mined, note: null });
    expect((await desk.wallet("hot")).posted).toBe(OPENING - 1_000n);
    expect((await desk.wallet("vault")).posted).toBe(OPENING + 1_000n);
  });

  it.each([
    ["is confirming", () => found(row)],
    ["has failed, not for good yet", () => found(row, { stage: "broadcast", status: "failed" })],
    ["cannot be asked about", () => ({ outcome: "unreadable", message: "down" }) as const],
  ])("is left alone when it %s", async (_, answer) => {
    desk.script.find = answer;
    await desk.later(row.id, HOUR);
    expect(hashes()).toEqual(["hash-1"]);
  });

  it("is left alone while the treasury is frozen, after its approval has ended, and where nothing is replaced", async () => {
    await desk.setMode("frozen");
    row = await desk.later(row.id, HOUR);
    expect(row).toMatchObject({ state: "submitted", note_code: "authority_frozen" });
    await desk.setMode("auto");
    desk.script.capabilities = { idempotency: { kind: "signed_transaction" } };
    await desk.later(row.id, HOUR);
    desk.script.capabilities = { replacement: { after_ms: AFTER_MS, count_max: 2 } };
    desk.now = row.plan.expires_at;
    await desk.work(row.id);
    expect(hashes()).toEqual(["hash-1"]);
  });

  it("says why it is not sped up, and still pages people when it is overdue", async () => {
    desk.script.replace = () => {
      throw new VenueError("venue_transient", "A higher fee is of no use now: the price is at its limit.");
    };
    row = await desk.later(row.id, HOUR);
    expect(row).toMatchObject({ note_code: "venue_transient", note: expect.stringContaining("at its limit") });
    row = await desk.later(row.id, 23 * HOUR + MINUTE);
    expect(row.note_code).toBe("overdue");
    expect(desk.notices.map(({ code }) => code)).toEqual(["transfer_overdue"]);
  });

  it("that was dropped is sped up too, once people know that it is missing", async () => {
    desk.script.find = () => ({ outcome: "absent", as_of: desk.now });
    await desk.later(row.id, HOUR / 2);
    row = await desk.later(row.id, MINUTE);
    expect(attempts(row)).toEqual(["hash-1", "hash-2"]);
    expect(hashes()).toEqual(["hash-1", "hash-2"]);
  });
});

describe("never two payments", () => {
  it.each([
    ["another place in line", { exclusive: "account:8" }],
    ["no place in line", { exclusive: undefined }],
  ])("a replacement with %s is not sent, and people are called once", async (_, { exclusive }) => {
    desk.script.decode = {};
    desk.script.prepared = {};
    desk.script.exclusive = (prepared) => (prepared.earlier === undefined ? "account:7" : exclusive);
    for (let look = 0; look < 3; look += 1) row = await desk.later(row.id, HOUR);
    expect(hashes()).toEqual(["hash-1"]);
    expect(attempts(row)).toEqual(["hash-1"]);
    expect(desk.notices.filter(({ code }) => code === "speed_up_transfer_replacement_unsafe")).toHaveLength(1);
  });

  it.each([
    ["another amount", { amount: 2_000n }],
    ["another destination", { to_address: "address-of-a-thief" }],
    ["more fee than was approved", { fee_max: 11n }],
  ])("a replacement with %s is not sent", async (_, effect) => {
    desk.script.decode = { exclusive: "account:7", ...effect };
    row = await desk.later(row.id, HOUR);
    expect(hashes()).toEqual(["hash-1"]);
    expect(row.note_code).toBe("authority_effect_mismatch");
  });

  it("the same transaction once more is no replacement", async () => {
    desk.script.replace = (prepared) => prepared;
    row = await desk.later(row.id, HOUR);
    expect(row.note_code).toBe("transfer_replacement_unsafe");
  });

  it("is durable before it is sent: a process that dies in between sends the same bytes, and no third", async () => {
    desk.script.submit = () => {
      throw new Error("killed");
    };
    const revive = dieAt("transfer.sped_up");
    await expect(desk.later(row.id, HOUR)).rejects.toThrow("killed");
    revive();
    row = await desk.row(row.id);
    expect(attempts(row)).toEqual(["hash-1", "hash-2"]);
    expect(row.note_code).toBe("replacing");
    desk.script.submit = () => UNKNOWN;
    row = await desk.later(row.id, MINUTE * 6);
    expect(row).toMatchObject({ state: "submitted", note_code: "sped_up" });
    expect(hashes()).toEqual(["hash-1", "hash-2", "hash-2"]);
  });

  it("is not forgotten while its venue cannot be asked", async () => {
    desk.script.submit = () => {
      throw new Error("killed");
    };
    const revive = dieAt("transfer.sped_up");
    await expect(desk.later(row.id, HOUR)).rejects.toThrow("killed");
    revive();
    desk.script.find = () => ({ outcome: "unreadable", message: "down" });
    row = await desk.later(row.id, MINUTE * 6);
    expect(row.note_code).toBe("replacing");
    desk.script.find = () => waiting();
    await desk.later(row.id, MINUTE * 6);
    expect(hashes()).toEqual(["hash-1", "hash-2", "hash-2"]);
  });

  it("is not sent from the record after its approval has ended", async () => {
    const revive = dieAt("transfer.sped_up");
    await expect(desk.later(row.id, HOUR)).rejects.toThrow("killed");
    revive();
    desk.now = row.plan.expires_at;
    row = await desk.work(row.id);
    expect(hashes()).toEqual(["hash-1", "hash-2"]);
    expect(row.state).toBe("submitted");
  });

  it("is not sent from the record while the treasury is frozen", async () => {
    const revive = dieAt("transfer.sped_up");
    await expect(desk.later(row.id, HOUR)).rejects.toThrow("killed");
    revive();
    await desk.setMode("frozen");
    await desk.later(row.id, HOUR);
    expect(hashes()).toEqual(["hash-1", "hash-2"]);
  });

  it("a worker that lost its lease while it built sends nothing", async () => {
    desk.script.replace = async (prepared) => {
      desk.script.replace = dearer;
      desk.now += MINUTE;
      await workTransfer(desk.another("two"), row.id);
      return { ...dearer(prepared), tx_hash: "hash-late" };
    };
    row = await desk.later(row.id, HOUR / 2);
    expect(hashes()).toEqual(["hash-1", "hash-2"]);
    expect(attempts(await desk.row(row.id))).toEqual(["hash-1", "hash-2"]);
  });
});
