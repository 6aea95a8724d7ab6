/** What every command is given, and the options they share. */
import { Command } from "commander";
import type { TreasuryConfig } from "../config/types.ts";
import { type Client, createClient } from "./client.ts";
import type { Composition, RunOptions } from "./composition.ts";
import type { Io } from "./io.ts";

export interface CliContext {
  readonly composition: Composition;
  readonly io: Io;
}

/** Adds a verb to the program. */
export type Register = (program: Command, context: CliContext) => void;

export interface RemoteOptions {
  readonly url?: string;
  readonly token?: string;
  readonly config?: string;
  readonly json?: boolean;
}

export const CONFIG_DEFAULT = "tidegate.yaml";

/** Of verbs that compute by themselves, and ask a daemon where one is named or holds the data directory. */
export const ASKED_URL = "ask this running daemon, instead of computing from the configuration";
export const ASKED_TOKEN =
  "bearer token, when a running daemon is asked: env:NAME, file:path or the token itself (default: TIDEGATE_TOKEN)";

/** A verb with its examples on top of its help. */
export function verb(name: string, summary: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ ./tidegate ${example}`).join("\n");
  return new Command(name)
    .description(summary)
    .addHelpText("before", `Examples:\n${lines}\n`)
    .showHelpAfterError("Run with --help for examples.");
}

/** Options of a verb that asks a running daemon. */
export function withRemote(command: Command): Command {
  return withJson(command)
    .option("--url <url>", "the daemon (default: TIDEGATE_URL, the configuration's address, or http://127.0.0.1:8420)")
    .option("--token <token>", "bearer token: env:NAME, file:path or the token itself (default: TIDEGATE_TOKEN)")
    .option("-c, --config <file>", "configuration whose address is asked");
}

export function withJson(command: Command): Command {
  return command.option("--json", "print JSON");
}

export async function clientOf(options: RemoteOptions, { composition, io }: CliContext): Promise<Client> {
  const config = options.config === undefined ? null : await composition.loadConfig(options.config, {});
  return createClient({ url: options.url, token: options.token, config }, io);
}

export function loadConfig(
  path: string | undefined,
  context: CliContext,
  run: RunOptions = {},
): Promise<TreasuryConfig> {
  return context.composition.loadConfig(path ?? CONFIG_DEFAULT, run);
}
