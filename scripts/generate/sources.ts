/** Reading the sources as text: what the generators cannot import, and what the tests compare with. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Code that serves tests and lies beside what it tests. */
const OF_TESTS = /\.test\.ts$|(^|\/)(contract|suite|fixture)[^/]*\.ts$|\/conformance\//;

/** What a person has to mend before anything can be generated. */
export class GenerationError extends Error {
  override readonly name = "GenerationError";
}

export interface Source {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Every source file of the product in order of path, without its tests. */
export function productSources(): readonly Source[] {
  return listFiles("src")
    .filter((path) => path.endsWith(".ts") && !OF_TESTS.test(path))
    .map((path) => ({ path, text: readText(path) }));
}

/** Paths of all files under `folder`, sorted. */
export function listFiles(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(ROOT.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/**
 * The members of a union of string literals.
 * @throws GenerationError when the source has no such type
 * @example unionOf(source, "StoreErrorCode") // ["store_duplicate", ...]
 */
export function unionOf({ path, text }: Source, name: string): readonly string[] {
  const body = new RegExp(`type ${name} =([^;]+);`).exec(text)?.[1];
  const members = [...(body ?? "").matchAll(/"([a-z0-9_]+)"/g)].map((match) => match[1] ?? "");
  if (members.length === 0) throw new GenerationError(`${path} has no union ${name}.`);
  return members;
}
