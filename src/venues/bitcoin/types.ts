/** What the Bitcoin connectors share. Amounts are satoshi; fee rates are satoshi per 1,000 virtual bytes. */
import type { ReplacementPolicy } from "../port.ts";
import type { BitcoinChain } from "./chains.ts";

export interface FeeSettings {
  /** Used where the node has no estimate. */
  readonly rate_fallback: bigint;
  /** Above it nothing new is signed. */
  readonly rate_max: bigint;
  /** Blocks within which a payment should be mined. */
  readonly target_blocks: number;
}

/** Small coins are put together while that is cheap: on the way of a payment, and by a payment of their own. */
export interface ConsolidationSettings {
  /** Only while the fee rate is at or below this. */
  readonly rate_max: bigint;
  /** Only while the wallet has more coins than this. */
  readonly coins_above: number;
  /** Most coins that are added to one payment. */
  readonly coins_max: number;
  /** The daemon proposes a payment of the wallet to itself, too. */
  readonly by_itself: boolean;
}

export interface BitcoinSettings {
  readonly network: string;
  readonly chain: BitcoinChain;
  /** A payment with so many is final. */
  readonly confirmations: number;
  readonly fee: FeeSettings;
  readonly consolidation: ConsolidationSettings | null;
  /** When a payment that waits in the pool is replaced by a dearer one; null: never. */
  readonly replacement: ReplacementPolicy | null;
  /** So long after it settled a payment is looked at again; 0: never. */
  readonly reopening_ms: number;
  /** Blocks before this time are not searched for an account that the node does not know yet. Seconds. */
  readonly birth_s: number;
}

/** 0: addresses given to payers. 1: change. BIP 44. */
export type Branch = 0 | 1;

export interface Outpoint {
  readonly txid: string;
  readonly vout: number;
}

/** Where in the account a script is. */
export interface Place {
  readonly branch: Branch;
  readonly index: number;
}

/** A coin of ours: its script was derived here and is the one on the chain. */
export interface Coin extends Outpoint, Place {
  readonly amount: bigint;
  readonly script: Uint8Array;
  readonly confirmations: number;
  /** Final, or change of our own payment. */
  readonly trusted: boolean;
  /** What its transaction and all that waits below it lack at the rate in question; absent: nothing. */
  readonly lack?: bigint;
}

export const outpointText = ({ txid, vout }: Outpoint): string => `${txid}:${vout}`;
