/**
 * The one base class of every expected failure. An error names a stable `code`, says a sentence a person can act
 * on, carries its facts as data, and knows the exit code of the CLI and the status of the API. Programmer errors
 * are not this: they use `assert` and crash.
 */

/** Exit codes of the CLI: 0 ok, 1 error, 2 usage, 3 denied by policy, 4 needs approval, 5 stale data. */
export const EXIT_CODES = { ok: 0, error: 1, usage: 2, denied: 3, needs_approval: 4, stale: 5 } as const;

/** What kind of failure this is; decides the exit code and the HTTP status. */
export type ErrorKind =
  | "usage"
  | "invalid"
  | "not_found"
  | "conflict"
  | "denied"
  | "needs_approval"
  | "stale"
  | "unavailable"
  | "internal";

const EXIT_BY_KIND: Record<ErrorKind, number> = {
  usage: EXIT_CODES.usage,
  invalid: EXIT_CODES.usage,
  not_found: EXIT_CODES.error,
  conflict: EXIT_CODES.error,
  denied: EXIT_CODES.denied,
  needs_approval: EXIT_CODES.needs_approval,
  stale: EXIT_CODES.stale,
  unavailable: EXIT_CODES.error,
  internal: EXIT_CODES.error,
};

const HTTP_BY_KIND: Record<ErrorKind, number> = {
  usage: 400,
  invalid: 422,
  not_found: 404,
  conflict: 409,
  denied: 403,
  needs_approval: 403,
  stale: 409,
  unavailable: 503,
  internal: 500,
};

/** Facts an error carries beside its sentence. JSON-safe; never secrets. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/**
 * @example
 * throw new TidegateError("invalid", "config_unknown_key", 'Unknown key "polcy"; did you mean "policy"?', { key: "polcy" });
 */
export class TidegateError extends Error {
  override readonly name = "TidegateError";
  readonly kind: ErrorKind;
  /** Stable, snake_case, documented in docs/reference/errors.md. */
  readonly code: string;
  readonly facts: ErrorFacts;

  constructor(kind: ErrorKind, code: string, message: string, facts: ErrorFacts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.code = code;
    this.facts = facts;
  }

  get exit_code(): number {
    return EXIT_BY_KIND[this.kind];
  }

  get http_status(): number {
    return HTTP_BY_KIND[this.kind];
  }
}

/** Programmer-error check that stays on in production. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** A broken invariant of our own. Never caught: the process stops rather than pays wrongly. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}
