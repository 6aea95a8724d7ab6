/** Progress of long work on stderr: on a terminal one line that changes, elsewhere a line now and then. */
import type { Io } from "./io.ts";

/** Without a terminal, one line of progress after so much time. */
const PROGRESS_MS = 10_000;

export function progress(io: Io): ((text: string) => void) & { end(): void } {
  let told_at = performance.now();
  let told = false;
  const tell = (text: string): void => {
    if (io.is_tty) {
      io.err(`\r\u001b[K${text}`);
      told = true;
    } else if (performance.now() - told_at >= PROGRESS_MS) {
      told_at = performance.now();
      io.err(`${text}\n`);
    }
  };
  return Object.assign(tell, { end: () => (told ? io.err("\n") : undefined) });
}

/** `[######....] 60 %` */
export function bar(share: number): string {
  const width = 30;
  const full = Math.round(Math.max(0, Math.min(1, share)) * width);
  return `[${"#".repeat(full)}${".".repeat(width - full)}] ${Math.round(share * 100)} %`;
}
