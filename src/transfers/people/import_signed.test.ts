/** Signatures that come back in files: what its bearer signed is the bearer's vote, once. */
import { beforeEach, describe, expect, it } from "vitest";
import { VenueError } from "../../venues/index.ts";
import type { OwnerSignature, SignaturesStanding } from "../../venues/port.ts";
import { cancelTransfer, importSigned, type TransferRow, voteOnTransfer } from "../index.ts";
import { type Desk, MINUTE, openDesk, REFILL, signedAsOwner } from "../suite_transfers.ts";
import { signaturesGiven } from "./signatures_given.ts";

const SIGNING = { scheme: "eip712_safe", hash: `0x${"ab".repeat(32)}`, typed_data: {} } as const;
let desk: Desk;
let held: readonly OwnerSignature[];
let row: TransferRow;

beforeEach(async () => {
  desk = await openDesk();
  desk.script.capabilities = { signing: "eip712_safe" };
  held = [];
  Object.assign(desk.deps.venues.get("vault-venue") ?? {}, {
    requestSigning: async () => SIGNING,
    readSigned: (_: unknown, content: Uint8Array) => {
      if (content.length === 0) throw new VenueError("venue_policy_denied", "This PSBT is refused.");
      return held;
    },
  });
  row = await desk.work((await desk.plan(REFILL)).id);
});

const file = Uint8Array.of(1);
function signatureOf(person: string): OwnerSignature {
  const payload = { object_kind: "transfer", object_id: row.id, digest: row.digest, vote: "approve" } as const;
  return { signer: `${person}-owner`, signature: signedAsOwner(person, payload, SIGNING).signature };
}

