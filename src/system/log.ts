/**
 * Structured log on stderr, one JSON line each; stdout belongs to data. Values under names that sound like secrets are
 * replaced at any depth up to a limit, so that a careless caller cannot leak a key.
 */
import { destination, pino } from "pino";
import type { Log } from "../ports/index.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

const SECRET_NAME = /secret|password|passphrase|token|private|mnemonic|seed_phrase|authorization|cookie|api_?key/i;
const DEPTH_MAX = 6;
const TEXT_MAX = 4_000;
const ITEMS_MAX = 100;
export const REDACTED = "[redacted]";

/** @example createLog("info").warn({ venue: "exchange" }, "The venue did not answer.") */
export function createLog(level: LogLevel, write: (line: string) => void = stderrLine): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
  return {
    info: (fields, message) => logger.info(redact(fields, 0), message),
    warn: (fields, message) => logger.warn(redact(fields, 0), message),
    error: (fields, message) => logger.error(redact(fields, 0), message),
  };
}

function stderrLine(line: string): void {
  STDERR.write(line);
}
const STDERR = destination({ dest: 2, sync: true });

/** A copy that is safe to write: secrets replaced, depth, text and lists bounded, errors and integers made plain. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") return value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value;
  if (value === null || typeof value !== "object") return value;
  if (depth >= DEPTH_MAX) return "[deep]";
  if (value instanceof Error) return redact(plainError(value), depth + 1);
  if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => redact(item, depth + 1));
  const out: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    out[name] = SECRET_NAME.test(name) ? REDACTED : redact(member, depth + 1);
  }
  return out;
}

function plainError(error: Error): Record<string, unknown> {
  return { ...error, name: error.name, message: error.message, stack: error.stack, cause: error.cause };
}
