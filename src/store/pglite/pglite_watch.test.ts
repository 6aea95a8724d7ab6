import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { watchDirectory } from "./pglite_watch.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tidegate-watch-"));
  mkdirSync(join(dir, "postgres"));
  writeFileSync(join(dir, "postgres", "PG_VERSION"), "17\n");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const said = () => new Promise<string>((crash) => watchDirectory({ dir, crash, interval_ms: 5 }));

it("says that the store is gone when its directory is deleted", async () => {
  const sentence = said();
  rmSync(dir, { recursive: true });
  expect(await sentence).toMatch(/^store_gone: .* deleted, moved or unmounted/);
});

it("notices another directory in its place", async () => {
  const sentence = said();
  renameSync(join(dir, "postgres"), join(dir, "elsewhere"));
  mkdirSync(join(dir, "postgres"));
  writeFileSync(join(dir, "postgres", "PG_VERSION"), "17\n");
  expect(await sentence).toContain("store_gone");
});

it("is quiet while nothing happens, and after it was ended", async () => {
  let crashed = 0;
  const stop = watchDirectory({ dir, crash: () => (crashed += 1), interval_ms: 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  stop();
  rmSync(dir, { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(crashed).toBe(0);
});
