import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalsOf, readPlan } from "./plan.ts";

const PLAN = {
  id: "tr_1",
  pool_id: "usdt",
  asset: "USDT",
  network: "tron",
  instrument: "usdt-tron",
  chain_id: null,
  contract: null,
  decimals: 6,
  contract_decimals: 6,
  from: { venue: "northvault", wallet: "northvault-usdt", role: "custody", address: "T-from", memo: null },
  to: { venue: "chain", wallet: "hot-usdt", role: "hot", address: "T-to", memo: "7" },
  direction: "reserve_to_liquidity",
  amount: "360000000001",
  fee_max: "1100000",
  cause: "auto_pilot",
  reason: "below low",
  decision_id: null,
  initiator: "daemon",
  policy_digest: "ab",
  quorum_needed: 2,
  not_before: 1_795_269_600_000,
  expires_at: 1_795_356_000_000,
  nonce: "n",
};

describe("readPlan", () => {
  it("reads amounts at the asset's scale and instants as UTC", () => {
    const plan = readPlan(JSON.stringify(PLAN), 6);
    expect(plan).toMatchObject({ amount: "360000.000001", fee_max: "1.100000", quorum_needed: 2 });
    expect(plan?.to).toEqual(PLAN.to);
    expect(plan?.expires_at).toBe("2026-11-22T14:00:00.000Z");
  });

  it("says which known payment it makes and who asked for it, and refuses one that is bent", () => {
    const obligation = { id: "obl_1", what: "withdrawal 7", due_at: 1_795_356_000_000, asked_by: "person:dan" };
    const read = (value: unknown) => readPlan(JSON.stringify({ ...PLAN, obligation: value }), 6);
    expect(read(undefined)?.obligation).toBeNull();
    expect(read(obligation)?.obligation).toEqual({ ...obligation, due_at: "2026-11-22T14:00:00.000Z" });
    for (const bent of [null, {}, { ...obligation, asked_by: 7 }, { ...obligation, due_at: "soon" }]) {
      expect(read(bent)).toBeNull();
    }
  });

  it("says that a wallet pays itself, and refuses what is not clear about it", () => {
    const read = (value: unknown) => readPlan(JSON.stringify({ ...PLAN, amount: "0", self: value }), 6);
    expect(read(undefined)?.self).toBeNull();
    const together = { purpose: "consolidate", touches_max: "40000001", parent: null };
    expect(read(together)?.self).toEqual({ ...together, touches_max: "40.000001" });
    const hasten = { ...together, purpose: "hasten", parent: "ab" };
    expect(read(hasten)?.self).toMatchObject({ purpose: "hasten", parent: "ab" });
    for (const bent of [
      null,
      {},
      { ...together, parent: "ab" },
      { ...hasten, parent: null },
      { ...together, touches_max: 7 },
    ])
      expect(read(bent)).toBeNull();
  });

  it("refuses a payload that lacks or bends any field people see", () => {
    const shown = [
      "id",
      "asset",
      "network",
      "from",
      "to",
      "amount",
      "fee_max",
      "expires_at",
      "quorum_needed",
      "reason",
    ] as const;
    const wrong = fc.oneof(fc.constant(undefined), fc.constant(null), fc.boolean(), fc.constant([]));
    fc.assert(
      fc.property(fc.constantFrom(...shown), wrong, (name, value) => {
        expect(readPlan(JSON.stringify({ ...PLAN, [name]: value }), 6)).toBeNull();
      }),
    );
  });

  it.each(["-5", "1.5", "1e9", "", "0x10"])("refuses the amount %j", (amount) => {
    expect(readPlan(JSON.stringify({ ...PLAN, amount }), 6)).toBeNull();
  });

  it.each(["", "[]", "null", "{"])("refuses %j", (text) => {
    expect(readPlan(text, 6)).toBeNull();
  });
});

describe("decimalsOf", () => {
  it("counts the digits behind the point", () => {
    expect([decimalsOf("1.500000"), decimalsOf("7")]).toEqual([6, 0]);
  });
});
