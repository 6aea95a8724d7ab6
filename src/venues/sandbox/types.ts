/** What a sandbox venue is built from, and the shape every dialect of the sandbox shares. */
import type { Asset, AssetId } from "../../money/index.ts";
import type { Clock, Instant, Random } from "../../ports/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type { HttpPort, HttpReply, HttpRequest, VendorError } from "../http/index.ts";
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
  readonly random?: Random;
  readonly http?: HttpPort;
  /** How long one request may take, in real milliseconds. */
  readonly request_timeout_ms?: number;
  /** Time of pauses between attempts, where `clock` stands still. */
  readonly timer?: Clock;
}

/**
 * One protocol as pure functions: requests out of port words, port words out of replies. A dialect never sends anything.
 * Readers throw VenueError `venue_invalid` when a reply is not what the protocol promises.
 */
export interface Dialect {
  readonly capabilities: VenueCapabilities;
  /** Headers that authenticate the request. */
  sign(request: HttpRequest, now: Instant): Readonly<Record<string, string>>;
  /** Path with query of the push endpoint; null: none. */
  pushTarget(now: Instant): string | null;
  readPush(message: unknown): string | null;
  /** Null when the body is not the venue's own error: a proxy answered, or nobody. */
  readError(reply: HttpReply): VendorError | null;

  verify(): HttpRequest;
  listWallets(): HttpRequest;
  readWallets(body: unknown): readonly VenueWallet[];
  getBalance(wallet: WalletRef): HttpRequest;
  readBalance(body: unknown, wallet: WalletRef): VenueBalance;
  /** True where the sandbox's public chain shows the account: `explorer.ts` asks it. */
  readonly on_chain: boolean;
  getAddress(wallet: WalletRef, network: string): HttpRequest;
  readAddress(body: unknown): VenueAddress;
  listNetworks(wallet: WalletRef): HttpRequest;
  readNetworks(body: unknown, wallet: WalletRef): readonly VenueNetwork[];
  listMovements(wallet: WalletRef, cursor: string | null): HttpRequest;
  readMovements(body: unknown, wallet: WalletRef): MovementPage;

  prepare(plan: TransferPlan, wallet: SandboxWallet, now: Instant): PreparedSubmit;
  decode(prepared: PreparedSubmit): DecodedEffect;
  submit(prepared: PreparedSubmit): HttpRequest;
  /** A reply below 300, or one that says the request is already known. */
  readAccepted(reply: HttpReply): SubmitOutcome | null;
  find(query: FindQuery): HttpRequest;
  /** Null when the reply is no answer to the question. */
  readFound(reply: HttpReply, query: FindQuery): FindOutcome | null;
  /** Null: the venue cannot take a request back. */
  cancel(venue_ref: string): HttpRequest | null;
  readCancelled(reply: HttpReply): CancelOutcome | null;
}
