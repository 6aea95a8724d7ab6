/** From the report of a run of the conformance suite to its results, and from those to the table. */
import { table } from "./generate/markdown.ts";

export interface ConformanceResults {
  readonly seeded_runs: number;
  /** Titles of the cases, in the order of the suite. */
  readonly cases: readonly string[];
  readonly venues: readonly {
    readonly name: string;
    /** By case: why the venue cannot have it. All others passed. */
    readonly not_applicable: Readonly<Record<string, string>>;
  }[];
}

/** As the suite writes it between the title and the reason. */
const NOT_APPLICABLE = " | not applicable: ";
/** The suite's own check of the excuses, which is no case. */
const EXCUSES = "excuses itself only from cases that there are";

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

export function readReport(
  report: VitestReport,
  seeded_runs: number,
): { readonly results: ConformanceResults; readonly failures: readonly string[] } {
  const rows = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const unread = report.testResults
    .filter(({ status, assertionResults }) => status !== "passed" && assertionResults.length === 0)
    .map(({ name, message }) => `${name}: ${message ?? "it did not run"}`);
  if (rows.length === 0) unread.push("No test ran.");
  const failures = rows
    .filter(({ status }) => status !== "passed")
    .map(
      ({ ancestorTitles, title, failureMessages }) => `${ancestorTitles[0]}: ${title}: ${failureMessages?.[0] ?? ""}`,
    );
  const cases = new Set<string>();
  const venues = new Map<string, Record<string, string>>();
  for (const { ancestorTitles, title } of rows) {
    const name = ancestorTitles[0] ?? "";
    const reasons = venues.get(name) ?? {};
    venues.set(name, reasons);
    if (title === EXCUSES) continue;
    const [what = "", reason] = title.split(NOT_APPLICABLE);
    cases.add(what);
    if (reason !== undefined) reasons[what] = reason;
  }
  const sorted = [...venues].map(([name, not_applicable]) => ({ name, not_applicable }));
  sorted.sort((a, b) => a.name.localeCompare(b.name));
  failures.push(...unread);
  return { results: { seeded_runs, cases: [...cases], venues: sorted }, failures };
}

/** Rows are cases, columns venues; a number leads to the reason below. */
export function conformanceTable({ cases, venues }: ConformanceResults): string {
  const reasons = [...new Set(venues.flatMap(({ not_applicable }) => Object.values(not_applicable)))];
  const cell = (reason: string | undefined): string =>
    reason === undefined ? "yes" : `n/a (${reasons.indexOf(reason) + 1})`;
  const rows = cases.map((title) => [title, ...venues.map(({ not_applicable }) => cell(not_applicable[title]))]);
  const notes = reasons.map((reason, at) => `${at + 1}. ${reason}`);
  return `${table(["the venue ...", ...venues.map(({ name }) => `\`${name}\``)], rows)}\n\n${notes.join("\n")}`;
}
