/** What a person does wrong, and what a machine does to them: one clear sentence, a stable code, the right exit code, nothing lost. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TransferPage } from "../../src/api/index.ts";
import {
  type Finished,
  killAfter,
  ROOT,
  type RunningTidegate,
  runTidegate,
  startTidegate,
  until,
} from "../parts/process.ts";
import { compareWithEarlier, compareWithWorld, readBooks, readWorld } from "../parts/process_books.ts";
import { bothWays, makeWorkplace, type SandboxFile } from "../parts/process_config.ts";

const STORY_LIMIT_MS = 120_000;

/** One line on stderr: where, which code, and a sentence; nothing on stdout. */
function expectSentence({ exit_code, stdout, stderr }: Finished, code: string, exit: number, says: RegExp): void {
  expect({ exit_code, stdout, stderr }).toEqual({
    exit_code: exit,
    stdout: "",
    stderr: expect.stringMatching(new RegExp(`^([^\\n]+:\\d+:\\d+: )?${code}: [^\\n]+[.?]\\n$`)),
  });
  expect(stderr).toMatch(says);
}

describe("a configuration", { timeout: STORY_LIMIT_MS }, () => {
  const place = makeWorkplace();
  afterAll(place.remove);

  it.concurrent.each<[what: string, code: string, says: RegExp, edit: (file: SandboxFile) => void]>([
    [
      "with a key that does not exist",
      "config_unknown_key",
      /"curency".*[Dd]id you mean "currency"\?/,
      (file) => {
        file.curency = "USD";
      },
    ],
    [
      "with levels out of order",
      "config_levels_out_of_order",
      /low \(5%\) must be above emergency_low \(6%\)/,
      (file) => void Object.assign(file.pools[1]?.levels ?? {}, { emergency_low: "6%" }),
    ],
    [
      "with the wrong decimals of a token",
      "config_wrong_decimals",
      /USDT on tron has 6 decimals, not 8/,
      (file) => void Object.assign(file.instruments[0] ?? {}, { decimals: 8 }),
    ],
    [
      "with a mistyped address",
      "config_address_checksum",
      /wrong checksum/,
      (file) =>
        void Object.assign(file.instruments[1] ?? {}, { contract: "0xdaC17F958D2ee523a2206206994597C13D831ec7" }),
    ],
    [
      "with an amount finer than its asset",
      "config_amount_too_precise",
      /7 decimals; this asset has 6/,
      (file) => void Object.assign(file.pools[0] ?? {}, { floor: "500000.1234567 USDT" }),
    ],
    [
      "with a scenario that does not exist",
      "sandbox_unknown_scenario",
      /"bank-rum"; choose one of calm, bank-run, deposit-surge/,
      (file) => void Object.assign(file.sandbox, { scenario: "bank-rum" }),
    ],
    [
      "that listens where others can reach it, without tokens",
      "api_needs_tokens",
      /configure api\.tokens, or listen on 127\.0\.0\.1/,
      (file) => void Object.assign(file.api, { host: "0.0.0.0" }),
    ],
    [
      "with a secret that is not there",
      "config_secret_missing",
      /TREASURY_DATABASE is not set/,
      (file) => void Object.assign(file.store, { engine: "postgres", database_url: "env:TREASURY_DATABASE" }),
    ],
  ])("%s is refused before anything starts", async (_what, code, says, edit) => {
    const config = place.writeConfig((file) => {
      file.store.engine = "memory";
      edit(file);
    });
    expectSentence(await runTidegate(["run", "-c", config]), code, 2, says);
  });

  it("that is not there is named", async () => {
    const missing = await runTidegate(["run", "-c", join(place.dir, "none.yaml")]);
    expect(missing).toMatchObject({
      exit_code: 2,
      stdout: "",
      stderr: expect.stringMatching(/none\.yaml: config_not_found: /),
    });
  });

  it("of a database that is down says so, without its password", async () => {
    const config = place.writeConfig((file) => {
      Object.assign(file.store, { engine: "postgres", database_url: "env:TREASURY_DATABASE" });
    });
    const env = { TREASURY_DATABASE: `postgresql://tidegate:hunter2@127.0.0.1:${await closedPort()}/treasury` };
    const down = await runTidegate(["run", "-c", config], { env });
    expectSentence(down, "store_unavailable", 1, /database "treasury".*Check that the server runs/);
    expect(down.stderr).not.toContain("hunter2");
  });

  it("whose data directory is a file says so", async () => {
    const file = join(place.dir, "file");
    writeFileSync(file, "");
    expectSentence(await runTidegate(["demo", "--data", file]), "data_dir_unwritable", 1, /cannot be made or written/);
  });
});

