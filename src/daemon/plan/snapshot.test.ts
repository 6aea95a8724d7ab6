import { describe, expect, it } from "vitest";
import type { BalanceRow, MovementRow } from "../../store/index.ts";
import type { TransferRow } from "../../transfers/types.ts";
import type { OwnTransfer } from "../observe/own_transfers.ts";
import { incoming, outgoing } from "./snapshot.ts";

const WINDOW_MS = 10;

const balance = (more: Partial<BalanceRow> = {}): BalanceRow => ({
  wallet_id: "hot",
  venue_id: "v",
  asset: "USDT",
  total: 1_000n,
  available: 1_000n,
  pending_in: 0n,
  pending_out: 0n,
  locked: 0n,
  as_of: 100,
  height: null,
  pending_readable: true,
  received_at: 100,
  source: "poll",
  error: null,
  movement_cursor: null,
  ...more,
});

const own = (more: Partial<TransferRow>, ...movements: Partial<MovementRow>[]): OwnTransfer => ({
  row: {
    id: "t",
    state: "submitted",
    from_wallet: "hot",
    to_wallet: "vault",
    amount: 100n,
    fee_max: 5n,
    fee_actual: null,
    amount_received: null,
    settled_at: null,
    ...more,
  } as TransferRow,
  movements: movements as MovementRow[],
});

const out = { wallet_id: "hot", direction: "out", amount: 100n, fee: 3n, at: 90, height: null } as const;
const arrived = { wallet_id: "vault", direction: "in", amount: 100n, fee: 0n, at: 90, height: null } as const;

describe("outgoing", () => {
  it.each(["planned", "awaiting_approval", "approved", "submitting", "submitted", "held"] as const)(
    "reserves amount and highest fee of a %s transfer that the balance does not show",
    (state) => {
      expect(outgoing([own({ state })], balance(), WINDOW_MS).reserved).toBe(105n);
    },
  );

  it("reserves nothing once the balance contains the payment, and still does while it is older", () => {
    expect(outgoing([own({}, out)], balance(), WINDOW_MS).reserved).toBe(0n);
    expect(outgoing([own({}, { ...out, at: 101 })], balance(), WINDOW_MS).reserved).toBe(105n);
  });

  it("does not take twice what the venue has set aside for an accepted transfer", () => {
    const set_aside = balance({ available: 897n, pending_out: 103n });
    expect(outgoing([own({})], set_aside, WINDOW_MS)).toEqual({ reserved: 2n, pending_out: 0n });
  });

  it("lets a transfer of unknown outcome rely on nothing that is set aside for others", () => {
    const others = balance({ available: 895n, pending_out: 105n });
    expect(outgoing([own({ state: "submitting" })], others, WINDOW_MS).reserved).toBe(105n);
  });

  it("takes off what the venue owes to others and has not set aside", () => {
    expect(outgoing([], balance({ pending_out: 40n }), WINDOW_MS)).toEqual({ reserved: 0n, pending_out: 40n });
    expect(outgoing([own({})], balance({ pending_out: 145n }), WINDOW_MS)).toEqual({
      reserved: 105n,
      pending_out: 40n,
    });
  });

  it("remembers a settled transfer until a balance taken after it, with time to show it", () => {
    const settled = own({ state: "settled", settled_at: 95, fee_actual: 3n });
    expect(outgoing([settled], balance(), WINDOW_MS).reserved).toBe(103n);
    expect(outgoing([settled], balance({ as_of: 105 }), WINDOW_MS).reserved).toBe(0n);
  });

  it("does not look at other wallets' transfers", () => {
    expect(outgoing([own({ from_wallet: "other" })], balance(), WINDOW_MS).reserved).toBe(0n);
  });
});

describe("incoming", () => {
  const vault = (more: Partial<BalanceRow> = {}) => balance({ wallet_id: "vault", ...more });

  it("is on its way from the plan until the balance contains it", () => {
    expect(incoming([own({ state: "planned" })], vault(), WINDOW_MS)).toBe(100n);
    expect(incoming([own({}, { ...arrived, at: 101 })], vault(), WINDOW_MS)).toBe(100n);
    expect(incoming([own({}, arrived)], vault(), WINDOW_MS)).toBe(0n);
  });

  it("a settled one is on its way, net, until a later balance: a stale balance starts no second refill", () => {
    const settled = own({ state: "settled", settled_at: 100, amount_received: 99n });
    expect(incoming([settled], vault(), WINDOW_MS)).toBe(99n);
    expect(incoming([settled], vault({ as_of: 109 }), WINDOW_MS)).toBe(99n);
    expect(incoming([settled], vault({ as_of: 110 }), WINDOW_MS)).toBe(0n);
  });
});
