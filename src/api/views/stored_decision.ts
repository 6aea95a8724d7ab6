/** Decisions as the store keeps them (base units as strings) back into the types of the policy room. */
import { z } from "zod";
import type { Decision } from "../../policy/index.ts";
import type { Json } from "../../store/index.ts";

const Units = z
  .string()
  .regex(/^-?\d+$/)
  .transform((text) => BigInt(text));
const Side = z.enum(["to_reserve", "to_liquidity", "to_payee", "within"]);

const StoredPosition = z.object({
  total: Units,
  liquidity: Units,
  reserve: Units,
  in_flight_to_liquidity: Units,
  in_flight_to_reserve: Units,
  // Decisions of an earlier version counted what was only asked for as on its way.
  awaiting_to_liquidity: Units.default(0n),
  awaiting_to_reserve: Units.default(0n),
  health_percent: z.string().nullable(),
  share_percent: z.string().nullable(),
  counted: z
    .object({ liquidity: Units, reserve: Units, total: Units, share_percent: z.string().nullable() })
    .exactOptional(),
});

const StoredDecision = z.object({
  pool_id: z.string(),
  asset: z.string(),
  decided_at: z.number(),
  verdict: z.enum(["hold", "move", "wait", "blocked", "escalate"]),
  severity: z.enum(["normal", "urgent", "emergency"]),
  moves: z.array(
    z.object({
      from_wallet: z.string(),
      to_wallet: z.string(),
      direction: Side,
      amount: Units,
      network: z.string(),
      fee: Units,
      fee_max: Units,
      lead_time_ms: z.number(),
      lane: z.enum(["slow", "expedited"]).exactOptional(),
      obligation_id: z.string().exactOptional(),
      touches_max: Units.exactOptional(),
    }),
  ),
  supersedes: z.array(z.string()),
  reasons: z.array(
    z.object({
      code: z.custom<Decision["reasons"][number]["code"]>((value) => typeof value === "string"),
      rule: z.string(),
      observed: z.string().nullable(),
      limit: z.string().nullable(),
      sentence: z.string(),
    }),
  ),
  counterfactuals: z.array(z.string()),
  alternatives: z.array(
    z.object({
      from_wallet: z.string(),
      to_wallet: z.string(),
      network: z.string(),
      fee: Units.nullable(),
      rejected_because: z.string(),
    }),
  ),
  levels: z
    .object({
      emergency_low: Units,
      low: Units,
      target: Units,
      high: Units,
      emergency_high: Units,
      floor: Units.nullable(),
    })
    .nullable(),
  before: StoredPosition.nullable(),
  after: StoredPosition.nullable(),
});

/** Null when the row was written by a version whose decisions had another shape; its raw form is still shown. */
export function readStoredDecision(stored: Json): Decision | null {
  const parsed = StoredDecision.safeParse(stored);
  return parsed.success ? parsed.data : null;
}

const StoredSnapshot = z.object({
  taken_at: z.number(),
  mode: z.string(),
  frozen_reason: z.string().nullable(),
  asset: z.string(),
  wallets: z.array(
    z.object({
      wallet_id: z.string(),
      venue_id: z.string(),
      side: z.enum(["liquidity", "reserve"]),
      freshness: z.enum(["fresh", "stale", "unknown"]),
      as_of: z.number().nullable(),
      total: Units.nullable(),
      available: Units.nullable(),
      pending_in: Units,
      pending_out: Units,
      reserved: Units,
      in_flight_in: Units,
    }),
  ),
});
export type StoredSnapshotView = z.output<typeof StoredSnapshot>;

/** The part of a stored snapshot that is shown; null as above. */
export function readStoredSnapshot(stored: Json): StoredSnapshotView | null {
  const parsed = StoredSnapshot.safeParse(stored);
  return parsed.success ? parsed.data : null;
}
