/** Failures of the local chain: each says what to install or to free. */
import { TidegateError } from "../../errors/index.ts";

export type LocalChainErrorCode =
  | "chain_tool_missing"
  | "chain_not_started"
  | "chain_contract_invalid"
  | "chain_demo_failed";

export class LocalChainError extends TidegateError {
  declare readonly code: LocalChainErrorCode;
  constructor(
    code: LocalChainErrorCode,
    message: string,
    facts: Record<string, string | number> = {},
    cause?: unknown,
  ) {
    super("unavailable", code, message, facts, cause);
  }
}
