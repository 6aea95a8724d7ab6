/** `check` and `policy check`: is the configuration right, and what did it come to. */

import { stringify } from "yaml";
import { describeConfig } from "../../config/index.ts";
import { type CliContext, CONFIG_DEFAULT, loadConfig, type Register, verb, withJson } from "../command.ts";
import { answer } from "../output.ts";

interface CheckFlags {
  readonly config: string;
  readonly json?: boolean;
}

export const registerCheck: Register = (program, context) => {
  const command = verb("check", "Check a configuration and print what it came to, without its secrets", [
    "check -c tidegate.yaml",
    "check -c tidegate.yaml --json",
  ]).option("-c, --config <file>", "configuration", CONFIG_DEFAULT);
  program.addCommand(withJson(command).action((flags: CheckFlags) => check(flags, context)));
};

export async function check(flags: CheckFlags, context: CliContext): Promise<void> {
  const config = await loadConfig(flags.config, context);
  // Through JSON, so that people and programs are shown the same.
  const plain = JSON.parse(JSON.stringify(describeConfig(config), asText)) as unknown;
  answer(context.io, flags.json, plain, (value) => stringify(value, { lineWidth: 120 }));
  context.io.err(`${flags.config}: no problem found.\n`);
}

function asText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
