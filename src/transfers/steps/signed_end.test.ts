import { beforeEach, describe, expect, it } from "vitest";
import type { Vote } from "../../authority/types.ts";
import { VenueError } from "../../venues/index.ts";
import type { OwnerSignature, SignaturesStanding } from "../../venues/port.ts";
import { cancelTransfer, proposeResolution, type TransferRow, voteOnTransfer } from "../index.ts";
import { type Desk, HOUR, MINUTE, openDesk, REFILL, signedAsOwner } from "../suite_transfers.ts";

const SIGNING = { scheme: "eip712_safe", hash: `0x${"ab".repeat(32)}`, typed_data: {} } as const;
let desk: Desk;
let standing: SignaturesStanding | "down";
let judged: readonly OwnerSignature[];

beforeEach(async () => {
  desk = await openDesk();
  desk.script.capabilities = { signing: "eip712_safe" };
  standing = { standing: "executable", remedy: "burn the nonce" };
  judged = [];
  Object.assign(desk.deps.venues.get("vault-venue") ?? {}, {
    requestSigning: async () => SIGNING,
    readSignatures: async (_: unknown, signatures: readonly OwnerSignature[]) => {
      judged = signatures;
      if (standing === "down") throw new VenueError("venue_transient", "down");
      return standing;
    },
  });
});

const vote = async (row: TransferRow, person: string, said: Vote = "approve"): Promise<void> => {
  const payload = { object_kind: "transfer", object_id: row.id, digest: row.digest, vote: said } as const;
  await voteOnTransfer(desk.deps, signedAsOwner(person, payload, SIGNING));
};
/** Signed by two owners, and kept from going out. */
async function signed(): Promise<TransferRow> {
  const row = await desk.work((await desk.plan(REFILL)).id);
  desk.script.prepare = () => {
    throw new VenueError("venue_transient", "no gas");
  };
  await vote(row, "ana");
  await vote(row, "ben");
  return desk.work(row.id);
}
const pass = async (): Promise<void> => {
  desk.now += 25 * HOUR;
};
const cancel = async (row: TransferRow): Promise<TransferRow> => {
  await cancelTransfer(desk.deps, row.id, "person:chen", "not needed");
  return desk.work(row.id);
};

describe("a transfer that ends after owners signed it", () => {
  it("is cancelled at once while nobody signed", async () => {
    const row = await desk.work((await desk.plan(REFILL)).id);
    expect(await cancel(row)).toMatchObject({ state: "cancelled", note_code: "cancelled" });
  });

  it.each<[string, string, (row: TransferRow) => Promise<unknown>]>([
    ["cancelled", "cancelled_signed", cancel],
    ["denied", "denied_signed", (row) => vote(row, "chen", "deny")],
    ["denied by a signer", "denied_signed", (row) => vote(row, "ana", "deny")],
    ["expired", "expired_signed", pass],
  ])(
    "%s, it stays reserved while the signatures can be executed, and ends when they cannot",
    async (name, code, end) => {
      const row = await signed();
      expect(row).toMatchObject({ state: "approved", note_code: "venue_transient" });
      await end(row);
      desk.now += HOUR;
      const held = await desk.work(row.id);
      expect(held).toMatchObject({ state: "held", note_code: code, note: "burn the nonce" });
      expect(judged).toHaveLength(2);
      expect((await desk.wallet("vault")).held).toBe(1_010n);
      expect(desk.sent).toEqual([]);
      expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "held" });
      expect(desk.notices.filter((one) => one.code === "transfer_signatures_out")).toHaveLength(1);
      standing = { standing: "deciding" };
      expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "held" });
      standing = "down";
      expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "held" });
      standing = { standing: "worthless", reason: "another Safe transaction used nonce 5" };
      expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: name.split(" ")[0] });
      expect((await desk.wallet("vault")).held).toBe(0n);
    },
  );

  it("regression: refused by its venue, it is not over while the signatures can be executed", async () => {
    const row = await desk.work((await desk.plan(REFILL)).id);
    desk.script.submit = () => ({ outcome: "rejected", code: "refused", message: "the relay does not want to" });
    await vote(row, "ana");
    await vote(row, "ben");
    expect(await desk.work(row.id)).toMatchObject({
      state: "held",
      note_code: "failed_signed",
      note: "burn the nonce",
    });
    expect(desk.sent).toHaveLength(1);
    expect((await desk.wallet("vault")).held).toBe(1_010n);
    expect(desk.notices).toMatchObject([{ code: "transfer_signatures_out", severity: "page" }]);
    standing = { standing: "worthless", reason: "another Safe transaction used nonce 5" };
    expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "failed", note_code: "venue_failed" });
    expect((await desk.wallet("vault")).held).toBe(0n);
    expect(desk.sent).toHaveLength(1);
  });

  it("ends at once where too few signed to ever execute it", async () => {
    standing = { standing: "too_few", signed: 1, needed: 2 };
    const row = await desk.work((await desk.plan(REFILL)).id);
    await vote(row, "ana");
    await vote(row, "chen", "deny");
    const done = await desk.work(row.id);
    expect(done).toMatchObject({ state: "denied" });
    expect(done.note).toContain("only 1 of the 2");
    expect(desk.notices).toEqual([]);
  });

  it("executed by somebody else, it is never called cancelled: people settle it with evidence", async () => {
    standing = { standing: "executed", tx_hash: "0xe1" };
    const held = await cancel(await signed());
    expect(held).toMatchObject({ state: "held", note_code: "cancelled_signed" });
    expect(held.note).toContain("0xe1");
    expect(desk.notices).toMatchObject([{ code: "transfer_executed_by_others", severity: "page" }]);
    const draft = { transfer_id: held.id, evidence: "none", references: [], venue_ref: null, tx_hash: null } as const;
    const nothing = {
      ...draft,
      outcome: "failed",
      amount_received: null,
      fee: null,
      proposed_by: "person:ana",
    } as const;
    await expect(proposeResolution(desk.deps, nothing)).rejects.toMatchObject({ code: "resolution_contradicted" });
  });

  it("frees nothing by people's word while signatures are out, whatever the venue says of what was never sent", async () => {
    const held = await cancel(await signed());
    desk.script.capabilities = { signing: "eip712_safe", lookup_by_reference: false };
    const draft = { transfer_id: held.id, evidence: "none", references: [], venue_ref: null, tx_hash: null } as const;
    const nothing = {
      ...draft,
      outcome: "failed",
      amount_received: null,
      fee: null,
      proposed_by: "person:ana",
    } as const;
    desk.now += HOUR;
    for (const found of [
      { outcome: "unreadable", message: "down" },
      { outcome: "absent", as_of: desk.now },
    ] as const) {
      desk.script.find = () => found;
      await expect(proposeResolution(desk.deps, nothing)).rejects.toMatchObject({ code: "resolution_contradicted" });
    }
  });

  it("keeps its way taken: no second refill is planned beside signatures that could pay the first", async () => {
    await cancel(await signed());
    await expect(desk.plan(REFILL)).rejects.toMatchObject({ code: "transfer_route_busy" });
  });
});
