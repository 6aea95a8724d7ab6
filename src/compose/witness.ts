/** A witness for other machines' logs, with a key of its own that is made with its first start. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseVerifierKey, witnessKey } from "../audit/index.ts";
import type { RunningWitness, WitnessOptions } from "../cli/index.ts";
import { TidegateError } from "../errors/index.ts";
import { ed25519SignerFromFile, generateKeyFile, startWitness as listen } from "../system/index.ts";

const KEY_FILE = "witness.json";

/** @throws AuditError audit_note_malformed for a log's key that is none; TidegateError for a key file that cannot be used */
export async function startWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { data_dir, name } = options;
  for (const log of options.logs) parseVerifierKey(log);
  await mkdir(data_dir, { recursive: true, mode: 0o700 });
  const signer = await ownKey(join(data_dir, KEY_FILE));
  const server = await listen({ ...options, signer, now: Date.now });
  return { url: server.url, key: witnessKey(name, signer.public_key), close: () => server.close() };
}

async function ownKey(path: string) {
  try {
    await generateKeyFile(path);
  } catch (error) {
    // Made by an earlier start.
    if (!(error instanceof TidegateError && error.code === "key_exists")) throw error;
  }
  return ed25519SignerFromFile(path);
}
