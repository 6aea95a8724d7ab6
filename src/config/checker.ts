/** Collects every problem of a file, with its place, so that a person can mend them all at once. */
import { TidegateError } from "../errors/index.ts";
import { type ConfigDocument, type Path, printPath } from "./document.ts";
import { ConfigError, type ConfigErrorCode, type ConfigProblem } from "./errors.ts";
import { didYouMean } from "./suggest.ts";

/** More are not listed: the file is not what it should be. */
const PROBLEMS_MAX = 50;

export interface Checker {
  problem(path: Path, code: ConfigErrorCode, message: string): void;
  /** The value of `work`, or null after its TidegateError became a problem at `path`. */
  attempt<T>(path: Path, work: () => T): T | null;
  /** Reports `name` unless it is one of `known`; says whether it is. */
  refers(path: Path, what: string, name: string, known: readonly string[]): boolean;
  /** Reports every repeated id of a list. */
  unique(path: Path, what: string, ids: readonly string[]): void;
  count(): number;
  /** @throws ConfigError with everything that was reported */
  finish(): void;
}

export function createChecker(file: string, document: Pick<ConfigDocument, "locate">): Checker {
  const problems: ConfigProblem[] = [];
  const problem: Checker["problem"] = (path, code, message) => {
    if (problems.length >= PROBLEMS_MAX) return;
    const place = document.locate(path);
    problems.push({
      code,
      message,
      path: printPath(path),
      line: place?.line ?? null,
      column: place?.column ?? null,
    });
  };
  return {
    problem,
    attempt(path, work) {
      try {
        return work();
      } catch (error) {
        if (!(error instanceof TidegateError)) throw error;
        problem(path, asConfigCode(error.code), error.message);
        return null;
      }
    },
    refers(path, what, name, known) {
      if (known.includes(name)) return true;
      problem(path, "config_unknown_reference", `There is no ${what} "${name}".${didYouMean(name, known)}`);
      return false;
    },
    unique(path, what, ids) {
      const seen = new Set<string>();
      ids.forEach((id, at) => {
        if (seen.has(id)) problem([...path, at], "config_duplicate_id", `The ${what} "${id}" is defined twice.`);
        seen.add(id);
      });
    },
    count: () => problems.length,
    finish() {
      const [first, ...rest] = [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
      if (first !== undefined) throw new ConfigError(file, [first, ...rest]);
    },
  };
}

/** Codes of other rooms, as the configuration reports them. */
const FOREIGN_CODES: Readonly<Record<string, ConfigErrorCode>> = {
  amount_malformed: "config_amount_malformed",
  amount_too_precise: "config_amount_too_precise",
  amount_too_large: "config_amount_too_large",
};

function asConfigCode(code: string): ConfigErrorCode {
  return FOREIGN_CODES[code] ?? (code.startsWith("config_") ? (code as ConfigErrorCode) : "config_level_malformed");
}
