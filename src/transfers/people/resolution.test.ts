import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { resolutionDigest } from "../../authority/index.ts";
import type { SignedVote, Vote } from "../../authority/types.ts";
import { tables } from "../../store/index.ts";
import {
  proposeResolution,
  type ResolutionDraft,
  type ResolutionRow,
  type ResolutionTerms,
  type TransferRow,
  voteOnResolution,
} from "../index.ts";
import { type Desk, found, HOUR, MINUTE, OPENING, openDesk, signed, UNKNOWN } from "../suite_transfers.ts";
import { verdictOn } from "./apply_resolution.ts";

const DRAFT = {
  outcome: "failed",
  evidence: "Letter of the venue, 5 January: never received, and blocked.",
  references: ["ticket 4711"],
  venue_ref: null,
  tx_hash: null,
  amount_received: null,
  fee: null,
  proposed_by: "person:ana",
} as const;

let desk: Desk;
let held: TransferRow;

beforeEach(async () => {
  desk = await openDesk();
  held = await holdOne(desk);
});

/** A venue without a key took the request and never answered. */
async function holdOne(on: Desk, initiator = "daemon", to_wallet = "vault"): Promise<TransferRow> {
  on.script.capabilities = { idempotency: { kind: "none" } };
  on.script.submit = () => UNKNOWN;
  on.script.find = () => ({ outcome: "absent", as_of: on.now });
  const { id } = await on.plan({ initiator, to_wallet });
  await on.work(id);
  for (let turn = 0; turn < 40; turn += 1) {
    const row = await on.later(id, HOUR);
    if (row.state === "held") return row;
  }
  throw new Error("it was never held");
}

const propose = (more: Partial<ResolutionDraft> = {}): Promise<ResolutionRow> =>
  proposeResolution(desk.deps, { ...DRAFT, transfer_id: held.id, ...more });

function ballot(person: string, { id, digest }: ResolutionRow, vote: Vote = "approve"): SignedVote {
  return signed(person, { object_kind: "resolution", object_id: id, digest, vote });
}

const cast = (person: string, row: ResolutionRow, vote?: Vote) =>
  voteOnResolution(desk.deps, ballot(person, row, vote));
const proposal = async ({ id }: ResolutionRow) => desk.tx((tx) => tx.get(tables.resolution, { id }));

