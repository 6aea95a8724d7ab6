import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TransferDirection } from "../transfers/types.ts";
import { atLeast, quorumFor, type Requirement, tally } from "./quorum.ts";
import { transferSubject } from "./subject.ts";
import { approvalOf, type Name, PLAN, POLICY, person, transferOf } from "./suite.ts";
import type { ApprovalRow, AuthorityPolicy, QuorumTier, Role } from "./types.ts";

const transfer = transferOf(PLAN);
const votes = (...names: Name[]): Promise<ApprovalRow[]> =>
  Promise.all(names.map((name, index) => approvalOf(name, transfer, 200 + index)));
const count = (rows: readonly ApprovalRow[], policy = POLICY, row = transfer, now = 300) =>
  tally(policy, rows, transferSubject(policy, row), now);
const needed = (requirement: Requirement): number | "denied" =>
  requirement.kind === "denied" ? "denied" : requirement.needed;

describe("quorumFor", () => {
  const ask = (direction: TransferDirection, amount: bigint, policy = POLICY, asset = "USDT") =>
    quorumFor(policy, { asset, direction, amount });

  it("asks for the most restrictive tier that is reached", () => {
    expect([0n, 999n, 1_000n, 10n ** 30n].map((amount) => needed(ask("reserve_to_liquidity", amount)))).toEqual([
      2, 2, 3, 3,
    ]);
    expect(needed(ask("reserve_to_liquidity", 1_000n, POLICY, "BTC"))).toBe(2);
  });

  it("lets the way into custody go without people, and the way out never", () => {
    expect(needed(ask("liquidity_to_reserve", 10n ** 30n))).toBe(0);
    expect(needed(ask("internal", 10n ** 30n))).toBe(0);
    const none = { ...POLICY, tiers: [] };
    expect(needed(ask("reserve_to_liquidity", 0n, none))).toBe("denied");
    expect(needed(ask("internal", 0n, none))).toBe(0);
  });

  it("takes a tier of zero people for no permission at all", () => {
    const tier = {
      asset: "*",
      direction: "reserve_to_liquidity",
      from_amount: 0n,
      approvals_needed: 0,
      roles: [],
    } as const;
    expect(needed(ask("reserve_to_liquidity", 1n, { ...POLICY, tiers: [tier] }))).toBe("denied");
  });

  it("denies below the smallest tier: what is not allowed is refused", () => {
    const [, large] = POLICY.tiers;
    const only_large = { ...POLICY, tiers: large ? [large] : [] };
    expect(needed(ask("reserve_to_liquidity", 999n, only_large))).toBe("denied");
  });

  it("never asks less for more, nor less under one rule more", async () => {
    const role = fc.constantFrom<Role>("approver", "admin", "operator");
    const tier: fc.Arbitrary<QuorumTier> = fc.record({
      asset: fc.constantFrom("*", "USDT", "BTC"),
      direction: fc.constantFrom<TransferDirection>("reserve_to_liquidity", "liquidity_to_reserve", "internal"),
      from_amount: fc.bigInt({ min: 0n, max: 50n }),
      approvals_needed: fc.nat(4),
      roles: fc.uniqueArray(role, { maxLength: 3 }),
    });
    // A move can be approved by some set of people; a stricter requirement can only shrink those sets.
    const everyone = (["ana", "ben", "chen", "dora"] as const).map((name) =>
      person(name, ["approver", "admin", "operator"]),
    );
    const rows = await votes("ana", "ben", "chen", "dora");
    const met = (requirement: Requirement, approvals: number): boolean => {
      const policy = { ...POLICY, people: everyone };
      return (
        tally(policy, rows.slice(0, approvals), { ...transferSubject(policy, transfer), requirement }, 300).state ===
        "complete"
      );
    };
    fc.assert(
      fc.property(
        fc.array(tier, { maxLength: 6 }),
        tier,
        fc.bigInt({ min: 0n, max: 60n }),
        fc.bigInt({ min: 0n, max: 60n }),
        fc.nat(4),
        (tiers, extra, amount, more, approvals) => {
          const direction = extra.direction;
          const base = ask(direction, amount, { ...POLICY, tiers });
          if (base.kind === "denied") return;
          const larger = ask(direction, amount + more, { ...POLICY, tiers });
          expect(larger.kind).toBe("quorum");
          if (met(larger, approvals)) expect(met(base, approvals)).toBe(true);
          if (met(ask(direction, amount, { ...POLICY, tiers: [...tiers, extra] }), approvals)) {
            expect(met(base, approvals)).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("tally", () => {
  it("is complete with enough distinct approvers, and not before", async () => {
    expect(count([])).toEqual({
      state: "pending",
      needed: 2,
      approvals: [],
      denied_by: null,
      eligible: ["ana", "ben", "chen"],
    });
    expect(count(await votes("ana"))).toMatchObject({
      state: "pending",
      approvals: ["ana"],
      eligible: ["ben", "chen"],
    });
    expect(count(await votes("ana", "ben"))).toMatchObject({
      state: "complete",
      approvals: ["ana", "ben"],
      eligible: [],
    });
  });

  it("ends with one denial, whatever else was said", async () => {
    const denial = await approvalOf("chen", transfer, 250, "deny");
    const all = [...(await votes("ana", "ben")), denial];
    expect(count(all)).toMatchObject({ state: "denied", denied_by: "chen", eligible: [] });
  });

  it("never counts the initiator, however the name is written", async () => {
    for (const initiator of ["person:ana", "ana"]) {
      const own = transferOf({ ...PLAN, initiator });
      const rows = [await approvalOf("ana", own), await approvalOf("ben", own)];
      expect(count(rows, POLICY, own)).toMatchObject({ state: "pending", approvals: ["ben"], eligible: ["chen"] });
    }
  });

  it("asks again under the policy of now: people, roles, keys and tiers that were withdrawn do not count", async () => {
    const rows = await votes("ana", "ben");
    const [ana, ben, chen] = POLICY.people;
    const others = (people: (typeof ana)[]): AuthorityPolicy => ({
      ...POLICY,
      people: people.flatMap((one) => one ?? []),
    });
    expect(count(rows, others([ana, chen])).state).toBe("pending");
    expect(count(rows, others([ana, person("ben", ["viewer"]), chen])).state).toBe("pending");
    const rotated = ben && { ...ben, keys: ben.keys.map((key) => ({ ...key, key_id: "ben-2" })) };
    expect(count(rows, others([ana, rotated, chen])).state).toBe("pending");
    const stricter = { ...POLICY, tiers: POLICY.tiers.map((tier) => ({ ...tier, approvals_needed: 3 })) };
    expect(count(rows, stricter)).toMatchObject({ state: "pending", needed: 3 });
    expect(count(rows, { ...POLICY, tiers: [] })).toMatchObject({ state: "pending", needed: 1, eligible: [] });
    const looser = { ...POLICY, tiers: POLICY.tiers.map((tier) => ({ ...tier, approvals_needed: 1 })) };
    expect(count(rows.slice(0, 1), looser)).toMatchObject({ state: "pending", needed: 2 });
  });

  it("counts two people with one key once", async () => {
    const [ana] = POLICY.people;
    const twin = {
      ...person("ben", ["approver"]),
      keys: (ana?.keys ?? []).map((key) => ({ ...key, key_id: "ben-1" })),
    };
    const policy = { ...POLICY, people: [...POLICY.people.filter(({ id }) => id !== "ben"), twin] };
    expect(count(await votes("ana", "ben"), policy)).toMatchObject({ state: "pending", approvals: ["ana"] });
  });

  it("needs every tier's own roles", async () => {
    const mixed: AuthorityPolicy = {
      ...POLICY,
      tiers: [
        { asset: "*", direction: "reserve_to_liquidity", from_amount: 0n, approvals_needed: 2, roles: ["approver"] },
        { asset: "*", direction: "reserve_to_liquidity", from_amount: 0n, approvals_needed: 1, roles: ["operator"] },
      ],
    };
    expect(count(await votes("ana", "ben"), mixed)).toMatchObject({ state: "pending", eligible: ["chen", "dora"] });
    expect(count(await votes("ana", "dora"), mixed).state).toBe("pending");
    expect(count(await votes("ana", "ben", "dora"), mixed).state).toBe("complete");
  });

  it("counts no vote cast before the object existed or at the moment its time passed", async () => {
    const at = async (time: number) => count([...(await votes("ana")), await approvalOf("ben", transfer, time)]).state;
    expect([await at(99), await at(100), await at(1_099), await at(1_100)]).toEqual([
      "pending",
      "complete",
      "complete",
      "pending",
    ]);
    expect(count([], POLICY, transfer, 1_100).eligible).toEqual([]);
  });

  it("wazirx: signatures given to a failed attempt do not count for the next, even for the same move", async () => {
    const rows = await votes("ana", "ben", "chen");
    const next = transferOf({ ...PLAN, id: "trf_2", nonce: "n2" });
    expect(count(rows, POLICY, next)).toMatchObject({ state: "pending", approvals: [] });
    const moved = rows.map((row) => ({ ...row, object_id: next.id }));
    expect(count(moved, POLICY, next)).toMatchObject({ state: "pending", approvals: [] });
  });

  it("takes no signature of another scheme for the owners' own", async () => {
    const signing = { scheme: "eip712_safe", hash: `0x${"11".repeat(32)}`, typed_data: {} } as const;
    const safe = { ...transfer, signing };
    expect(count(await votes("ana", "ben"), POLICY, safe)).toMatchObject({
      state: "pending",
      approvals: [],
      eligible: [],
    });
    const denial = await approvalOf("chen", transfer, 250, "deny");
    expect(count([denial], POLICY, safe).state).toBe("denied");
  });

  it("is the same in whatever order the votes are read", async () => {
    const rows = [
      ...(await votes("ana", "ben")),
      await approvalOf("chen", transfer, 199, "deny"),
      await approvalOf("dora", transfer),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(count(shuffled)).toEqual(count(rows));
      }),
    );
  });
});

describe("atLeast", () => {
  it("keeps what was asked for at planning when the policy was loosened since", () => {
    const base = quorumFor(POLICY, { asset: "USDT", direction: "liquidity_to_reserve", amount: 1n });
    expect(atLeast(base, 0)).toEqual(base);
    expect(atLeast(base, 2)).toEqual({
      kind: "quorum",
      needed: 2,
      tiers: [{ approvals_needed: 2, roles: ["approver"] }],
    });
    expect(atLeast({ kind: "denied" }, 2)).toEqual({ kind: "denied" });
  });
});
