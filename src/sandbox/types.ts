/** The sandbox's own words: accounts at venues, transfers between them, movements, and the patch that changes the world. */
import type { Asset, AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";

export type SandboxVenueKind = "exchange" | "chain" | "custodian" | "custodian_with_approval";

/** What the world is made of; read from the treasury's configuration at every start. */
export interface WorldConfig {
  readonly seed: number;
  readonly scenario: string;
  readonly assets: ReadonlyMap<AssetId, Asset>;
  readonly venues: readonly WorldVenue[];
  readonly accounts: readonly WorldAccount[];
  /** Networks of each asset. */
  readonly networks: ReadonlyMap<AssetId, readonly string[]>;
}

export interface WorldVenue {
  readonly id: string;
  readonly kind: SandboxVenueKind;
  /** True: its own approval stage waits for the console instead of answering by itself. */
  readonly console: boolean;
}

export interface WorldAccount {
  readonly venue: string;
  readonly account: string;
  readonly asset: AssetId;
  /** Customers deposit here and are paid from here. */
  readonly hot: boolean;
  /** `deposit`: customers only deposit here. `gas`: pays for the transactions of the account `<name>` as `<name>-gas`. */
  readonly purpose?: "deposit" | "gas";
  /** It begins with nothing, and customers know nothing of it. */
  readonly empty?: boolean;
}

export interface AccountRow {
  /** `<venue>/<account>`. */
  readonly key: string;
  readonly venue: string;
  readonly account: string;
  readonly asset: AssetId;
  readonly hot: boolean;
  readonly purpose?: "deposit" | "gas";
  /** No customer of the house has anything to do with it: collateral of borrowers, and where it is sold. */
  readonly aside?: true;
  /** Everything that entered minus everything that left, fees included. */
  total: bigint;
  /** Promised to transfers that have not left yet. */
  held: bigint;
  /** On its way here, seen on the network, not yet credited. */
  incoming: bigint;
  /** `seq` of its last movement. */
  height: number;
  /** Movements up to here were forgotten; asking for older ones is answered with an error. */
  forgotten: number;
}

export interface MovementRow {
  /** Grows by one per movement in the whole world. */
  readonly seq: number;
  readonly key: string;
  readonly direction: "in" | "out";
  readonly amount: bigint;
  readonly fee: bigint;
  readonly reference: string | null;
  readonly tx_hash: string | null;
  readonly counterparty: string | null;
  readonly at: Instant;
}

export type WorldStatus =
  | "pending_approval"
  | "processing"
  | "confirming"
  | "completed"
  | "cancelled"
  | "rejected"
  | "expired";

export interface WorldTransfer {
  readonly id: string;
  readonly venue: string;
  readonly key: string;
  readonly reference: string;
  /** SHA-256 of what was asked: the same reference with another body is another request. */
  readonly body_digest: string;
  readonly asset: AssetId;
  readonly network: string;
  readonly to_address: string;
  readonly to_memo: string | null;
  /** Account of this world behind the address; null: outside. */
  readonly to_key: string | null;
  readonly amount: bigint;
  readonly fee: bigint;
  status: WorldStatus;
  readonly created_at: Instant;
  /** When the next stage is reached; null: final. */
  due_at: Instant | null;
  included_at: Instant | null;
  tx_hash: string | null;
  final_at: Instant | null;
}

/** A sale at an exchange, filled as far as its limit allows the moment it comes in. */
export interface WorldOrder {
  readonly id: string;
  readonly venue: string;
  readonly reference: string;
  readonly body_digest: string;
  readonly base: AssetId;
  readonly quote: AssetId;
  readonly amount: bigint;
  readonly filled: bigint;
  /** Of the quote asset, before the fee. */
  readonly value: bigint;
  readonly fee: bigint;
  readonly at: Instant;
}

/** Running sums of one asset; with the accounts they prove that nothing appeared or vanished. */
export interface AssetRow {
  readonly asset: AssetId;
  readonly initial: bigint;
  deposited: bigint;
  withdrawn: bigint;
  /** Asked by customers and not paid yet, for want of hot balance. */
  unserved: bigint;
  unserved_since: Instant | null;
  network_fees: bigint;
  /** To places outside, less what borrowers brought and sales at markets brought. */
  sent_outside: bigint;
}

/** One change of the world: rows as they are afterwards. Written to the journal before it is applied. */
export interface Patch {
  readonly at: Instant;
  readonly genesis_at?: Instant;
  readonly scenario?: string;
  readonly scenario_at?: Instant;
  readonly next_step_at?: Instant;
  readonly accounts?: readonly AccountRow[];
  readonly transfers?: readonly WorldTransfer[];
  readonly movements?: readonly MovementRow[];
  readonly assets?: readonly AssetRow[];
  readonly orders?: readonly WorldOrder[];
}

export interface WorldState {
  at: Instant;
  genesis_at: Instant;
  /** The scenario under way and when it was chosen: its hours count from there, also after restarts. */
  scenario: string;
  scenario_at: Instant;
  /** Start of the next customers' step. */
  next_step_at: Instant;
  seq: number;
  readonly accounts: Map<string, AccountRow>;
  readonly transfers: Map<string, WorldTransfer>;
  /** Ids of the transfers that are not final. */
  readonly open: Set<string>;
  readonly movements: Map<string, MovementRow[]>;
  readonly assets: Map<AssetId, AssetRow>;
  /** By `<venue>/<reference>`. */
  readonly orders: Map<string, WorldOrder>;
}
