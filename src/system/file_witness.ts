/**
 * A witness in a file outside the database: a checkpoint is written beside it, synced and renamed into its place, so that a
 * reader or a power cut finds the old one or the new one whole.
 */
import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { parseTrusted, printTrusted, type TrustedCheckpoint, type Witness } from "../audit/index.ts";

/** The directory must be there: a disk that is not mounted is told, and not written beneath. */
export function fileWitness(id: string, path: string, outside = true): Witness {
  return {
    id,
    outside,
    latest: () => readLatest(path),
    publish: async (checkpoint, { aside }) => {
      const before = aside ? () => rename(path, `${path}.lost-${Date.now()}`) : undefined;
      await writeWhole(path, printTrusted(checkpoint), before);
      return null;
    },
  };
}

/** The old text or the new one, whole, whatever happens: durable when it resolves. `before`: done right before the new one takes its place. */
export async function writeWhole(path: string, text: string, before?: () => Promise<void>): Promise<void> {
  const next = `${path}.next`;
  await writeSynced(next, text);
  await before?.();
  await rename(next, path);
  await syncDirectory(dirname(path));
}

async function readLatest(path: string): Promise<TrustedCheckpoint | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (!isMissing(error)) throw error;
    // Missing in a directory that is there: the first checkpoint is still to come.
    await (await open(dirname(path), "r")).close();
    return null;
  }
  return parseTrusted(text);
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
