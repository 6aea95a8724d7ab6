/** An approved exchange of collateral lets its own release go, and nothing but it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { FacilityDoc, SubstitutionDoc, SubstitutionRow } from "../lending/types.ts";
import { ed25519Verifier } from "../system/ed25519.ts";
import type { TransferPlan, TransferRow } from "../transfers/types.ts";
import { substitutionDigest, voteMessage } from "./digest.ts";
import { assertSubstitution, checkDispatch, type DispatchInput } from "./dispatch_check.ts";
import { DESTINATIONS, type Name, PLAN, POLICY, SIGNERS, transferOf } from "./suite.ts";
import type { ApprovalRow } from "./types.ts";

const terms: SubstitutionDoc = {
  ...{ id: "sub_1", facility_id: "fac_1", reference: "L-1", reason: "dollars for coins", proposed_by: "person:dora" },
  brings: { asset: "BTC", decimals: 8, units: "1", venue: "custodian", network: "bitcoin", wallet: "fac_1-BTC" },
  releases: {
    ...{ asset: PLAN.asset, decimals: PLAN.decimals, units: PLAN.amount, fee_max: PLAN.fee_max, network: PLAN.network },
    ...{ from_wallet: PLAN.from.wallet, to_wallet: PLAN.to.wallet },
    ...{ return_address: PLAN.to.address, return_memo: PLAN.to.memo },
  },
  ...{ created_at: 100, expires_at: 400, ends_at: 2_000 },
};
const digest = substitutionDigest(terms);
const planned = (change: Partial<TransferPlan> = {}): TransferRow =>
  transferOf({ ...PLAN, substitution: { id: "sub_1", digest }, ...change });
const row: SubstitutionRow = {
  ...{ id: "sub_1", facility_id: "fac_1", state: "releasing", terms, digest, transfer_id: planned().id, note: null },
  ...{ created_at: 100, expires_at: 400, updated_at: 100, ended_at: null, version: 2 },
};
const facility = { terms: { currency: "USD", principal: "1" } as FacilityDoc };

async function approval(name: Name, at: number, vote: "approve" | "deny" = "approve"): Promise<ApprovalRow> {
  const message = voteMessage({ object_kind: "substitution", object_id: "sub_1", digest, vote });
  const signature = Buffer.from(await SIGNERS[name].sign(message)).toString("hex");
  return {
    ...{ object_id: "sub_1", person_id: name, digest, key_id: `${name}-1`, scheme: "ed25519", vote, signature, at },
  };
}

describe("the release of an approved exchange", () => {
  let votes: ApprovalRow[] = [];
  beforeAll(async () => {
    votes = [await approval("ana", 200), await approval("ben", 201)];
  });
  const input = (change: Partial<DispatchInput> = {}): DispatchInput => ({
    ...{ ...DESTINATIONS, transfer: planned(), votes: [], authority: POLICY, verifier: ed25519Verifier },
    ...{ mode: "auto", now: 500, substitution: { row, facility, votes, arrived: 1n }, ...change },
  });
  const refused = (change: Partial<DispatchInput>, code = "authority_substitution_unusable") =>
    expect(checkDispatch(input(change))).rejects.toMatchObject({ code });

  it("goes without votes of its own while the exchange stands", async () => {
    expect(await checkDispatch(input())).toMatchObject({ state: "pending", approvals: [] });
  });

  it("does not go where any field differs from what was approved", async () => {
    const swaps: Partial<TransferPlan>[] = [
      { amount: "501" },
      { fee_max: String(BigInt(PLAN.fee_max) + 1n) },
      { from: { ...PLAN.from, wallet: "vault-2" } },
      { to: { ...PLAN.to, address: "T-attacker" } },
      { to: { ...PLAN.to, memo: "7" } },
      { asset: "BTC" },
      { decimals: 8 },
      { network: "ethereum" },
      { direction: "internal" },
      { substitution: { id: "sub_2", digest } },
      { substitution: { id: "sub_1", digest: "00" } },
    ];
    for (const swap of swaps) {
      const asked = assertSubstitution({ ...input(), transfer: planned(swap) });
      await expect(asked, JSON.stringify(swap)).rejects.toMatchObject({ code: "authority_substitution_unusable" });
    }
  });

  it("is the one transfer that the exchange planned, and no second one", async () => {
    const again = { ...planned(), id: "trf_2" };
    const asked = assertSubstitution({ ...input(), transfer: again });
    await expect(asked).rejects.toMatchObject({ code: "authority_substitution_unusable" });
    for (const state of ["open", "awaiting_collateral", "done", "denied", "expired", "cancelled", "stopped"] as const) {
      await refused({ substitution: { row: { ...row, state }, facility, votes, arrived: 1n } });
    }
  });

  it("does not go on changed terms, after its time, or without the exchange", async () => {
    const other = { ...terms, brings: { ...terms.brings, units: "0" } };
    await refused({ substitution: { row: { ...row, terms: other }, facility, votes, arrived: 1n } });
    await refused({ now: 2_000, transfer: planned({ expires_at: 9_000 }) });
    await refused({ substitution: null });
    await refused({ transfer: transferOf(PLAN) }, "authority_quorum_missing");
  });

  it("regression: does not go once the new collateral is not there any more", async () => {
    await refused({ substitution: { row, facility, votes, arrived: 0n } });
  });

  it("does not go on too few votes, on forged ones, or once a person was taken off the policy", async () => {
    const [ana, ben] = votes;
    if (ana === undefined || ben === undefined) throw new Error("two voted");
    await refused({ substitution: { row, facility, votes: [ana], arrived: 1n } });
    await refused({ substitution: { row, facility, votes: [ana, { ...ben, signature: ana.signature }], arrived: 1n } });
    await refused({
      substitution: { row, facility, votes: [...votes, await approval("chen", 202, "deny")], arrived: 1n },
    });
    const people = POLICY.people.filter(({ id }) => id !== "ben");
    await refused({ authority: { ...POLICY, people } });
    const late = [ana, { ...ben, at: terms.expires_at }];
    await refused({ substitution: { row, facility, votes: late, arrived: 1n } });
  });

  it("asks for what a release of that size asks for, however small the loan is", async () => {
    const big = { ...terms, releases: { ...terms.releases, units: "1000" } };
    const of = { ...row, terms: big, digest: substitutionDigest(big) };
    const mine = votes.map((vote) => ({ ...vote, digest: of.digest }));
    const plan = planned({ amount: "1000", substitution: { id: "sub_1", digest: of.digest } });
    await refused({ transfer: plan, substitution: { row: of, facility, votes: mine, arrived: 1n } });
  });
});
