import { describe, expect, it } from "vitest";
import type { CallExtension, Facility, Substitution } from "../../api/types.ts";
import { fromExtension, fromFacility, fromSubstitution, proposalKind } from "./proposals.ts";

const SIGNED = {
  ...{ proposed_by: "person:ana", payload_text: "{}", digest: "ab", vote_message: { approve: "a", deny: "d" } },
  ...{ quorum: { needed: 2 }, expires_at: "2026-01-06T00:00:00.000Z" },
};

describe("proposals", () => {
  it("are known by how their ids begin; every other id is a transfer's", () => {
    expect(["fac_1", "ext_1", "env_1", "brs_1", "res_1", "sub_1", "wpr_1"].map(proposalKind)).toEqual([
      ...["facility", "extension", "envelope", "break", "resolution", "substitution", "wallet"],
    ]);
    expect(proposalKind("trf_1")).toBeNull();
  });

  it("say what a loan is about, and are open only while it is proposed", () => {
    const facility = {
      ...SIGNED,
      ...{ object_id: "fac_1", reference: "L-1", customer_id: "acme", matures_on: "2026-12-31", state: "proposed" },
      ...{ principal: { amount: "100.00", asset: "USD" }, collateral: [{ asset: "BTC" }, { asset: "USDT" }] },
    } as unknown as Facility;
    expect(fromFacility(facility)).toMatchObject({
      ...{ kind: "facility", id: "fac_1", state: "open", digest: "ab", amount: { amount: "100.00" } },
      title: "New loan against BTC and USDT, until 2026-12-31",
      about: { name: "L-1 of acme", href: "/credit/fac_1" },
    });
    expect(fromFacility({ ...facility, state: "approved" }).state).toBe("approved");
  });

  it("of an exchange name both legs, and carry what leaves custody", () => {
    const substitution = {
      ...{ ...SIGNED, object_id: "sub_1", state: "open", facility_id: "fac_1", facility_reference: "L-1" },
      ...{ brings: { amount: "120000.00", asset: "USDT" }, releases: { amount: "1.5", asset: "BTC" } },
    } as unknown as Substitution;
    expect(fromSubstitution(substitution)).toMatchObject({
      ...{ kind: "substitution", state: "open", amount: { amount: "1.5", asset: "BTC" } },
      title: "Exchange of collateral: BTC goes home once 120,000.00 USDT have come",
      about: { name: "L-1", href: "/credit/fac_1" },
    });
  });

  it("of more time carry no amount", () => {
    const extension = {
      ...{ ...SIGNED, object_id: "ext_1", state: "open", facility_id: "fac_1", facility_reference: "L-1" },
      deadline_at: "2026-01-07T04:00:00.000Z",
    } as unknown as CallExtension;
    expect(fromExtension(extension)).toMatchObject({
      ...{ kind: "extension", amount: null, about: { name: "L-1", href: "/credit/fac_1" } },
      title: "More time for a margin call: until 2026-01-07 04:00:00 UTC",
    });
  });
});
