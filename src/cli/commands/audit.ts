/** `audit export` writes the log for outsiders; `audit verify` checks one with nothing but a public key. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { parseJsonl, type VerifyReport, verifyLog } from "../../audit/index.ts";
import {
  type CliContext,
  clientOf,
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
    withJson(verb("verify", "Verify a signed log (jsonl)", ["audit verify audit.jsonl --key 'tidegate/acme+...'"]))
      .argument("<file>", "exported log")
      .option("--key <key>", "the treasury's verifier key, from somebody you trust")
      .action((file: string, flags: { key?: string; json?: boolean }) => verify(file, flags, context)),
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

async function verify(file: string, flags: { key?: string; json?: boolean }, context: CliContext): Promise<void> {
  const { io, composition } = context;
  const verifier_key = flags.key ?? (await claimedKey(file));
  if (flags.key === undefined) {
    io.err(`No --key given: this only proves that the log is whole for whoever holds ${verifier_key}.\n`);
  }
  const records = parseJsonl(linesOf(file));
  const report = await verifyLog({ records, verifier_key, verifier: composition.verifier });
  answer(io, flags.json, report, printReport);
  if (!report.ok)
    throw new CliError("audit_not_genuine", `${report.problem_count} problems; this is not the log that was signed.`);
}

function printReport(report: VerifyReport): string {
  const problems = report.problems.map((problem) => `${problem.code}  ${problem.message}\n`).join("");
  return (
    fields([
      ["genuine", report.ok ? "yes" : "NO"],
      ["events", String(report.events)],
      ["signed", String(report.signed_size)],
      ["checkpoints", String(report.checkpoints)],
      ["root", report.root],
    ]) + problems
  );
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
