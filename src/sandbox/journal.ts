/**
 * The world on disk: one JSON patch per line, appended synchronously before it takes effect, so that a killed process
 * finds everything it has acknowledged. Written anew as one snapshot at each start and whenever it has grown too long.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { TidegateError } from "../errors/index.ts";
import type { Instant } from "../ports/index.ts";
import type { Patch } from "./types.ts";

export const JOURNAL_FILE = "sandbox/world.jsonl";
/** A new snapshot is written when the appended lines exceed this. */
const APPENDED_BYTES_MAX = 8 * 1024 * 1024;
const AMOUNT_FIELDS: ReadonlySet<string> = new Set([
  "amount",
  "fee",
  "total",
  "held",
  "incoming",
  "initial",
  "deposited",
  "withdrawn",
  "unserved",
  "network_fees",
  "sent_outside",
  "filled",
  "value",
]);

export class Journal {
  readonly path: string;
  #file: number | null = null;
  #appended_bytes = 0;

  constructor(data_dir: string) {
    this.path = join(data_dir, JOURNAL_FILE);
  }

  /**
   * The patches in order; empty when there is no journal yet. A last line cut short by a crash was never acknowledged and
   * is left out.
   * @throws TidegateError sandbox_journal_corrupt
   */
  read(): Patch[] {
    if (!existsSync(this.path)) return [];
    const lines = readFileSync(this.path, "utf8").split("\n");
    lines.pop();
    return lines.map((line, index) => parseLine(line, index + 1, this.path));
  }

  /** Time of the last whole line; null when there is no journal. @throws TidegateError sandbox_journal_corrupt */
  lastAt(): Instant | null {
    if (!existsSync(this.path)) return null;
    const lines = readFileSync(this.path, "utf8").split("\n");
    const last = lines.at(-2);
    return last === undefined ? null : parseLine(last, lines.length - 1, this.path).at;
  }

  /** Replaces the file by one snapshot, atomically, and keeps it open for appending. */
  rewrite(snapshot: Patch): void {
    mkdirSync(dirname(this.path), { recursive: true });
    const fresh = `${this.path}.new`;
    const file = openSync(fresh, "w", 0o600);
    writeSync(file, lineOf(snapshot));
    fsyncSync(file);
    closeSync(file);
    renameSync(fresh, this.path);
    this.close();
    this.#file = openSync(this.path, "a", 0o600);
    this.#appended_bytes = 0;
  }

  append(patches: readonly Patch[]): void {
    if (this.#file === null || patches.length === 0) return;
    this.#appended_bytes += writeSync(this.#file, patches.map(lineOf).join(""));
  }

  isLong(): boolean {
    return this.#appended_bytes > APPENDED_BYTES_MAX;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function lineOf(patch: Patch): string {
  return `${JSON.stringify(patch, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value))}\n`;
}

function parseLine(line: string, number: number, path: string): Patch {
  try {
    return JSON.parse(line, (key, value: unknown) =>
      AMOUNT_FIELDS.has(key) && typeof value === "string" ? BigInt(value) : value,
    ) as Patch;
  } catch (cause) {
    throw new TidegateError(
      "internal",
      "sandbox_journal_corrupt",
      `Line ${number} of ${path} cannot be read. Move the sandbox's data directory away to start a new world.`,
      { path, line: number },
      cause,
    );
  }
}
