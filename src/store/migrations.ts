/** The numbered SQL files of this version, in order. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "../errors/index.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** Of the file as it is; an applied migration is never edited. */
  readonly sha256: string;
}

const DIRECTORY = fileURLToPath(new URL("./migrations/", import.meta.url));

/** Reads `000001.sql`, `000002.sql`, …; a gap is a mistake in the package. */
export function readMigrations(directory: string = DIRECTORY): Migration[] {
  const names = readdirSync(directory)
    .filter((name) => /^\d{6}\.sql$/.test(name))
    .sort();
  return names.map((name, index) => {
    const number = Number(name.slice(0, 6));
    assert(number === index + 1, `migrations must be numbered without gaps: ${name} is number ${index + 1}`);
    const sql = readFileSync(join(directory, name), "utf8");
    return { number, name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
  });
}
