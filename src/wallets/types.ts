/** What people decide about wallets: their standing, which the store keeps beside the file, and the balances they enter. */
import type { AssetId } from "../money/index.ts";
import type { WalletKind } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";

/** `created`: read and compared, and no money of ours moves there until people activate it. `archived` is the end. */
export type Lifecycle = "created" | "active" | "suspended" | "archived";

/** The newest change of a wallet's standing; a wallet without a row stands as the file says. */
export interface WalletStandingRow {
  wallet_id: string;
  state: Lifecycle;
  reason: string;
  /** `person:<id>` or `local`: who asked for it. */
  by: string;
  at: Instant;
  /** Rises with every change. */
  version: number;
}

/** `balance`: what a wallet holds that nobody can read. `activate` and `archive`: its standing. */
export type WalletMatter = "balance" | "activate" | "archive";
/** `overtaken`: the wallet is not any more what was proposed on. */
export type WalletProposalState = "open" | "applied" | "denied" | "expired" | "overtaken";

/** Everything people approve; frozen when proposed. */
export interface WalletTerms {
  readonly id: string;
  readonly wallet_id: string;
  readonly venue: string;
  readonly account: string;
  readonly asset: AssetId;
  /** Digits of the amount behind the point: the asset's. */
  readonly decimals: number;
  readonly what: WalletMatter;
  /** Of the standing that it answers: a later change of the same wallet is another question. 0: the file's. */
  readonly standing_version: number;
  /** Decimal string of base units; with `balance` only. */
  readonly amount: string | null;
  /** When the wallet held it; with `balance` only. */
  readonly as_of: Instant | null;
  readonly evidence: string;
  /** Statements, tickets, links: where the evidence is kept. */
  readonly references: readonly string[];
  /** `person:<id>`; never counted. */
  readonly proposed_by: string;
  readonly created_at: Instant;
  /** Until when it may be approved. */
  readonly expires_at: Instant;
}

export interface WalletProposalRow {
  id: string;
  wallet_id: string;
  what: WalletMatter;
  state: WalletProposalState;
  terms: WalletTerms;
  /** digestOf("wallet", terms): what people approve. */
  digest: string;
  created_at: Instant;
  ended_at: Instant | null;
}

/** What a person proposes. */
export interface WalletDraft {
  readonly wallet_id: string;
  readonly what: WalletMatter;
  /** Base units; with `balance` only. */
  readonly amount: bigint | null;
  readonly as_of: Instant | null;
  readonly evidence: string;
  readonly references: readonly string[];
  /** `person:<id>`. */
  readonly proposed_by: string;
}

/** A balance that two people stand for. */
export interface EnteredBalance {
  readonly total: bigint;
  readonly as_of: Instant;
  readonly proposal_id: string;
}

/** Where the balances are that people entered; a venue without an interface reads nothing else. */
export interface EnteredBalances {
  /** The newest of a wallet; null: none was confirmed yet. */
  latest(wallet_id: string): Promise<EnteredBalance | null>;
}

/** A holding to be opened at a venue, under the id that the file will give it. */
export interface OpenDraft {
  readonly venue_id: string;
  readonly wallet_id: string;
  readonly asset: AssetId;
  readonly network: string;
  readonly kind: WalletKind;
  readonly label: string;
  /** `person:<id>` or `local`. */
  readonly actor: string;
}

export interface Opened {
  readonly outcome: "created" | "creating" | "rejected" | "unknown";
  readonly account: string | null;
  readonly message: string;
  /** For the file; null until there is a holding. */
  readonly lines: string | null;
}

/** A holding that the venue's credentials can see. */
export interface Discovered {
  readonly account: string;
  readonly asset: AssetId;
  readonly label: string;
  /** Of the wallet that the file has for it; null: none. */
  readonly wallet_id: string | null;
  /** For the file, under an id made of venue and asset; null where the file has it, or does not know the asset. */
  readonly lines: string | null;
}

/** One network's address of a wallet: what the file registers, and what the venue answers now. */
export interface Attested {
  readonly network: string;
  readonly registered: { readonly address: string; readonly memo: string | null } | null;
  readonly at_venue: { readonly address: string; readonly memo: string | null } | null;
  /** `unregistered`: the venue has one, and the file does not. `unread`: the venue did not say. */
  readonly state: "equal" | "differs" | "unregistered" | "unread";
  readonly message: string;
}
