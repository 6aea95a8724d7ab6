/** The configuration after it was read, checked and resolved: what the daemon is built from. Everything here is frozen data. */
import type { AuthorityPolicy } from "../authority/types.ts";
import type { Levels } from "../credit/types.ts";
import type { DetectAction, FindingSeverity } from "../detect/types.ts";
import type { NamedDates } from "../forecast/index.ts";
import type { Asset, AssetId, Instrument, Ratio } from "../money/index.ts";
import type { Mode, PoolPolicy, WalletKind, WalletStatus } from "../policy/types.ts";
import type { PricePolicy } from "../prices/types.ts";
import type { OpenWindow } from "../routes/index.ts";

export interface WalletConfig {
  readonly id: string;
  readonly venue: string;
  readonly asset: AssetId;
  readonly kind: WalletKind;
  /** What it may do now: the stricter of the file and of what people changed. */
  readonly status: WalletStatus;
  /** The file's own word; absent: people changed nothing, and `status` is it. */
  readonly declared?: WalletStatus;
  /** The venue's own name of the holding. */
  readonly account: string;
  readonly label: string;
  readonly poll_interval_ms: number;
  readonly stale_after_ms: number;
  /**
   * `none`: no customer pays in or out there, whatever its kind; a movement that is not ours is a break. `expected`: a customer's
   * payment out that nobody announced is one.
   */
  readonly flows?: "customers" | "expected" | "none";
  /** The facility whose collateral it holds; absent: none. */
  readonly facility_id?: string;
}

/** A destination people registered: nothing is ever sent anywhere else. */
export interface AddressEntry {
  readonly wallet: string;
  readonly network: string;
  readonly address: string;
  readonly memo: string | null;
}

export interface PoolConfig {
  readonly id: string;
  readonly asset: AssetId;
  readonly liquidity: readonly string[];
  readonly reserve: readonly string[];
  /** Networks its moves may use. */
  readonly networks: readonly string[];
  readonly policy: PoolPolicy;
  /** Destinations that its custody may pay known payments to; absent: none. */
  readonly payees?: readonly string[];
  /** Deposit addresses that are swept into this pool: what customers bring there is its inflow. */
  readonly fed_by?: readonly string[];
  /** With a pool of deposit addresses: which wallet pays for the transactions of which address. */
  readonly gas?: Readonly<Record<string, string>>;
  /** More than `amount_max` (base units) leaving within the window is a finding. */
  readonly velocity_cap?: { readonly window_ms: number; readonly amount_max: bigint };
  /** digestOf("policy", policy) */
  readonly policy_digest: string;
}

/** Options are read by the connector's own schema in `main.ts`. Secrets are already resolved from `file:` and `env:`. */
export interface VenueConfig {
  readonly id: string;
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Paths of the options that came by reference and are shown to nobody; absent: none. */
  readonly by_reference?: readonly string[];
  /** When it works on requests; absent: always. */
  readonly hours?: readonly OpenWindow[];
}

export interface PriceSourceConfig {
  readonly id: string;
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly by_reference?: readonly string[];
}

export interface StoreConfig {
  readonly engine: "memory" | "pglite" | "postgres";
  /** Directory of the embedded store, absolute. */
  readonly data_dir: string;
  readonly database_url: string | null;
  /** How long what may be forgotten is kept; events and everything booked stay for ever. */
  readonly retention: { readonly idempotency_ms: number; readonly decisions_ms: number };
}

/** Places outside the database that keep the newest checkpoint of the log; a database that does not continue them must not pay. */
export interface AuditConfig {
  readonly witnesses: readonly WitnessConfig[];
  /** A checkpoint or an exported log, named for this start alone. */
  readonly trusted_checkpoint: string | null;
}

export interface ApiConfig {
  readonly host: string;
  readonly port: number;
  /** SHA-256 hex of bearer tokens with the person and roles they stand for; empty is allowed on loopback only. */
  readonly tokens: readonly { readonly sha256: string; readonly person: string; readonly roles: readonly string[] }[];
}

