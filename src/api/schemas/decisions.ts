/** Decisions with their reasons: the advisor card, the decision list, and one decision with the snapshot it was made on. */
import { z } from "zod";
import {
  FreshnessSchema,
  IdSchema,
  MoneySchema,
  PageQuerySchema,
  PercentSchema,
  pageOf,
  SeveritySchema,
  SideSchema,
  TimeSchema,
} from "./common.ts";
import { DecisionInputsSchema } from "./decision_inputs.ts";

export const LevelSchema = z
  .strictObject({
    /** As the policy says it: "10%", "150000 USDT". */
    text: z.string().nullable(),
    /** As it came out against the snapshot; null when it could not be resolved. */
    amount: MoneySchema.nullable(),
    share_percent: PercentSchema.nullable(),
  })
  .meta({ id: "Level" });

export const LevelSetSchema = z
  .strictObject({
    emergency_low: LevelSchema,
    low: LevelSchema,
    target: LevelSchema,
    high: LevelSchema,
    emergency_high: LevelSchema,
    floor: LevelSchema.nullable(),
  })
  .meta({ id: "LevelSet" });
export type LevelSet = z.infer<typeof LevelSetSchema>;

export const PositionSchema = z
  .strictObject({
    total: MoneySchema,
    liquidity: MoneySchema,
    reserve: MoneySchema,
    in_flight_to_liquidity: MoneySchema,
    in_flight_to_reserve: MoneySchema,
    /** Asked for and not sent: still counted where it lies. */
    awaiting_to_liquidity: MoneySchema.optional(),
    awaiting_to_reserve: MoneySchema.optional(),
    /** Share of liquidity when everything on its way has arrived; of the total without what is set aside; null for an empty pool. */
    share_percent: PercentSchema.nullable(),
    /** What is there at this moment. The five amounts add up to the total. */
    now: z.strictObject({
      liquidity: MoneySchema,
      reserve: MoneySchema,
      on_its_way: MoneySchema,
      /** Planned or waiting for people; it lies where it would leave from. */
      asked_for: MoneySchema,
      /** For known payments: no level counts it. */
      set_aside: MoneySchema,
      /** Share of liquidity now, as levels in per cent are: of the total without what is set aside. */
      share_percent: PercentSchema.nullable(),
    }),
    /** 0 to 100; 100 at twice the floor; null without a floor. */
    health_percent: PercentSchema.nullable(),
  })
  .meta({ id: "Position" });
export type Position = z.infer<typeof PositionSchema>;

export const ReasonSchema = z
  .strictObject({
    code: z.string(),
    rule: z.string(),
    observed: z.string().nullable(),
    limit: z.string().nullable(),
    sentence: z.string(),
  })
  .meta({ id: "Reason" });

export const MoveSchema = z
  .strictObject({
    from_wallet: z.string(),
    from_label: z.string(),
    to_wallet: z.string(),
    to_label: z.string(),
    direction: z.enum(["to_reserve", "to_liquidity", "to_payee", "within"]),
    network: z.string(),
    amount: MoneySchema,
    fee: MoneySchema,
    fee_max: MoneySchema,
    lead_time_ms: z.number().int(),
    lane: z.enum(["slow", "expedited"]).optional().describe("Named where something was approved in advance"),
    touches: MoneySchema.optional().describe("Where a wallet pays itself: what its coins are worth that become one"),
  })
  .meta({ id: "Move" });
export type Move = z.infer<typeof MoveSchema>;

export const AlternativeSchema = z
  .strictObject({
    from_wallet: z.string(),
    from_label: z.string(),
    to_wallet: z.string(),
    to_label: z.string(),
    network: z.string(),
    fee: MoneySchema.nullable(),
    rejected_because: z.string(),
  })
  .meta({ id: "Alternative" });

export const DecisionSchema = z
  .strictObject({
    /** Null for a decision that was computed now and is not recorded (plan). */
    id: z.string().nullable(),
    pool_id: z.string(),
    asset: z.string(),
    verdict: z.enum(["hold", "move", "wait", "blocked", "escalate"]),
    severity: SeveritySchema,
    /** One sentence: what it says. */
    headline: z.string(),
    decided_at: TimeSchema,
    /** Last time the same decision was made again. */
    last_at: TimeSchema,
    repeats: z.number().int(),
    /** Why the loop woke. */
    cause: z.string(),
    policy_digest: z.string(),
    reasons: z.array(ReasonSchema),
    counterfactuals: z.array(z.string()),
    moves: z.array(MoveSchema),
    alternatives: z.array(AlternativeSchema),
    supersedes: z.array(z.string()),
    levels: LevelSetSchema.nullable(),
    before: PositionSchema.nullable(),
    after: PositionSchema.nullable(),
    /** What its moves need before they may leave; null when it moves nothing. */
    approvals: z
      .strictObject({ needed: z.number().int(), of: z.number().int(), roles: z.array(z.string()) })
      .nullable(),
    /** Transfers that came from it. */
    transfer_ids: z.array(z.string()),
  })
  .meta({ id: "Decision" });
export type DecisionView = z.infer<typeof DecisionSchema>;

export const SnapshotWalletSchema = z
  .strictObject({
    wallet_id: z.string(),
    venue: z.string(),
    side: SideSchema,
    freshness: FreshnessSchema,
    as_of: TimeSchema.nullable(),
    total: MoneySchema.nullable(),
    available: MoneySchema.nullable(),
    pending_in: MoneySchema,
    pending_out: MoneySchema,
    reserved: MoneySchema,
    in_flight_in: MoneySchema,
  })
  .meta({ id: "SnapshotWallet" });

export const DecisionDetailSchema = z
  .strictObject({
    decision: DecisionSchema,
    snapshot: z
      .strictObject({
        taken_at: TimeSchema,
        mode: z.string(),
        frozen_reason: z.string().nullable(),
        wallets: z.array(SnapshotWalletSchema),
      })
      .nullable(),
    /** Null when this version cannot read the snapshot any more. */
    inputs: DecisionInputsSchema.nullable(),
    /** What the pool's model in the shadow would have decided; null without one. */
    shadow: DecisionSchema.nullable(),
    /** The decision of the same pool before it; null for the first. */
    previous: DecisionSchema.nullable(),
    /** The stored decision, its snapshot and its policy as they are, base units as strings: what a replay reads. */
    raw: z.strictObject({ decision: z.unknown(), snapshot: z.unknown(), policy: z.unknown() }),
  })
  .meta({ id: "DecisionDetail" });
export type DecisionDetail = z.infer<typeof DecisionDetailSchema>;

export const DecisionQuerySchema = PageQuerySchema.extend({
  pool_id: IdSchema.optional(),
  verdict: z.enum(["hold", "move", "wait", "blocked", "escalate"]).optional(),
  severity: SeveritySchema.optional(),
  cause: z.string().min(1).max(64).optional().describe("What woke the loop, like schedule or push"),
});
export const DecisionPageSchema = pageOf(DecisionSchema, "DecisionPage");
export type DecisionPage = z.infer<typeof DecisionPageSchema>;

export const PlanSchema = z
  .strictObject({ as_of: TimeSchema, mode: z.string(), decisions: z.array(DecisionSchema) })
  .meta({ id: "Plan", description: "What would be decided now; nothing is recorded and nothing moves" });
export type Plan = z.infer<typeof PlanSchema>;