describe("a held transfer is resolved by people", () => {
  it("gives the money back once two others agree that nothing moved, and not before", async () => {
    const row = await propose();
    await cast("ben", row);
    expect(await desk.work(held.id)).toMatchObject({ state: "held" });
    await cast("chen", row);
    expect(await desk.work(held.id)).toMatchObject({ state: "failed", note_code: "resolved" });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING, held: 0n });
    expect(await proposal(row)).toMatchObject({ state: "applied" });
    const kinds = (await desk.events(held.id)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "transfer.resolution")).toHaveLength(2);
  });

  it("settles with what arrived and what it cost", async () => {
    const row = await propose({ outcome: "settled", amount_received: 990n, fee: 5n, tx_hash: "hash-9" });
    for (const person of ["ben", "chen"]) await cast(person, row);
    expect(await desk.work(held.id)).toMatchObject({ state: "settled", amount_received: 990n, fee_actual: 5n });
    expect(await desk.wallet("hot")).toMatchObject({ posted: OPENING - 1_005n, held: 0n });
    expect(await desk.wallet("vault")).toMatchObject({ posted: OPENING + 990n });
  });

  it("follows it again under the venue's reference", async () => {
    const row = await propose({ outcome: "submitted", venue_ref: "venue-7" });
    for (const person of ["ben", "chen"]) await cast(person, row);
    expect(await desk.work(held.id)).toMatchObject({ state: "submitted", venue_ref: "venue-7" });
    desk.script.find = () => found(held, { venue_ref: "venue-7", final: true, status: "succeeded" });
    expect(await desk.later(held.id, HOUR)).toMatchObject({ state: "settled" });
  });

  it("lets the venue's late evidence win over a complete quorum", async () => {
    const row = await propose();
    for (const person of ["ben", "chen"]) await cast(person, row);
    desk.script.find = () => found(held);
    expect(await desk.work(held.id)).toMatchObject({ state: "submitted" });
    expect(await proposal(row)).toMatchObject({ state: "overtaken" });
    await expect(cast("ben", row)).rejects.toMatchObject({ code: expect.stringMatching(/^authority_/) });
  });

  it("frees nothing while the venue finds something else under its reference, or cannot be asked", async () => {
    const row = await propose();
    for (const person of ["ben", "chen"]) await cast(person, row);
    desk.script.find = () => found(held, { amount: 1n });
    expect(await desk.work(held.id)).toMatchObject({ state: "held" });
    desk.script.find = () => ({ outcome: "unreadable", message: "down" });
    expect(await desk.later(held.id, HOUR)).toMatchObject({ state: "held" });
    await expect(propose()).rejects.toMatchObject({ code: "resolution_contradicted" });
  });

  it("ends with one denial, and with its time", async () => {
    const row = await propose();
    await cast("ben", row, "deny");
    expect(await proposal(row)).toMatchObject({ state: "denied" });
    await expect(cast("chen", row)).rejects.toMatchObject({ code: "authority_not_open" });
    const late = await propose();
    await cast("ben", late);
    desk.now = late.expires_at;
    await expect(cast("chen", late)).rejects.toMatchObject({ code: "authority_expired" });
    expect(await desk.later(held.id, MINUTE)).toMatchObject({ state: "held" });
    expect(await proposal(late)).toMatchObject({ state: "expired" });
  });

  it("counts neither who proposed it nor who started the transfer", async () => {
    const row = await propose();
    await expect(cast("ana", row)).rejects.toMatchObject({ code: "authority_initiator" });
    held = await holdOne(desk, "person:ben", "cellar");
    const other = await propose();
    await expect(cast("ben", other)).rejects.toMatchObject({ code: "authority_initiator" });
    await cast("chen", other);
    expect(await desk.work(held.id)).toMatchObject({ state: "held" });
  });

  it("takes one proposal at a time, on a held transfer only", async () => {
    await propose();
    await expect(propose()).rejects.toMatchObject({ code: "resolution_open" });
    const { id } = await desk.plan({ to_wallet: "cellar" });
    await expect(propose({ transfer_id: id })).rejects.toMatchObject({ code: "transfer_not_held" });
  });

  it("refuses a vote that was cast on another proposal", async () => {
    const row = await propose();
    const first = held;
    held = await holdOne(desk, "daemon", "cellar");
    const other = await propose();
    const replay = { ...ballot("ben", row), payload: { ...ballot("ben", row).payload, object_id: other.id } };
    await expect(voteOnResolution(desk.deps, replay)).rejects.toMatchObject({ code: "authority_bad_signature" });
    const resigned = signed("ben", { ...replay.payload });
    await expect(voteOnResolution(desk.deps, resigned)).rejects.toMatchObject({ code: "authority_wrong_digest" });
    expect(first.id).not.toBe(held.id);
  });

  it.each([
    ["no evidence", { evidence: " " }],
    ["more than left", { outcome: "settled", amount_received: 1_001n, fee: 0n }],
    ["a negative fee", { outcome: "settled", amount_received: 1n, fee: -1n }],
    ["no amounts", { outcome: "settled" }],
    ["amounts where nothing moved", { amount_received: 1n }],
    ["nothing to follow", { outcome: "submitted" }],
    ["an empty reference", { references: [""] }],
  ] as const)("refuses %s", async (_, more) => {
    await expect(propose(more)).rejects.toMatchObject({ code: "resolution_invalid" });
  });
});

describe("verdictOn", () => {
  it("is worth nothing once any field of the stored terms was changed", async () => {
    const row = await propose();
    const at = row.created_at;
    const verdict = (terms: ResolutionTerms) =>
      verdictOn({ ...row, terms }, held, row.terms.held_event, "complete", at);
    expect(verdict(row.terms)).toBe("apply");
    const names = Object.keys(row.terms) as (keyof ResolutionTerms)[];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string(), (name, text) => {
        const changed = { ...row.terms, [name]: `${text}!` };
        expect(resolutionDigest(changed)).not.toBe(row.digest);
        expect(verdict(changed)).toBe("overtaken");
      }),
    );
  });

  it("answers one hold of one transfer", async () => {
    const row = await propose();
    const judge = (transfer: TransferRow, event = row.terms.held_event) =>
      verdictOn(row, transfer, event, "complete", row.created_at);
    expect(judge({ ...held, id: "trf_other" })).toBe("overtaken");
    expect(judge({ ...held, note: "another" })).toBe("overtaken");
    expect(judge({ ...held, state: "submitted" })).toBe("overtaken");
    expect(judge(held, "evt_later")).toBe("overtaken");
  });
});
