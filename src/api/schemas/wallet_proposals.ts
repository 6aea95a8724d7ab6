/** What people decide about wallets: entered balances and standings; and what the venues say of holdings and addresses. */
import { z } from "zod";
import { DecimalSchema, IdSchema, MoneySchema, TimeSchema } from "./common.ts";
import { evidenceFields, ProposalStateSchema, ProposerSchema, proposalFields } from "./signed_object.ts";

const WalletMatterSchema = z.enum(["balance", "activate", "archive"]).meta({
  id: "WalletMatter",
  description: "balance: what a wallet without an interface holds; activate, archive: its standing",
});

export const WalletProposalRequestSchema = z
  .strictObject({
    what: WalletMatterSchema,
    amount: DecimalSchema.nullable().default(null).describe("With balance: what the wallet held, in whole units"),
    as_of: TimeSchema.nullable().default(null).describe("With balance: when it held that"),
    ...evidenceFields,
    proposed_by: ProposerSchema,
  })
  .meta({ id: "WalletProposalRequest" });
export type WalletProposalRequest = z.input<typeof WalletProposalRequestSchema>;

export const WalletProposalSchema = z
  .strictObject({
    object_kind: z.literal("wallet"),
    wallet_id: z.string(),
    label: z.string(),
    what: WalletMatterSchema,
    state: ProposalStateSchema,
    amount: MoneySchema.nullable(),
    as_of: TimeSchema.nullable(),
    evidence: z.string(),
    references: z.array(z.string()),
    ...proposalFields,
  })
  .meta({ id: "WalletProposal" });
export type WalletProposal = z.infer<typeof WalletProposalSchema>;

export const WalletProposalListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(WalletProposalSchema) })
  .meta({ id: "WalletProposalList" });
export type WalletProposalList = z.infer<typeof WalletProposalListSchema>;

export const WalletProposalQuerySchema = z.strictObject({
  /** `waiting`: for votes; `all`: newest first. */
  state: z.enum(["waiting", "all"]).default("waiting"),
  wallet: IdSchema.optional(),
});

export const WalletStandingSchema = z
  .strictObject({
    wallet_id: z.string(),
    state: z.enum(["created", "active", "suspended", "archived"]),
    reason: z.string(),
    by: z.string(),
    at: TimeSchema,
  })
  .meta({ id: "WalletStanding", description: "The newest change that people made" });
export type WalletStanding = z.infer<typeof WalletStandingSchema>;

export const DiscoveryQuerySchema = z.strictObject({});
export const DiscoverySchema = z
  .strictObject({
    venue: z.string(),
    items: z.array(
      z.strictObject({
        account: z.string(),
        asset: z.string(),
        label: z.string(),
        wallet_id: z.string().nullable().describe("The wallet of the file that it is; null: none"),
        lines: z.string().nullable().describe("For `wallets` of the file, as YAML; null where the file has it"),
      }),
    ),
  })
  .meta({ id: "Discovery" });
export type Discovery = z.infer<typeof DiscoverySchema>;

export const OpenWalletRequestSchema = z
  .strictObject({
    wallet_id: IdSchema.describe("The id that the file will give it; the same id again asks for the same holding"),
    asset: IdSchema,
    network: IdSchema,
    kind: z.enum(["hot", "warm", "custody", "collateral", "deposit", "gas"]),
    label: z.string().min(1).max(200),
  })
  .meta({ id: "OpenWalletRequest" });
export type OpenWalletRequest = z.input<typeof OpenWalletRequestSchema>;

export const OpenedWalletSchema = z
  .strictObject({
    wallet_id: z.string(),
    venue: z.string(),
    outcome: z.enum(["created", "creating", "rejected", "unknown"]),
    account: z.string().nullable(),
    message: z.string(),
    lines: z.string().nullable().describe("For `wallets` of the file, as YAML; null until there is a holding"),
  })
  .meta({ id: "OpenedWallet" });
export type OpenedWallet = z.infer<typeof OpenedWalletSchema>;

const PlaceSchema = z.strictObject({ address: z.string(), memo: z.string().nullable() }).nullable();
export const AddressListSchema = z
  .strictObject({
    wallet_id: z.string(),
    as_of: TimeSchema,
    items: z.array(
      z.strictObject({
        network: z.string(),
        registered: PlaceSchema,
        at_venue: PlaceSchema.describe("What the venue answers now"),
        state: z.enum(["equal", "differs", "unregistered", "unread"]),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: "AddressList" });
export type AddressList = z.infer<typeof AddressListSchema>;
