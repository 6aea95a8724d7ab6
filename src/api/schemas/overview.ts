/** The home screen in one answer: am I liquid, what happens next and why, what waits, can I trust these numbers. */
import { z } from "zod";
import { EventSchema } from "./audit.ts";
import {
  DecimalSchema,
  FreshnessSchema,
  ModeSchema,
  MoneySchema,
  PercentSchema,
  PriceSchema,
  SeveritySchema,
  TimeSchema,
} from "./common.ts";
import { DecisionSchema, LevelSetSchema, PositionSchema } from "./decisions.ts";
import { TransferSchema } from "./transfers.ts";
import { WalletSchema } from "./wallets.ts";

export const PoolSchema = z
  .strictObject({
    id: z.string(),
    asset: z.string(),
    decimals: z.number().int(),
    /** A small rule of its own instead of a band: gas wallets that are supplied, deposit addresses that are swept. */
    task: z.enum(["gas", "deposits"]).nullable(),
    networks: z.array(z.string()),
    policy_digest: z.string(),
    return_to: z.enum(["target", "edge"]),
    levels: LevelSetSchema,
    /** Null when no balance is known yet. */
    position: PositionSchema.nullable(),
    /** Where the liquidity share stands. */
    band: z.enum(["emergency_low", "low", "inside", "high", "emergency_high", "unknown"]),
    /** Value of the whole pool in the reference currency; null without a price. */
    value: MoneySchema.nullable(),
    wallets: z.array(WalletSchema),
    in_flight: z.array(TransferSchema),
    /** The advisor card: the decision of this moment; what earlier ones started stands in `in_flight`. */
    advisor: DecisionSchema.nullable(),
  })
  .meta({ id: "Pool" });
export type Pool = z.infer<typeof PoolSchema>;

export const ExceptionSchema = z
  .strictObject({
    code: z.enum([
      "stale_balance",
      "unknown_balance",
      "break",
      "transfer_held",
      "transfer_failing",
      "price",
      "venue_error",
      "frozen",
      "audit_log_behind",
      "audit_log_forked",
      "audit_checkpoint_foreign",
      "witness_unreadable",
      "log_unwitnessed",
      "asset_frozen",
      "sweeps_held",
      "blocked",
      "emergency",
    ]),
    severity: SeveritySchema,
    ref: z.string(),
    sentence: z.string(),
    since: TimeSchema.nullable(),
  })
  .meta({ id: "Exception" });
export type Exception = z.infer<typeof ExceptionSchema>;

export const OverviewSchema = z
  .strictObject({
    name: z.string(),
    mode: ModeSchema,
    as_of: TimeSchema,
    sandbox: z.boolean(),
    /** The person this request speaks for; null on an open loopback. */
    person: z.strictObject({ id: z.string(), name: z.string(), roles: z.array(z.string()) }).nullable(),
    currency: z.string(),
    last_cycle_at: TimeSchema.nullable(),
    next_cycle_at: TimeSchema.nullable(),
    pools: z.array(PoolSchema),
    venues: z.array(
      z.strictObject({
        id: z.string(),
        type: z.string(),
        freshness: FreshnessSchema,
        wallets: z.number().int(),
        wallets_fresh: z.number().int(),
      }),
    ),
    prices: z.array(PriceSchema),
    /** Transfers, and proposals about held transfers and breaks. */
    approvals_waiting: z.number().int(),
    exceptions: z.array(ExceptionSchema),
    recent_events: z.array(EventSchema),
  })
  .meta({ id: "Overview" });
export type Overview = z.infer<typeof OverviewSchema>;

export const HistoryQuerySchema = z.strictObject({
  hours: z.coerce.number().int().min(1).max(2160).default(168),
  points: z.coerce.number().int().min(10).max(2000).default(500),
});
export const HistorySchema = z
  .strictObject({
    pool_id: z.string(),
    asset: z.string(),
    from: TimeSchema,
    to: TimeSchema,
    levels: LevelSetSchema,
    /** Oldest first. */
    points: z.array(
      z.strictObject({
        at: TimeSchema,
        share_percent: PercentSchema.nullable(),
        liquidity: MoneySchema,
        reserve: MoneySchema,
      }),
    ),
    /** Moves drawn on the chart. */
    marks: z.array(
      z.strictObject({
        at: TimeSchema,
        transfer_id: z.string(),
        direction: z.enum(["liquidity_to_reserve", "reserve_to_liquidity", "reserve_to_payee", "internal"]),
        amount: MoneySchema,
        state: z.string(),
      }),
    ),
  })
  .meta({ id: "History" });
export type History = z.infer<typeof HistorySchema>;

export const WhatIfRequestSchema = z
  .strictObject({
    /** Leaves the liquidity side, of the pool's asset; negative is an inflow. */
    outflow: DecimalSchema,
    /** Spread evenly over this time; 0: all at once. */
    over_hours: z.number().int().min(0).max(168).default(24),
    /** How far to look. */
    horizon_hours: z.number().int().min(1).max(168).default(48),
    /** How long people take to approve a move out of custody. */
    approval_hours: z.number().int().min(0).max(168).default(4),
  })
  .meta({ id: "WhatIfRequest" });
export type WhatIfRequest = z.infer<typeof WhatIfRequestSchema>;

export const WhatIfSchema = z
  .strictObject({
    pool_id: z.string(),
    /** The real position it starts from. */
    start: PositionSchema,
    end: PositionSchema,
    sentence: z.string(),
    path: z.array(
      z.strictObject({
        at: TimeSchema,
        hour: z.number().int(),
        position: PositionSchema,
        band: z.enum(["emergency_low", "low", "inside", "high", "emergency_high", "unknown"]),
        verdict: z.string(),
        severity: SeveritySchema,
        reasons: z.array(z.string()),
      }),
    ),
    moves: z.array(
      z.strictObject({
        hour: z.number().int(),
        lands_hour: z.number().int(),
        from_wallet: z.string(),
        to_wallet: z.string(),
        network: z.string(),
        amount: MoneySchema,
        fee: MoneySchema,
        needs_approval: z.boolean(),
      }),
    ),
    /** First hour below the low level, the floor, and zero; null when it never comes. */
    first_below_low_hour: z.number().int().nullable(),
    first_below_floor_hour: z.number().int().nullable(),
    first_unpaid_hour: z.number().int().nullable(),
    /** What could not be paid from the liquidity side. */
    unpaid: MoneySchema,
    fees: MoneySchema,
  })
  .meta({ id: "WhatIf" });
export type WhatIf = z.infer<typeof WhatIfSchema>;
