/** Worker processes that are fed tasks until none waits: each runs simulated worlds of its own, one after the other. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Result, Task } from "./assurance_tasks.ts";

export interface Answer {
  readonly result?: Result;
  /** Why there is none; absent where the worker died. */
  readonly failure?: string;
}

/** `next`: the task to do now; undefined ends a worker. `onAnswer` is told of every one as it comes. */
export async function runPool(
  workers: number,
  next: () => Task | undefined,
  onAnswer: (task: Task, answer: Answer) => void,
): Promise<void> {
  await Promise.all(Array.from({ length: workers }, () => work(next, onAnswer)));
}

async function work(next: () => Task | undefined, onAnswer: (task: Task, answer: Answer) => void): Promise<void> {
  const worker = fork(join(import.meta.dirname, "assurance_worker.ts"), { execArgv: [] });
  for (let task = next(); task !== undefined; task = next()) onAnswer(task, await ask(worker, task));
  worker.kill();
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
