/** The keys of this installation: the log's, made at the first start, and the people's of a sandbox. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { listSandboxKeys } from "../config/index.ts";
import { TidegateError } from "../errors/index.ts";
import type { Signer } from "../ports/index.ts";
import { ensurePeopleKeys } from "../sandbox/index.ts";
import { ed25519SignerFromFile, ed25519SignerFromSeed, generateKeyFile } from "../system/index.ts";

/** The key under which checkpoints of the audit log are signed. @throws TidegateError data_dir_unwritable, key_malformed */
export async function logSigner(data_dir: string): Promise<Signer> {
  const path = join(data_dir, "keys", "log.json");
  await writeIn(data_dir, async () => {
    if (existsSync(path)) return;
    mkdirSync(join(data_dir, "keys"), { recursive: true, mode: 0o700 });
    await generateKeyFile(path);
  });
  return ed25519SignerFromFile(path);
}

/** Null before the first start. @throws TidegateError key_malformed */
export async function findLogSigner(data_dir: string): Promise<Signer | null> {
  const path = join(data_dir, "keys", "log.json");
  return existsSync(path) ? ed25519SignerFromFile(path) : null;
}

/** For a plan, which signs nothing that is kept. */
export function throwawaySigner(): Signer {
  return ed25519SignerFromSeed("00".repeat(32));
}

/**
 * A sandbox's configuration refers to its people's public keys: they must exist before it can be read.
 * @throws TidegateError data_dir_unwritable; ConfigError
 */
export async function ensureSandboxKeys(path: string, options: Parameters<typeof listSandboxKeys>[1]): Promise<void> {
  const sandbox = listSandboxKeys(path, options);
  if (sandbox === null) return;
  const people = sandbox.keys.map((key) => key.person_id);
  const files = { generate: generateKeyFile, load: ed25519SignerFromFile };
  await writeIn(sandbox.data_dir, () => ensurePeopleKeys(sandbox.data_dir, people, files));
}

/** What the system refuses of a directory, in a sentence about the directory. */
async function writeIn(data_dir: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TidegateError || !("code" in error)) throw error;
    const message = `The data directory ${data_dir} cannot be made or written (${String(error.code)}). Check its path and its owner, or name another with --data.`;
    throw new TidegateError("unavailable", "data_dir_unwritable", message, { data_dir }, error);
  }
}
