/** The key files that examples/evm-safe/tidegate.yaml refers to, readable by their owner alone. A foreign file is never replaced. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateKeyFile } from "../../system/index.ts";
import { type AccountName, localAccount, OWNER_NAMES, privateKeyOf } from "./accounts.ts";
import { LocalChainError } from "./errors.ts";

/** @param dir made when missing */
export async function writeKeyFiles(dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeChainKey(dir, "hot", "secp256k1");
  writeChainKey(dir, "executor", "secp256k1");
  for (const owner of OWNER_NAMES) {
    writeChainKey(dir, owner, "eip712_safe");
    await writeVoteKey(dir, owner);
  }
}

function writeChainKey(dir: string, name: AccountName, scheme: "secp256k1" | "eip712_safe"): void {
  const key = { scheme, address: localAccount(name).address, private_key: privateKeyOf(name) };
  writeSecret(join(dir, `${name}.json`), key);
}

/** Once, as JSON. @throws LocalChainError where the file holds something else */
export function writeSecret(path: string, key: unknown): void {
  const text = `${JSON.stringify(key)}\n`;
  if (!existsSync(path)) {
    writeFileSync(path, text, { mode: 0o600, flag: "wx" });
    return;
  }
  if (readFileSync(path, "utf8") === text) return;
  const message = `${path} holds another key than the local chain's; move it away, it is not replaced.`;
  throw new LocalChainError("chain_demo_failed", message, { path });
}

/** Ed25519, for denials and for leaving the frozen mode. */
export async function writeVoteKey(dir: string, owner: string): Promise<void> {
  const [secret, open] = [join(dir, `${owner}.vote.json`), join(dir, `${owner}.vote.pub`)];
  if (existsSync(secret) && existsSync(open)) return;
  const { public_key } = await generateKeyFile(secret);
  writeFileSync(open, `${public_key}\n`, { mode: 0o644 });
}
