/** Worker processes that are fed tasks until none waits: each runs simulated worlds of its own, one after the other. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Result, Task } from "./assurance_tasks.ts";

export interface Answer {
  readonly result?: Result;
  /** Why there is none; absent where the worker died. */
  readonly failure?: string;
}

export interface Pool {
  readonly workers: number;
  /** The task to do now; undefined ends a worker. */
  readonly next: () => Task | undefined;
  /** Is told of every answer as it comes. */
  readonly onAnswer: (task: Task, answer: Answer) => void;
  /** Ends the workers, whatever they are at. */
  readonly signal?: AbortSignal;
}

export async function runPool(pool: Pool): Promise<void> {
  await Promise.all(Array.from({ length: pool.workers }, () => work(pool)));
}

async function work({ next, onAnswer, signal }: Pool): Promise<void> {
  // Detached: in a session of its own, so that the session's share of the machine is its own to lower.
  const worker = fork(join(import.meta.dirname, "assurance_worker.ts"), { execArgv: [], detached: true });
  const end = (): void => void worker.kill();
  signal?.addEventListener("abort", end, { once: true });
  for (let task = next(); task !== undefined; task = next()) onAnswer(task, await ask(worker, task));
  signal?.removeEventListener("abort", end);
  end();
}

function ask(worker: ChildProcess, task: Task): Promise<Answer> {
  return new Promise((resolve) => {
    const gone = (): void => resolve({});
    if (!worker.connected) return gone();
    worker.once("exit", gone);
    worker.once("message", (answer: Answer) => {
      worker.off("exit", gone);
      resolve(answer);
    });
    worker.send(task);
  });
}
