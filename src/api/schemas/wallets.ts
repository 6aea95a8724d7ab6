/** Wallets as operators see them, and their reconciliation against the venues. */
import { z } from "zod";
import { FreshnessSchema, MoneySchema, SideSchema, TimeSchema } from "./common.ts";

export const WalletSchema = z
  .strictObject({
    id: z.string(),
    label: z.string(),
    venue: z.string(),
    asset: z.string(),
    kind: z.enum(["hot", "warm", "custody", "collateral", "deposit", "gas"]),
    status: z.enum(["requested", "creating", "active", "suspended", "archiving", "archived"]),
    pool_id: z.string().nullable(),
    side: SideSchema.nullable(),
    /** Last known, whatever its age; null when nothing was ever read. */
    balance: z
      .strictObject({
        total: MoneySchema,
        available: MoneySchema,
        pending_in: MoneySchema,
        pending_out: MoneySchema,
        locked: MoneySchema,
      })
      .nullable(),
    /** Share of its pool's total. */
    share_percent: z.string().nullable(),
    freshness: FreshnessSchema,
    as_of: TimeSchema.nullable(),
    age_ms: z.number().int().nullable(),
    stale_after_ms: z.number().int(),
    /** poll, push or manual. */
    source: z.string().nullable(),
    height: z.string().nullable(),
    /** Why the last read failed; null when it succeeded. */
    error: z.string().nullable(),
    addresses: z.array(z.strictObject({ network: z.string(), address: z.string(), memo: z.string().nullable() })),
  })
  .meta({ id: "Wallet" });
export type Wallet = z.infer<typeof WalletSchema>;

export const WalletListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(WalletSchema) })
  .meta({ id: "WalletList" });
export type WalletList = z.infer<typeof WalletListSchema>;

export const ReconciliationSchema = z
  .strictObject({
    as_of: TimeSchema,
    equal: z.boolean().describe("True when no wallet has a break"),
    items: z.array(
      z.strictObject({
        wallet_id: z.string(),
        label: z.string(),
        venue_balance: MoneySchema.nullable(),
        ledger_balance: MoneySchema,
        expected: MoneySchema,
        difference: MoneySchema.nullable(),
        as_of: TimeSchema.nullable(),
        state: z.enum(["equal", "in_flight", "break", "unknown"]),
      }),
    ),
  })
  .meta({ id: "Reconciliation" });
export type Reconciliation = z.infer<typeof ReconciliationSchema>;
