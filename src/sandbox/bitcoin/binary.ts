/** Which `bitcoind` to run: named by the environment, found on the machine, or fetched once into the user's cache. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalChainError } from "../chain/index.ts";
import { fetchPackages, type NodePackage } from "./packages.ts";

/** Changes when what is unpacked changes. */
const LAYOUT = "bitcoind-1";

export interface NodeProgram {
  readonly command: string;
  /** Before the node's own arguments. */
  readonly args: readonly string[];
  /** Null for a node of the machine. */
  readonly from: NodePackage | null;
}

/**
 * @throws LocalChainError chain_tool_missing, with what to install
 * @example const { command, args } = findBitcoind();
 */
export function findBitcoind(env: NodeJS.ProcessEnv = process.env): NodeProgram {
  const named = env.TIDEGATE_BITCOIND;
  if (named) {
    if (isExecutable(named)) return { command: named, args: [], from: null };
    throw new LocalChainError(
      "chain_tool_missing",
      `TIDEGATE_BITCOIND names "${named}", which cannot be run. Point it at a bitcoind or unset it.`,
    );
  }
  const installed = (env.PATH ?? "")
    .split(delimiter)
    .map((dir) => join(dir, "bitcoind"))
    .find(isExecutable);
  if (installed !== undefined) return { command: installed, args: [], from: null };
  const directory = join(cacheDirectory(env), LAYOUT);
  if (!existsSync(directory)) fetchPackages(directory);
  return unpackedProgram(directory);
}

function unpackedProgram(directory: string): NodeProgram {
  const root = join(directory, "root");
  const lib = join(root, "usr", "lib");
  const libraries = readdirSync(lib)
    .map((name) => join(lib, name))
    .find((dir) => loaderIn(dir) !== null);
  const loader = libraries === undefined ? null : loaderIn(libraries);
  if (libraries === undefined || loader === null) {
    throw new LocalChainError("chain_tool_missing", `${directory} holds no loader; remove it and start again.`);
  }
  const args = ["--library-path", libraries, join(root, "usr", "bin", "bitcoind")];
  const works = spawnSync(loader, [...args, "-version"], { encoding: "utf8" });
  if (works.status !== 0) {
    const why = works.stderr.trim().slice(-300);
    throw new LocalChainError("chain_tool_missing", `The fetched bitcoind does not run: ${why}. Remove ${directory}.`);
  }
  const from = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as NodePackage;
  return { command: loader, args, from };
}

function loaderIn(dir: string): string | null {
  try {
    const name = readdirSync(dir).find((file) => /^ld-linux.*\.so\.\d$/.test(file));
    return name === undefined ? null : join(dir, name);
  } catch {
    return null;
  }
}

/** The first that can be written. */
function cacheDirectory(env: NodeJS.ProcessEnv): string {
  const candidates = [
    join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "tidegate"),
    join(tmpdir(), "tidegate-cache"),
  ];
  for (const dir of candidates) {
    try {
      mkdirSync(dir, { recursive: true });
      accessSync(dir, constants.W_OK);
      return dir;
    } catch {
      // The next one.
    }
  }
  throw new LocalChainError("chain_tool_missing", `Nothing can be kept in ${candidates.join(" or ")}.`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