/** Present only in a sandbox: the local world that main.ts starts before the daemon. */
export interface SandboxConfig {
  readonly seed: number;
  /** Hours of treasury time per second. */
  readonly speed: number;
  readonly scenario: string;
  readonly manual: boolean;
  /** Whether made-up borrowers take loans, where the treasury lends. */
  readonly borrowers: boolean;
}

/** An asset that is taken as collateral, and where it is kept. Amounts in base units. */
export interface CreditCollateral {
  readonly asset: Asset;
  readonly venue: string;
  readonly network: string;
  readonly haircut: Ratio;
  readonly minimum: bigint;
  readonly fee_max: bigint;
  readonly poll_interval_ms: number;
}

/** Where collateral is sold. */
export interface CreditMarket {
  readonly asset: AssetId;
  readonly quote: AssetId;
  readonly venue: string;
  readonly wallet: string;
  readonly quote_wallet: string;
  readonly tranche_max: bigint;
}

export interface NoticeChannelConfig {
  readonly id: string;
  readonly kind: "webhook" | "slack" | "email";
  readonly url: string;
  readonly secret: string | null;
  readonly to: string | null;
  readonly from: string | null;
}

export interface CreditConfig {
  readonly profile: string;
  readonly levels: Levels;
  readonly cure_ms: number;
  readonly grace_ms: number;
  readonly collateral: readonly CreditCollateral[];
  readonly liquidation: {
    readonly approval: "each" | "in_advance";
    readonly discount: Ratio;
    readonly markets: readonly CreditMarket[];
  };
  readonly prices: { readonly frozen_after_ms: number; readonly jump_ppm: number };
  readonly rescan_interval_ms: number;
  readonly channels: readonly NoticeChannelConfig[];
}

/** What facilities add to the configuration while the daemon runs: ways for collateral that people approved with each facility. */
export interface FacilityPlaces {
  /** One for each facility and asset: custody of the collateral on its reserve side. No policy balances them. */
  readonly pools: readonly PoolConfig[];
  /** Borrowers' own wallets: destinations that nobody here reads. */
  readonly external_wallets: readonly WalletConfig[];
}

export interface TreasuryConfig {
  readonly name: string;
  readonly mode: Mode;
  readonly currency: Asset;
  readonly assets: ReadonlyMap<AssetId, Asset>;
  readonly instruments: readonly Instrument[];
  readonly venues: readonly VenueConfig[];
  readonly wallets: readonly WalletConfig[];
  readonly pools: readonly PoolConfig[];
  readonly address_book: readonly AddressEntry[];
  readonly authority: AuthorityPolicy;
  readonly prices: {
    readonly sources: readonly PriceSourceConfig[];
    readonly policy: PricePolicy;
    readonly poll_interval_ms: number;
  };
  readonly reconciliation: {
    /** Size of open breaks, in base units, up to which an asset goes on; an asset without one tolerates nothing. */
    readonly tolerances: ReadonlyMap<AssetId, bigint>;
    /** Time between two full comparisons. */
    readonly full_interval_ms: number;
  };
  /** Days with names, such as holidays; absent: none. */
  readonly named_dates?: readonly NamedDates[];
  /** What is done about a finding, by its severity; absent: noted, and people are told. */
  readonly anomalies?: Readonly<Record<FindingSeverity, DetectAction>>;
  /** Absent: nothing is lent. */
  readonly credit?: CreditConfig;
  readonly facility_places?: FacilityPlaces;
  /** Somebody else's wallets that known payments go to; nobody here reads them. Absent: none. */
  readonly payees?: readonly WalletConfig[];
  readonly store: StoreConfig;
  readonly audit: AuditConfig;
  readonly api: ApiConfig;
  readonly sandbox: SandboxConfig | null;
  /** Directory of the configuration file; relative paths in it start here. */
  readonly base_dir: string;
}

/** A file (absolute path) that keeps, or a witness on another machine that signs, with the key it was given out with. */
export type WitnessConfig =
  | { readonly id: string; readonly file: string }
  | { readonly id: string; readonly url: string; readonly key: string };
