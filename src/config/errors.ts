/** What is wrong with a configuration: every problem found, each with a stable code, a sentence and its place in the file. */
import { TidegateError } from "../errors/index.ts";

export type ConfigErrorCode =
  | "config_not_found"
  | "config_unreadable"
  | "config_too_large"
  | "config_syntax"
  | "config_unknown_key"
  | "config_missing_key"
  | "config_wrong_type"
  | "config_duplicate_id"
  | "config_unknown_reference"
  | "config_duration_malformed"
  | "config_hours_malformed"
  | "config_share_malformed"
  | "config_amount_malformed"
  | "config_amount_too_precise"
  | "config_amount_too_large"
  | "config_amount_wrong_asset"
  | "config_level_malformed"
  | "config_levels_out_of_order"
  | "config_wrong_decimals"
  | "config_address_malformed"
  | "config_address_checksum"
  | "config_address_missing"
  | "config_wallet_misplaced"
  | "config_sandbox_mixed"
  | "config_limit_missing"
  | "config_flows_not_allowed"
  | "config_limit_out_of_order"
  | "config_quorum_missing"
  | "config_quorum_impossible"
  | "config_tokens_missing"
  | "config_key_malformed"
  | "config_secret_missing"
  | "config_secret_inline";

/** One finding. `path` names the value as a person would: `pools[0].levels.low`. */
export interface ConfigProblem {
  readonly code: ConfigErrorCode;
  readonly message: string;
  readonly path: string;
  /** 1-based; null where the place is not known. */
  readonly line: number | null;
  readonly column: number | null;
}

/** Carries all problems; its own code and sentence are those of the first. Exit code 2. */
export class ConfigError extends TidegateError {
  declare readonly code: ConfigErrorCode;
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly [ConfigProblem, ...ConfigProblem[]], cause?: unknown) {
    const [first] = problems;
    const place = first.line === null ? file : `${file}:${first.line}:${first.column ?? 1}`;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
    super("invalid", first.code, `${place}: ${first.message}${more}`, { file, path: first.path }, cause);
    this.file = file;
    this.problems = problems;
  }
}
