/**
 * The venue port: one counterparty that holds assets. A connector is a pure transformer plus a thin transport; all amounts
 * here are base units of our own asset registry (`bigint`), converted by the connector's one codec.
 *
 * Three rules every connector keeps: the outcome of a submit is `accepted | rejected | unknown` (a time-out, a 5xx, a cut
 * line is unknown); a look-up that failed is not an absence; an unknown status word is pending and never final.
 */
import type { AssetId } from "../money/index.ts";
import type { WalletKind } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import type { OwnerScheme, PreparedSubmit, SigningRequest, TransferPlan, VenueStage } from "../transfers/types.ts";
import type { VenueOrders } from "./orders.ts";
import type { SelfOffer, SelfWish } from "./self_payments.ts";

export type { SelfOffer, SelfWish } from "./self_payments.ts";

export interface Venue {
  readonly id: string;
  capabilities(): VenueCapabilities;
  /** An authenticated probe. @throws VenueError */
  verify(): Promise<void>;
  /** The wallets the credentials can see. @throws VenueError */
  listWallets(): Promise<readonly VenueWallet[]>;
  /** @throws VenueError */
  getBalance(wallet: WalletRef): Promise<VenueBalance>;
  /** The address that receives `asset` on `network` into this wallet. @throws VenueError */
  getAddress(wallet: WalletRef, network: string): Promise<VenueAddress>;
  /** What a move over each usable network costs now. @throws VenueError */
  listNetworks(wallet: WalletRef): Promise<readonly VenueNetwork[]>;
  /**
   * For wallets whose own protocol collects the approvals (a Safe): what the owners sign, with its nonce frozen.
   * Absent when people sign Tidegate's digest. Reads only. @throws VenueError
   */
  requestSigning?(plan: TransferPlan): Promise<SigningRequest>;
  /**
   * What owners' signatures are still worth that were given for a request which ended unsent: whoever holds enough of them may
   * execute it. Present where `requestSigning` is. Reads only. @throws VenueError
   */
  readSignatures?(request: SigningRequest, signatures: readonly OwnerSignature[]): Promise<SignaturesStanding>;
  /**
   * Owners' signatures in what a signer without a network handed back (a signed PSBT), those alone that hold for exactly this
   * request. Present where such things are handed around. Pure. @throws VenueError for what is none, or is another request's
   */
  readSigned?(request: SigningRequest, content: Uint8Array): readonly OwnerSignature[];
  /**
   * What the wallet's own owners allow in advance, kept and counted by a contract of theirs. Present where a plan inside an
   * envelope is paid out of it, without `requestSigning`; both bind, the envelope and this. @throws VenueError
   */
  readAllowance?(wallet: WalletRef): Promise<VenueAllowance>;
  /**
   * What a payment of the wallet to itself would do now. Present where a wallet holds coins one by one: small ones can be put
   * together, and what waits can be paid for by its own child. Such plans bear `self`. Reads only. @throws VenueError
   */
  offerSelfPayment?(wallet: WalletRef, wish: SelfWish): Promise<SelfOffer>;
  /**
   * What is open: requests that may still be carried out, in a venue that keeps in memory alone what they would spend; what it kept for
   * others than these is free again. Present where that is so. Called when a process begins to work, before anything else is built, and
   * when a payment finds too little. `as_of`: when the list began to be read; what was built since then is not on it and keeps what it
   * has. At once, and never throws.
   */
  remember?(open: readonly OpenRequest[], as_of: Instant): void;
  /** Builds the exact request (or signs the transaction) for the plan; no effect outside. @throws VenueError */
  prepare(plan: TransferPlan, context: PrepareContext): Promise<PreparedSubmit>;
  /**
   * Builds what takes the place of a request that is stuck: the same payment, exclusive with the one before, only dearer to send.
   * Present where requests can be replaced. Reads only. @throws VenueError when it would be of no use now, and says why
   */
  prepareReplacement?(plan: TransferPlan, prepared: PreparedSubmit, context: PrepareContext): Promise<PreparedSubmit>;
  /** What the built bytes would really do: compared with the approved plan before they may leave. Pure. */
  decode(prepared: PreparedSubmit): DecodedEffect;
  /** Sends the prepared bytes as they are. Never throws for an outcome. */
  submit(prepared: PreparedSubmit): Promise<SubmitOutcome>;
  /** Looks a transfer up by our reference (or what was prepared). Never throws for an answer. */
  find(query: FindQuery): Promise<FindOutcome>;
  /** Asks the venue to withdraw a request it still holds. */
  cancel(venue_ref: string): Promise<CancelOutcome>;
  /** Movements of the wallet after `cursor` (null: from the beginning), oldest first. @throws VenueError */
  listMovements(wallet: WalletRef, cursor: string | null): Promise<MovementPage>;
  /**
   * The wallet's total as somebody else than the venue sees it on the chain, at the block `height` where that is possible (else at
   * the reader's own newest). Absent where there is no second reader. @throws VenueError
   */
  readChain?(wallet: WalletRef, height: string | null): Promise<ChainBalance>;
  /** Checks the signature over the raw bytes; the result is only a hint to read again. */
  verifyWebhook?(raw: Uint8Array, headers: Readonly<Record<string, string>>, now: Instant): WebhookHint;
  /**
   * What the venue asks before it signs, where it can be told to ask; `secret` is what makes the question the venue's. The answer
   * is `judgeSigning`'s. @throws VenueError venue_auth for a wrong secret, venue_invalid for what is no question
   */
  readSigningQuestion?(raw: Uint8Array, secret: string): SigningQuestion;
  /** Calls `hint` when something changed. A push never acts; it wakes the loop, which reads again. */
  subscribe?(hint: (wallet_account: string | null) => void): () => void;
  /**
   * Opens a holding. Absent where holdings are opened elsewhere and only found by `listWallets`. The same `reference` again
   * answers with the holding that it opened before. Never throws for an outcome.
   */
  createWallet?(request: CreateWalletRequest): Promise<CreateWalletOutcome>;
  /** Selling and buying, where the venue is a market. */
  readonly orders?: VenueOrders;
  /** Sources of what this venue says (nodes of a chain) that contradict the others, lag or are silent. From memory, at once. */
  doubts?(): readonly VenueDoubt[];
  /** How the line to the venue has been of late, as its transport counted. From memory, at once. */
  health?(): VenueHealth;
  close(): Promise<void>;
}

