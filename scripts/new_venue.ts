/** `npm run new:venue NAME`: a connector, its fake and its conformance test, which are green at once and then become the vendor's. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { newVenueFiles } from "./new_venue_files.ts";

const ROOT = join(import.meta.dirname, "..");
const name = process.argv[2] ?? "";

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

function filesOf(): Readonly<Record<string, string>> {
  try {
    return newVenueFiles({ name, read: (path) => readFileSync(join(ROOT, path), "utf8") });
  } catch (error) {
    if (error instanceof RangeError) fail(error.message);
    throw error;
  }
}

if (name === "") fail("Name the venue: npm run new:venue acme");
const files = filesOf();
for (const folder of [`src/venues/${name}`, `src/sandbox/${name}`]) {
  if (existsSync(join(ROOT, folder))) fail(`${folder} exists already; nothing was written.`);
}
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
  process.stdout.write(`wrote ${path}\n`);
}
const biome = join(ROOT, "node_modules", "@biomejs", "biome", "bin", "biome");
spawnSync(process.execPath, [biome, "check", "--write", ...Object.keys(files)], { cwd: ROOT, stdio: "ignore" });
process.stdout.write(`
Next: npm run conformance -- --only src/sandbox/${name}/conformance.test.ts
Then make the fake speak as the vendor does, and the connector with it: docs/how-to/write-a-connector.md
`);
