/** What a change of state means in the books. */
import { assert } from "../../errors/index.ts";
import { bookClosed, bookReopened, bookSettled, bookSubmitted } from "../../ledger/index.ts";
import type { Ids, Instant } from "../../ports/index.ts";
import type { Tx } from "../../store/index.ts";
import type { TransferRow } from "../types.ts";

/** Part of the transaction that changes the row; `planned` is booked where the row is written. */
export async function bookChange(tx: Tx, ids: Ids, from: TransferRow, to: TransferRow, at: Instant): Promise<void> {
  switch (to.state) {
    case "planned":
    case "awaiting_approval":
    case "approved":
    case "submitting":
    case "held":
      return;
    case "submitted":
      if (from.state === "settled") await bookReopened(tx, ids, to, at);
      else await bookSubmitted(tx, ids, to, at);
      return;
    case "settled":
      assert(to.amount_received !== null, `${from.id} settles with what was received`);
      await bookSettled(tx, ids, to, { received: to.amount_received, fee_beside: to.fee_actual ?? 0n }, at);
      return;
    case "denied":
    case "expired":
    case "cancelled":
    case "failed":
      await bookClosed(tx, ids, to, at);
      return;
  }
}
