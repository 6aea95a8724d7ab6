/** What a forecast adds to a refill, and what it makes needless. */

export interface RefillNeed {
  /** What has to be there beyond the levels when a refill lands; above zero only where a refill is needed ahead. */
  readonly ahead: bigint;
  /** Open requests that were not sent are not needed any more. */
  readonly turned: boolean;
}

export const NO_NEED: RefillNeed = { ahead: 0n, turned: false };
