import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findChromium, findOnPath } from "../parts/chromium.ts";

const dir = mkdtempSync(join(tmpdir(), "tidegate-chromium-"));
const runnable = join(dir, "chromium");
writeFileSync(runnable, "#!/bin/sh\n", { mode: 0o755 });
writeFileSync(join(dir, "google-chrome"), "not runnable", { mode: 0o644 });
afterAll(() => rmSync(dir, { recursive: true }));

describe("finding Chromium", () => {
  it("takes what the environment names", () => {
    expect(findChromium({ TIDEGATE_CHROMIUM: runnable, PATH: "" })).toBe(runnable);
  });

  it("says so when the named one cannot be run, and looks no further", () => {
    expect(() => findChromium({ TIDEGATE_CHROMIUM: join(dir, "none"), PATH: dir })).toThrow("which cannot be run");
  });

  it("finds it on the path and passes over what cannot be run", () => {
    expect(findChromium({ PATH: `/nowhere:${dir}` })).toBe(runnable);
    expect(findOnPath(["google-chrome"], dir)).toBeNull();
  });

  it("says what to install when there is none and none may be installed", () => {
    expect(() => findChromium({ PATH: join(dir, "empty") })).toThrow("apt-get install chromium");
  });
});
