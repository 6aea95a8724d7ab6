import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ASSET } from "./fixtures.ts";
import { type ReconciledTransfer, type ReconcileInput, type ReportedMovement, reconcileWallet } from "./reconcile.ts";

const out: ReconciledTransfer = {
  id: "trf_1",
  state: "submitted",
  from_wallet: "hot",
  to_wallet: "vault",
  amount: 100n,
  fee_max: 5n,
  tx_hash: null,
  created_at: 1,
  submitted_at: 5,
  fee_actual: null,
  amount_received: null,
};
const settled = { ...out, state: "settled", fee_actual: 3n, amount_received: 100n } as const;
const movement = (more: Partial<ReportedMovement>): ReportedMovement => ({
  movement_id: "m1",
  direction: "out",
  amount: 100n,
  fee: 0n,
  transfer_id: "trf_1",
  included: true,
  unexplained: false,
  disputed: false,
  reference: null,
  tx_hash: null,
  counterparty: null,
  at: 6,
  ...more,
});
const reconcile = (more: Partial<ReconcileInput> & { total?: bigint }) => {
  const { total = 1_000n, ...rest } = more;
  const base = { wallet_id: "hot", asset: ASSET, ledger: 1_000n, transfers: [], movements: [] };
  return reconcileWallet({ ...base, venue: { total, as_of: 9 }, ...rest });
};

describe("reconcileWallet", () => {
  it("is equal when both say the same and nothing is under way", () => {
    expect(reconcile({})).toEqual({
      wallet_id: "hot",
      asset: ASSET,
      ...{ venue: 1_000n, ledger: 1_000n, chain: null, chain_as_of: null },
      ...{ expected: 1_000n, in_flight: 0n, pending: 0n, difference: 0n, unexplained: [] },
      as_of: 9,
      state: "equal",
    });
  });

  it("says nothing without a balance", () => {
    expect(reconcile({ venue: null })).toMatchObject({ venue: null, difference: null, as_of: null, state: "unknown" });
  });

  it("counts what suspense carries: paid out of an arrival that is not booked yet", () => {
    const arriving = { ...out, id: "trf_2", from_wallet: "vault", to_wallet: "hot", state: "submitted" } as const;
    const seen = movement({ transfer_id: "trf_2", direction: "in" });
    const spent = { ledger: 0n, transfers: [arriving], movements: [seen] };
    expect(reconcile({ ...spent, carried: 30n, total: 70n })).toMatchObject({
      ...{ expected: 70n, in_flight: 100n, pending: -30n, difference: 0n, unexplained: [], state: "in_flight" },
    });
    expect(reconcile({ ...spent, total: 70n })).toMatchObject({ difference: -30n, state: "break" });
  });

  it("shows every base unit of difference, with its sign", () => {
    expect(reconcile({ total: 999n })).toMatchObject({ difference: -1n, state: "break" });
    expect(reconcile({ total: 1_001n })).toMatchObject({ difference: 1n, state: "break" });
  });

  it.each<[string, Partial<ReconcileInput> & { total?: bigint }]>([
    ["booked out, not yet taken by the venue", { ledger: 900n, transfers: [out] }],
    ["held after it was sent", { ledger: 900n, transfers: [{ ...out, state: "held" }] }],
    ["settled beside the venue's balance", { ledger: 897n, transfers: [settled] }],
    [
      "taken by the venue, not yet booked",
      { total: 900n, transfers: [{ ...out, state: "submitting", submitted_at: null }], movements: [movement({})] },
    ],
    [
      "taken with its fee, fee not yet booked",
      { ledger: 900n, total: 897n, transfers: [out], movements: [movement({ fee: 3n })] },
    ],
    [
      "reported after the balance was taken",
      { ledger: 900n, transfers: [out], movements: [movement({ included: false })] },
    ],
  ])("corrects what leaves: %s", (_name, input) => {
    expect(reconcile(input)).toMatchObject({ difference: 0n, state: "in_flight" });
  });

  it.each<[string, Partial<ReconcileInput> & { total?: bigint }]>([
    ["arrived, not yet settled", { total: 1_100n, transfers: [out], movements: [movement({ direction: "in" })] }],
    ["settled, not yet in the balance", { ledger: 1_100n, transfers: [settled] }],
  ])("corrects what arrives: %s", (_name, input) => {
    expect(reconcile({ wallet_id: "vault", ...input })).toMatchObject({ difference: 0n, state: "in_flight" });
  });

  it("needs no correction for what both sides have seen to the end", () => {
    const left = { ledger: 897n, total: 897n, transfers: [settled], movements: [movement({ fee: 3n })] };
    expect(reconcile(left)).toMatchObject({ state: "equal" });
    const arrived = { transfers: [settled], movements: [movement({ direction: "in" as const })] };
    expect(reconcile({ wallet_id: "vault", ledger: 1_100n, total: 1_100n, ...arrived })).toMatchObject({
      state: "equal",
    });
    expect(reconcile({ transfers: [{ ...out, state: "failed" }] })).toMatchObject({ state: "equal" });
    expect(reconcile({ transfers: [{ ...out, state: "approved", submitted_at: null }] })).toMatchObject({
      state: "equal",
    });
  });

  it("does not explain a settled amount away when the venue took another one", () => {
    const more = { ledger: 897n, total: 887n, transfers: [settled], movements: [movement({ fee: 13n })] };
    expect(reconcile(more)).toMatchObject({ difference: -10n, state: "break" });
    const less = { transfers: [settled], movements: [movement({ direction: "in" as const, amount: 90n })] };
    expect(reconcile({ wallet_id: "vault", ledger: 1_100n, total: 1_090n, ...less })).toMatchObject({
      difference: -10n,
    });
  });

  it("takes off customers' movements that are booked and not yet in the balance, and only those", () => {
    const late = { transfer_id: null, included: false };
    expect(reconcile({ total: 900n, movements: [movement({ ...late, direction: "in" })] })).toMatchObject({
      difference: 0n,
    });
    expect(reconcile({ total: 1_105n, movements: [movement({ ...late, fee: 5n })] })).toMatchObject({ difference: 0n });
    expect(reconcile({ movements: [movement({ transfer_id: null })] })).toMatchObject({ state: "equal" });
  });

  it("ronin: an outflow nobody booked is a break at the first comparison", () => {
    expect(reconcile({ total: 0n, transfers: [out], ledger: 900n })).toMatchObject({
      difference: -1_000n,
      state: "break",
    });
  });
});

