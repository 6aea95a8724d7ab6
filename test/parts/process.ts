/**
 * The whole product from outside: `./tidegate` as a child process, asked over HTTP, stopped with signals or killed. Every wait
 * has a bound, and a child never outlives the test's process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** A busy machine may need this long for what takes a second or two when it is idle. */
const READY_TIMEOUT_MS = 60_000;
const COMMAND_TIMEOUT_MS = 60_000;
const EXIT_TIMEOUT_MS = 20_000;
const END_AFTER_REFUSAL_MS = 1_000;
const WAIT_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 50;
const OUTPUT_CHARS_MAX = 200_000;

export interface Finished {
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Stopped extends Finished {
  readonly took_ms: number;
}

export interface LaunchOptions {
  /** Added to a bare environment; the developer's own TIDEGATE_ variables must not change a test. */
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: string;
  /** What to wait for; `ready` unless a test wants it before that. */
  readonly until?: "listening" | "ready";
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Runs a command to its end. */
export async function runTidegate(args: readonly string[], options: LaunchOptions = {}): Promise<Finished> {
  return await new Child(args, options).finished(COMMAND_TIMEOUT_MS);
}

/** Starts it and kills it after `life_ms`, wherever it is then. */
export async function killAfter(life_ms: number, args: readonly string[]): Promise<void> {
  const child = new Child(args, {});
  await sleep(life_ms);
  child.kill("SIGKILL");
  await child.finished(EXIT_TIMEOUT_MS);
}

/**
 * Starts `./tidegate run|demo ARGS` on a free port and waits until it says that it is ready, or listens.
 * @throws Error with everything it said when it ends or stays silent instead
 */
export async function startTidegate(args: readonly string[], options: LaunchOptions = {}): Promise<RunningTidegate> {
  const child = new Child([...args, "--port", "0", "--json"], options);
  const started_at = performance.now();
  while (performance.now() - started_at < READY_TIMEOUT_MS) {
    const ready = new RegExp(`{"event":"${options.until ?? "ready"}","url":"([^"]+)"}`).exec(child.stdout);
    if (ready?.[1] !== undefined) {
      return new RunningTidegate(child, ready[1], Math.round(performance.now() - started_at));
    }
    if (child.hasEnded()) break;
    await sleep(POLL_INTERVAL_MS / 5);
  }
  child.kill("SIGKILL");
  const { exit_code, signal } = await child.finished(EXIT_TIMEOUT_MS);
  throw new Error(`It did not get ready (exit ${exit_code}, ${signal}): ${child.stdout}${child.stderr}`);
}

export class RunningTidegate {
  readonly url: string;
  /** From the start of the launcher to the line that was waited for. */
  readonly ready_ms: number;
  readonly #child: Child;

  constructor(child: Child, url: string, ready_ms: number) {
    this.#child = child;
    this.url = url;
    this.ready_ms = ready_ms;
  }

  get stderr(): string {
    return this.#child.stderr;
  }

