/**
 * What a fresh clone needs before TypeScript can run, in plain JavaScript that old Nodes understand: the dependencies as
 * locked, a Node new enough to run TypeScript, and the built terminal. Each part is done only when it is missing or out of date.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_MIN = [22, 18];
const INSTALLED_MARK = join(ROOT, "node_modules", ".tidegate-lock");
/** Compiled sources, by their content: the second start takes half the time. As safe as the code, which lies beside it. */
const COMPILE_CACHE = join(ROOT, "node_modules", ".cache", "compile");
const WEB_MARK = join(ROOT, "web", "dist", ".built-from");
/** Everything the terminal is built from. */
const WEB_SOURCES = ["web/src", "web/index.html", "web/vite.config.ts", "web/package.json", "package-lock.json"];

/** Installs the locked dependencies unless exactly this lockfile is installed already. */
export function ensureDependencies() {
  const lock = digestOfFiles(["package-lock.json", "package.json"]);
  if (existsSync(INSTALLED_MARK) && readFileSync(INSTALLED_MARK, "utf8") === lock) return;
  say("Installing dependencies (npm ci) ...");
  // npm warns that the machine's Node is older than some packages ask for; they run on the Node this install brings.
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const done = spawnSync(
    npm[0],
    [...npm.slice(1), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      cwd: ROOT,
      stdio: ["ignore", 2, 2],
    },
  );
  if (done.status !== 0)
    fail(
      "setup_install_failed",
      "npm ci failed; see its message above. Check that this machine reaches an npm registry.",
    );
  writeFileSync(INSTALLED_MARK, lock);
}

/** A Node that runs TypeScript: this one when it is new enough, else the one among the dependencies. */
export function pickNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const own = join(ROOT, "node_modules", ".bin", "node");
  if (existsSync(own)) return own;
  return fail(
    "node_too_old",
    `Tidegate needs Node ${NODE_MIN.join(".")} or newer; this is ${process.versions.node}, and no newer one comes as a package for ${process.platform}-${process.arch}. Install Node 24.`,
  );
}

/** Builds the terminal when its sources changed since the last build. */
export function ensureWeb(node) {
  const sources = digestOfFiles(WEB_SOURCES);
  if (existsSync(WEB_MARK) && readFileSync(WEB_MARK, "utf8") === sources) return;
  say("Building the terminal ...");
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  const done = spawnSync(node, [vite, "build", "--logLevel", "warn"], {
    cwd: join(ROOT, "web"),
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) fail("setup_web_failed", "The terminal could not be built; see the message above.");
  mkdirSync(dirname(WEB_MARK), { recursive: true });
  writeFileSync(WEB_MARK, sources);
}

/** Runs `node args...` in the foreground, hands signals on, resolves with its exit code. */
export function runNode(node, args, env = {}) {
  const child = spawn(node, args, {
    cwd: process.cwd(),
    stdio: "inherit",
    env: {
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...process.env,
      ...env,
      PATH: `${join(ROOT, "node_modules", ".bin")}:${process.env.PATH ?? ""}`,
    },
  });
  // A terminal's Ctrl-C reaches the whole process group; a signal sent to this process alone does not.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1)));
    child.on("error", (error) => fail("setup_node_failed", `Cannot start ${node}: ${error.message}`));
  });
}

export function say(message) {
  process.stderr.write(`${message}\n`);
}

function fail(code, message) {
  say(`${code}: ${message}`);
  process.exit(1);
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
}

function digestOfFiles(paths) {
  const hash = createHash("sha256");
  for (const path of paths) addToDigest(hash, path);
  return hash.digest("hex");
}

function addToDigest(hash, path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return;
  if (statSync(full).isDirectory()) {
    for (const name of readdirSync(full).sort()) addToDigest(hash, join(path, name));
    return;
  }
  hash.update(path).update("\0").update(readFileSync(full)).update("\0");
}