export interface OpenRequest {
  readonly reference: string;
  /** What its owners sign, and until when. */
  readonly signing: SigningRequest | null;
  readonly expires_at: Instant;
  readonly prepared: PreparedSubmit | null;
}

/** Base units of the asset. */
export interface VenueAllowance {
  /** What may be paid in one period; of all time where there is none. */
  readonly amount: bigint;
  /** What is left of it; 0 while `problem` says why nothing can be used. */
  readonly remaining: bigint;
  /** After so long it begins anew; null: it never does by itself. */
  readonly period_ms: number | null;
  /** When it begins anew with the whole `amount`. */
  readonly resets_at: Instant | null;
  /** Whom the owners allow it. */
  readonly delegate: string;
  /** Why none of it can be used; null when it can. */
  readonly problem: string | null;
  readonly as_of: Instant;
}

export interface VenueDoubt {
  readonly kind: "contradicts" | "lags" | "silent";
  /** Its name, without credentials. */
  readonly source: string;
  readonly said: string;
  readonly since: Instant;
}

/** Counts and shares are over the last requests; times are durations in ms. Null: not known, or there is no such thing. */
export interface VenueHealth {
  readonly requests: number;
  readonly latency_p50_ms: number | null;
  readonly latency_p99_ms: number | null;
  /** Of a million requests, those that got no answer or a broken server's. */
  readonly error_ppm: number;
  readonly last_success_at: Instant | null;
  readonly last_failure: { readonly at: Instant; readonly message: string } | null;
  /** `open`: the venue is left alone for a while, and no submit is attempted. */
  readonly breaker: "closed" | "open" | "half_open";
  /** Until the venue is asked again; 0: now. */
  readonly retry_in_ms: number;
  /** Of a million parts of its rate budget, those left. */
  readonly budget_left_ppm: number | null;
  /** The venue's clock minus ours. */
  readonly clock_skew_ms: number | null;
  readonly credentials_expire_at: Instant | null;
}

export interface CreateWalletRequest {
  /** Ours, kept by the venue (as a label where it keeps nothing else), so that a lost answer can be found again. */
  readonly reference: string;
  readonly asset: AssetId;
  readonly network: string;
  readonly label: string;
  readonly kind: WalletKind;
}

export type CreateWalletOutcome =
  | { readonly outcome: "created"; readonly wallet: VenueWallet }
  /** Taken, and not ready yet (approval at the venue, a forwarder being deployed); ask again with the same reference. */
  | { readonly outcome: "creating"; readonly message: string }
  | { readonly outcome: "rejected"; readonly code: string; readonly message: string }
  | { readonly outcome: "unknown"; readonly message: string };

export interface ChainBalance {
  readonly total: bigint;
  readonly as_of: Instant;
  /** The block it was read at, as the venue writes heights. */
  readonly height: string | null;
}

export interface WalletRef {
  readonly wallet_id: string;
  /** The venue's own name of the holding. */
  readonly account: string;
  readonly asset: AssetId;
}

