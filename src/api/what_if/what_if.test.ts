/** The what-if runs the real `decide` on a copy: money is conserved, and the real snapshot is never touched. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PoolPolicy, PROFILES, type RouteOption, type Snapshot, type WalletState } from "../../policy/index.ts";
import { type WhatIfInput, type WhatIfResult, whatIf } from "./what_if.ts";

const USDT = { id: "USDT", decimals: 6 };
const WHOLE = 1_000_000n;
const START = 1_767_571_200_000;

const POLICY: PoolPolicy = {
  pool_id: "usdt",
  asset: USDT,
  ...PROFILES["custody-10-90"],
  floor: { kind: "amount", units: 300_000n * WHOLE, text: "300000 USDT" },
  return_to: "target",
  move_min: 1_000n * WHOLE,
  move_max: 10_000_000n * WHOLE,
  cooldown_ms: 0,
  dwell_ms: 0,
  fee_max: 100n * WHOLE,
  fee_max_ppm: 5_000,
  windows: [],
  wallet_floors: {},
  priority: [],
  wallet_caps: {},
  fee_patience: null,
  model: null,
};

function wallet(wallet_id: string, side: WalletState["side"], units: bigint): WalletState {
  return {
    wallet_id,
    venue_id: wallet_id,
    side,
    kind: side === "liquidity" ? "hot" : "custody",
    status: "active",
    freshness: "stale",
    as_of: START,
    total: units,
    available: units,
    pending_in: 0n,
    pending_out: 0n,
    reserved: 0n,
    in_flight_in: 0n,
    pending_readable: true,
  };
}

function route(from_wallet: string, to_wallet: string): RouteOption {
  return {
    from_wallet,
    to_wallet,
    network: "tron",
    enabled: true,
    disabled_reason: null,
    fee_fixed: WHOLE,
    fee_ppm: 0,
    fee_usual: null,
    minimum: 1n,
    maximum: null,
    step: 1n,
    lead_time_ms: 600_000,
  };
}

function snapshot(hot: bigint, cold: bigint): Snapshot {
  return {
    pool_id: "usdt",
    asset: "USDT",
    decimals: 6,
    taken_at: START,
    mode: "observe",
    wallets: [wallet("hot", "liquidity", hot * WHOLE), wallet("vault", "reserve", cold * WHOLE)],
    routes: [route("hot", "vault"), route("vault", "hot")],
    open_transfers: [],
    price: null,
    forecast: null,
    history: { last_to_reserve_at: null, last_to_liquidity_at: null, outside_since: null, outside: null, moves: [] },
    frozen_reason: null,
  };
}

function run(changes: Partial<WhatIfInput>): WhatIfResult {
  const result = whatIf({
    snapshot: snapshot(1_000_000n, 9_000_000n),
    policy: POLICY,
    outflow: 0n,
    over_hours: 24,
    horizon_hours: 48,
    approval_hours: 4,
    needsApproval: (move) => move.direction === "to_liquidity",
    ...changes,
  });
  if (result === null) throw new Error("the position is known");
  return result;
}

describe("what if", () => {
  it("nothing leaves, nothing happens", () => {
    const result = run({});
    expect(result.moves).toEqual([]);
    expect(result.steps).toHaveLength(49);
    expect(result).toMatchObject({ unpaid: 0n, fees: 0n, first_below_low_hour: null, first_unpaid_hour: null });
  });

  it("600,000 leave in a day: one refill in time, and everybody is paid", () => {
    const result = run({ outflow: 600_000n * WHOLE });
    expect(result.first_below_low_hour).not.toBeNull();
    expect(result.moves[0]).toMatchObject({ needs_approval: true });
    expect(result.moves[0]?.lands_hour).toBe((result.moves[0]?.hour ?? 0) + 5);
    expect(result.unpaid).toBe(0n);
    expect(result.steps.at(-1)?.position.total).toBe(10_000_000n * WHOLE - 600_000n * WHOLE - result.fees);
  });

  it("a run that is faster than the approval cannot be paid in full, and says from when on", () => {
    const result = run({ outflow: 1_500_000n * WHOLE, over_hours: 2 });
    expect(result.first_unpaid_hour).toBe(1);
    expect(result.unpaid).toBe(500_000n * WHOLE);
    expect(result.first_below_floor_hour).toBe(0);
  });

  it("all at once is paid in the first hour", () => {
    const result = run({ outflow: 700_000n * WHOLE, over_hours: 0 });
    expect(result.steps[0]?.position.liquidity).toBe(300_000n * WHOLE);
    expect(result.first_below_low_hour).toBe(0);
  });

  it("an inflow is swept to custody without asking anybody", () => {
    const result = run({ outflow: -2_000_000n * WHOLE, over_hours: 4 });
    expect(result.moves.length).toBeGreaterThan(0);
    expect(result.moves.every((each) => !each.needs_approval && each.move.direction === "to_reserve")).toBe(true);
  });

  it("an open transfer of the real state lands, and its hold is given back", () => {
    const real = snapshot(400_000n, 9_600_000n);
    const amount = 600_000n * WHOLE;
    const [hot, vault] = real.wallets;
    if (hot === undefined || vault === undefined) throw new Error("two wallets");
    const open = {
      transfer_id: "trf_1",
      from_wallet: "vault",
      to_wallet: "hot",
      amount,
      state: "awaiting_approval",
      created_at: START,
      supersedable: true,
    };
    const wallets = [
      { ...hot, in_flight_in: amount },
      { ...vault, reserved: amount + 100n * WHOLE },
    ];
    const result = run({ snapshot: { ...real, wallets, open_transfers: [open] } });
    expect(result.steps.at(-1)?.position).toMatchObject({
      liquidity: 1_000_000n * WHOLE,
      reserve: 9_000_000n * WHOLE,
      in_flight_to_liquidity: 0n,
    });
  });

  it("an unknown balance foresees nothing", () => {
    const real = snapshot(1_000_000n, 9_000_000n);
    const wallets = real.wallets.map((each) => ({ ...each, total: null, available: null }));
    expect(
      whatIf({
        snapshot: { ...real, wallets },
        policy: POLICY,
        outflow: 1n,
        over_hours: 1,
        horizon_hours: 1,
        approval_hours: 1,
        needsApproval: () => true,
      }),
    ).toBeNull();
  });

  it("conserves money, keeps its hands off the real snapshot, and gives the same answer twice", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -5_000_000n, max: 12_000_000n }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 12 }),
        fc.bigInt({ min: 1n, max: 5_000_000n }),
        (outflow, over_hours, approval_hours, hot) => {
          const real = snapshot(hot, 10_000_000n - hot);
          const before = structuredClone(real);
          const input = { snapshot: real, outflow: outflow * WHOLE, over_hours, approval_hours, horizon_hours: 72 };
          const result = run(input);
          expect(real).toEqual(before);
          expect(run(input)).toEqual(result);
          const landed = result.moves.filter((each) => each.lands_hour <= 72);
          const fees = landed.reduce((sum, each) => sum + each.move.fee, 0n);
          const held = result.fees - fees;
          const last = result.steps.at(-1)?.position;
          // Fees of what is still under way at the end are held, and so not in the total either.
          expect(last?.total).toBe((10_000_000n - outflow) * WHOLE + result.unpaid - fees - held);
        },
      ),
      { numRuns: 60 },
    );
  });
});
