/** What `simulate` prints for people. */
import type { CrashpointReport, MutantReport, SeedResult, SimulationReport, Violation } from "../../simulate/types.ts";
import { fields } from "../output.ts";

export function printReport(report: SimulationReport): string {
  return (
    fields([
      ["seeds", String(report.seeds)],
      ["hours", String(report.simulated_hours)],
      ["transfers", String(report.transfers)],
      ["faulted", String(report.faulted_transfers)],
      ["restarts", String(report.crash_restarts)],
      ["violations", String(report.violations.length)],
      ["seconds", String(report.seconds)],
      ["faults", counts(report.faults_reached)],
      ["states", counts(report.states_reached)],
    ]) + printViolations(report.violations)
  );
}

export function printTrace({ seed, trace, trace_digest, violations }: SeedResult): string {
  const lines = trace.map((line) => `${line}\n`).join("");
  return `${lines}seed ${seed}, digest ${trace_digest}\n${printViolations(violations)}`;
}

export function printCrashpoints(report: CrashpointReport): string {
  const stories = report.scenarios.map(
    ({ name, points, violations }) => `${String(points).padStart(6)}  ${String(violations).padStart(3)}  ${name}\n`,
  );
  return (
    `points  bad  scenario\n${stories.join("")}` +
    fields([
      ["scenarios", String(report.scenarios.length)],
      ["points", String(report.points)],
      ["moments", String(report.moments)],
      ["kills", String(report.kills)],
      ["pairs", String(report.pairs)],
      ["violations", String(report.violations.length)],
      ["seconds", String(report.seconds)],
    ]) +
    printViolations(report.violations)
  );
}

export function printMutants(report: MutantReport): string {
  const lines = report.results.map(({ name, caught, seeds, found }) => {
    const end = caught ? `found in seed ${seeds}` : `survived ${seeds} seeds`;
    return `${end.padEnd(22)} ${name}: ${found.join(", ")}\n`;
  });
  return (
    lines.join("") +
    fields([
      ["mutants", String(report.mutants)],
      ["caught", String(report.caught)],
      ["survivors", report.survivors.join(", ") || "none"],
      ["seconds", String(report.seconds)],
    ])
  );
}

function counts(reached: Readonly<Record<string, number>>): string {
  return Object.entries(reached)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

function printViolations(violations: readonly Violation[]): string {
  return violations.map((item) => `seed ${item.seed}: ${item.invariant}: ${item.detail}\n`).join("");
}
