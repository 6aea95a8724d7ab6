/** The books: accounts with their balances, and statements of one account over a period. */
import { z } from "zod";
import { IdSchema, MoneySchema, PageQuerySchema, pageOf, TimeSchema } from "./common.ts";

const AccountKindSchema = z.enum([
  "wallet",
  "transit",
  "fee",
  "customers",
  "collateral",
  "equity",
  "collateral_waiting",
  "collateral_leaving",
  "collateral_selling",
  "loan_principal",
  "loan_interest",
  "loan_fees",
  "loan_shortfall",
  "loan_income",
  "loan_paid_out",
  "loan_received",
  "loan_proceeds",
  "suspense_surplus",
  "suspense_shortfall",
]);
const EntrySideSchema = z.enum(["debit", "credit"]);
const AccountIdSchema = z.string().min(1).max(256);

export const LedgerAccountSchema = z
  .strictObject({
    /** `<kind>/<owner>/<asset>`. */
    id: AccountIdSchema,
    kind: AccountKindSchema,
    owner: z.string(),
    asset: z.string(),
    /** The side on which it grows; its balance is written in that sense and is never below zero. */
    side: EntrySideSchema,
    balance: MoneySchema,
    /** Reserved for what is planned; still in the balance. Null for an earlier instant. */
    held: MoneySchema.nullable(),
    available: MoneySchema.nullable(),
    entries: z.number().int(),
  })
  .meta({ id: "LedgerAccount" });
export type LedgerAccount = z.infer<typeof LedgerAccountSchema>;

export const LedgerAccountPageSchema = pageOf(LedgerAccountSchema, "LedgerAccountPage");
export type LedgerAccountPage = z.infer<typeof LedgerAccountPageSchema>;

export const LedgerAccountQuerySchema = PageQuerySchema.extend({
  kind: AccountKindSchema.optional(),
  asset: IdSchema.optional(),
  at: TimeSchema.optional().describe("balances of this instant; now without it"),
});

export const StatementEntrySchema = z
  .strictObject({
    /** Number of the entry in its account, in the order of booking: 0, 1, 2, without a gap. */
    seq: z.number().int(),
    at: TimeSchema,
    side: EntrySideSchema,
    amount: MoneySchema,
    /** After this entry. */
    balance: MoneySchema,
    posting_id: z.string(),
    key: z.string(),
    kind: z.string(),
    ref: z.string(),
    memo: z.string(),
  })
  .meta({ id: "StatementEntry" });
export type StatementEntry = z.infer<typeof StatementEntrySchema>;

export const StatementSchema = z
  .strictObject({
    account: AccountIdSchema,
    asset: z.string(),
    side: EntrySideSchema,
    from: TimeSchema,
    to: TimeSchema,
    /** Before the period, and at its end. */
    opening: MoneySchema,
    closing: MoneySchema,
    /** Oldest first. */
    items: z.array(StatementEntrySchema),
    has_more: z.boolean(),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: "Statement" });
export type StatementView = z.infer<typeof StatementSchema>;

export const StatementQuerySchema = PageQuerySchema.extend({
  account: AccountIdSchema.describe("id of the account: wallet/hot-usdt/USDT"),
  from: TimeSchema.optional().describe("first instant of the period; from the beginning without it"),
  to: TimeSchema.optional().describe("first instant after the period; until now without it"),
});
