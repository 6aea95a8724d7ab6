/** `audit witness`: signs the checkpoints of other machines' logs, each only when it continues the one before. */
import type { Command } from "commander";
import { type CliContext, verb, withJson } from "../command.ts";
import { CliError } from "../errors.ts";
import { fields } from "../output.ts";
import { parsePort } from "./run.ts";

interface WitnessFlags {
  readonly data: string;
  readonly name: string;
  readonly log: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly json?: boolean;
}

const PORT_DEFAULT = 8_421;

export function auditWitnessCommand(context: CliContext): Command {
  const command = verb("witness", "Sign the checkpoints of other machines' logs, each only if it continues the last", [
    "audit witness --data ./witness --name witness.example --log 'tidegate/acme+1a2b3c4d+AS...' --host 0.0.0.0",
  ])
    .requiredOption("--data <dir>", "its key and what it signed last; one process has it")
    .requiredOption("--name <name>", "how it signs: no spaces and no plus")
    .requiredOption("--log <key>", "verifier key of a log it signs for; more than once for several", collect)
    .option("--host <host>", "address to listen on; beyond this machine put TLS before it", "127.0.0.1")
    .option("--port <port>", "port to listen on", parsePort, PORT_DEFAULT);
  return withJson(command).action((flags: WitnessFlags) => run(flags, context));
}

async function run(flags: WitnessFlags, { io, composition }: CliContext): Promise<void> {
  const { data: data_dir, name, log: logs, host, port } = flags;
  if (/[\s+]/.test(name) || name === "") throw new CliError("usage", "The name of a witness has no space and no plus.");
  const stopping = io.untilSignal();
  const { url, key, close } = await composition.startWitness({ data_dir, name, logs, host, port });
  const started = { event: "listening", url, key };
  const told = fields([
    ["listens", url],
    ["key", key],
  ]);
  io.out(flags.json === true ? `${JSON.stringify(started)}\n` : told);
  await stopping;
  await close();
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
