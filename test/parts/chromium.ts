/** A real Chromium for the browser tests: named by the environment, found on the machine, or installed where that is allowed. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const INSTALL_TIMEOUT_MS = 240_000;

/** What the tests need and nothing that talks to the outside. */
export const CHROMIUM_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--force-color-profile=srgb",
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** First of `names` on `path`, a PATH-like list; null when there is none. */
export function findOnPath(names: readonly string[], path: string): string | null {
  for (const name of names) {
    for (const dir of path.split(delimiter)) {
      const file = join(dir, name);
      if (dir !== "" && isExecutable(file)) return file;
    }
  }
  return null;
}

/**
 * @returns the executable's path
 * @throws Error that says what to install
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.TIDEGATE_CHROMIUM;
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`TIDEGATE_CHROMIUM names "${named}", which cannot be run. Point it at a Chromium or unset it.`);
  }
  const found = findOnPath(NAMES, env.PATH ?? "") ?? installed(env);
  if (found) return found;
  throw new Error(
    "The browser tests need Chromium. Install it (Debian: apt-get install chromium) or set TIDEGATE_CHROMIUM to its path.",
  );
}

/** Installs Debian's Chromium where this process may; null where it may not or where that failed. */
function installed(env: NodeJS.ProcessEnv): string | null {
  const apt = findOnPath(["apt-get"], env.PATH ?? "");
  if (apt === null || process.getuid?.() !== 0) return null;
  const options = {
    env: { ...env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: "ignore",
    timeout: INSTALL_TIMEOUT_MS,
  } as const;
  spawnSync(apt, ["update", "-q"], options);
  spawnSync(apt, ["install", "-y", "-q", "--no-install-recommends", "chromium"], options);
  return findOnPath(NAMES, env.PATH ?? "");
}

/** A browser with a fresh profile; the caller closes it. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS, headless: true });
}
