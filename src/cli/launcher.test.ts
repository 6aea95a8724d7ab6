/** `./tidegate` finds a Node that is new enough, or says that there is none. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "tidegate-launcher-"));
  cpSync("tidegate", join(root, "tidegate"));
  mkdirSync(join(root, "src"));
  writeFileSync(join(root, "src", "main.ts"), "process.stdout.write(process.argv.slice(2).join(' '))");
  writeFileSync(join(root, "package.json"), '{"type":"module"}');
  fakeNode(join(root, "old"), "exit 1");
});
afterAll(() => rmSync(root, { recursive: true }));

/** A `node` that is too old: every check of its version fails. */
function fakeNode(dir: string, script: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "node"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, "node"), 0o755);
}

const launch = (path: string, command = join(root, "tidegate")) =>
  spawnSync(command, ["plan", "--json"], { encoding: "utf8", env: { PATH: path } });

it("says what to do before anything is installed", () => {
  expect(launch("/usr/bin:/bin")).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^not_installed: .*npm ci/),
  });
});

it("says that Node is too old when no newer one is installed", () => {
  mkdirSync(join(root, "node_modules", ".bin"), { recursive: true });
  expect(launch(`${join(root, "old")}:/usr/bin:/bin`)).toMatchObject({
    status: 1,
    stdout: "",
    stderr: expect.stringMatching(/^node_too_old: Tidegate needs Node 22\.18/),
  });
});

it("takes the one among the dependencies where the machine's is too old, and follows links", () => {
  symlinkSync(process.execPath, join(root, "node_modules", ".bin", "node"));
  const link = join(root, "link");
  symlinkSync(join(root, "tidegate"), link);
  for (const command of [join(root, "tidegate"), link]) {
    expect(launch(`${join(root, "old")}:/usr/bin:/bin`, command)).toMatchObject({ status: 0, stdout: "plan --json" });
  }
});

it("prefers the machine's own where it is new enough", () => {
  rmSync(join(root, "node_modules", ".bin", "node"));
  expect(launch(`${dirname(process.execPath)}:/usr/bin:/bin`)).toMatchObject({ status: 0, stdout: "plan --json" });
});

it("keeps compiled sources beside the code, unless it is told where", () => {
  writeFileSync(join(root, "src", "main.ts"), "process.stdout.write(process.env.NODE_COMPILE_CACHE ?? '')");
  const path = `${dirname(process.execPath)}:/usr/bin:/bin`;
  expect(launch(path).stdout).toBe(join(realpathSync(root), "node_modules", ".cache", "compile"));
  const elsewhere = { encoding: "utf8", env: { PATH: path, NODE_COMPILE_CACHE: join(root, "cache") } } as const;
  expect(spawnSync(join(root, "tidegate"), [], elsewhere).stdout).toBe(join(root, "cache"));
});

it("ends quietly when nobody reads its output any more", () => {
  const { stdout, stderr } = spawnSync("bash", ["-c", "set -o pipefail; ./tidegate --help | true; echo $?"], {
    encoding: "utf8",
  });
  expect({ stdout, stderr }).toEqual({ stdout: "0\n", stderr: "" });
});

it("starts a command without the rooms that only the daemon needs", () => {
  const hook = `import { registerHooks } from "node:module";
    const rooms = new Set();
    registerHooks({ load: (url, context, next) => (rooms.add(/\\/src\\/(\\w+)\\//.exec(url)?.[1]), next(url, context)) });
    process.on("exit", () => process.stderr.write([...rooms].join(" ")));`;
  const args = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`, "src/main.ts", "--version"];
  const { stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const loaded = stderr.split(" ");
  expect(status).toBe(0);
  expect(loaded).toContain("cli");
  expect(loaded.filter((room) => ["api", "daemon", "sandbox", "simulate", "system", "venues"].includes(room))).toEqual(
    [],
  );
});
