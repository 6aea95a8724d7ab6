import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fileWitness } from "./file_witness.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tidegate-witness-"));
});
afterAll(() => rm(dir, { recursive: true }));

const checkpoint = (size: number) => ({ note: `tidegate/t\n${size}\nroot\n\n— tidegate/t AAAAAAAA\n`, frontier: null });

const prove = async () => [];

it("keeps the newest checkpoint, whole, and nothing beside it", async () => {
  const path = join(dir, "kept.json");
  const witness = fileWitness("elsewhere", path);
  expect(await witness.latest()).toBeNull();
  for (const size of [1, 2]) {
    await witness.publish(checkpoint(size), { aside: false, prove });
    expect(await witness.latest()).toEqual(checkpoint(size));
  }
  expect((await readdir(dir)).filter((name) => name.startsWith("kept"))).toEqual(["kept.json"]);
});

it("keeps aside what was accepted as lost", async () => {
  const path = join(dir, "lost.json");
  const witness = fileWitness("elsewhere", path);
  await witness.publish(checkpoint(9), { aside: false, prove });
  const before = await readFile(path, "utf8");
  await witness.publish(checkpoint(5), { aside: true, prove });
  expect(await witness.latest()).toEqual(checkpoint(5));
  const [kept] = (await readdir(dir)).filter((name) => name.startsWith("lost.json.lost-"));
  expect(await readFile(join(dir, kept ?? ""), "utf8")).toBe(before);
});

it("says so when its directory is gone or its file is something else: neither is a first start", async () => {
  const unmounted = fileWitness("elsewhere", join(dir, "not-mounted", "file"));
  await expect(unmounted.latest()).rejects.toMatchObject({ code: "ENOENT" });
  await expect(unmounted.publish(checkpoint(1), { aside: false, prove })).rejects.toMatchObject({ code: "ENOENT" });
  await writeFile(join(dir, "other"), "something else");
  await expect(fileWitness("elsewhere", join(dir, "other")).latest()).rejects.toMatchObject({
    code: "audit_note_malformed",
  });
});