export type Idempotency =
  | { readonly kind: "none" }
  /** The venue remembers a client key for `lifetime_ms`; retries happen only within half of it. */
  | { readonly kind: "key"; readonly lifetime_ms: number; readonly on_reuse: "replay" | "reject" }
  /** The signed transaction itself is the key: sending it again has no second effect. */
  | { readonly kind: "signed_transaction" };

export interface VenueCapabilities {
  readonly idempotency: Idempotency;
  readonly lookup_by_reference: boolean;
  /** After a submit, absence in a look-up means nothing before this much time has passed. */
  readonly consistency_window_ms: number;
  readonly list_movements: boolean;
  readonly cancel: boolean;
  readonly push: boolean;
  readonly webhooks: boolean;
  /** The venue has an approval stage of its own after the submit. */
  readonly approval_stage: boolean;
  /** Whose signatures release a move: Tidegate's quorum over its digest, or the wallet's own owners. */
  readonly signing: "digest" | OwnerScheme;
  readonly finality: string;
  /** What it called final may be taken back: settled transfers are looked at again. Absent: they are not. */
  readonly reopening?: Reopening;
  /** When a request that still waits is replaced. Absent: never. */
  readonly replacement?: ReplacementPolicy;
  readonly networks: readonly string[];
  /** People say what is there, and nobody but them moves it. Absent: the venue does. */
  readonly watch_only?: true;
  /** EVM chain id of its network. A venue that has one names chain and contract in what it decodes and finds. */
  readonly chain_id?: number;
}

export interface ReplacementPolicy {
  /** Since the last attempt was made ready. */
  readonly after_ms: number;
  readonly count_max: number;
}

export interface Reopening {
  /** So long after it settled a transfer is looked at again. */
  readonly window_ms: number;
  /**
   * How its list of movements shows that a transfer was taken back: what was listed is simply not so any more (`vanish`), or
   * another movement of the same transaction undoes it (`mirrored`).
   */
  readonly movements: "vanish" | "mirrored";
}

export interface VenueWallet {
  readonly account: string;
  readonly asset: AssetId;
  readonly label: string;
}

export interface VenueAddress {
  readonly address: string;
  readonly memo: string | null;
}

/** Base units. The parts never overlap: `total = available + pending_out + locked`; `pending_in` is beyond the total. */
export interface VenueBalance {
  /** Everything booked: the sum of all movements up to `height`, where the venue has one. */
  readonly total: bigint;
  /** Spendable now: what is pending or locked is already taken off. */
  readonly available: bigint;
  /** Announced and not booked yet. */
  readonly pending_in: bigint;
  /** Accepted to leave, not booked as a movement yet. Our own submitted transfers are among it: never subtract them twice. */
  readonly pending_out: bigint;
  readonly locked: bigint;
  /** When the venue says it was true; the receive time where it says nothing. */
  readonly as_of: Instant;
  /** Block height or movement sequence the balance belongs to, when the venue has one. */
  readonly height: string | null;
  /** False when the venue could not say what is pending: nothing new may start for the asset. */
  readonly pending_readable: boolean;
}

export interface VenueNetwork {
  readonly network: string;
  readonly enabled: boolean;
  readonly fee_fixed: bigint;
  readonly fee_ppm: number;
  /** It charges exactly this, as its list of fees says; absent: an estimate that moves with the network. */
  readonly fee_firm?: true;
  readonly minimum: bigint;
  /** Null: the venue states no maximum (our own limits still hold). */
  readonly maximum: bigint | null;
  /** Amounts must be a multiple of this. */
  readonly step: bigint;
  readonly lead_time_ms: number;
}

/** A collected signature of an owner, for wallets that carry approvals in their own protocol. */
export interface OwnerSignature {
  readonly signer: string;
  readonly signature: string;
}

export type SignaturesStanding =
  /** Nobody can execute it with these alone. */
  | { readonly standing: "too_few"; readonly signed: number; readonly needed: number }
  /** Anybody who holds them can, until the owners do what `remedy` says. */
  | { readonly standing: "executable"; readonly remedy: string }
  /** The question is decided, and not for good yet. */
  | { readonly standing: "deciding" }
  /** Somebody executed it: it is paid, for good. */
  | { readonly standing: "executed"; readonly tx_hash: string }
  /** Something else took its place for good: nobody can execute it any more. */
  | { readonly standing: "worthless"; readonly reason: string };

export interface PrepareContext {
  readonly now: Instant;
  readonly signing: SigningRequest | null;
  readonly signatures: readonly OwnerSignature[];
}

