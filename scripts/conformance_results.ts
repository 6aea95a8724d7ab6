/** From the report of a run of the conformance suite to its results, and from those to the table. */
import { table } from "./generate/markdown.ts";

export interface VenueResult {
  readonly name: string;
  readonly seeded_runs: number;
  /** By case: why the venue cannot have it. All others passed. */
  readonly not_applicable: Readonly<Record<string, string>>;
}

export interface ConformanceResults {
  /** Titles of the cases, in the order of the suite. */
  readonly cases: readonly string[];
  readonly venues: readonly VenueResult[];
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

/** What a run found. */
export interface ConformanceRun {
  /** Venues that passed every case they can have. */
  readonly results: ConformanceResults;
  /** Names of those that did not. */
  readonly failed: ReadonlySet<string>;
  readonly failures: readonly string[];
}

export function readReport(report: VitestReport, seeded_runs: number): ConformanceRun {
  const rows = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const unread = report.testResults
    .filter(({ status, assertionResults }) => status !== "passed" && assertionResults.length === 0)
    .map(({ name, message }) => `${name}: ${message ?? "it did not run"}`);
  if (rows.length === 0) unread.push("No test ran.");
  const not_passed = rows.filter(({ status }) => status !== "passed");
  const failed = new Set(not_passed.map(({ ancestorTitles }) => ancestorTitles[0] ?? ""));
  const failures = not_passed.map(
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
  const passed = [...venues].flatMap(([name, not_applicable]) =>
    failed.has(name) ? [] : [{ name, seeded_runs, not_applicable }],
  );
  return { results: { cases: [...cases], venues: inOrder(passed) }, failed, failures: [...failures, ...unread] };
}

/** What was kept with what a run of some or all venues found: a venue that failed has no results any more. */
export function mergeResults(kept: ConformanceResults, { results, failed }: ConformanceRun): ConformanceResults {
  const found = new Set(results.venues.map(({ name }) => name));
  const others = kept.venues.filter(({ name }) => !found.has(name) && !failed.has(name));
  const added = kept.cases.filter((title) => !results.cases.includes(title));
  return { cases: [...results.cases, ...added], venues: inOrder([...others, ...results.venues]) };
}

function inOrder(venues: readonly VenueResult[]): readonly VenueResult[] {
  return venues.toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Rows are cases, columns venues; a number leads to the reason below. */
export function conformanceTable({ cases, venues }: ConformanceResults): string {
  const reasons = [...new Set(venues.flatMap(({ not_applicable }) => Object.values(not_applicable)))];
  const cell = (reason: string | undefined): string =>
    reason === undefined ? "yes" : `n/a (${reasons.indexOf(reason) + 1})`;
  const rows = cases.map((title) => [title, ...venues.map(({ not_applicable }) => cell(not_applicable[title]))]);
  const notes = reasons.map((reason, at) => `${at + 1}. ${reason}`);
  const runs = ["(seeded runs)", ...venues.map(({ seeded_runs = 0 }) => String(seeded_runs))];
  const heads = ["the venue ...", ...venues.map(({ name }) => `\`${name}\``)];
  return `${table(heads, [...rows, runs])}\n\n${notes.join("\n")}`;
}
