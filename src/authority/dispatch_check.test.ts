import { beforeAll, describe, expect, it } from "vitest";
import { ed25519Verifier } from "../system/ed25519.ts";
import type { TransferPlan, TransferRow } from "../transfers/types.ts";
import { transferDigest } from "./digest.ts";
import { checkDispatch, type DispatchInput } from "./dispatch_check.ts";
import { approvalOf, DESTINATIONS, PLAN, POLICY, person, transferOf } from "./suite.ts";
import type { ApprovalRow } from "./types.ts";

const transfer = transferOf(PLAN);
const changed = (change: Partial<TransferPlan>): TransferRow => {
  const row = transferOf({ ...PLAN, ...change });
  return { ...row, digest: transfer.digest };
};

describe("checkDispatch", () => {
  let votes: ApprovalRow[] = [];
  beforeAll(async () => {
    votes = [await approvalOf("ana", transfer), await approvalOf("ben", transfer, 201)];
  });
  const check = (change: Partial<DispatchInput> = {}) =>
    checkDispatch({
      ...DESTINATIONS,
      transfer,
      votes,
      authority: POLICY,
      verifier: ed25519Verifier,
      mode: "auto",
      now: 500,
      ...change,
    });
  const refused = (code: string, change: Partial<DispatchInput>) =>
    expect(check(change)).rejects.toMatchObject({ code, facts: expect.objectContaining({ transfer: "trf_1" }) });

  it("passes what people approved, within its time", async () => {
    expect(await check()).toMatchObject({ state: "complete", approvals: ["ana", "ben"] });
    await check({ now: PLAN.not_before, votes: votes.map((vote) => ({ ...vote, at: PLAN.not_before })) });
    await check({ now: PLAN.expires_at - 1 });
  });

  it("sends nothing while frozen, too early or too late", async () => {
    await refused("authority_frozen", { mode: "frozen" });
    await refused("authority_frozen", { mode: "observe" });
    await refused("authority_too_early", { now: PLAN.not_before - 1 });
    await refused("authority_expired", { now: PLAN.expires_at });
  });

  it("bybit: refuses a payload that was exchanged after it was approved, whichever part of it", async () => {
    const swaps: Partial<TransferPlan>[] = [
      { to: { ...PLAN.to, address: "T-attacker" } },
      { to: { ...PLAN.to, wallet: "exchange", venue: "exchange", address: "T-exchange", memo: "77" } },
      { from: { ...PLAN.from, wallet: "vault-2" } },
      { amount: "5000000" },
      { fee_max: "5000000" },
      { network: "ethereum" },
      { asset: "BTC" },
      { direction: "internal" },
      { initiator: "person:dora" },
      { expires_at: 10_000 },
      { quorum_needed: 0 },
      { nonce: "n2" },
    ];
    for (const swap of swaps) await refused("authority_wrong_digest", { transfer: changed(swap) });
  });

  it("refuses a new digest under old votes: they were given to another content", async () => {
    const forged = transferOf({ ...PLAN, amount: "999" });
    expect(forged.digest).toBe(transferDigest(forged.plan));
    await refused("authority_quorum_missing", { transfer: forged });
    const rebound = votes.map((vote) => ({ ...vote, digest: forged.digest }));
    await refused("authority_quorum_missing", { transfer: forged, votes: rebound });
  });

  it("refuses columns that say something else than the plan", async () => {
    const columns: Partial<TransferRow>[] = [
      ...[{ amount: 501n }, { fee_max: 11n }, { to_wallet: "exchange" }, { from_wallet: "hot" }, { asset: "BTC" }],
      ...[{ network: "ethereum" }, { pool_id: "btc" }, { reference: "trf_2" }, { direction: "internal" as const }],
    ];
    for (const column of columns) await refused("authority_wrong_digest", { transfer: { ...transfer, ...column } });
  });

  it("counts again: a person, a role or a tier withdrawn after the vote voids it", async () => {
    const [ana, , chen] = POLICY.people;
    const people = [ana, chen].flatMap((one) => one ?? []);
    await refused("authority_quorum_missing", { authority: { ...POLICY, people } });
    const demoted = [...people, person("ben", ["viewer"])];
    await refused("authority_quorum_missing", { authority: { ...POLICY, people: demoted } });
    await refused("authority_no_tier", { authority: { ...POLICY, tiers: [] } });
    await refused("authority_quorum_missing", { votes: votes.slice(0, 1) });
    await refused("authority_quorum_missing", { votes: [] });
  });

  it("believes no row without a signature that verifies now, whoever wrote it into the database", async () => {
    const [first, second] = votes;
    const forged = { ...second, signature: first?.signature ?? "", person_id: "chen", key_id: "chen-1" } as ApprovalRow;
    await refused("authority_quorum_missing", { votes: first ? [first, forged] : [] });
    const unsigned = votes.map((vote) => ({ ...vote, signature: "00".repeat(64) }));
    await refused("authority_quorum_missing", { votes: unsigned });
  });

  it("is stopped by a denial, even by one whose signature was damaged", async () => {
    const denial = { ...(await approvalOf("chen", transfer, 250, "deny")), signature: "00".repeat(64) };
    await refused("authority_quorum_missing", { votes: [...votes, denial] });
  });

  it("never counts the initiator", async () => {
    const own = transferOf({ ...PLAN, initiator: "person:ana" });
    const own_votes = [await approvalOf("ana", own), await approvalOf("ben", own)];
    await refused("authority_quorum_missing", { transfer: own, votes: own_votes });
    await check({ transfer: own, votes: [...own_votes, await approvalOf("chen", own)] });
  });

  it("refuses a destination that left the address book or changed in it", async () => {
    const address_book = DESTINATIONS.address_book.filter(({ wallet }) => wallet !== "hot");
    await expect(check({ address_book })).rejects.toMatchObject({ code: "authority_destination_unknown" });
    const moved = [...address_book, { wallet: "hot", network: "tron", address: "T-other", memo: null }];
    await expect(check({ address_book: moved })).rejects.toMatchObject({ code: "authority_destination_changed" });
  });

  it("lets the way into custody go without people, and checks all the rest of it", async () => {
    const sweep = transferOf({
      ...PLAN,
      from: PLAN.to,
      to: PLAN.from,
      direction: "liquidity_to_reserve",
      quorum_needed: 0,
    });
    expect(await check({ transfer: sweep, votes: [] })).toMatchObject({ state: "complete", needed: 0 });
    await refused("authority_frozen", { transfer: sweep, votes: [], mode: "frozen" });
    await refused("authority_wrong_digest", { transfer: { ...sweep, digest: transfer.digest }, votes: [] });
  });
});
