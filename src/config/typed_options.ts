/**
 * Options of a venue or a price source against the schema of its type. The values may be secrets that a reference was resolved to, so a
 * sentence names the key and what is wrong, and never shows what stands there.
 */
import type { z } from "zod";
import type { Checker } from "./checker.ts";
import type { OptionSchemas } from "./context.ts";
import type { Path } from "./document.ts";
import { didYouMean } from "./suggest.ts";

export interface WrittenOptions {
  /** What sentences call it. */
  readonly what: "venue" | "price source";
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly path: Path;
}

/** Null: the options are left to whoever is built from them. */
export function checkTypedOptions(written: WrittenOptions, known: OptionSchemas | null, checker: Checker): void {
  if (known === null) return;
  const { what, type, path } = written;
  if (!checker.refers([...path, "type"], `type of ${what}`, type, [...known.keys()])) return;
  const schema = known.get(type);
  const result = schema?.safeParse(written.options);
  if (schema === undefined || result === undefined || result.success) return;
  for (const issue of result.error.issues) report(issue, { schema, written }, checker);
}

function report(
  issue: z.core.$ZodIssue,
  { schema, written }: { schema: z.ZodType; written: WrittenOptions },
  checker: Checker,
): void {
  const inner = issue.path.filter((step) => typeof step !== "symbol");
  const at = [...written.path, ...inner];
  const kind = `A ${written.what} of type "${written.type}"`;
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const hint = didYouMean(key, inner.length === 0 ? keysOf(schema) : []);
      checker.problem([...at, key], "config_unknown_key", `${kind} has no key "${key}".${hint}`);
    }
    return;
  }
  const name = inner.join(".") || "options";
  const missing = inner.length > 0 && valueAt(written.options, inner) === undefined;
  if (missing) checker.problem(at, "config_missing_key", `${kind} needs "${name}".`);
  else
    checker.problem(
      at,
      "config_wrong_type",
      `"${name}" of a ${written.what} of type "${written.type}": ${issue.message}.`,
    );
}

/** Keys of an object schema; of a choice between several, those of all. */
function keysOf(schema: z.ZodType): string[] {
  const { shape, options } = schema as { shape?: Record<string, unknown>; options?: readonly z.ZodType[] };
  return [...Object.keys(shape ?? {}), ...(options ?? []).flatMap(keysOf)];
}

function valueAt(root: unknown, path: Path): unknown {
  let at: unknown = root;
  for (const step of path) at = (at as Record<string | number, unknown> | undefined)?.[step];
  return at;
}
