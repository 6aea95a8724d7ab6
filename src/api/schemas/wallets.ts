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
    status: z.enum(["requested", "creating", "created", "active", "suspended", "archiving", "archived"]),
    /** What the file says; the stricter of the two is `status`. */
    declared: z.enum(["requested", "creating", "created", "active", "suspended", "archiving", "archived"]),
    /** The newest change of people; null: none. */
    standing: z.strictObject({ reason: z.string(), by: z.string(), at: TimeSchema }).nullable(),
    /** People enter its balance, and nothing is moved there. */
    watch_only: z.boolean(),
    actions: z
      .array(z.enum(["suspend", "activate", "archive", "enter_balance"]))
      .describe("What people may do with it as it stands"),
    pays_itself: z
      .boolean()
      .describe("It holds coins one by one: people may ask it to put them together, or to hasten what waits"),
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
    allowance: z
      .strictObject({
        amount: MoneySchema.describe("What may be paid in one period"),
        remaining: MoneySchema.describe("What is left of it now"),
        period_ms: z.number().int().nullable().describe("After so long it begins anew; null: never by itself"),
        resets_at: TimeSchema.nullable(),
        delegate: z.string().describe("The account that the owners let pay"),
        problem: z.string().nullable().describe("Why none of it can be used; null when it can"),
        as_of: TimeSchema,
      })
      .nullable()
      .describe(
        "What the wallet's own owners allow in advance on their chain; null where there is nothing of the kind",
      ),
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
    /** The last comparison of everything, from the lists on; null before the first. */
    last_full: z
      .strictObject({
        finished_at: TimeSchema,
        wallets: z.number().int(),
        unread: z.array(z.string()).describe("Wallets whose venue did not answer then"),
        found_late: z.number().int().describe("Movements that the venues had listed behind our backs"),
        problems: z.array(z.string()),
      })
      .nullable(),
    next_full_at: TimeSchema.nullable(),
    items: z.array(
      z.strictObject({
        wallet_id: z.string(),
        label: z.string(),
        venue: z.string(),
        asset: z.string(),
        venue_balance: MoneySchema.nullable(),
        ledger_balance: MoneySchema,
        chain_balance: MoneySchema.nullable().describe(
          "As an independent reader of the chain sees it; null without one",
        ),
        chain_as_of: TimeSchema.nullable(),
        expected: MoneySchema.describe("ledger_balance with what is in flight and pending"),
        /** Differences of each pair as they stand, explained or not. */
        pairs: z.strictObject({
          venue_less_ledger: MoneySchema.nullable(),
          chain_less_ledger: MoneySchema.nullable(),
          venue_less_chain: MoneySchema.nullable(),
        }),
        /** The explained part: our transfers on their way, and booked movements that the balance does not contain yet. */
        in_flight: MoneySchema,
        pending: MoneySchema,
        difference: MoneySchema.nullable().describe(
          "The unexplained part: the sum of the wallet's open breaks but the chain's",
        ),
        breaks: z.number().int().describe("What nothing explains, counted"),
        as_of: TimeSchema.nullable(),
        state: z.enum(["equal", "in_flight", "break", "unknown"]),
      }),
    ),
  })
  .meta({ id: "Reconciliation" });
export type Reconciliation = z.infer<typeof ReconciliationSchema>;
