/** The terminal a command talks to: stdout is data, stderr is messages. Tests bring their own. */
import { createInterface } from "node:readline/promises";

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when a person can be asked. */
  readonly is_tty: boolean;
  out(text: string): void;
  err(text: string): void;
  /** The line a person typed. */
  ask(question: string): Promise<string>;
  /** Resolves with the name of the first signal that asks this process to stop. */
  untilSignal(): Promise<string>;
}

/** The process's own terminal. */
export function processIo(): Io {
  // Whoever reads our output may have read enough (`| head`): a command ends there, quietly; what serves goes on without it.
  let serving = false;
  const onClosedPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE") throw error;
    if (!serving) process.exit(0);
  };
  process.stdout.on("error", onClosedPipe);
  process.stderr.on("error", onClosedPipe);
  return {
    env: process.env,
    is_tty: process.stdin.isTTY === true && process.stderr.isTTY === true,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    async ask(question) {
      const line = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await line.question(question);
      } finally {
        line.close();
      }
    },
    untilSignal: () =>
      new Promise((resolve) => {
        serving = true;
        // One Ctrl-C comes from the terminal and from npm; the second must not cut short a stop, which is bounded anyway.
        for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(signal));
      }),
  };
}
