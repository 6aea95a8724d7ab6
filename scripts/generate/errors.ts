/**
 * docs/reference/errors.md: every stable code with its kind, exit code, HTTP status and a sentence. Codes with a class come from
 * the union of the class's module and their kind from an instance; the others from where they are raised.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ErrorKind, TidegateError } from "../../src/errors/index.ts";
import { ERROR_MEANINGS } from "./error_meanings.ts";
import { code, GENERATED_NOTE, table } from "./markdown.ts";
import { notesReference } from "./notes.ts";
import { GenerationError, productSources, ROOT, type Source, unionOf } from "./sources.ts";

export interface ErrorEntry {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly exit_code: number;
  readonly http_status: number;
}

export interface ErrorFamily {
  readonly title: string;
  readonly entries: readonly ErrorEntry[];
}

const TITLES: Readonly<Record<string, string>> = {
  "src/config/errors.ts": "Configuration",
  "src/cli/errors.ts": "Command line",
  "src/api/errors.ts": "API",
  "src/authority/errors.ts": "Authority: votes, quorum, destinations",
  "src/transfers/errors.ts": "Transfers",
  "src/venues/errors.ts": "Venues",
  "src/ledger/errors.ts": "Books",
  "src/daemon/errors.ts": "Obligations and findings",
  "src/audit/errors.ts": "Audit log",
  "src/backtest/errors.ts": "Backtest",
  "src/tuning/errors.ts": "Own flows and proposals",
  "src/store/errors.ts": "Store",
  "src/detect/errors.ts": "Series and detectors",
  "src/stress/errors.ts": "Stress tests",
  "src/credit/errors.ts": "Credit",
  "src/lending/errors.ts": "Lending",
  "src/wallets/errors.ts": "Wallets: standing and entered balances",
  "src/sandbox/chain/errors.ts": "Local chain of the demonstration",
};

/** Where a code is not written out: it repeats one that is listed, or another daemon's. */
const PASSED_ON: ReadonlySet<string> = new Set(["src/config/values.ts", "src/cli/client.ts"]);
const RAISED = /new TidegateError\(\s*(?:"(\w+)",\s*"(\w+)")?/g;

/** All codes, family by family. */
export async function collectErrors(): Promise<readonly ErrorFamily[]> {
  const sources = productSources();
  const modules = sources.filter(({ path, text }) => path.endsWith("/errors.ts") && /type \w+ErrorCode =/.test(text));
  const untitled = modules.filter(({ path }) => TITLES[path] === undefined).map(({ path }) => path);
  if (untitled.length > 0)
    throw new GenerationError(`Give a title in scripts/generate/errors.ts to ${untitled.join(", ")}.`);
  const order = Object.keys(TITLES);
  const sorted = modules.toSorted((a, b) => order.indexOf(a.path) - order.indexOf(b.path));
  return [...(await Promise.all(sorted.map(familyOf))), { title: "Everywhere else", entries: collectRaised(sources) }];
}

export async function errorsReference(): Promise<string> {
  const families = await collectErrors();
  const known = new Set(families.flatMap(({ entries }) => entries.map((entry) => entry.code)));
  const stale = Object.keys(ERROR_MEANINGS).filter((name) => !known.has(name));
  if (stale.length > 0)
    throw new GenerationError(`scripts/generate/error_meanings.ts explains what nothing raises: ${stale}.`);
  const sections = families.map(({ title, entries }) => `## ${title}\n\n${entriesTable(entries)}`);
  return `${GENERATED_NOTE}
# Error codes

Every expected failure has a stable code and a sentence a person can act on. The command line prints both on stderr (\`--json\`: as an object) and ends with the [exit code](exit-codes.md) of the kind; the API answers \`application/problem+json\` with the same \`code\` and the status. A code never changes its meaning; new ones are added.

${sections.join("\n\n")}

${notesReference()}
`;
}

function entriesTable(entries: readonly ErrorEntry[]): string {
  const rows = entries.map((entry) => [
    code(entry.code),
    entry.kind,
    String(entry.exit_code),
    String(entry.http_status),
    meaningOf(entry.code),
  ]);
  return table(["code", "kind", "exit", "HTTP", "what it means"], rows);
}

function meaningOf(name: string): string {
  const meaning = ERROR_MEANINGS[name];
  if (meaning === undefined) throw new GenerationError(`Say what ${name} means in scripts/generate/error_meanings.ts.`);
  return meaning;
}

async function familyOf(source: Source): Promise<ErrorFamily> {
  const name = /type (\w+ErrorCode) =/.exec(source.text)?.[1] ?? "";
  const loaded: Record<string, unknown> = await import(pathToFileURL(join(ROOT, source.path)).href);
  const type = Object.values(loaded).find(isErrorClass);
  if (type === undefined) throw new GenerationError(`${source.path} exports no class of TidegateError.`);
  const entries = unionOf(source, name).map((each) => entryOf(instantiate(type, each)));
  return { title: TITLES[source.path] ?? source.path, entries };
}

type ErrorClass = abstract new (...args: never[]) => TidegateError;

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === "function" && value.prototype instanceof TidegateError;
}

/** All take a code and a sentence, but the configuration's: it carries a list of problems. */
function instantiate(type: ErrorClass, each: string): TidegateError {
  const problem = { code: each, message: "", path: "", line: null, column: null };
  const error: unknown = Reflect.construct(type, type.name === "ConfigError" ? ["", [problem]] : [each, ""]);
  if (!(error instanceof TidegateError) || error.code !== each)
    throw new GenerationError(`${type.name} did not take ${each}.`);
  return error;
}

/** What is raised as a bare TidegateError, once per code. */
function collectRaised(sources: readonly Source[]): readonly ErrorEntry[] {
  const found = new Map<string, ErrorEntry>([["internal", entryOf(new TidegateError("internal", "internal", ""))]]);
  for (const { path, text } of sources.filter(({ path }) => !path.startsWith("src/errors/"))) {
    for (const [, kind, each] of text.matchAll(RAISED)) {
      if (each === undefined && !PASSED_ON.has(path))
        throw new GenerationError(`${path} raises a code that is not written out.`);
      if (each === undefined || each.startsWith("config_")) continue;
      found.set(each, entryOf(new TidegateError(kind as ErrorKind, each, "")));
    }
  }
  return [...found.values()].sort((a, b) => a.code.localeCompare(b.code, "en"));
}

function entryOf({ code, kind, exit_code, http_status }: TidegateError): ErrorEntry {
  return { code, kind, exit_code, http_status };
}
