/** `doctor`: what a person would check first when something does not work. */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import type { TreasuryConfig } from "../../config/types.ts";
import { TidegateError } from "../../errors/index.ts";
import { createClient } from "../client.ts";
import { type CliContext, CONFIG_DEFAULT, loadConfig, type Register, verb, withJson } from "../command.ts";
import type { DoctorCheck } from "../composition.ts";
import { CliError } from "../errors.ts";
import { answer } from "../output.ts";

const NODE_MIN = [22, 18] as const;

interface DoctorFlags {
  readonly config: string;
  readonly json?: boolean;
  readonly token?: string;
}

export const registerDoctor: Register = (program, context) => {
  const command = verb("doctor", "Check Node, configuration, data directory, store, venues and port", [
    "doctor -c tidegate.yaml",
  ])
    .option("-c, --config <file>", "configuration", CONFIG_DEFAULT)
    .option("--token <token>", "bearer token, when a running daemon has to be asked");
  program.addCommand(withJson(command).action((flags: DoctorFlags) => doctor(flags, context)));
};

async function doctor(flags: DoctorFlags, context: CliContext): Promise<void> {
  const checks = [nodeCheck(process.versions.node), ...(await configChecks(flags, context))];
  const ok = checks.every((check) => check.ok);
  answer(context.io, flags.json, { ok, checks }, (report) =>
    report.checks.map((check) => `${check.ok ? "ok  " : "FAIL"}  ${check.name.padEnd(16)}  ${check.detail}\n`).join(""),
  );
  if (!ok) throw new CliError("doctor_found_problems", "Something is wrong; see the lines marked FAIL.");
}

async function configChecks(flags: DoctorFlags, context: CliContext): Promise<DoctorCheck[]> {
  let config: TreasuryConfig;
  try {
    config = await loadConfig(flags.config, context);
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return [{ name: "configuration", ok: false, detail: `${error.code}: ${error.message}` }];
  }
  const checks = [
    {
      name: "configuration",
      ok: true,
      detail: `${flags.config}: ${config.wallets.length} wallets, mode ${config.mode}`,
    },
    dataCheck(config),
  ];
  const running = await daemonCheck(config, flags, context);
  // A running daemon holds the store and the venues; its own readiness is the better witness.
  if (running !== null) return [...checks, ...running];
  const daemon = { name: "daemon", ok: true, detail: `none on ${config.api.host}:${config.api.port}` };
  return [...checks, daemon, ...(await context.composition.inspect(config))];
}

function nodeCheck(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const ok = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  return { name: "node", ok, detail: ok ? version : `${version}; Tidegate needs ${NODE_MIN.join(".")} or newer` };
}

function dataCheck({ store }: TreasuryConfig): DoctorCheck {
  const { data_dir } = store;
  const existing = existsSync(data_dir) ? data_dir : nearest(data_dir);
  try {
    accessSync(existing, constants.W_OK);
    return { name: "data directory", ok: true, detail: data_dir };
  } catch {
    return { name: "data directory", ok: false, detail: `${existing} cannot be written` };
  }
}

function nearest(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) || parent === path ? parent : nearest(parent);
}

/** Null when no daemon answers. */
async function daemonCheck(
  config: TreasuryConfig,
  flags: DoctorFlags,
  { io }: CliContext,
): Promise<DoctorCheck[] | null> {
  const client = createClient({ token: flags.token, config }, io);
  try {
    const health = await client.get<{ checks: DoctorCheck[] }>("/readyz");
    return [{ name: "daemon", ok: true, detail: `ready at ${client.url}` }, ...health.checks];
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    if (error.code === "daemon_unreachable") return null;
    return [{ name: "daemon", ok: false, detail: `${client.url}: ${error.message}` }];
  }
}
