/** `backtest` as people and scripts meet it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CliContext } from "../command.ts";
import { registerBacktest } from "./backtest.ts";

const FIELDS = [
  "policy",
  "cost",
  "hindsight_cost",
  "rho",
  "exposure_cost",
  "delay_cost",
  "fee_cost",
  "stockout_hours",
  "longest_stockout_hours",
  "peak_queue",
  "mean_hot",
  "p99_hot",
  "moves_up",
  "moves_down",
];

let dir = "";
const file = (name: string): string => join(dir, name);

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tidegate-backtest-"));
  const row = (t: number): string => {
    const day = `${1 + Math.floor(t / 24)}`.padStart(2, "0");
    const hour = `${t % 24}`.padStart(2, "0");
    return `2022-01-${day} ${hour}:00:00,${100 + ((t * 37) % 50)},${100 + ((t * 53) % 60) + (t > 400 ? 150 : 0)}`;
  };
  writeFileSync(file("flows.csv"), `hour,in,out\n${Array.from({ length: 480 }, (_, t) => row(t)).join("\n")}\n`);
  writeFileSync(file("mine.yaml"), "model: hybrid\ndeviations: 4\n");
  writeFileSync(file("costs.json"), '{"fee_up": 0}');
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function run(...argv: readonly string[]): Promise<{ out: string; err: string }> {
  const said = { out: "", err: "" };
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
  const program = new Command();
  registerBacktest(program, { io, composition: {} as CliContext["composition"] });
  const flows = ["--flows", file("flows.csv"), "--in", "in", "--out", "out", "--opening", "90000"];
  await program.parseAsync(["backtest", ...flows, ...argv], { from: "user" });
  return said;
}

describe("backtest", () => {
  it("prints one object with the declared fields, in their order", async () => {
    const { out } = await run("--warmup", "8d", "--normalize", "--policy", "hybrid", "--lead-up", "4h", "--json");
    const result = JSON.parse(out);
    expect(Object.keys(result)).toEqual(FIELDS);
    expect(result).toMatchObject({ policy: "hybrid", rho: result.cost / result.hindsight_cost });
    expect(result.rho).toBeGreaterThan(1);
    expect(result.exposure_cost + result.delay_cost + result.fee_cost).toBeCloseTo(result.cost, 6);
  });

  it("compares names and files in one table, and says what the excess is", async () => {
    const { out, err } = await run(
      "--normalize",
      "--compare",
      `custody-10-90, ${file("mine.yaml")}`,
      "--costs",
      file("costs.json"),
    );
    expect(out.split("\n")[0]).toMatch(/^policy .*rho.*stock-out h/);
    expect(out).toMatch(
      /custody-10-90: You paid [\d.]+ times what was possible; \d+ % of the excess is (exposure|delay|fee)\./,
    );
    expect(out).toContain("mine.yaml");
    expect(err).toContain("note: The history before the paid part is 0 steps");
  });

  it("uses the expedited lane and a paid part given by its dates", async () => {
    const given = ["--normalize", "--lead-up", "24h", "--from", "2022-01-16T00:00Z", "--to", "2022-01-20", "--json"];
    const slow = JSON.parse((await run(...given)).out);
    const dual = JSON.parse((await run(...given, "--expedite", "1h:1000")).out);
    expect(dual.delay_cost).toBeLessThan(slow.delay_cost);
    expect(dual.hindsight_cost).toBe(slow.hindsight_cost);
  });

  it("writes a page that loads nothing", async () => {
    await run("--normalize", "--warmup", "96h", "--report", file("r.html"));
    const page = readFileSync(file("r.html"), "utf8");
    expect(page.match(/<svg/g)).toHaveLength(4);
    expect(page).toMatch(/--opening 90000 --policy dual-lead --step 1h --warmup 5760m --normalize/);
    expect(page).not.toMatch(/<script|<link|src=|url\(|NaN|Infinity|undefined/);
  });

  it.each([
    [["--flows", "/nowhere.csv"], "cannot be read"],
    [["--policy", "magic"], 'no policy "magic"'],
    [["--out", "sent"], 'no column "sent"'],
    [["--from", "soon"], "not a time of this file"],
    [["--from", "2023-01-01"], "Nothing is left to pay for"],
  ])("refuses %j with a sentence", async (argv, sentence) => {
    await expect(run(...argv)).rejects.toThrow(sentence);
  });
});
