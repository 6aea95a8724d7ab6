/** What lending keeps of transfers beside their own books, and changes in the same transaction as they do. */
import type { TreasuryConfig } from "../../config/types.ts";
import type { Clock, Ids, Instant } from "../../ports/index.ts";
import type { MovementRow, Tx } from "../../store/index.ts";
import type { TransferRow } from "../types.ts";

export interface CollateralDeps {
  readonly ids: Ids;
  readonly clock: Clock;
  readonly config: Pick<TreasuryConfig, "assets">;
}

export interface CollateralBooks {
  /** `row` was settled, and its network took it back: what its end meant for a facility did not happen. */
  takenBack(tx: Tx, deps: CollateralDeps, row: TransferRow): Promise<void>;
  /** A movement that was booked as a borrower's deposit is a part of `row`: true when it was one, and it is none any more. */
  disown(tx: Tx, deps: CollateralDeps, movement: MovementRow, row: TransferRow, at: Instant): Promise<boolean>;
}
