/** The Komainu fake's own words: wallets by category, requests, transactions and collateral operations. Base units inside. */
import type { Instant } from "../../ports/index.ts";

export type WalletCategory = "Custody" | "Staking" | "Collateral";

export interface KomainuAsset {
  /** Komainu's name of it. */
  readonly code: string;
  readonly decimals: number;
  readonly fee: bigint;
  readonly block_ms: number;
}

export interface KomainuWallet {
  readonly id: string;
  readonly name: string;
  readonly asset: string;
  readonly category: WalletCategory;
  readonly address: string;
  total: bigint;
  /** Promised to requests and transactions that are not confirmed. */
  held: bigint;
  staked: bigint;
  /** Pledged to a third party: only an operation releases it. */
  locked: bigint;
  updated_at: Instant;
}

export type RequestStatus = "CREATED" | "PENDING" | "APPROVED" | "REJECTED" | "CANCELLED" | "EXPIRED" | "BLOCKED";
export type RequestType = "CREATE_TRANSACTION" | "COLLATERAL_OPERATION";
export type TransactionStatus = "PENDING" | "BROADCASTED" | "CONFIRMED" | "FAILED";

export interface RequestDetails {
  readonly wallet: string;
  readonly asset: string;
  readonly amount: bigint;
  readonly destination_address: string;
  readonly destination_tag: string | null;
  readonly note: string;
  /** Of a collateral operation. */
  readonly operation: "PLEDGE" | "RELEASE" | null;
}

export interface KomainuRequest {
  readonly id: string;
  readonly type: RequestType;
  status: RequestStatus;
  readonly external_reference: string;
  readonly details: RequestDetails;
  readonly challenge: string;
  readonly requested_at: Instant;
  readonly expires_at: Instant;
  entity_id: string | null;
  due_at: Instant | null;
}

export interface KomainuTransaction {
  readonly id: string;
  readonly wallet: string;
  readonly direction: "IN" | "OUT";
  readonly amount: bigint;
  readonly fees: bigint;
  status: TransactionStatus;
  tx_hash: string | null;
  readonly address: string;
  readonly external_reference: string | null;
  readonly created_at: Instant;
  updated_at: Instant;
  due_at: Instant | null;
}
