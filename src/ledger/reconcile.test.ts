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
