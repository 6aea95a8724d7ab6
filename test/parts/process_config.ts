/** Configurations for whole processes: the shipped sandbox, edited. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { ROOT } from "./process.ts";

export const SANDBOX_FILE = join(ROOT, "examples", "sandbox", "tidegate.yaml");

/** The shipped file as plain values; what the tests edit, by name. */
export interface SandboxFile {
  [key: string]: unknown;
  store: Record<string, unknown>;
  api: Record<string, unknown>;
  sandbox: Record<string, unknown>;
  assets: Record<string, { decimals: number }>;
  prices: Record<string, unknown>;
  instruments: Record<string, unknown>[];
  wallets: Record<string, unknown>[];
  pools: { id: string; levels: Record<string, string>; move: { min: string; max: string }; [key: string]: unknown }[];
}

export interface Workplace {
  readonly dir: string;
  readonly data_dir: string;
  /** Writes an edited copy of the shipped sandbox, each time another file, and answers its path. */
  writeConfig(edit: (file: SandboxFile) => void): string;
  remove(): void;
}

/** A directory of its own under the system's temporary one. */
export function makeWorkplace(): Workplace {
  const dir = mkdtempSync(join(tmpdir(), "tidegate-process-"));
  const data_dir = join(dir, "data");
  let written = 0;
  return {
    dir,
    data_dir,
    writeConfig: (edit) => {
      const file = parse(readFileSync(SANDBOX_FILE, "utf8")) as SandboxFile;
      file.store.data_dir = data_dir;
      file.api.port = 0;
      // Their loans would be beside what a test is about.
      file.sandbox.borrowers = false;
      edit(file);
      written += 1;
      const path = join(dir, `tidegate-${written}.yaml`);
      writeFileSync(path, stringify(file));
      return path;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/**
 * Nothing is ever late on a busy machine: levels and quorum are what is tested, not how fresh a balance is when eight
 * processes share two cores.
 */
export function patient(file: SandboxFile): void {
  for (const wallet of file.wallets) wallet.stale_after = "48h";
  file.prices.max_age = "48h";
  for (const pool of file.pools) {
    pool.cooldown = "0s";
    pool.windows = ["to_liquidity", "to_reserve"].map((direction) => ({
      direction,
      window: "24h",
      amount_max: `100000000 ${pool.asset}`,
      count_max: 1000,
    }));
  }
}

/** The world opens at 10 %: with these levels USDT has to leave the hot side at once, and BTC has to come to it. */
export function bothWays(file: SandboxFile): void {
  patient(file);
  poolOf(file, "usdt").levels = levels(1, 2, 5, 8, 60);
  poolOf(file, "btc").levels = levels(1, 12, 15, 40, 60);
}

/** The same, with bands so narrow that customers leave them every few hours: something is always on its way. */
export function busy(file: SandboxFile): void {
  patient(file);
  const [usdt, btc] = [poolOf(file, "usdt"), poolOf(file, "btc")];
  usdt.levels = levels(1, 4.5, 5, 5.5, 60);
  usdt.move.min = "250000 USDT";
  btc.levels = levels(1, 14.5, 15, 15.5, 60);
  btc.move.min = "10 BTC";
}

function levels(emergency_low: number, low: number, target: number, high: number, emergency_high: number) {
  const percent = (value: number) => `${value}%`;
  return {
    emergency_low: percent(emergency_low),
    low: percent(low),
    target: percent(target),
    high: percent(high),
    emergency_high: percent(emergency_high),
  };
}

function poolOf(file: SandboxFile, id: string): SandboxFile["pools"][number] {
  const pool = file.pools.find((each) => each.id === id);
  if (pool === undefined) throw new Error(`The sandbox has no pool ${id}.`);
  return pool;
}
