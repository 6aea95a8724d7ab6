/** Secrets and keys by reference: `env:NAME`, `file:path`. A secret written into the file itself is refused. */
import { resolve } from "node:path";
import type { Checker } from "./checker.ts";
import type { Path } from "./document.ts";

/** What the loader may read, so that tests bring their own. */
export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file; null when there is none. */
  readText(path: string): string | null;
}

export interface ReferenceContext {
  readonly sources: ConfigSources;
  /** Where `file:` paths start. */
  readonly base_dir: string;
  readonly checker: Checker;
}

const SECRET_KEY = /secret|passw|passphrase|private_key|master_key|mnemonic|api_key|(^|_)token$/i;

export function isReference(text: string): boolean {
  return /^(env|file):/.test(text);
}

/** Text behind a reference; text without a prefix is itself. Null after a problem was reported. */
export function readReference(text: string, path: Path, context: ReferenceContext): string | null {
  if (text.startsWith("env:")) return readEnv(text.slice(4), path, context);
  if (text.startsWith("file:")) return readFile(text.slice(5), path, context);
  return text;
}

/** As `readReference`, and the value must not be written into the file. */
export function readSecret(text: string, path: Path, context: ReferenceContext): string | null {
  if (isReference(text)) return readReference(text, path, context);
  context.checker.problem(
    path,
    "config_secret_inline",
    `"${String(path.at(-1))}" is a secret; write env:NAME or file:path instead of the secret itself.`,
  );
  return null;
}

/** Resolves every reference inside connector options, however deep. */
export function readOptions(value: unknown, path: Path, context: ReferenceContext): unknown {
  if (typeof value === "string") {
    const secret = SECRET_KEY.test(String(path.at(-1)));
    return secret ? readSecret(value, path, context) : readReference(value, path, context);
  }
  if (Array.isArray(value)) return value.map((item, at) => readOptions(item, [...path, at], context));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, readOptions(item, [...path, key], context)]),
    );
  }
  return value;
}

/** Paths of the options that are written as references, like `executor` or `coins.0.xprv`: whatever is behind them may be a secret. */
export function referencesIn(value: unknown, path: Path = []): readonly string[] {
  if (typeof value === "string") return isReference(value) ? [path.join(".")] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) => referencesIn(item, [...path, key]));
}

/** The name of an option says that its value is a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_KEY.test(name);
}

function readEnv(name: string, path: Path, { sources, checker }: ReferenceContext): string | null {
  const value = sources.env[name];
  if (value !== undefined && value !== "") return value;
  checker.problem(path, "config_secret_missing", `The environment variable ${name} is not set.`);
  return null;
}

function readFile(name: string, path: Path, { sources, base_dir, checker }: ReferenceContext): string | null {
  const file = resolve(base_dir, name);
  const text = sources.readText(file)?.trim();
  if (text !== undefined && text !== "") return text;
  checker.problem(path, "config_secret_missing", `The file ${file} is missing or empty.`);
  return null;
}