describe("movements that nothing explains", () => {
  const stray = (more: Partial<ReportedMovement>) => movement({ transfer_id: null, unexplained: true, ...more });

  it("are named one by one with their most likely cause, and what is left is the balance's", () => {
    const movements = [
      stray({ movement_id: "a", amount: 30n, fee: 1n, counterparty: "TThief" }),
      stray({ movement_id: "b", direction: "in", amount: 5n }),
    ];
    const found = reconcile({ total: 970n, movements });
    expect(found).toMatchObject({ state: "break", difference: -30n, expected: 1_000n });
    expect(
      found.unexplained.map(({ kind, movement_id, difference, causes }) => [
        kind,
        movement_id,
        difference,
        causes[0]?.code,
      ]),
    ).toEqual([
      ["movement", "a", -31n, "outflow_without_transfer"],
      ["movement", "b", 5n, "unknown_deposit"],
      ["balance", null, -4n, "unlisted_outflow"],
    ]);
    expect(found.unexplained[0]?.causes[0]?.sentence).toContain("TThief");
  });

  it("count before the balance contains them: a theft is not hidden by an old balance", () => {
    const movements = [stray({ amount: 30n, included: false })];
    expect(reconcile({ movements })).toMatchObject({ difference: -30n, state: "break" });
    expect(reconcile({ venue: null, movements })).toMatchObject({ difference: null, state: "break" });
  });

  it("offset: equal totals are no agreement", () => {
    const movements = [
      stray({ movement_id: "a", amount: 9n }),
      stray({ movement_id: "b", direction: "in", amount: 9n }),
    ];
    expect(reconcile({ movements })).toMatchObject({ difference: 0n, state: "break" });
  });

  it("are expected by amount and window where exactly one transfer waits for them", () => {
    const sent = { ...out, state: "submitting", submitted_at: null, tx_hash: "h1" } as const;
    const state = (one: Partial<ReportedMovement>, transfers: readonly ReconciledTransfer[] = [sent]) =>
      reconcile({ total: 900n, transfers, movements: [stray(one)] }).state;
    expect(state({})).toBe("in_flight");
    expect(state({ amount: 96n, fee: 4n })).toBe("in_flight");
    expect(state({ tx_hash: "h1" })).toBe("in_flight");
    // Somebody else's reference or hash, another amount, another time, a second candidate, an open break: all of it is no match.
    expect(state({ tx_hash: "h2" })).toBe("break");
    expect(state({ reference: "thief" })).toBe("break");
    expect(state({ amount: 94n, fee: 6n })).toBe("break");
    expect(state({ at: -3_600_001 })).toBe("break");
    expect(state({ disputed: true })).toBe("break");
    expect(state({}, [sent, { ...sent, id: "trf_2" }])).toBe("break");
    expect(state({}, [{ ...sent, state: "approved" }])).toBe("break");
    expect(state({}, [{ ...sent, from_wallet: "other" }])).toBe("break");
  });

  it("are no transfer's any more once its own movement is listed", () => {
    const movements = [movement({}), stray({ movement_id: "m2" })];
    const found = reconcile({ ledger: 900n, total: 800n, transfers: [out], movements });
    expect(found).toMatchObject({ difference: -100n, unexplained: [{ movement_id: "m2", kind: "movement" }] });
    expect(found.unexplained[0]?.causes.map(({ code, ref }) => [code, ref])).toEqual([
      ["paid_twice", "trf_1"],
      ["outflow_without_transfer", "m2"],
    ]);
  });

  it("rank a transfer's late end and its fee before what nobody knows", () => {
    const late = { ...out, state: "approved" } as const;
    const codes = (total: bigint) =>
      reconcile({ total, transfers: [late] }).unexplained[0]?.causes.map(({ code }) => code);
    expect(codes(900n)).toEqual(["late_settle", "unlisted_outflow"]);
    expect(codes(996n)).toEqual(["fee_of_transfer", "unlisted_outflow"]);
    expect(codes(1_004n)).toEqual(["fee_of_transfer", "unlisted_inflow"]);
  });

  it("of the chain are judged at the same block only, and beside the venue's", () => {
    const chain = (total: bigint, same_block: boolean) => reconcile({ chain: { total, as_of: 8, same_block } });
    expect(chain(1_000n, true)).toMatchObject({ state: "equal", chain: 1_000n, chain_as_of: 8 });
    expect(chain(999n, true)).toMatchObject({
      difference: 0n,
      state: "break",
      unexplained: [{ kind: "chain", difference: -1n }],
    });
    expect(chain(999n, false)).toMatchObject({ state: "equal", chain: 999n });
  });
});

