import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeStore } from "../contract/contract.ts";
import { controlRow } from "../contract/contract_rows.ts";
import { acquireLease, holdsLease } from "../lease.ts";
import { control, hold } from "../tables/schema.ts";
import { openPglite, openPgliteWith } from "./pglite.ts";
import { DiskSync } from "./pglite_files.ts";

const WRITER = join(import.meta.dirname, "../../../test/parts/store_writer.ts");
const root = mkdtempSync(join(tmpdir(), "tidegate-pglite-"));
/** A store that was created, written once and closed; each test takes a copy. */
const original = join(root, "original");

beforeAll(async () => {
  const store = await openPglite({ dir: original });
  await store.tx("write", (tx) => tx.insert(control, controlRow()));
  await store.close();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function copyOf(name: string): string {
  const dir = join(root, name);
  cpSync(original, dir, { recursive: true });
  return dir;
}

describeStore("pglite", async () => ({
  store: await openPglite({ dir: join(root, "contract") }),
  dispose: async () => {},
}));

describe("an embedded store is used by one process", () => {
  it("refuses a second one, by name, and is free again when the first is killed; nothing acknowledged is lost", async () => {
    const dir = join(root, "killed");
    const writer = spawn(process.execPath, [WRITER, dir], { stdio: ["ignore", "pipe", "inherit"] });
    let acked = 0;
    for await (const line of createInterface({ input: writer.stdout })) {
      if (line.startsWith("acked ")) acked = Number(line.slice(6));
      if (acked === 5) {
        await expect(openPglite({ dir })).rejects.toMatchObject({
          code: "store_locked",
          message: expect.stringContaining(`process ${writer.pid} `),
          facts: { pid: writer.pid },
        });
      }
      if (acked >= 200) writer.kill("SIGKILL");
    }
    expect(acked).toBeGreaterThanOrEqual(200);
    const store = await openPglite({ dir });
    const [counter, rows] = await store.read("read", async (tx) => [
      (await tx.get(control, { name: "writer" }))?.version ?? 0,
      await tx.count(hold),
    ]);
    expect(counter).toBeGreaterThanOrEqual(acked);
    expect(counter).toBeLessThanOrEqual(acked + 1);
    expect(rows).toBe(counter);
    await store.close();
  });

  it("does not wait for the leases of whoever died in it; fences only grow", async () => {
    const dir = copyOf("leases");
    const lease = (owner: string) => ({ name: "daemon", owner, ttl_ms: 60_000 });
    const first = await openPglite({ dir });
    expect(await first.tx("lease", (tx) => acquireLease(tx, lease("dead")))).toMatchObject({ fence: 1 });
    expect(await first.tx("lease", (tx) => acquireLease(tx, lease("rival")))).toBeNull();
    await first.close();
    const second = await openPglite({ dir });
    expect(await second.read("lease", (tx) => holdsLease(tx, "daemon", "dead", 1))).toBe(false);
    expect(await second.tx("lease", (tx) => acquireLease(tx, lease("next")))).toMatchObject({ fence: 2 });
    await second.close();
  });

  it("refuses a second open in the same process, and is free after close", async () => {
    const dir = copyOf("twice");
    const first = await openPglite({ dir });
    await expect(openPglite({ dir })).rejects.toMatchObject({ code: "store_locked", facts: { pid: process.pid } });
    await first.close();
    const second = await openPglite({ dir });
    expect(await second.read("read", (tx) => tx.get(control, { name: "mode" }))).toEqual(controlRow());
    await second.close();
  });
});

describe("an embedded store is durable", () => {
  it("syncs every commit to the disk before it is acknowledged", async () => {
    const disk = new DiskSync();
    const store = await openPgliteWith({ dir: copyOf("synced") }, disk);
    for (let version = 2; version < 12; version++) {
      const before = disk.count;
      await store.tx("write", (tx) => tx.update(control, { name: "mode" }, { version }));
      expect(disk.count).toBeGreaterThan(before);
    }
    await store.close();
  });

  it("does not start when commits do not reach the disk", async () => {
    class NoSync extends DiskSync {
      override install(): void {}
    }
    const open = openPgliteWith({ dir: copyOf("not-durable") }, new NoSync());
    await expect(open).rejects.toMatchObject({ code: "store_not_durable" });
  });

  it("dies at once when the disk refuses to sync", () => {
    const script = `
      import { openPgliteWith } from ${JSON.stringify(join(import.meta.dirname, "pglite.ts"))};
      import { DiskSync } from ${JSON.stringify(join(import.meta.dirname, "pglite_files.ts"))};
      const sync = () => { throw new Error("EIO: i/o error, fdatasync"); };
      await openPgliteWith({ dir: ${JSON.stringify(copyOf("refused"))} }, new DiskSync({ sync })).catch(() => {});
      console.log("went on");`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(child.signal).toBe("SIGKILL");
    expect(child.stderr).toContain("store_sync_failed: the disk refused to sync the store: Error: EIO");
    expect(child.stdout).toBe("");
  });
});

describe("an embedded store that is damaged", () => {
  const wal = (dir: string) => readdirSync(join(dir, "postgres/pg_wal")).filter((name) => /^[0-9A-F]{24}$/.test(name));
  const damages: [string, string, (dir: string) => void][] = [
    ["whose control file is gone", "does not start", (dir) => rmSync(join(dir, "postgres/global/pg_control"))],
    [
      "whose control file is cut short",
      "does not start",
      (dir) => truncateSync(join(dir, "postgres/global/pg_control"), 100),
    ],
    [
      "whose log is overwritten",
      "could not locate a valid checkpoint record",
      (dir) => {
        for (const name of wal(dir)) writeFileSync(join(dir, "postgres/pg_wal", name), Buffer.alloc(1 << 20));
      },
    ],
    ["whose tables are gone", "does not start", (dir) => rmSync(join(dir, "postgres/base"), { recursive: true })],
    ["whose database is gone", "its database is gone", (dir) => rmSync(join(dir, "postgres"), { recursive: true })],
    ["that somebody else made", "not made by Tidegate", (dir) => rmSync(join(dir, "CREATED"))],
  ];
  for (const [name, why, damage] of damages) {
    it(`refuses one ${name}, says what to do, and leaves it unlocked`, async () => {
      const dir = copyOf(name.replaceAll(" ", "-"));
      damage(dir);
      for (const attempt of ["first", "second"]) {
        await expect(openPglite({ dir }), attempt).rejects.toMatchObject({
          code: "store_corrupt",
          message: expect.stringMatching(new RegExp(`${why}.*restore a backup`)),
        });
      }
      expect(process.exitCode).toBeUndefined();
    });
  }

  it("starts a creation over that was cut short: nothing was acknowledged from it", async () => {
    const dir = copyOf("half");
    rmSync(join(dir, "CREATED"));
    rmSync(join(dir, "postgres/global"), { recursive: true });
    writeFileSync(join(dir, "CREATING"), "");
    const store = await openPglite({ dir });
    expect(await store.read("read", (tx) => tx.count(control))).toBe(0);
    await store.close();
    expect(existsSync(join(dir, "CREATED"))).toBe(true);
    expect(existsSync(join(dir, "CREATING"))).toBe(false);
  });

  it("says so when the directory cannot be made", async () => {
    const file = join(root, "a-file");
    writeFileSync(file, "");
    await expect(openPglite({ dir: join(file, "store") })).rejects.toMatchObject({
      code: "store_unavailable",
      message: expect.stringContaining("a-file/store"),
    });
    expect(readFileSync(file, "utf8")).toBe("");
  });
});
