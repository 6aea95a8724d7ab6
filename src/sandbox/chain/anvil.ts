/** A real EVM chain on this machine: anvil as a child process, on loopback, ended by its own process id. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { LocalChainError } from "./errors.ts";

const START_LIMIT_MS = 20_000;
/** A daemon takes up to five seconds to stop cleanly. */
const STOP_LIMIT_MS = 6_000;
const OUTPUT_LENGTH_MAX = 20_000;
export const LOCAL_CHAIN_ID = 31_337;
/** Words that every local chain knows: its accounts are public and worth nothing anywhere. */
export const LOCAL_MNEMONIC = "test test test test test test test test test test test junk";

export interface AnvilOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  /** Blocks by the clock; absent: one block for each transaction. */
  readonly block_time_s?: number;
}

export interface Anvil {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts anvil; its `finalized` block moves (an epoch has two slots, so it is four blocks behind the latest).
 * @throws LocalChainError chain_tool_missing | chain_not_started
 * @example const chain = await startAnvil({ block_time_s: 1 }); await chain.stop();
 */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const args = ["--host", "127.0.0.1", "--port", String(options.port ?? 0), "--chain-id", String(LOCAL_CHAIN_ID)];
  args.push("--slots-in-an-epoch", "2", "--mnemonic", LOCAL_MNEMONIC);
  if (options.block_time_s !== undefined) args.push("--block-time", String(options.block_time_s));
  const child = spawn(findAnvil(), args, { stdio: ["ignore", "pipe", "pipe"] });
  const port = await listening(child);
  return { url: `http://127.0.0.1:${port}`, port, pid: child.pid ?? 0, stop: () => stopChild(child) };
}

/** The binary of this platform's package. @throws LocalChainError chain_tool_missing */
export function findAnvil(): string {
  const platform = process.platform === "win32" ? "win32" : process.platform;
  const machine = process.arch === "x64" ? "amd64" : process.arch;
  const name = `@foundry-rs/anvil-${platform}-${machine}`;
  const missing = `The local chain needs anvil: run "npm install" with development dependencies (package ${name}).`;
  try {
    const require = createRequire(import.meta.url);
    const binary = join(
      dirname(require.resolve(`${name}/package.json`)),
      "bin",
      process.platform === "win32" ? "anvil.exe" : "anvil",
    );
    if (existsSync(binary)) return binary;
    throw new LocalChainError("chain_tool_missing", missing);
  } catch (error) {
    if (error instanceof LocalChainError) throw error;
    throw new LocalChainError("chain_tool_missing", missing, { package: name }, error);
  }
}

function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(
        new LocalChainError("chain_not_started", `The local chain did not start: ${why}`, {
          output: output.slice(-500),
        }),
      );
    };
    const timer = setTimeout(() => fail(`no answer within ${START_LIMIT_MS} ms`), START_LIMIT_MS);
    const read = (chunk: Buffer): void => {
      if (output.length > OUTPUT_LENGTH_MAX) return;
      output += chunk.toString("utf8");
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    // Both pipes are read to the end: a full pipe would stop the chain.
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with code ${code}; is the port taken?`));
  });
}

/** Ends the child: politely, then for good. Safe to call twice. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}
