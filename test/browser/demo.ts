/** The real sandbox treasury in a process of its own, on a free port, with a data directory that goes with it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 200;

export interface Demo {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

/** @throws Error with what the process said, when it ends or is not ready in time */
export async function startDemo(...args: string[]): Promise<Demo> {
  const data = mkdtempSync(join(tmpdir(), "tidegate-demo-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [MAIN, "demo", "--data", data, "--port", String(port), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  const stop = async (): Promise<void> => {
    await endProcess(child);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await ready(url, child);
  } catch (error) {
    await stop();
    throw new Error(`${error instanceof Error ? error.message : "not ready"}\n${said.join("")}`);
  }
  return { url, stop, get: async <T>(path: string) => (await (await fetch(url + path)).json()) as T };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let waited = 0; waited < READY_WITHIN_MS; waited += ASK_EVERY_MS) {
    if (child.exitCode !== null) throw new Error(`the sandbox ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await sleep(ASK_EVERY_MS);
  }
  throw new Error("the sandbox was not ready in time");
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await Promise.race([ended, sleep(STOP_WITHIN_MS)]);
  if (child.exitCode === null) child.kill("SIGKILL");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
