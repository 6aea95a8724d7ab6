import { beforeEach, describe, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import { emitRefusal } from "./cast_vote.ts";
import { AuthorityError } from "./errors.ts";
import { type Ballot, ballotOf, PLAN, POLICY, person, SIGNERS, signVote, transferOf } from "./suite.ts";
import type { SignedVote } from "./types.ts";

const transfer = transferOf(PLAN);

describe("castVote", () => {
  let ballot: Ballot;
  beforeEach(() => {
    ballot = ballotOf(transfer);
  });
  const refused = async (vote: SignedVote, code: string, options: Parameters<Ballot["cast"]>[1] = {}) => {
    const before = await ballot.votes();
    await expect(ballot.cast(vote, options)).rejects.toMatchObject({ code });
    expect(await ballot.votes()).toEqual(before);
  };

  it("records the vote with its signature and its event, and counts", async () => {
    const vote = await signVote("ana", transfer);
    const { approval, quorum } = await ballot.cast(vote);
    expect(approval).toEqual({
      ...{ object_id: "trf_1", person_id: "ana", digest: transfer.digest, key_id: "ana-1" },
      ...{ scheme: "ed25519", vote: "approve", signature: vote.signature, at: 200 },
    });
    expect(quorum).toMatchObject({ state: "pending", approvals: ["ana"] });
    expect((await ballot.cast(await signVote("ben", transfer))).quorum.state).toBe("complete");
    const events = await ballot.store.read("x", (tx) => tx.find(tables.event, { order_by: [["id", "asc"]], limit: 9 }));
    expect(events.map(({ kind, actor, type }) => [kind, actor, type])).toEqual([
      ["approval.voted", "person:ana", "Manual"],
      ["approval.voted", "person:ben", "Manual"],
    ]);
    expect(events[1]?.payload).toMatchObject({ quorum_state: "complete", approvals: ["ana", "ben"], needed: 2 });
  });

  it("ends with a denial", async () => {
    await ballot.cast(await signVote("ana", transfer));
    expect((await ballot.cast(await signVote("ben", transfer, "deny"))).quorum).toMatchObject({ state: "denied" });
  });

  it("refuses who may not vote", async () => {
    await refused(await signVote("eve", transfer), "authority_unknown_person");
    await refused(await signVote("dora", transfer), "authority_wrong_role");
    const own = transferOf({ ...PLAN, initiator: "person:ana" });
    await refused(await signVote("ana", own), "authority_initiator", { transfer: own });
    await refused(await signVote("ana", own, "deny"), "authority_initiator", { transfer: own });
  });

  it("refuses a person whose role was withdrawn, and a key that was", async () => {
    const viewer = { ...POLICY, people: [person("ana", ["viewer"])] };
    await refused(await signVote("ana", transfer), "authority_wrong_role", { policy: viewer });
    const keyless = { ...POLICY, people: [{ ...person("ana", ["approver"]), keys: [] }] };
    await refused(await signVote("ana", transfer), "authority_bad_signature", { policy: keyless });
  });

  it("refuses every signature that is not this person's over this vote", async () => {
    const vote = await signVote("ana", transfer);
    const bens = await signVote("ben", transfer);
    const forged: SignedVote[] = [
      { ...vote, signature: bens.signature },
      { ...vote, signature: "" },
      { ...vote, signature: "00".repeat(64) },
      { ...vote, key_id: "ben-1" },
      { ...vote, person_id: "ben" },
      { ...vote, scheme: "eip712_safe" },
      { ...vote, payload: { ...vote.payload, vote: "deny" } },
      { ...vote, payload: { ...vote.payload, digest: "00".repeat(32) } },
      { ...vote, payload: { ...vote.payload, object_id: "trf_2" } },
      { ...vote, payload: { ...vote.payload, object_kind: "resume" } },
    ];
    for (const one of forged) await refused(one, "authority_bad_signature");
  });

  it("refuses a genuine vote on anything but this very content", async () => {
    const other = transferOf({ ...PLAN, amount: "501" });
    await refused(await signVote("ana", other), "authority_wrong_digest");
    await refused(await signVote("ana", transfer, "approve", { object_id: "trf_2" }), "authority_wrong_digest");
    await refused(await signVote("ana", transfer, "approve", { object_kind: "resume" }), "authority_wrong_digest");
  });

  it("refuses what is too late: expired, decided, voted already", async () => {
    await refused(await signVote("ana", transfer), "authority_expired", { now: 1_100 });
    await refused(await signVote("ana", transfer), "authority_not_open", { open: false });
    await ballot.cast(await signVote("ana", transfer), { now: 1_099 });
    await refused(await signVote("ana", transfer), "authority_already_voted");
    await refused(await signVote("ana", transfer, "deny"), "authority_not_open", { open: false });
  });

  it("lets a person who approved deny afterwards, and never the other way", async () => {
    await ballot.cast(await signVote("ana", transfer));
    await ballot.cast(await signVote("ben", transfer));
    expect((await ballot.cast(await signVote("ana", transfer, "deny"))).quorum).toMatchObject({
      state: "denied",
      denied_by: "ana",
      approvals: ["ben"],
    });
    await refused(await signVote("ana", transfer), "authority_already_voted");
    await refused(await signVote("ana", transfer, "deny"), "authority_already_voted");
    expect((await ballot.votes()).map(({ vote }) => vote)).toEqual(["deny", "approve"]);
  });

  it("refuses a move no tier allows, and a signature that cannot release it", async () => {
    await refused(await signVote("ana", transfer), "authority_no_tier", { policy: { ...POLICY, tiers: [] } });
    const signing = { scheme: "eip712_safe", hash: `0x${"11".repeat(32)}`, typed_data: {} } as const;
    const safe = { ...transfer, signing };
    await refused(await signVote("ana", safe), "authority_wrong_scheme", { transfer: safe });
    expect((await ballot.cast(await signVote("ana", safe, "deny"), { transfer: safe })).quorum.state).toBe("denied");
  });

  it("counts sixty-four votes of one person at once as one", async () => {
    const vote = await signVote("ana", transfer);
    const results = await Promise.allSettled(Array.from({ length: 64 }, () => ballot.cast(vote)));
    const [won, lost] = [
      results.filter(({ status }) => status === "fulfilled"),
      results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])),
    ];
    expect([won.length, lost.length]).toEqual([1, 63]);
    for (const error of lost) expect(error).toMatchObject({ code: "authority_already_voted" });
    expect(await ballot.votes()).toHaveLength(1);
  });

  it("writes a refusal down where the refused transaction cannot", async () => {
    const vote = await signVote("eve", transfer);
    const error = new AuthorityError("authority_unknown_person", "The policy knows no such person.");
    await ballot.store.tx("refused", (tx) => emitRefusal(tx, ballot.ids, vote, error, 5));
    const [event] = await ballot.store.read("x", (tx) => tx.find(tables.event, { limit: 9 }));
    expect(event).toMatchObject({ kind: "approval.refused", ref: "trf_1", actor: "person:eve", at: 5 });
    expect(event?.payload).toMatchObject({ code: error.code, vote: "approve", digest: transfer.digest });
  });

  it("has five people with five keys, so that the tests above mean what they say", () => {
    expect(new Set(Object.values(SIGNERS).map(({ public_key }) => public_key)).size).toBe(5);
  });
});