/** The effect read back out of the built bytes. */
export interface DecodedEffect {
  readonly from_account: string;
  readonly to_address: string;
  readonly to_memo: string | null;
  readonly asset: AssetId;
  readonly network: string;
  readonly amount: bigint;
  readonly fee_max: bigint;
  readonly reference: string;
  /** Where the bytes name them: the chain they are valid on, and the token they call (null: the chain's coin). */
  readonly chain_id?: number | null;
  readonly contract?: string | null;
  /** What can be used up once (account and nonce, an output): of all requests that name the same at most one takes effect. */
  readonly exclusive?: string;
  /** Everything but the fee comes back: each output is the account's own, proved by its keys. Nobody else is paid. */
  readonly self?: true;
}

export type SubmitOutcome =
  | {
      readonly outcome: "accepted";
      readonly venue_ref: string;
      readonly tx_hash: string | null;
      readonly stage: VenueStage;
    }
  /** The venue said no before any effect; proven, not guessed. */
  | { readonly outcome: "rejected"; readonly code: string; readonly message: string }
  | { readonly outcome: "unknown"; readonly message: string };

export interface FindQuery {
  readonly wallet: WalletRef;
  readonly reference: string;
  readonly venue_ref: string | null;
  readonly tx_hash: string | null;
  readonly prepared: PreparedSubmit | null;
  readonly asset: AssetId;
  readonly network: string;
}

interface ReadAt {
  /** Where it was read from a chain: the time of the newest block there. A node that lags knows nothing of what came later. */
  readonly head_at?: Instant;
}

/** What a look-up was answered. */
export type FindAnswer = Exclude<FindOutcome, { readonly outcome: "unreadable" }>;

export type FindOutcome =
  | ({ readonly outcome: "found"; readonly transfer: VenueTransfer } & ReadAt)
  /** The venue answered, and knows nothing of it (as of its own time). Not a failure yet. */
  | ({ readonly outcome: "absent"; readonly as_of: Instant } & ReadAt)
  /** The look-up itself failed: nothing is known. */
  | { readonly outcome: "unreadable"; readonly message: string };

export interface VenueTransfer {
  readonly venue_ref: string;
  readonly reference: string | null;
  readonly tx_hash: string | null;
  readonly stage: VenueStage;
  /**
   * `succeeded`, `failed` and `unproven` count only with `final`. `unproven`: the venue says that it is done, and nothing of
   * what it shows says what was delivered; neither paid nor free, it is for people.
   */
  readonly status: "pending" | "succeeded" | "failed" | "unproven";
  readonly final: boolean;
  readonly to_address: string;
  /** Names the account at the address. Null or absent: not told, which proves nothing. */
  readonly to_memo?: string | null;
  readonly asset: AssetId;
  /** As in `DecodedEffect`. */
  readonly chain_id?: number | null;
  readonly contract?: string | null;
  readonly amount: bigint;
  /** Delivered to the destination, net; null until known. */
  readonly amount_received: bigint | null;
  /** Taken from the source beside the amount; null until known. */
  readonly fee: bigint | null;
  readonly confirmations: number | null;
  readonly confirmations_needed: number | null;
  /** The venue's own word, kept as evidence. */
  readonly raw_status: string;
  /** As in `DecodedEffect`. */
  readonly self?: true;
}

export type CancelOutcome =
  | { readonly outcome: "cancelled" }
  | { readonly outcome: "too_late"; readonly message: string }
  | { readonly outcome: "unsupported" }
  | { readonly outcome: "unknown"; readonly message: string };

export interface VenueMovement {
  /** Unique within the venue and wallet; the same movement read twice has the same id. */
  readonly id: string;
  readonly direction: "in" | "out";
  /** What entered or left the wallet without the fee. */
  readonly amount: bigint;
  /** Beside the amount, out movements only. */
  readonly fee: bigint;
  readonly asset: AssetId;
  /** Where the venue says over which network it came. */
  readonly network?: string | null;
  readonly reference: string | null;
  readonly tx_hash: string | null;
  readonly counterparty: string | null;
  readonly at: Instant;
  readonly height: string | null;
  readonly final: boolean;
}

export interface MovementPage {
  readonly movements: readonly VenueMovement[];
  readonly cursor: string;
  readonly has_more: boolean;
}

/** May this be signed? */
export interface SigningQuestion {
  readonly account: string;
  readonly asset: AssetId;
  /** Everybody who would be paid; the wallet's own change is not among them. `memo`: null or absent where none is told. */
  readonly outputs: readonly { readonly address: string; readonly memo?: string | null; readonly amount: bigint }[];
  /** Of the transaction itself: the same one asked about twice has the same. */
  readonly fingerprint: string;
}

export interface WebhookHint {
  readonly accepted: boolean;
  readonly delivery_id: string;
  readonly account: string | null;
}
