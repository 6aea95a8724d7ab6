/** The three-way figures of every wallet. */
import type { FullReconciliation } from "../../daemon/types.ts";
import type { WalletReconciliation } from "../../ledger/types.ts";
import type { Instant } from "../../ports/index.ts";
import type { Reconciliation } from "../schemas/index.ts";
import { type Printer, printTime, printTimeOrNull } from "./printer.ts";

export function viewReconciliation(
  rows: readonly WalletReconciliation[],
  full: FullReconciliation | null,
  printer: Printer,
  now: Instant,
): Reconciliation {
  return {
    as_of: printTime(now),
    equal: rows.every((row) => row.state !== "break"),
    last_full:
      full === null
        ? null
        : {
            finished_at: printTime(full.finished_at),
            wallets: full.wallets,
            unread: [...full.unread],
            found_late: full.found_late,
            problems: [...full.problems],
          },
    next_full_at: full === null ? null : printTime(full.finished_at + printer.config.reconciliation.full_interval_ms),
    items: rows.map((row) => viewWalletReconciliation(row, printer)),
  };
}

function viewWalletReconciliation(row: WalletReconciliation, printer: Printer): Reconciliation["items"][number] {
  const { asset, venue, ledger, chain } = row;
  const money = (units: bigint) => printer.money(asset, units);
  const less = (a: bigint | null, b: bigint | null) => (a === null || b === null ? null : money(a - b));
  return {
    wallet_id: row.wallet_id,
    label: printer.label(row.wallet_id),
    venue: printer.wallet(row.wallet_id)?.venue ?? "",
    asset,
    venue_balance: printer.moneyOrNull(asset, venue),
    ledger_balance: money(ledger),
    chain_balance: printer.moneyOrNull(asset, chain),
    chain_as_of: printTimeOrNull(row.chain_as_of),
    expected: money(row.expected),
    pairs: {
      venue_less_ledger: less(venue, ledger),
      chain_less_ledger: less(chain, ledger),
      venue_less_chain: less(venue, chain),
    },
    in_flight: money(row.in_flight),
    pending: money(row.pending),
    difference: printer.moneyOrNull(asset, row.difference),
    breaks: row.unexplained.length,
    as_of: printTimeOrNull(row.as_of),
    state: row.state,
  };
}
