/** Writing what drifted, or only saying so. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Text of each generated file by its path; a page that people write as well is made from its present text. */
export type GeneratedFiles = Readonly<Record<string, (path: string) => string | Promise<string>>>;

/** Paths of the files under `root` that were not what their sources say. With `check` nothing is written. */
export async function writeDrifted(files: GeneratedFiles, root: string, check: boolean): Promise<readonly string[]> {
  const drifted: string[] = [];
  for (const [path, make] of Object.entries(files)) {
    const text = await make(path);
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    drifted.push(path);
    if (check) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return drifted;
}

/** What `--check` says of them. */
export function driftSentence(drifted: readonly string[]): string {
  return `Not what the sources say: ${drifted.join(", ")}. Run npm run generate and commit the result.`;
}
