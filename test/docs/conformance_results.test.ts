import { describe, expect, it } from "vitest";
import {
  type ConformanceResults,
  conformanceTable,
  mergeResults,
  readReport,
} from "../../scripts/conformance_results.ts";

type Row = readonly [venue: string, title: string, status?: string];

function reportOf(...rows: readonly Row[]) {
  const assertionResults = rows.map(([venue, title, status = "passed"]) => ({
    ancestorTitles: [venue],
    title,
    status,
    failureMessages: ["it paid twice"],
  }));
  return { testResults: [{ name: "conformance.test.ts", status: "passed", assertionResults }] };
}

const KEPT: ConformanceResults = {
  cases: ["pays once", "is found"],
  venues: [
    { name: "alpha", seeded_runs: 200, not_applicable: {} },
    { name: "beta", seeded_runs: 200, not_applicable: { "is found": "It lists nothing." } },
  ],
};

describe("the results of the conformance suite", () => {
  it("say of each venue what it cannot have, and why", () => {
    const { results, failures } = readReport(
      reportOf(["gamma", "pays once"], ["gamma", "is found | not applicable: It lists nothing."]),
      50,
    );
    expect(failures).toEqual([]);
    expect(results).toEqual({
      cases: ["pays once", "is found"],
      venues: [{ name: "gamma", seeded_runs: 50, not_applicable: { "is found": "It lists nothing." } }],
    });
  });

  it("count no venue that failed a case, and say which case", () => {
    const run = readReport(reportOf(["alpha", "pays once", "failed"], ["beta", "pays once"]), 200);
    expect(run.results.venues.map(({ name }) => name)).toEqual(["beta"]);
    expect(run.failures).toEqual(["alpha: pays once: it paid twice"]);
  });

  it("fail when nothing ran, and when a file could not be loaded", () => {
    expect(readReport({ testResults: [] }, 200).failures).toEqual(["No test ran."]);
    const unread = { name: "alpha/conformance.test.ts", status: "failed", message: "no node", assertionResults: [] };
    expect(readReport({ testResults: [unread] }, 200).failures).toContain("alpha/conformance.test.ts: no node");
  });

  it("replace what was kept of the venues that ran, drop what failed, and leave the others", () => {
    const run = readReport(
      reportOf(["alpha", "pays once", "failed"], ["beta", "pays once"], ["beta", "is quick"], ["gamma", "pays once"]),
      200,
    );
    const merged = mergeResults(KEPT, run);
    expect(merged.cases).toEqual(["pays once", "is quick", "is found"]);
    expect(merged.venues.map(({ name, not_applicable }) => [name, not_applicable])).toEqual([
      ["beta", {}],
      ["gamma", {}],
    ]);
  });

  it("are a table of cases and venues, with reasons and the number of runs", () => {
    const lines = conformanceTable(KEPT).split("\n");
    expect(lines[0]).toBe("| the venue ... | `alpha` | `beta` |");
    expect(lines).toContain("| is found | yes | n/a (1) |");
    expect(lines).toContain("| (seeded runs) | 200 | 200 |");
    expect(lines.at(-1)).toBe("1. It lists nothing.");
  });
});
