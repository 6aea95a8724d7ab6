/** Proposals about wallets as people read and sign them. */
import type { QuorumView } from "../../authority/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { WalletProposalRow, WalletStandingRow } from "../../wallets/types.ts";
import type { WalletProposal, WalletStanding } from "../schemas/index.ts";
import { type Printer, printTime, printTimeOrNull } from "./printer.ts";
import { viewProposal } from "./signed_object.ts";

/** One whose time has passed is shown as expired. */
export function viewWalletProposal(
  row: WalletProposalRow,
  quorum: QuorumView,
  printer: Printer,
  now: Instant,
): WalletProposal {
  const { wallet_id, what, terms } = row;
  const { amount, as_of, asset, evidence, references, expires_at } = terms;
  return {
    ...viewProposal("wallet", row, quorum),
    ...{ wallet_id, label: printer.label(wallet_id), what },
    state: row.state === "open" && now >= expires_at ? "expired" : row.state,
    amount: amount === null ? null : printer.money(asset, BigInt(amount)),
    as_of: printTimeOrNull(as_of),
    ...{ evidence, references: [...references] },
  };
}

export function viewStanding({ wallet_id, state, reason, by, at }: WalletStandingRow): WalletStanding {
  return { wallet_id, state, reason, by, at: printTime(at) };
}
