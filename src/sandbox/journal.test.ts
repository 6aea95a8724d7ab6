import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requestOf, START, worldOf } from "./fixtures.ts";
import { HOUR_MS } from "./flows.ts";
import { JOURNAL_FILE, Journal } from "./journal.ts";
import { assertConserved } from "./state.ts";
import type { World } from "./world.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "tidegate-world-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function contents(world: World): string {
  const { accounts, transfers, movements, assets, open } = world.state;
  const plain = [
    ...accounts,
    ...transfers,
    ...movements,
    ...assets,
    ...open,
    world.state.next_step_at,
    world.state.seq,
  ];
  return JSON.stringify(plain, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

describe("a world on disk", () => {
  it("is the same world after a restart, and lives on as if nothing had happened", () => {
    const unbroken = worldOf();
    let world = worldOf({ data_dir: dir });
    for (let hour = 1; hour <= 60; hour += 1) {
      const reference = `r${hour}`;
      if (hour % 7 === 0) {
        expect(world.submit(requestOf(world, "northvault", { reference })).taken).toBe(true);
        unbroken.submit(requestOf(unbroken, "northvault", { reference }));
      }
      world.advance(START + hour * HOUR_MS);
      unbroken.advance(START + hour * HOUR_MS);
      if (hour % 5 === 0) {
        world.close();
        world = worldOf({ data_dir: dir, now: START + 1 });
      }
    }
    expect(world.at).toBe(unbroken.at);
    expect(contents(world)).toBe(contents(unbroken));
    assertConserved(world.state);
    world.close();
  });

  it("leaves out a last line that was cut short, and nothing else", () => {
    const world = worldOf({ data_dir: dir });
    world.submit(requestOf(world, "exchange"));
    const before = contents(world);
    world.close();
    appendFileSync(join(dir, JOURNAL_FILE), '{"at":17678736');
    const again = worldOf({ data_dir: dir });
    expect(contents(again)).toBe(before);
    again.close();
  });

  it("refuses a journal that is broken in its middle, with a sentence", () => {
    worldOf({ data_dir: dir }).close();
    const path = join(dir, JOURNAL_FILE);
    writeFileSync(path, `not json\n${readFileSync(path, "utf8")}`);
    expect(() => worldOf({ data_dir: dir })).toThrow(/Line 1 of .* cannot be read/);
  });

  it("is one line again after a start", () => {
    const world = worldOf({ data_dir: dir });
    world.advance(START + 24 * HOUR_MS);
    world.close();
    expect(readFileSync(join(dir, JOURNAL_FILE), "utf8").split("\n").length).toBeGreaterThan(50);
    worldOf({ data_dir: dir }).close();
    expect(readFileSync(join(dir, JOURNAL_FILE), "utf8").split("\n")).toHaveLength(2);
  });

  it("knows the time it stopped at", () => {
    expect(new Journal(dir).lastAt()).toBeNull();
    const world = worldOf({ data_dir: dir });
    world.advance(START + 3 * HOUR_MS + 17);
    world.close();
    expect(new Journal(dir).lastAt()).toBe(START + 3 * HOUR_MS + 17);
  });

  it("begins a new scenario when it is chosen, not when the world began", () => {
    const calm = worldOf({ data_dir: dir });
    calm.advance(START + 100 * HOUR_MS);
    calm.close();
    const run = worldOf({ data_dir: dir, scenario: "bank-run" });
    expect(run.state.scenario_at).toBe(START + 100 * HOUR_MS);
    run.close();
    const again = worldOf({ data_dir: dir, scenario: "bank-run" });
    expect(again.state.scenario_at).toBe(START + 100 * HOUR_MS);
    again.close();
  });

  it("has everything it acknowledged before it was killed", async () => {
    const child = spawn(process.execPath, [fileURLToPath(new URL("./fixture_killed.ts", import.meta.url)), dir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [, signal] = (await once(child, "close")) as [number | null, string | null];
    expect(signal).toBe("SIGKILL");
    const references = said.trim().split("\n");
    expect(references).toHaveLength(20);
    const world = worldOf({ data_dir: dir });
    for (const reference of references) {
      expect(world.transfersByReference("northvault", reference)).toHaveLength(1);
    }
    assertConserved(world.state);
    world.close();
  });
});
