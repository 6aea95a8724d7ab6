/** What a wallet that holds coins one by one can do to itself: put small ones together, or pay for what waits. */
import type { SelfPurpose } from "../transfers/types.ts";

export interface SelfWish {
  readonly purpose: SelfPurpose;
  /** With `hasten`: the hash of the transaction that waits. */
  readonly parent: string | null;
}

/** Base units of the asset. */
export interface SelfOffer {
  readonly network: string;
  /** Coins that it would take up. */
  readonly coins: number;
  /** What they are worth. */
  readonly touches: bigint;
  readonly fee: bigint;
  /** What the network asks for now, as people write it. */
  readonly fee_rate: string;
  /** Coins that the wallet holds. */
  readonly held: number;
  /** From when on the daemon proposes it by itself; null: never. */
  readonly due: {
    readonly held_above: number;
    readonly rate_below: string;
    /** The rate is at or below that one. */
    readonly rate_is_low: boolean;
  } | null;
}
