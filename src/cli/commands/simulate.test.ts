/** `simulate` as people and scripts meet it: what goes to stdout, and that one seed is one story. */
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import type { CliContext } from "../command.ts";
import { registerSimulate } from "./simulate.ts";
import { printCrashpoints, printMutants } from "./simulate_report.ts";

/** The simulator brings a world of its own. */
const NO_COMPOSITION = {} as CliContext["composition"];

async function run(...argv: readonly string[]): Promise<{ out: string; err: string }> {
  const said = { out: "", err: "" };
  const program = new Command();
  const io = {
    env: {},
    is_tty: false,
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
    ask: async () => "",
    untilSignal: async () => "SIGTERM",
  };
  registerSimulate(program, { io, composition: NO_COMPOSITION });
  await program.parseAsync(["simulate", ...argv], { from: "user" });
  return said;
}

describe("simulate", { timeout: 120_000 }, () => {
  it("reports in JSON what was asked, reached and found", async () => {
    const { out } = await run("--seeds", "2", "--hours", "6", "--from", "3", "--json");
    expect(JSON.parse(out)).toMatchObject({ seeds: 2, simulated_hours: 12, violations: [] });
    expect(Object.keys(JSON.parse(out))).toEqual([
      "seeds",
      "simulated_hours",
      "transfers",
      "faulted_transfers",
      "crash_restarts",
      "violations",
      "faults_reached",
      "states_reached",
      "seconds",
    ]);
  });

  it("prints everything that happens under one seed, with a digest that is always the same", async () => {
    const { out } = await run("--seed", "3", "--hours", "6", "--trace");
    expect(out).toMatch(/^\d+ one mode\.start$/m);
    const digest = /seed 3, digest ([0-9a-f]{64})/.exec(out)?.[1];
    expect((await run("--seed", "3", "--hours", "6", "--trace")).out).toContain(`digest ${digest}`);
  });

  it("names survivors and where a kill did harm", () => {
    const result = { name: "lazy", expects: ["x"], caught: false, seeds: 9, found: [] };
    const mutants = { mutants: 1, caught: 0, survivors: ["lazy"], results: [result], seconds: 1 };
    expect(printMutants(mutants)).toMatch(/survived 9 seeds {7}lazy/);
    const violation = { seed: 1, at: 0, invariant: "double_payment", detail: "trf_1 moved 2 times" };
    const story = { name: "sweep", points: 6, moments: 4, kills: 4, pairs: 0, violations: 1 };
    const report = {
      scenarios: [story],
      points: 6,
      moments: 4,
      kills: 4,
      pairs: 0,
      violations: [violation],
      seconds: 1,
    };
    expect(printCrashpoints(report)).toContain("seed 1: double_payment: trf_1 moved 2 times");
  });
});
