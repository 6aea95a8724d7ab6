/**
 * One exchange's own words behind one interface. ccxt signs; what is asked and how answers are read is written here for each exchange
 * that may move money, because its unified calls round amounts to a network's step without a word, map partial withdrawals to success,
 * and set no client ids.
 */
import type { Asset, AssetId } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { TransferPlan } from "../../transfers/types.ts";
import type { HttpReply, Priority, RateLimit, SendResult, VendorError } from "../http/types.ts";
import type { VenueOrders } from "../index.ts";
import type { Idempotency, VenueAddress, VenueMovement, VenueTransfer } from "../port.ts";
import type { CcxtOptions } from "./options.ts";

/** An endpoint of the exchange in ccxt's terms. Plain JSON: it is what is frozen before the first call. */
export interface Call {
  readonly api: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface ExchangeApi {
  /** The body of a good answer, each number a NumberText. @throws VenueError */
  read(call: Call, priority?: Priority): Promise<unknown>;
  /** One attempt. Never throws. */
  submit(call: Call): Promise<SendResult>;
  /** The exchange's time, as far as it is known. */
  now(): Instant;
}

export interface DialectInput {
  readonly api: ExchangeApi;
  readonly options: CcxtOptions;
  readonly assets: ReadonlyMap<AssetId, Asset>;
}

export interface Holding {
  readonly available: bigint;
  /** In open orders. */
  readonly locked: bigint;
  /** Asked to leave and not listed as a movement yet. */
  readonly leaving: bigint;
}

/** A network as the exchange states it now. */
export interface Terms {
  /** Our name. */
  readonly network: string;
  readonly enabled: boolean;
  readonly fee: bigint;
  readonly minimum: bigint;
  readonly maximum: bigint | null;
  readonly step: bigint;
}

export interface WithdrawalRecord extends VenueTransfer {
  readonly created_at: Instant;
}

export interface Page {
  readonly movements: readonly VenueMovement[];
  readonly cursor: string;
  readonly has_more: boolean;
}

/** How an exchange is recognised and what of it is known; the table of the reference is made of these. */
export interface ExchangeFacts {
  readonly exchange: string;
  readonly base_url: string;
  readonly limits: readonly RateLimit[];
  /** The one account that is used: how `account` of a wallet is called. */
  readonly account: string;
  readonly idempotency: Idempotency;
  /** False: a withdrawal is found by destination, amount and time. */
  readonly client_id: boolean;
  readonly consistency_window_ms: number;
  readonly cancel: boolean;
  readonly push: boolean;
  /** Each request must carry a larger number than the one before. */
  readonly rising_nonce: boolean;
  readonly orders: boolean;
  /** `inside`: the fee comes out of the amount that is asked for; `beside`: on top of it. */
  readonly fee: "inside" | "beside";
  /** What is not confirmed by the exchange's own documents. */
  readonly unconfirmed: readonly string[];
  readError(reply: HttpReply): VendorError | null;
  create(input: DialectInput): ExchangeDialect;
}

export interface ExchangeDialect {
  /** The coins of ours that the account knows. */
  assets(): Promise<readonly AssetId[]>;
  holding(asset: AssetId): Promise<Holding>;
  terms(asset: AssetId): Promise<readonly Terms[]>;
  depositAddress(asset: AssetId, network: string): Promise<VenueAddress>;
  /** The request of a plan. @throws VenueError venue_invalid, venue_policy_denied */
  withdrawal(plan: TransferPlan, fee: bigint): Call;
  /** The plan's fields, read back out of the request. */
  decode(call: Call, fee: bigint): Decoded;
  /** What the exchange calls what it accepted; null: the answer is no acceptance. */
  acceptedRef(body: unknown, call: Call): string | null;
  /** What may be the withdrawal, newest first. @throws VenueError */
  withdrawals(query: WithdrawalQuery): Promise<readonly WithdrawalRecord[]>;
  cancellation(venue_ref: string): Call | null;
  movements(asset: AssetId, cursor: string | null): Promise<Page>;
  readonly orders?: VenueOrders;
}

export interface Decoded {
  readonly to_address: string;
  readonly to_memo: string | null;
  readonly asset: AssetId;
  readonly network: string;
  readonly amount: bigint;
  readonly reference: string | null;
}

export interface WithdrawalQuery {
  readonly asset: AssetId;
  readonly reference: string;
  readonly venue_ref: string | null;
  readonly since: Instant;
  /** What was asked for, where it is known: the match of an exchange without client ids. */
  readonly asked: Decoded | null;
}
