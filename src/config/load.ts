/** From a path to a TreasuryConfig: read, check the shape, resolve. Every failure is a ConfigError, exit code 2. */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createChecker } from "./checker.ts";
import type { OptionSchemas } from "./context.ts";
import { CONFIG_BYTES_MAX, type ConfigDocument, parseConfigText } from "./document.ts";
import { ConfigError, type ConfigErrorCode } from "./errors.ts";
import type { ConfigSources } from "./references.ts";
import { type Overrides, readOverrides, resolveConfig, resolveDataDir } from "./resolve.ts";
import type { ConfigFile } from "./schema.ts";
import { checkShape } from "./shape.ts";
import type { TreasuryConfig } from "./types.ts";

/** Longest file behind a `file:` reference. */
const REFERENCE_BYTES_MAX = 64 * 1024;

export interface LoadOptions {
  readonly env?: ConfigSources["env"];
  /** Flags of the command line; they win over the environment, which wins over the file. */
  readonly overrides?: Partial<Overrides>;
  /** The options of each type of venue, to check the file's against; without it they are left to the connectors. */
  readonly venue_options?: OptionSchemas;
  readonly price_options?: OptionSchemas;
}

/**
 * Reads, checks and resolves a configuration file.
 * @throws ConfigError with every problem, its place and a sentence
 * @example loadConfig("examples/sandbox/tidegate.yaml", { env: process.env })
 */
export function loadConfig(path: string, options: LoadOptions = {}): TreasuryConfig {
  const file = resolve(path);
  const { document, shape } = readShape(file);
  const sources: ConfigSources = { env: options.env ?? {}, readText };
  const checker = createChecker(file, document);
  const overrides = { ...readOverrides(sources.env, checker), ...definedOnly(options.overrides ?? {}) };
  const venue_options = options.venue_options ?? null;
  const price_options = options.price_options ?? null;
  const config = resolveConfig(shape, {
    base_dir: dirname(file),
    sources,
    checker,
    overrides,
    venue_options,
    price_options,
  });
  checker.finish();
  return config;
}

/** A sandbox's key files that its people refer to, so that they can be made before the configuration is resolved. */
export interface SandboxKeys {
  readonly data_dir: string;
  readonly keys: readonly { readonly person_id: string; readonly file: string }[];
}

/**
 * What must exist before `loadConfig` can resolve a sandbox; null for a configuration that is not one.
 * @throws ConfigError
 */
export function listSandboxKeys(path: string, options: LoadOptions = {}): SandboxKeys | null {
  const file = resolve(path);
  const { document, shape } = readShape(file);
  if (shape.sandbox === undefined) return null;
  const checker = createChecker(file, document);
  const overrides = { ...readOverrides(options.env ?? {}, checker), ...definedOnly(options.overrides ?? {}) };
  checker.finish();
  const data_dir = resolveDataDir(shape, dirname(file), overrides);
  const keys = shape.people.flatMap((person) =>
    person.keys
      .filter((key) => key.public_key.startsWith("file:"))
      .map((key) => ({ person_id: person.id, file: resolve(data_dir, key.public_key.slice("file:".length)) })),
  );
  return { data_dir, keys };
}

function readShape(file: string): { document: ConfigDocument; shape: ConfigFile } {
  const document = parseConfigText(file, readConfigText(file));
  const checker = createChecker(file, document);
  const shape = checkShape(document.value, checker);
  checker.finish();
  if (shape === null) throw failure(file, "config_syntax", "This file is empty.");
  return { document, shape };
}

function readConfigText(file: string): string {
  try {
    if (statSync(file).size > CONFIG_BYTES_MAX) throw failure(file, "config_too_large", "This file is too large.");
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (missing) throw failure(file, "config_not_found", "There is no such file; name one with -c FILE.", error);
    throw failure(file, "config_unreadable", "This file cannot be read.", error);
  }
}

function readText(path: string): string | null {
  try {
    return statSync(path).size > REFERENCE_BYTES_MAX ? null : readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function failure(file: string, code: ConfigErrorCode, message: string, cause?: unknown): ConfigError {
  return new ConfigError(file, [{ code, message, path: "", line: null, column: null }], cause);
}

function definedOnly<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Partial<T>;
}
