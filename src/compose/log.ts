/** One log for the process; its level is the operator's to choose. */
import type { Log } from "../ports/index.ts";
import { createLog, type LogLevel } from "../system/index.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "silent"];

/** From TIDEGATE_LOG; `warn` where it says nothing, so that a terminal stays readable. */
export function processLog(env: NodeJS.ProcessEnv): Log {
  return createLog(LEVELS.find((level) => level === env.TIDEGATE_LOG) ?? "warn");
}
