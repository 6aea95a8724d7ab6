/** Reads the import specifiers of the source tree, as text; enough to hold the house to its rules. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface Import {
  /** Path of the importing file from the root, with "/" between names. */
  readonly file: string;
  readonly specifier: string;
  /** Path of the imported file from the root; null for a package. */
  readonly target: string | null;
  readonly type_only: boolean;
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

export function listFiles(dir: string, keep: (name: string) => boolean): string[] {
  const found: string[] = [];
  for (const item of readdirSync(join(ROOT, dir), { withFileTypes: true, recursive: true })) {
    const path = relative(ROOT, join(item.parentPath, item.name)).split(sep).join("/");
    if (item.isFile() && !path.includes("node_modules/") && keep(item.name)) found.push(path);
  }
  return found.sort();
}

export function readText(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

export function readImports(file: string): Import[] {
  const text = readText(file);
  const found: Import[] = [];
  for (const match of text.matchAll(IMPORT)) {
    const specifier = match[2] ?? match[3];
    if (specifier === undefined) continue;
    const target = specifier.startsWith(".")
      ? normalize(join(dirname(file), specifier))
          .split(sep)
          .join("/")
      : null;
    found.push({ file, specifier, target, type_only: match[1] !== undefined });
  }
  return found;
}

/** `src/venues/evm/x.ts` -> `venues/evm`; `src/money/x.ts` -> `money`; `src/main.ts` -> `main.ts`. */
export function moduleOf(file: string): string {
  const parts = file.split("/").slice(1);
  if (parts.length === 1) return parts[0] ?? "";
  const [room = "", inner = ""] = parts;
  const nested = ["venues", "sandbox"].includes(room) && parts.length > 2;
  return nested ? `${room}/${inner}` : room;
}
