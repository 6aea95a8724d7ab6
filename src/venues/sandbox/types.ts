/** What a sandbox venue is built from, and the shape every dialect of the sandbox shares. */
import type { Asset, AssetId } from "../../money/index.ts";
import type { Clock, Instant } from "../../ports/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type {
  CancelOutcome,
  DecodedEffect,
  FindOutcome,
  FindQuery,
  MovementPage,
  SubmitOutcome,
  VenueAddress,
  VenueBalance,
  VenueCapabilities,
  VenueNetwork,
  VenueWallet,
  WalletRef,
} from "../port.ts";

export type SandboxVenueKind = "exchange" | "chain" | "custodian" | "custodian_with_approval";

/** `key_id` is sent, `secret` signs: an HMAC secret, or the 32-byte Ed25519 seed of a chain wallet, both in hex. */
export interface SandboxSecrets {
  readonly key_id: string;
  readonly secret: string;
}

/** Which account of the venue one of our wallets is. */
export interface SandboxWallet {
  readonly id: string;
  readonly account: string;
  readonly asset: AssetId;
}

export interface SandboxVenueOptions {
  readonly id: string;
  readonly kind: SandboxVenueKind;
  readonly base_url: string;
  readonly secrets: SandboxSecrets;
  readonly clock: Clock;
  readonly assets: ReadonlyMap<AssetId, Asset>;
  readonly wallets: readonly SandboxWallet[];
  /** How long one request may take, in real milliseconds. */
  readonly request_timeout_ms?: number;
}

export interface WireRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** Path and query. */
  readonly target: string;
  /** The exact bytes; empty for none. */
  readonly body: string;
  /** Headers of the protocol beside the authentication. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A whole answer of the venue, as it came. */
export interface WireReply {
  readonly status: number;
  readonly body: unknown;
  readonly retry_after_ms: number | null;
}

/** What the venue says in an error: its own code and words. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  /** The venue states that the request had no effect; a 429 counts as a refusal only with this. */
  readonly untaken: boolean;
}

/**
 * One protocol as pure functions: requests out of port words, port words out of replies. A dialect never sends anything.
 * Readers throw VenueError `venue_invalid` when a reply is not what the protocol promises.
 */
export interface Dialect {
  readonly capabilities: VenueCapabilities;
  /** Headers that authenticate the request. */
  sign(request: WireRequest, now: Instant): Readonly<Record<string, string>>;
  /** Path with query of the push endpoint; null: none. */
  pushTarget(now: Instant): string | null;
  readPush(message: unknown): string | null;
  /** Null when the body is not the venue's own error: a proxy answered, or nobody. */
  readError(body: unknown): WireError | null;

  verify(): WireRequest;
  listWallets(): WireRequest;
  readWallets(body: unknown): readonly VenueWallet[];
  getBalance(wallet: WalletRef): WireRequest;
  readBalance(body: unknown, wallet: WalletRef): VenueBalance;
  getAddress(wallet: WalletRef, network: string): WireRequest;
  readAddress(body: unknown): VenueAddress;
  listNetworks(wallet: WalletRef): WireRequest;
  readNetworks(body: unknown, wallet: WalletRef): readonly VenueNetwork[];
  listMovements(wallet: WalletRef, cursor: string | null): WireRequest;
  readMovements(body: unknown, wallet: WalletRef): MovementPage;

  prepare(plan: TransferPlan, wallet: SandboxWallet, now: Instant): PreparedSubmit;
  decode(prepared: PreparedSubmit): DecodedEffect;
  submit(prepared: PreparedSubmit): WireRequest;
  /** A reply below 300, or one that says the request is already known. */
  readAccepted(reply: WireReply): SubmitOutcome | null;
  find(query: FindQuery): WireRequest;
  /** Null when the reply is no answer to the question. */
  readFound(reply: WireReply, query: FindQuery): FindOutcome | null;
  /** Null: the venue cannot take a request back. */
  cancel(venue_ref: string): WireRequest | null;
  readCancelled(reply: WireReply): CancelOutcome | null;
}