  /** Peak of the resident memory so far in kB, of the process and of what it started; Linux only. */
  peakMemoryKb(): number {
    const peak = (pid: number): number => {
      const [, own] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
      return (
        Number(own) + children.split(" ").reduce((sum, child) => sum + (child === "" ? 0 : peak(Number(child))), 0)
      );
    };
    return peak(this.#child.pid ?? 0);
  }

  /** Asks it to stop and waits for its end; `to: "group"` asks everything it started as well, as a terminal's Ctrl-C does. */
  async stop(signal: "SIGTERM" | "SIGINT" = "SIGTERM", to: "process" | "group" = "process"): Promise<Stopped> {
    const asked_at = performance.now();
    this.#child.kill(signal, to);
    const finished = await this.#child.finished(EXIT_TIMEOUT_MS);
    return { ...finished, took_ms: Math.round(performance.now() - asked_at) };
  }

  /** `kill -STOP`: it stands still, with everything it holds, until `wake`. */
  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  wake(): void {
    this.#child.kill("SIGCONT");
  }

  /** `kill -9`; does nothing to a process that has ended. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.finished(EXIT_TIMEOUT_MS);
  }

  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.ask<T>("GET", path);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async ask<T>(method: "GET" | "POST", path: string, body?: unknown, idempotency_key?: string): Promise<Answer<T>> {
    const response = await this.#reach(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(idempotency_key === undefined ? {} : { "idempotency-key": idempotency_key }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(COMMAND_TIMEOUT_MS),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  }

  /** @throws Error with what it said last when it has ended */
  async #reach(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(this.url + path, init);
    } catch (error) {
      if (!(await this.#child.endsWithin(END_AFTER_REFUSAL_MS))) throw error;
      const { exit_code, signal, stderr } = await this.#child.finished(EXIT_TIMEOUT_MS);
      throw new Error(`It has ended (exit ${exit_code}, ${signal}): ${stderr}`, { cause: error });
    }
  }

  /** A command of the command line that asks this daemon. */
  cli(...args: string[]): Promise<Finished> {
    return runTidegate([...args, "--url", this.url]);
  }
}

/** Lines of the log at level error or above. */
export function errorsIn(stderr: string): string[] {
  return stderr.split("\n").filter((line) => /^\{"level":[5-9]0,/.test(line));
}

/**
 * Looks until `look` finds something.
 * @throws Error naming what was waited for
 */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = performance.now() + WAIT_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    await sleep(POLL_INTERVAL_MS);
  }
  throw new Error(`Waited ${WAIT_TIMEOUT_MS} ms for ${what}.`);
}

class Child {
  stdout = "";
  stderr = "";
  readonly #process: ChildProcess;
  readonly #ended: Promise<Finished>;
  #has_ended = false;

  constructor(args: readonly string[], { env = {}, command = join(ROOT, "tidegate") }: LaunchOptions) {
    const { PATH = "", HOME = "" } = process.env;
    this.#process = spawn(command, args, {
      cwd: ROOT,
      env: { PATH, HOME, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: a kill also ends what it started.
      detached: true,
    });
    this.#process.stdout?.on("data", (chunk: Buffer) => {
      this.stdout = (this.stdout + chunk.toString()).slice(-OUTPUT_CHARS_MAX);
    });
    this.#process.stderr?.on("data", (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-OUTPUT_CHARS_MAX);
    });
    const orphan = () => this.kill("SIGKILL");
    process.once("exit", orphan);
    this.#ended = new Promise((resolve) => {
      const end = (exit_code: number | null, signal: string | null) => {
        this.#has_ended = true;
        process.removeListener("exit", orphan);
        resolve({ exit_code, signal, stdout: this.stdout, stderr: this.stderr });
      };
      this.#process.once("close", end);
      this.#process.once("error", (error) => {
        this.stderr += String(error);
        end(null, null);
      });
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  hasEnded(): boolean {
    return this.#has_ended;
  }

  /** Whether it has ended, or does so soon: a process that goes down closes its door first. */
  async endsWithin(ms: number): Promise<boolean> {
    await Promise.race([this.#ended, sleep(ms)]);
    return this.#has_ended;
  }

  /** A signal to stop goes to the process that was started, which has to hand it on; a kill goes to all of them. */
  kill(signal: NodeJS.Signals, to: "process" | "group" = signal === "SIGKILL" ? "group" : "process"): void {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    process.kill(to === "group" ? -pid : pid, signal);
  }

  /** Its end; a child that does not end in time is killed, and that is an error. */
  async finished(timeout_ms: number): Promise<Finished> {
    const given_up = new AbortController();
    const late = sleep(timeout_ms, "late" as const, { signal: given_up.signal }).catch(() => "in time" as const);
    const first = await Promise.race([this.#ended, late]);
    given_up.abort();
    if (typeof first !== "string") return first;
    this.kill("SIGKILL");
    throw new Error(`It did not end within ${timeout_ms} ms: ${this.stdout}${this.stderr}`);
  }
}
