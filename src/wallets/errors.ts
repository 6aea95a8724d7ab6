/** What is refused about wallets, each with a stable code. Nothing is half done when one of these is thrown. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type WalletErrorCode =
  | "wallet_not_found"
  | "wallet_wrong_state"
  | "wallet_not_empty"
  | "wallet_not_manual"
  | "wallet_proposal_invalid"
  | "wallet_proposal_not_found"
  | "wallet_proposal_open"
  | "wallet_proposal_overtaken"
  | "wallet_open_unsupported"
  | "wallet_exists";

const KIND: Record<WalletErrorCode, ErrorKind> = {
  wallet_not_found: "not_found",
  wallet_wrong_state: "conflict",
  wallet_not_empty: "denied",
  wallet_not_manual: "invalid",
  wallet_proposal_invalid: "invalid",
  wallet_proposal_not_found: "not_found",
  wallet_proposal_open: "conflict",
  wallet_proposal_overtaken: "conflict",
  wallet_open_unsupported: "invalid",
  wallet_exists: "conflict",
};

export class WalletError extends TidegateError {
  declare readonly code: WalletErrorCode;
  constructor(code: WalletErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KIND[code], code, message, facts);
  }
}
