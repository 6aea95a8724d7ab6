/** The terminal stays small: it is opened in a hurry. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const ASSETS = fileURLToPath(new URL("../../web/dist/assets/", import.meta.url));
/** What every screen needs, loaded first; each screen then brings its own. */
const FIRST_BYTES_MAX = 95_000;
/** Grows with the number of screens, of which nobody loads more than one at a time; that of the books brought the last three thousand. */
const JS_BYTES_MAX = 230_000;
/** A screen of its own, without what it shares; the largest is the chart. */
const PART_BYTES_MAX = 26_000;
const CSS_BYTES_MAX = 15_000;

function zippedBytes(ending: string): number {
  const files = readdirSync(ASSETS).filter((name) => name.endsWith(ending));
  expect(files.length).toBeGreaterThan(0);
  return files.reduce((total, name) => total + gzipSync(readFileSync(ASSETS + name), { level: 9 }).length, 0);
}

/** The script that the page itself names. */
function firstScript(): string {
  const page = readFileSync(`${ASSETS}../index.html`, "utf8");
  const [, name = ""] = /src="\/assets\/([^"]+\.js)"/.exec(page) ?? [];
  return name;
}

describe("what the browser loads, compressed", () => {
  it("is at most 95 kB of script before the first screen, and 230 kB with every screen there is", () => {
    expect(zippedBytes(firstScript())).toBeLessThanOrEqual(FIRST_BYTES_MAX);
    expect(zippedBytes(".js")).toBeLessThanOrEqual(JS_BYTES_MAX);
  });

  it("is at most 26 kB more for any one screen", () => {
    const first = firstScript();
    const parts = readdirSync(ASSETS).filter((name) => name.endsWith(".js") && name !== first);
    expect(parts.filter((name) => zippedBytes(name) > PART_BYTES_MAX)).toEqual([]);
  });

  it("is at most 15 kB of style, all screens together", () => {
    expect(zippedBytes(".css")).toBeLessThanOrEqual(CSS_BYTES_MAX);
  });

  it("brings no schema library along: the terminal knows the API's types alone", () => {
    const scripts = readdirSync(ASSETS).filter((name) => name.endsWith(".js"));
    const carriers = scripts.filter((name) => readFileSync(ASSETS + name, "utf8").includes("ZodError"));
    expect(carriers).toEqual([]);
  });
});