describe("the law of reconciliation", () => {
  const amount = fc.bigInt({ min: 1n, max: 50n });
  const strays = fc.array(
    fc.record({
      direction: fc.constantFrom("in", "out"),
      amount,
      fee: fc.bigInt({ min: 0n, max: 3n }),
      included: fc.boolean(),
    }),
    { maxLength: 6 },
  );
  const effect = (one: { direction: string; amount: bigint; fee: bigint }) =>
    one.direction === "in" ? one.amount : -(one.amount + one.fee);

  it("the sum of the breaks is the difference, and venue = expected + it - what the balance lacks yet", () => {
    fc.assert(
      fc.property(strays, fc.bigInt({ min: -40n, max: 40n }), (list, rest) => {
        const movements = list.map((one, at) =>
          movement({
            ...one,
            movement_id: `m${at}`,
            transfer_id: null,
            unexplained: true,
          } as Partial<ReportedMovement>),
        );
        const seen = list.filter(({ included }) => included).reduce((sum, one) => sum + effect(one), 0n);
        const unseen = list.filter(({ included }) => !included).reduce((sum, one) => sum + effect(one), 0n);
        const found = reconcile({ total: 1_000n + seen + rest, movements });
        const sum = found.unexplained.reduce((total, { difference }) => total + difference, 0n);
        expect(found.difference).toBe(sum);
        expect(found.venue).toBe(found.expected + sum - unseen);
        expect(found.unexplained.every(({ causes }) => causes.length > 0)).toBe(true);
        expect(found.state === "break").toBe(found.unexplained.length > 0);
      }),
    );
  });

  it("a matched set leaves nothing unexplained, whatever the balance contains of it", () => {
    const leg = fc.record({
      amount,
      fee: fc.bigInt({ min: 0n, max: 3n }),
      included: fc.boolean(),
      by_likeness: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(leg, { maxLength: 5, selector: (one) => one.amount / 10n }), (legs) => {
        const transfers = legs.map((one, at) => ({ ...out, id: `t${at}`, amount: one.amount, fee_max: 0n }));
        const movements = legs.map(({ amount: size, fee, included, by_likeness }, at) =>
          movement({
            ...{ movement_id: `m${at}`, amount: size, fee, included },
            ...(by_likeness ? { transfer_id: null, unexplained: true } : { transfer_id: `t${at}` }),
          }),
        );
        const booked = legs.reduce((sum, one) => sum + one.amount, 0n);
        const taken = legs.filter(({ included }) => included).reduce((sum, one) => sum + one.amount + one.fee, 0n);
        const found = reconcile({ ledger: 1_000n - booked, total: 1_000n - taken, transfers, movements });
        expect(found).toMatchObject({ difference: 0n, unexplained: [] });
      }),
    );
  });
});