describe("a data directory", { timeout: STORY_LIMIT_MS }, () => {
  const place = makeWorkplace();
  const config = place.writeConfig(bothWays);
  const copyOf = (name: string) => {
    const dir = join(place.dir, name);
    cpSync(place.data_dir, dir, { recursive: true });
    return dir;
  };
  let tidegate: RunningTidegate;
  let seen: TransferPage["items"] = [];
  beforeAll(async () => {
    tidegate = await startTidegate(["run", "-c", config]);
  }, STORY_LIMIT_MS);
  afterAll(async () => {
    await tidegate.kill();
    place.remove();
  });

  it("and a port that are in use are refused, and who uses them does not notice", async () => {
    const { items } = await until("a settled move", async () => {
      const page = await tidegate.get<TransferPage>("/v1/transfers?state=settled");
      return page.items.length > 0 ? page : null;
    });
    seen = items;
    const second = await runTidegate(["run", "-c", config, "--port", "0"]);
    expectSentence(second, "store_locked", 1, /in use by process \d+ on .*Stop that process/);
    const { port } = new URL(tidegate.url);
    const other = place.writeConfig((file) => void Object.assign(file.store, { engine: "memory", data_dir: "other" }));
    const third = await runTidegate(["run", "-c", other, "--port", port]);
    expectSentence(third, "api_port_in_use", 2, new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is in use`));
    expect(await tidegate.get("/readyz")).toMatchObject({ status: "ok" });
    expect(await tidegate.stop()).toMatchObject({ exit_code: 0 });
    const books = await readBooks(place.data_dir);
    expect(compareWithWorld(books, readWorld(place.data_dir))).toEqual([]);
    expect(compareWithEarlier(seen, books.transfers)).toEqual([]);
  });

  it("that is corrupted is left as it is: with the lost file back, everything is there", async () => {
    const dir = copyOf("corrupted");
    const control = join("store", "postgres", "global", "pg_control");
    truncateSync(join(dir, control), 100);
    const refused = await runTidegate(["run", "-c", config, "--data", dir, "--port", "0"]);
    expectSentence(refused, "store_corrupt", 1, /Keep the directory as it is, restore a backup into another one/);
    cpSync(join(place.dir, "data", control), join(dir, control));
    const books = await readBooks(dir);
    expect(compareWithWorld(books, readWorld(dir))).toEqual([]);
    expect(compareWithEarlier(seen, books.transfers)).toEqual([]);
  });

  it("whose sandbox is damaged is not started over in silence", async () => {
    const dir = copyOf("damaged");
    writeFileSync(join(dir, "sandbox", "world.jsonl"), "{\n");
    const refused = await runTidegate(["run", "-c", config, "--data", dir, "--port", "0"]);
    expectSentence(refused, "sandbox_journal_corrupt", 1, /Line 1 of .*cannot be read/);
  });

  it("that was half created, more than once, is finished at the next start", async () => {
    const dir = join(place.dir, "half");
    for (const life_ms of [500, 1_200]) {
      await killAfter(life_ms, ["run", "-c", config, "--data", dir, "--port", "0"]);
    }
    const whole = await startTidegate(["run", "-c", config, "--data", dir]);
    expect(await whole.stop()).toMatchObject({ exit_code: 0 });
    expect(compareWithWorld(await readBooks(dir), readWorld(dir))).toEqual([]);
  });
});

describe("a Node that is too old", () => {
  const place = makeWorkplace();
  afterAll(place.remove);
  const root = join(place.dir, "checkout");
  const too_old = /^node_too_old: Tidegate needs Node 22\.18 or newer[^\n]*[.]\n$/;

  it("is named by ./tidegate and by npm start, with what to do; the one among the dependencies is taken where there is one", () => {
    mkdirSync(join(root, "node_modules", ".bin"), { recursive: true });
    cpSync(join(ROOT, "tidegate"), join(root, "tidegate"));
    cpSync(join(ROOT, "scripts", "setup.mjs"), join(root, "scripts", "setup.mjs"));
    const old = join(place.dir, "old", "node");
    mkdirSync(join(place.dir, "old"));
    writeFileSync(old, "#!/bin/sh\nexit 1\n");
    chmodSync(old, 0o755);
    const env = { PATH: `${join(place.dir, "old")}:/usr/bin:/bin` };
    const launched = spawnSync(join(root, "tidegate"), ["demo"], { encoding: "utf8", env });
    expect(launched).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(too_old) });
    expect(pickNode()).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(too_old) });
    const own = join(root, "node_modules", ".bin", "node");
    writeFileSync(own, "");
    expect(pickNode()).toMatchObject({ status: 0, stdout: own, stderr: "" });
    rmSync(root, { recursive: true });
  });

  /** What `npm start` runs first, on a Node that says it is version 20. */
  function pickNode() {
    const script = `
      Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.0" } });
      const { pickNode } = await import(${JSON.stringify(join(root, "scripts", "setup.mjs"))});
      process.stdout.write(pickNode());`;
    return spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  }
});

/** A port that nobody listens on. */
function closedPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
