/**
 * A real Bitcoin node without installing one. Debian stable carries none; Debian's rolling release has Bitcoin Knots, whose
 * RPC interface is that of Bitcoin Core. Its packages are fetched by apt into a directory of our own, with lists, cache and
 * package state of its own, so nothing of the system is touched and no rights are needed; apt checks their signatures.
 * The programs want a newer C library than the system's, so the packages of the libraries are unpacked beside them, and the
 * programs are started through the loader that came with those.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalChainError } from "../chain/index.ts";

const PACKAGE = "bitcoin-knots";
const MIRROR = "http://deb.debian.org/debian";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const FETCH_LIMIT_MS = 240_000;
/** What the node needs of the closure: itself and shared libraries. */
const WANTED = /^(?:bitcoin-knots|lib[a-z]|zlib1g)/;

/** What was unpacked, kept beside it. */
export interface NodePackage {
  readonly package: string;
  readonly version: string;
  /** Of the package with the node's programs. */
  readonly sha256: string;
}

/**
 * Fetches and unpacks into `directory`, which appears only when it is complete.
 * @throws LocalChainError chain_tool_missing
 */
export function fetchPackages(directory: string): NodePackage {
  const work = `${directory}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  try {
    const debs = download(work);
    const root = join(work, "root");
    mkdirSync(root);
    for (const deb of debs) run("dpkg-deb", ["-x", deb, root]);
    const main = debs.find((deb) => deb.includes(`/${PACKAGE}_`));
    if (main === undefined) throw missing("the package is not there");
    const fetched = {
      package: PACKAGE,
      version: /_([^_]+)_/.exec(main)?.[1] ?? "unknown",
      sha256: createHash("sha256").update(readFileSync(main)).digest("hex"),
    };
    writeFileSync(join(work, "package.json"), `${JSON.stringify(fetched)}\n`);
    rmSync(join(work, "apt"), { recursive: true, force: true });
    // Two processes may fetch at once; whoever is second finds the directory there and is content.
    if (!existsSync(directory)) renameSync(work, directory);
    return fetched;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function download(work: string): string[] {
  const apt = join(work, "apt");
  const archives = join(apt, "cache", "archives");
  for (const dir of [join(apt, "lists", "partial"), join(archives, "partial")]) mkdirSync(dir, { recursive: true });
  writeFileSync(join(apt, "status"), "");
  writeFileSync(join(apt, "sources.list"), `deb [signed-by=${KEYRING}] ${MIRROR} sid main\n`);
  const config = join(apt, "apt.conf");
  writeFileSync(config, aptConfig(apt));
  const env = { ...process.env, APT_CONFIG: config, DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["update", "-q"], env);
  run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "--download-only", PACKAGE], env);
  return readdirSync(archives)
    .filter((name) => name.endsWith(".deb") && WANTED.test(name))
    .map((name) => join(archives, name));
}

function aptConfig(apt: string): string {
  const settings: Record<string, string> = {
    "Dir::Etc::sourcelist": join(apt, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::State::lists": join(apt, "lists"),
    "Dir::State::status": join(apt, "status"),
    "Dir::Cache": join(apt, "cache"),
    "Dir::Log": apt,
    "Debug::NoLocking": "true",
    "APT::Sandbox::User": "",
    "Acquire::Languages": "none",
    "Acquire::Retries": "2",
    "Acquire::http::Timeout": "20",
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} "${value}";\n`)
    .join("");
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  const done = spawnSync(program, args, { env, encoding: "utf8", timeout: FETCH_LIMIT_MS });
  if (done.status === 0) return;
  const why = (done.stderr || String(done.error ?? `it ended with ${done.status}`)).trim().slice(-300);
  throw missing(`${program} ${args[0] ?? ""} failed: ${why}`);
}

function missing(why: string): LocalChainError {
  return new LocalChainError(
    "chain_tool_missing",
    `The local Bitcoin chain needs bitcoind 28 or newer, and ${PACKAGE} could not be fetched from Debian (${why}). Install it (Bitcoin Core or Knots) or set TIDEGATE_BITCOIND to its path.`,
  );
}
