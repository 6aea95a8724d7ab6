/** `anomalies`: what the detectors found, and letting go on what a finding stopped. */
import type { AnomalyList, LiftRequest } from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, table } from "../output.ts";

interface LiftFlags extends RemoteOptions {
  readonly reason: string;
}

export const registerAnomalies: Register = (program, context) => {
  const command = verb("anomalies", "Show what the detectors found, and what a finding stops until a person lifts it", [
    "anomalies",
    'anomalies lift sweeps usdt --reason "known payout run"',
    'anomalies lift asset usdt --reason "withdrawals checked one by one"',
  ]);
  withRemote(command).action((flags: RemoteOptions) => show(flags, context));
  command.addCommand(
    withRemote(
      verb("lift", "Let go on what a finding stopped", ['anomalies lift sweeps usdt --reason "known payout run"']),
    )
      .argument("<what>", "sweeps: automatic moves to custody; asset: every move of the pool's asset")
      .argument("<pool>", "pool")
      .requiredOption("--reason <text>", "why; it is recorded")
      .action((what: string, pool: string, _flags: LiftFlags, self) =>
        lift(what, pool, self.optsWithGlobals(), context),
      ),
  );
  program.addCommand(command);
};

async function show(flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  answer(context.io, flags.json, await client.get<AnomalyList>("/v1/anomalies"), print);
}

async function lift(what: string, pool_id: string, flags: LiftFlags, context: CliContext): Promise<void> {
  if (what !== "sweeps" && what !== "asset") throw new CliError("usage", `Lift "sweeps" or "asset", not "${what}".`);
  const client = await clientOf(flags, context);
  const { stops } = await client.get<AnomalyList>("/v1/anomalies");
  const since = stops.find((stop) => stop.pool_id === pool_id && stop.what === what)?.since ?? "none";
  const body: LiftRequest = { pool_id, what, reason: flags.reason };
  const key = `lift-${digestOf("request", { ...body, since })}`;
  answer(context.io, flags.json, await client.post<AnomalyList>("/v1/anomalies/lift", body, key), print);
}

function print({ stops, findings }: AnomalyList): string {
  const stopped =
    stops.length === 0
      ? "Nothing is stopped by a finding.\n"
      : table(
          ["stops", "pool", "since", "because"],
          stops.map((stop) => [stop.what === "asset" ? stop.asset : "sweeps", stop.pool_id, stop.since, stop.reason]),
        );
  if (findings.length === 0) return `${stopped}No findings.\n`;
  const rows = findings.map((each) => [
    each.at,
    each.times === 1 ? "once" : `${each.times} since ${each.first_at}`,
    ...[each.pool_id, each.severity, each.action, each.sentence],
  ]);
  return `${stopped}\n${table(["last", "times", "pool", "severity", "action", "finding"], rows)}`;
}
