/** The shape of the file against its schema; every difference becomes a sentence. */
import type { z } from "zod";
import type { Checker } from "./checker.ts";
import type { Path } from "./document.ts";
import { type ConfigFile, ConfigFileSchema, configJsonSchema } from "./schema.ts";
import { didYouMean } from "./suggest.ts";

type Issue = z.core.$ZodIssue;

/** The file with its defaults, or null when problems were reported to `checker`. */
export function checkShape(value: unknown, checker: Checker): ConfigFile | null {
  const parsed = ConfigFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) report(issue, value, checker);
  return null;
}

function report(issue: Issue, value: unknown, checker: Checker): void {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
    for (const key of issue.keys) {
      checker.problem([...path, key], "config_unknown_key", `Unknown key "${key}".${didYouMean(key, known)}`);
    }
    return;
  }
  const found = valueAt(value, path);
  const name = String(path.at(-1) ?? "the file");
  if (found === undefined && path.length > 0) {
    checker.problem(path, "config_missing_key", `"${name}" is missing.`);
    return;
  }
  checker.problem(path, "config_wrong_type", `"${name}" ${sentence(issue, found)}`);
}

function sentence(issue: Issue, found: unknown): string {
  if (issue.code === "invalid_value") {
    const known = issue.values.map(String);
    const hint = typeof found === "string" ? didYouMean(found, known) : "";
    return `must be one of ${known.join(", ")}; it is ${show(found)}.${hint}`;
  }
  if (issue.code === "invalid_type") {
    const quotes = issue.expected === "string" && typeof found === "number" ? " Write it in quotes." : "";
    return `must be ${article(issue.expected)}; it is ${show(found)}.${quotes}`;
  }
  if (issue.code === "invalid_union") return `has no form that is allowed here; it is ${show(found)}.`;
  if (issue.code === "invalid_format") return `${issue.message}; it is ${show(found)}.`;
  return `is out of range: ${issue.message}.`;
}

function article(type: string): string {
  const words: Record<string, string> = {
    object: "a mapping",
    record: "a mapping",
    array: "a list",
    int: "an integer",
  };
  return words[type] ?? `a ${type}`;
}

function show(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return JSON.stringify(value)?.slice(0, 60) ?? "nothing";
}

function valueAt(root: unknown, path: Path): unknown {
  let at: unknown = root;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** Keys the schema allows at `path`. */
function knownKeys(path: Path): string[] {
  let nodes: SchemaNode[] = [configJsonSchema() as SchemaNode];
  for (const step of path) nodes = nodes.flatMap((node) => children(node, step));
  return nodes.flatMap(alternatives).flatMap((node) => Object.keys(node.properties ?? {}));
}

function children(node: SchemaNode, step: string | number): SchemaNode[] {
  return alternatives(node).flatMap((form) => {
    if (typeof step === "number") return form.items === undefined ? [] : [form.items];
    const extra = typeof form.additionalProperties === "object" ? form.additionalProperties : undefined;
    const found = form.properties?.[step] ?? extra;
    return found === undefined ? [] : [found];
  });
}

function alternatives(node: SchemaNode): SchemaNode[] {
  return [node, ...(node.anyOf ?? [])];
}
