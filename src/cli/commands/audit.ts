/** `audit export` writes the log for outsiders; `audit verify` checks one with nothing but a public key. */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import {
  parseJsonl,
  parseTrusted,
  type VerifyProblem,
  type VerifyReport,
  verifyCheckpoint,
  verifyLog,
} from "../../audit/index.ts";
import {
  type CliContext,
  clientOf,
  loadConfig,
  type Register,
  type RemoteOptions,
  verb,
  withJson,
  withRemote,
} from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, fields } from "../output.ts";
import { queryOf } from "../query.ts";
import { auditWitnessCommand } from "./audit_witness.ts";

interface ExportFlags extends RemoteOptions {
  readonly format: string;
  readonly type?: string;
  readonly kind?: string;
}

interface VerifyFlags {
  readonly key?: string;
  readonly witness?: readonly string[];
  readonly config?: string;
  readonly required?: number;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

export const registerAudit: Register = (program, context) => {
  const command = verb("audit", "Export the audit log, or verify an exported one", [
    "audit export --format csv > audit.csv",
    "audit export > audit.jsonl",
    "audit verify audit.jsonl --key 'tidegate/acme+1a2b3c4d+AS...'",
  ]);
  command.addCommand(
    withRemote(verb("export", "Write the log to stdout", ["audit export > audit.jsonl"]))
      .option("--format <format>", "jsonl (the signed log), csv or json", "jsonl")
      .option("--type <type>", "Manual, Auto-Pilot, Stress test or Emergency (csv and json)")
      .option("--kind <kind>", "only events of this kind (csv and json)")
      .action((flags: ExportFlags) => exportLog(flags, context)),
  );
  command.addCommand(
    withJson(
      verb("verify", "Verify a signed log (jsonl)", [
        "audit verify audit.jsonl --key 'tidegate/acme+...'",
        "audit verify audit.jsonl --key 'tidegate/acme+...' --witness 'witness.example+...' --required 1",
      ]),
    )
      .argument("<file>", "exported log, or a checkpoint alone")
      .option("--key <key>", "the treasury's verifier key, from somebody you trust")
      .option("--witness <key>", "key of a witness that you trust; more than once for several", collect)
      .option("-c, --config <file>", "take the witnesses that this configuration names")
      .option(
        "--required <n>",
        "witnesses that must have signed the last checkpoint; default: all that are named",
        parseCount,
      )
      .option("--verbose", "every problem on a line of its own")
      .action((file: string, flags: VerifyFlags) => verify(file, flags, context)),
  );
  command.addCommand(auditWitnessCommand(context));
  program.addCommand(command);
};

async function exportLog(flags: ExportFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { format, type, kind } = flags;
  for await (const chunk of await client.stream(`/v1/audit/export${queryOf({ format, type, kind })}`)) {
    context.io.out(chunk);
  }
}

async function verify(file: string, flags: VerifyFlags, context: CliContext): Promise<void> {
  const { io, composition } = context;
  const { verifier } = composition;
  const witnesses = await witnessesOf(flags, context);
  const demand = { witnesses, ...(flags.required === undefined ? {} : { required: flags.required }) };
  if ((flags.required ?? 0) > new Set(witnesses).size) {
    throw new CliError("usage", `${flags.required} witnesses are required, and ${witnesses.length} are named.`);
  }
  const report = (await isExport(file))
    ? await verifyLog({
        records: parseJsonl(linesOf(file)),
        verifier_key: await keyOf(file, flags, io),
        verifier,
        ...demand,
      })
    : await verifyAlone(file, flags, { verifier, demand });
  answer(io, flags.json, report, (whole) => printReport(whole, flags.verbose === true));
  if (!report.ok)
    throw new CliError("audit_not_genuine", `${report.problem_count} problems; this is not the log that was signed.`);
}

/** A checkpoint as a witness keeps it, or a signed note. It names no key of its own. */
async function verifyAlone(
  file: string,
  { key }: VerifyFlags,
  { verifier, demand }: Pick<Parameters<typeof verifyCheckpoint>[0], "verifier" | "demand">,
): Promise<VerifyReport> {
  if (key === undefined) throw new CliError("usage", "A checkpoint alone is verified with --key, the treasury's key.");
  const { note } = parseTrusted(await readFile(file, "utf8"));
  return verifyCheckpoint({ note, verifier_key: key, verifier, demand });
}

async function keyOf(file: string, { key }: VerifyFlags, io: CliContext["io"]): Promise<string> {
  if (key !== undefined) return key;
  const claimed = await claimedKey(file);
  io.err(`No --key given: this only proves that the log is whole for whoever holds ${claimed}.\n`);
  return claimed;
}

/** Those that were named, and those of the configuration that sign. */
async function witnessesOf({ witness = [], config }: VerifyFlags, context: CliContext): Promise<string[]> {
  if (config === undefined) return [...witness];
  const { audit } = await loadConfig(config, context);
  return [...witness, ...audit.witnesses.flatMap((one) => ("key" in one ? [one.key] : []))];
}

function printReport(report: VerifyReport, verbose: boolean): string {
  const { witnesses, cosigned, required } = report;
  const signed = witnesses.map(({ name, size, time_s }): [string, string] => [
    `witness ${name}`,
    size === null || time_s === null
      ? "signed nothing of it"
      : `signed ${size} events at ${new Date(time_s * 1_000).toISOString()}`,
  ]);
  return (
    fields([
      ["genuine", report.ok ? "yes" : "NO"],
      ["events", String(report.events)],
      ["signed", String(report.signed_size)],
      ["checkpoints", String(report.checkpoints)],
      ["root", report.root],
      ...(witnesses.length === 0
        ? []
        : [["cosigned", `by ${cosigned} of ${witnesses.length}, ${required} required`] as [string, string]]),
      ...signed,
    ]) + printProblems(report, verbose)
  );
}

/** One line for each kind of problem, unless every one is asked for: a wrong key is one mistake, not one of each checkpoint. */
function printProblems({ problems, problem_count }: VerifyReport, verbose: boolean): string {
  const line = ({ code, message }: VerifyProblem): string => `${code}  ${message}\n`;
  if (verbose) {
    const rest = problem_count - problems.length;
    return problems.map(line).join("") + (rest === 0 ? "" : `and ${rest} more\n`);
  }
  const kinds = Map.groupBy(problems, ({ code }) => code);
  const lines = [...kinds.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : ` (the first of ${others.length + 1})`;
    return [line({ ...first, message: first.message + more })];
  });
  return (
    lines.join("") + (kinds.size === problem_count ? "" : `${problem_count} problems in all; --verbose prints each.\n`)
  );
}

async function isExport(file: string): Promise<boolean> {
  for await (const line of linesOf(file)) return line.startsWith('{"format":"tidegate-audit/');
  return true;
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function parseCount(value: string): number {
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw new CliError("usage", `"${value}" is no number of witnesses.`);
}

/** The key the file itself names in its first line. */
async function claimedKey(file: string): Promise<string> {
  for await (const line of linesOf(file)) {
    const header: unknown = JSON.parse(line.startsWith("{") ? line : "{}");
    if (typeof header === "object" && header !== null && "verifier_key" in header) return String(header.verifier_key);
    break;
  }
  throw new CliError("usage", `${file} is no exported log: its first line names no verifier key.`, { file });
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, "utf8");
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
  } catch (error) {
    throw new CliError("usage", `The file ${file} cannot be read.`, { file }, error);
  } finally {
    input.destroy();
  }
}