describe("a file with owners' signatures", () => {
  it("is the vote of whoever hands it in, and with enough of them the transfer goes on", async () => {
    held = [signatureOf("ana")];
    expect(await importSigned(desk.deps, row.id, file, "ana")).toMatchObject({
      accepted: ["ana"],
      known: [],
      others: [],
      quorum: { state: "pending", approvals: ["ana"] },
    });
    held = [signatureOf("ana"), signatureOf("ben")];
    expect(await importSigned(desk.deps, row.id, file, "ana")).toMatchObject({ known: ["ana"], others: ["ben"] });
    expect(await importSigned(desk.deps, row.id, file, "ben")).toMatchObject({
      accepted: ["ben"],
      others: ["ana"],
      quorum: { state: "complete" },
    });
    expect(await desk.work(row.id)).toMatchObject({ state: "submitted" });
  });

  it("is nobody else's vote: one voter with everybody's signatures has one vote", async () => {
    held = ["ana", "ben", "chen"].map(signatureOf);
    const imported = await importSigned(desk.deps, row.id, file, "chen");
    expect(imported).toMatchObject({ accepted: ["chen"], others: ["ana", "ben"], quorum: { approvals: ["chen"] } });
    expect(await importSigned(desk.deps, row.id, file, "dora")).toMatchObject({
      accepted: [],
      others: ["ana", "ben", "chen"],
      quorum: { state: "pending", approvals: ["chen"] },
    });
    expect(await desk.work(row.id)).toMatchObject({ state: "awaiting_approval" });
  });

  it("counts no key that the policy gives to nobody, and no signature that does not hold", async () => {
    held = [{ signer: "somebody-else", signature: "00" }];
    const stranger = await importSigned(desk.deps, row.id, file, "ana");
    expect(stranger).toMatchObject({ accepted: [], strangers: ["somebody-else"], quorum: { approvals: [] } });
    held = [{ signer: "ana-owner", signature: "00" }];
    await expect(importSigned(desk.deps, row.id, file, "ana")).rejects.toMatchObject({
      code: "authority_bad_signature",
    });
  });

  it("regression: leaves a trace of others' signatures, and what ends with enough of them stays reserved until they are worth nothing", async () => {
    let standing: SignaturesStanding = { standing: "executable", remedy: "move the coin" };
    let judged: readonly OwnerSignature[] = [];
    Object.assign(desk.deps.venues.get("vault-venue") ?? {}, {
      readSignatures: async (_: unknown, signatures: readonly OwnerSignature[]) => {
        judged = signatures;
        return standing;
      },
    });
    held = [...["ana", "ben"].map(signatureOf), { signer: "somebody-else", signature: "00" }];
    for (const importer of ["dora", "chen"]) await importSigned(desk.deps, row.id, file, importer);
    const given = (await desk.events(row.id)).filter(({ kind }) => kind === "signature.given");
    expect(given).toMatchObject([
      { actor: "person:dora", payload: { person_id: "ana", key_id: "ana-owner-key" } },
      { actor: "person:dora", payload: { person_id: "ben", key_id: "ben-owner-key" } },
    ]);
    await cancelTransfer(desk.deps, row.id, "person:chen", "not needed");
    expect(await desk.work(row.id)).toMatchObject({ state: "held", note_code: "cancelled_signed" });
    expect(judged.map(({ signature }) => signature)).toEqual(["ana", "ben"].map((one) => signatureOf(one).signature));
    expect((await desk.wallet("vault")).held).toBe(1_010n);
    expect(desk.notices).toMatchObject([{ code: "transfer_signatures_out" }]);
    standing = { standing: "worthless", reason: "its coin was spent" };
    expect(await desk.later(row.id, MINUTE)).toMatchObject({ state: "cancelled" });
    expect((await desk.wallet("vault")).held).toBe(0n);
  });

  it("regression: keeps a signature whose vote is refused, and that of an owner who denied", async () => {
    const payload = { object_kind: "transfer", object_id: row.id, digest: row.digest, vote: "deny" } as const;
    held = [signatureOf("ana"), signatureOf("ben")];
    await importSigned(desk.deps, row.id, file, "ana");
    await voteOnTransfer(desk.deps, signedAsOwner("ana", payload, SIGNING));
    expect(await desk.work(row.id)).toMatchObject({ state: "held", note_code: "denied_signed" });
    held = [signatureOf("chen")];
    await expect(importSigned(desk.deps, row.id, file, "chen")).rejects.toMatchObject({ code: "authority_not_open" });
    const row_now = await desk.row(row.id);
    const known = await desk.tx((tx) => signaturesGiven(tx, row_now));
    expect(known.map(({ signer }) => signer).sort()).toEqual(["ana-owner-key", "ben-owner-key", "chen-owner-key"]);
  });

  it("regression: pages people when signatures come in after the transfer ended and nothing is reserved for it", async () => {
    await cancelTransfer(desk.deps, row.id, "person:chen", "not needed");
    expect((await desk.wallet("vault")).held).toBe(0n);
    held = ["ana", "ben"].map(signatureOf);
    await importSigned(desk.deps, row.id, file, "dora");
    expect(desk.notices).toMatchObject([{ code: "signed_after_end", severity: "page", ref: row.id }]);
    expect(desk.notices[0]?.message).toContain("after it was cancelled: 2 of its keys have signed it");
    const alerts = (await desk.events(row.id)).filter(({ kind }) => kind === "alert.raised");
    expect(alerts).toMatchObject([{ payload: { code: "signed_after_end" } }]);
    // The same file again says nothing new.
    await importSigned(desk.deps, row.id, file, "dora");
    expect(desk.notices).toHaveLength(1);
    held = [signatureOf("chen")];
    await expect(importSigned(desk.deps, row.id, file, "chen")).rejects.toMatchObject({ code: "authority_not_open" });
    expect(desk.notices[1]?.message).toContain("3 of its keys");
  });

  it("regression: keeps an owner's signature whose vote is refused wherever it is given, and a forged one nowhere", async () => {
    const payload = { object_kind: "transfer", object_id: row.id, digest: row.digest, vote: "approve" } as const;
    const vote = signedAsOwner("ana", payload, SIGNING);
    const known = async () => {
      const now = await desk.row(row.id);
      return (await desk.tx((tx) => signaturesGiven(tx, now))).map(({ signer }) => signer);
    };
    // The vote names another digest and counts for nothing; what it signed is the wallet's own transaction all the same.
    const wrong = { ...vote, payload: { ...payload, digest: "00".repeat(32) } };
    await expect(voteOnTransfer(desk.deps, wrong)).rejects.toMatchObject({
      code: expect.stringMatching(/^authority_/),
    });
    expect(await known()).toEqual(["ana-owner-key"]);
    const forged = { ...signedAsOwner("ben", payload, SIGNING), signature: "00" };
    await expect(voteOnTransfer(desk.deps, forged)).rejects.toMatchObject({ code: "authority_bad_signature" });
    expect(await known()).toEqual(["ana-owner-key"]);
    await cancelTransfer(desk.deps, row.id, "person:chen", "not needed");
    expect(await desk.row(row.id)).toMatchObject({ state: "held", note_code: "cancelled_signed" });
  });

  it("is refused where it holds nothing, is another's, or where nothing is signed in files", async () => {
    await expect(importSigned(desk.deps, row.id, file, "ana")).rejects.toMatchObject({ code: "transfer_invalid" });
    await expect(importSigned(desk.deps, row.id, new Uint8Array(), "ana")).rejects.toMatchObject({
      code: "venue_policy_denied",
    });
    desk.script.capabilities = { signing: "digest" };
    const other = await openDesk();
    const plain = await other.work((await other.plan(REFILL)).id);
    await expect(importSigned(other.deps, plain.id, file, "ana")).rejects.toMatchObject({ code: "transfer_invalid" });
  });
});
