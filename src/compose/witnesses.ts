/** The witnesses of the log that a configuration names, and the data directory itself, which is not the database either. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  logOrigin,
  parseJsonl,
  parseTrusted,
  type TrustedCheckpoint,
  trustedFromExport,
  type Witness,
} from "../audit/index.ts";
import type { TreasuryConfig } from "../config/types.ts";
import { TidegateError } from "../errors/index.ts";
import { fileWitness, httpWitness } from "../system/index.ts";

const CHECKPOINT_FILE = "checkpoint.json";
/** First line of an exported log; a checkpoint's own file spreads over several. */
const EXPORT_START = /^\{"format":"tidegate-audit\//;
/** Lines of a checkpoint that are read at most. */
const LINES_MAX = 500;

/** None for a store that forgets everything at exit. @throws TidegateError trusted_checkpoint_unreadable */
export async function createWitnesses({ name, store, audit }: TreasuryConfig): Promise<Witness[]> {
  const named = audit.trusted_checkpoint === null ? [] : [await given(audit.trusted_checkpoint)];
  if (store.engine === "memory") return named;
  const origin = logOrigin(name);
  const others = audit.witnesses.map((one) =>
    "file" in one ? fileWitness(one.id, one.file) : httpWitness({ ...one, origin }),
  );
  return [fileWitness("the data directory", join(store.data_dir, CHECKPOINT_FILE), false), ...others, ...named];
}

/** A checkpoint somebody brought: it is read once, and nothing is written there. */
async function given(path: string): Promise<Witness> {
  try {
    const checkpoint = await readGiven(path);
    return { id: path, outside: false, latest: async () => checkpoint, publish: async () => null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `The trusted checkpoint ${path} cannot be used: ${why}`;
    throw new TidegateError("usage", "trusted_checkpoint_unreadable", message, { path }, error);
  }
}

async function readGiven(path: string): Promise<TrustedCheckpoint> {
  const start: string[] = [];
  for await (const line of linesOf(path)) {
    start.push(line);
    if (start.length === 1 && EXPORT_START.test(line)) return trustedFromExport(parseJsonl(linesOf(path)));
    if (start.length > LINES_MAX) break;
  }
  return parseTrusted(`${start.join("\n")}\n`);
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const input = createReadStream(path, "utf8");
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
  } finally {
    input.destroy();
  }
}
