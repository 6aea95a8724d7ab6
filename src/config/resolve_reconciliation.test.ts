import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, loadConfig } from "./index.ts";

const dir = mkdtempSync(join(tmpdir(), "tidegate-tolerance-"));
const example = readFileSync("examples/sandbox/tidegate.yaml", "utf8");
const load = (section: string) => {
  const path = join(dir, "tidegate.yaml");
  writeFileSync(path, `${example}\n${section}\n`);
  return loadConfig(path, { overrides: { data_dir: dir, port: 0 } }).reconciliation;
};
const codesOf = (section: string): string[] => {
  try {
    load(section);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ code }) => code);
  }
};

beforeAll(() => {
  mkdirSync(join(dir, "keys"));
  ["ana", "ben", "chen"].forEach((person, at) => {
    writeFileSync(join(dir, "keys", `${person}.pub`), `0${at + 1}`.repeat(32));
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("the tolerance of an asset", () => {
  it("is nothing unless it is said, and never more than one amount per asset", () => {
    expect(load("")).toEqual({ tolerances: new Map(), full_interval_ms: 86_400_000 });
    expect(load("reconciliation: { tolerance: [0.5 USDT, 1 BTC], full_interval: 6h }")).toEqual({
      tolerances: new Map([
        ["USDT", 500_000n],
        ["BTC", 100_000_000n],
      ]),
      full_interval_ms: 21_600_000,
    });
    expect(codesOf("reconciliation: { tolerance: [1 USDT, 2 USDT] }")).toEqual(["config_duplicate_id"]);
  });

  it.each([
    ["tolerance: [1 DOGE]", "config_unknown_reference"],
    ["tolerance: [-1 USDT]", "config_amount_malformed"],
    ["tolerance: [0.0000001 USDT]", "config_amount_too_precise"],
    ["full_interval: 25h", "config_limit_out_of_order"],
    ["full_interval: 0s", "config_limit_out_of_order"],
  ])("refuses %s", (text, code) => {
    expect(codesOf(`reconciliation: { ${text} }`)).toContain(code);
  });
});
