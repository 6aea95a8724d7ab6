/** The audit log as rows a person can read, its export, and the live stream. */
import { z } from "zod";
import { IdSchema, MoneySchema, OperationTypeSchema, PageQuerySchema, PercentSchema, TimeSchema } from "./common.ts";

export const EventKindSchema = z
  .enum([
    "daemon.started",
    "daemon.stopped",
    "mode.changed",
    "wallet.observed",
    "wallet.standing",
    "wallet.proposal",
    "wallet.opened",
    "movement.booked",
    "decision.made",
    "transfer.planned",
    "transfer.state",
    "transfer.stage",
    "transfer.cancel",
    "transfer.resolution",
    "approval.voted",
    "approval.refused",
    "signature.given",
    "break.opened",
    "break.closed",
    "break.resolution",
    "envelope.state",
    "envelope.used",
    "policy.tuning",
    "reconciliation.full",
    "price.state",
    "venue.state",
    "alert.raised",
    "obligation.added",
    "obligation.closed",
    "expected_flow.added",
    "expected_flow.closed",
    "anomaly.found",
    "anomaly.lifted",
    "facility.state",
    "facility.stage",
    "facility.collateral",
    "facility.payment",
    "facility.accrued",
    "margin_call.state",
    "call.extension",
    "substitution.state",
    "liquidation.state",
    "credit.order",
    "credit.notice",
    "credit.rescan",
  ])
  .meta({ id: "EventKind" });

export const EventSchema = z
  .strictObject({
    id: z.string(),
    /** Number in the sealed log; null until sealed. */
    seq: z.number().int().nullable(),
    at: TimeSchema,
    kind: EventKindSchema,
    ref: z.string(),
    actor: z.string(),
    type: OperationTypeSchema.nullable(),
    sentence: z.string(),
    pool_id: z.string().nullable(),
    amount: MoneySchema.nullable(),
    fee: MoneySchema.nullable(),
    /** Both sides of the pool after the move; null where the event moved nothing. */
    balances_after: z
      .strictObject({ liquidity: MoneySchema, reserve: MoneySchema, share_percent: PercentSchema.nullable() })
      .nullable(),
    payload: z.unknown(),
  })
  .meta({ id: "Event" });
export type EventView = z.infer<typeof EventSchema>;

export const AuditFilterSchema = z.strictObject({
  type: OperationTypeSchema.optional(),
  kind: EventKindSchema.optional(),
  ref: IdSchema.optional(),
  /** Only events a person acts on: transfers, votes, modes, breaks, alerts. */
  important: z.enum(["true", "false"]).optional(),
});
export const AuditQuerySchema = PageQuerySchema.extend(AuditFilterSchema.shape);
export const AuditPageSchema = z
  .strictObject({
    items: z.array(EventSchema),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
    /** The newest signed checkpoint of the log; null before the first. */
    checkpoint: z
      .strictObject({ size: z.number().int(), root: z.string(), at: TimeSchema, key_id: z.string() })
      .nullable(),
  })
  .meta({ id: "AuditPage" });
export type AuditPage = z.infer<typeof AuditPageSchema>;

export const AuditExportQuerySchema = AuditFilterSchema.extend({
  format: z.enum(["csv", "json", "jsonl"]).default("csv"),
});

/** `data` of one message of the live stream; its `id` is the sequence number, its `event` the kind. */
export const StreamEventSchema = z
  .strictObject({
    seq: z.number().int(),
    kind: EventKindSchema,
    ref: z.string(),
    at: TimeSchema,
    type: OperationTypeSchema.nullable(),
    actor: z.string(),
  })
  .meta({ id: "StreamEvent" });
export type StreamEvent = z.infer<typeof StreamEventSchema>;
