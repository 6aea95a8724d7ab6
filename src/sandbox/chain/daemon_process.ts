/** The real daemon as a child process, and the people's command line: what an operator would type. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stopChild } from "./anvil.ts";
import { LocalChainError } from "./errors.ts";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const READY_LIMIT_MS = 60_000;
const COMMAND_LIMIT_MS = 60_000;
const OUTPUT_LENGTH_MAX = 200_000;

/** The example that the demonstration runs, as it stands in the checkout. */
export const EXAMPLE_CONFIG = join(ROOT, "examples", "evm-safe", "tidegate.yaml");
/** Where that example looks for its key files. */
export const EXAMPLE_KEYS = join(ROOT, "data", "evm-safe", "keys");

export interface DaemonOptions {
  /** Configuration file, of the checkout. */
  readonly config: string;
  /** What that file takes from the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly data_dir: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface DaemonProcess {
  readonly url: string;
  readonly pid: number;
  /** The crash that nobody can prepare for. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** `./tidegate run -c FILE`, until it is ready. @throws LocalChainError chain_demo_failed */
export async function startDaemonProcess({ config, env: own, data_dir, port }: DaemonOptions): Promise<DaemonProcess> {
  const env = { ...process.env, ...own, TIDEGATE_DATA: data_dir, TIDEGATE_PORT: String(port) };
  const child = spawn(join(ROOT, "tidegate"), ["run", "-c", config, "--json"], {
    env,
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await ready(child);
  return {
    url,
    pid: child.pid ?? 0,
    stop: () => stopChild(child),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function ready(child: ChildProcess): Promise<string> {
  const output = collect(child);
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(
        new LocalChainError("chain_demo_failed", `The daemon did not start: ${why}\n${output.text().slice(-2_000)}`),
      );
    };
    const timer = setTimeout(() => fail(`not ready within ${READY_LIMIT_MS} ms`), READY_LIMIT_MS);
    child.stdout?.on("data", () => {
      const url = /\{"event":"ready","url":"([^"]+)"\}/.exec(output.text())?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with code ${code}`));
  });
}

/** Runs `./tidegate` with these words and gives its JSON. @throws LocalChainError with what it said on stderr */
export async function runTidegate(words: readonly string[], url: string): Promise<unknown> {
  const env = { ...process.env, TIDEGATE_URL: url };
  const child = spawn(join(ROOT, "tidegate"), [...words, "--json"], {
    env,
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    if (out.length < OUTPUT_LENGTH_MAX) out += chunk.toString("utf8");
  });
  const errors = collect(child, "stderr");
  const timer = setTimeout(() => child.kill("SIGKILL"), COMMAND_LIMIT_MS);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(timer);
  if (code === 0) return JSON.parse(out);
  const message = `tidegate ${words.join(" ")} ended with code ${code}: ${errors.text().slice(-1_000)}`;
  throw new LocalChainError("chain_demo_failed", message);
}

/** Reads a child's pipes to the end, so that it never waits for us, and keeps what fits. */
function collect(child: ChildProcess, only?: "stderr"): { text(): string } {
  let text = "";
  const read = (chunk: Buffer): void => {
    if (text.length < OUTPUT_LENGTH_MAX) text += chunk.toString("utf8");
  };
  if (only === undefined) child.stdout?.on("data", read);
  child.stderr?.on("data", read);
  return { text: () => text };
}
