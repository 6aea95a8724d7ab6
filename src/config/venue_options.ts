/**
 * A venue's options against the schema of its connector. The values may be secrets that a reference was resolved to, so a
 * sentence names the key and what is wrong, and never shows what stands there.
 */
import type { z } from "zod";
import type { Checker } from "./checker.ts";
import type { VenueOptions } from "./context.ts";
import type { Path } from "./document.ts";
import { didYouMean } from "./suggest.ts";

export interface WrittenOptions {
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Place in the list of venues. */
  readonly at: number;
}

export function checkVenueOptions(venue: WrittenOptions, known: VenueOptions | null, checker: Checker): void {
  if (known === null) return;
  const path: Path = ["venues", venue.at];
  if (!checker.refers([...path, "type"], "type of venue", venue.type, [...known.keys()])) return;
  const schema = known.get(venue.type);
  const result = schema?.safeParse(venue.options);
  if (schema === undefined || result === undefined || result.success) return;
  for (const issue of result.error.issues) report(issue, { schema, path, venue }, checker);
}

function report(
  issue: z.core.$ZodIssue,
  { schema, path, venue }: { schema: z.ZodType; path: Path; venue: WrittenOptions },
  checker: Checker,
): void {
  const inner = issue.path.filter((step) => typeof step !== "symbol");
  const at = [...path, ...inner];
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const hint = didYouMean(key, inner.length === 0 ? keysOf(schema) : []);
      checker.problem(
        [...at, key],
        "config_unknown_key",
        `A venue of type "${venue.type}" has no key "${key}".${hint}`,
      );
    }
    return;
  }
  const name = inner.join(".") || "options";
  const missing = inner.length > 0 && valueAt(venue.options, inner) === undefined;
  if (missing) checker.problem(at, "config_missing_key", `A venue of type "${venue.type}" needs "${name}".`);
  else checker.problem(at, "config_wrong_type", `"${name}" of a venue of type "${venue.type}": ${issue.message}.`);
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
