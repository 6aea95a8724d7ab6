/** What every wallet on an EVM chain shares: the chain, its registry, its heads, and a signed transaction at rest. */
import type { Hash, Hex, LocalAccount, PublicClient } from "viem";
import type { Asset, AssetId, Instrument } from "../../money/index.ts";
import type { Clock } from "../../ports/index.ts";
import type { ReplacementPolicy, VenueDoubt } from "../port.ts";

/** When a block counts as irreversible: a tag of the chain's own consensus, or a number of confirmations. */
export type Finality =
  | { readonly kind: "tag"; readonly tag: "finalized" | "safe" }
  | { readonly kind: "confirmations"; readonly count: number };

export interface ChainSettings {
  readonly network: string;
  readonly chain_id: number;
  readonly rpc_urls: readonly string[];
  /** A node of somebody else, asked for nothing but balances to compare with; null: there is none. */
  readonly second_rpc_url: string | null;
  /** So many of the nodes must say the same before it counts; 1: the first that answers is believed. */
  readonly endpoints_agree: number;
  readonly finality: Finality;
  /** When a transaction that waits in the pool is replaced by a dearer one; null: never. */
  readonly replacement: ReplacementPolicy | null;
  /** So long after a transfer settled it is looked at again; 0: never. */
  readonly reopening_ms: number;
  /** Most that may be paid for one unit of gas, in wei. Above it nothing new is signed. */
  readonly gas_price_max: bigint;
  /** First block whose movements are listed. */
  readonly start_block: bigint;
  /** Most blocks one log query may span. */
  readonly log_range_blocks: bigint;
}

/** What a connector is built from. */
export interface ConnectorInput {
  /** The venue's id in the configuration. */
  readonly id: string;
  /** The connector's own keys of the configuration, references already resolved. */
  readonly options: unknown;
  readonly assets: ReadonlyMap<AssetId, Asset>;
  readonly instruments: readonly Instrument[];
  readonly clock: Pick<Clock, "now">;
}

/** An asset of ours in its form on this chain. */
export interface ChainInstrument {
  readonly asset: Asset;
  readonly instrument: Instrument;
  /** Checksummed; null: the coin of the chain. */
  readonly contract: Hex | null;
}

export interface Head {
  readonly number: bigint;
  readonly hash: Hash;
  readonly at_ms: number;
  readonly base_fee: bigint;
}

/** `final` is never ahead of `latest`. */
export interface Heads {
  readonly final: Head;
  readonly latest: Head;
}

export interface Chain {
  readonly settings: ChainSettings;
  /** Reads from the first endpoint that answers. */
  readonly client: PublicClient;
  /** One client per endpoint: what proves that nothing happened must be said by all of them. */
  readonly witnesses: readonly PublicClient[];
  /** The second reader of balances; null without one. */
  readonly second: PublicClient | null;
  readonly clock: Pick<Clock, "now">;
  /** @throws VenueError */
  heads(): Promise<Heads>;
  /** The token's decimals are those of our registry. @throws VenueError */
  assertDecimals(item: ChainInstrument): Promise<void>;
  /** Nodes that contradict the others, lag behind them or do not answer. */
  doubts(): readonly VenueDoubt[];
}

/** The body of a PreparedSubmit: a signed EIP-1559 transaction and what is needed to find it again. Plain JSON. */
export interface SignedTransaction {
  readonly kind: "evm_transaction";
  readonly raw_tx: Hex;
  readonly chain_id: number;
  readonly sender: Hex;
  readonly nonce: number;
  /** Latest block when it was signed: its effect is in a later one. */
  readonly from_block: string;
}

export interface Call {
  readonly reference: string;
  readonly to: Hex;
  readonly value: bigint;
  readonly data: Hex;
  /** Most that its gas may cost in all, in wei: where gas is a fee that people approved. Null: only the price of gas is limited. */
  readonly cost_max: bigint | null;
}

/** Where a signed transaction stands on the chain. */
export type Located =
  | { readonly kind: "mined"; readonly tx_hash: Hash; readonly mined: Mined; readonly heads: Heads }
  | { readonly kind: "pending"; readonly tx_hash: Hash; readonly heads: Heads }
  /** Its nonce belongs to another transaction; `final` once that one is irreversible. */
  | { readonly kind: "replaced"; readonly final: boolean; readonly heads: Heads }
  | { readonly kind: "absent"; readonly heads: Heads };

export interface Mined {
  readonly succeeded: boolean;
  readonly block: bigint;
  readonly final: boolean;
  readonly confirmations: number;
  readonly confirmations_needed: number;
  readonly gas_cost: bigint;
  readonly logs: readonly ReceiptLog[];
}

export interface ReceiptLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

export type KeyAccount = LocalAccount;
