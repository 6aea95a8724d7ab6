/** The books: accounts with their balances, and statements of one account over a period. */
import { z } from "zod";
import { ACCOUNT_KINDS } from "../../ledger/index.ts";
import { IdSchema, MoneySchema, PageQuerySchema, pageOf, TimeSchema } from "./common.ts";

const AccountKindSchema = z.enum(ACCOUNT_KINDS);
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
    /** Booked so far, or up to the instant. */
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

/** What the accounts of one kind come to. */
const TrialLineSchema = z
  .strictObject({
    kind: AccountKindSchema,
    /** In words: "in wallets". */
    meaning: z.string(),
    side: EntrySideSchema,
    balance: MoneySchema,
    accounts: z.number().int(),
  })
  .meta({ id: "TrialLine" });
export type TrialLineView = z.infer<typeof TrialLineSchema>;

const TrialAssetSchema = z
  .strictObject({
    asset: z.string(),
    /** Where value is, added up, and to whom it belongs: equal, or the books are broken. */
    debits: MoneySchema,
    credits: MoneySchema,
    balanced: z.boolean(),
    /** Kinds with accounts, where value is first. */
    lines: z.array(TrialLineSchema),
  })
  .meta({ id: "TrialAsset" });
export type TrialAsset = z.infer<typeof TrialAssetSchema>;

export const TrialBalanceSchema = z
  .strictObject({
    as_of: TimeSchema,
    /** Every asset balances. */
    balanced: z.boolean(),
    assets: z.array(TrialAssetSchema),
  })
  .meta({ id: "TrialBalance" });
export type TrialBalance = z.infer<typeof TrialBalanceSchema>;

export const TrialBalanceQuerySchema = z.strictObject({
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

export const StatementExportQuerySchema = StatementQuerySchema.pick({ account: true, from: true, to: true });
