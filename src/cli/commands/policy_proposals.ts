/** `policy proposals`: what the weekly search proposes, to read, to edit the file with, and to mark. */
import type { Command } from "commander";
import type { PolicyProposal, PolicyProposalList } from "../../api/index.ts";
import { short } from "../../backtest/index.ts";
import { type CliContext, clientOf, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer, fields, table } from "../output.ts";

interface ShowFlags extends RemoteOptions {
  readonly yaml?: boolean;
}
interface MarkFlags extends RemoteOptions {
  readonly note: string;
}

const PATH = "/v1/policy/proposals";
const UNCHANGED = "The policy in force is the file's; nothing was changed.";

export function policyProposals(context: CliContext): Command {
  const command = verb("proposals", "Policies proposed from your own flows; the file alone says what is in force", [
    "policy proposals list",
    "policy proposals show pro_0192... --yaml",
    'policy proposals accept pro_0192... --note "edited and tried with policy diff"',
    'policy proposals dismiss pro_0192... --note "holidays"',
  ]);
  command.addCommand(
    withRemote(verb("list", "List them, newest first", ["policy proposals list --json"])).action(
      async (_flags, self) => {
        const flags: RemoteOptions = self.optsWithGlobals();
        const list = await (await clientOf(flags, context)).get<PolicyProposalList>(PATH);
        answer(context.io, flags.json, list, printList);
      },
    ),
  );
  command.addCommand(
    withRemote(verb("show", "Show one, or its lines for the file", ["policy proposals show pro_0192... --yaml"]))
      .argument("<id>", "proposal")
      .option("--yaml", "only the lines to edit the pool's entry with")
      .action(async (id: string, _flags, self) => {
        const flags: ShowFlags = self.optsWithGlobals();
        const one = await (await clientOf(flags, context)).get<PolicyProposal>(`${PATH}/${encodeURIComponent(id)}`);
        answer(context.io, flags.json, one, flags.yaml === true ? printYaml : printOne);
      }),
  );
  command.addCommand(markOf("accept", "accepted", context));
  command.addCommand(markOf("dismiss", "dismissed", context));
  return command;
}

function markOf(name: string, mark: "accepted" | "dismissed", context: CliContext): Command {
  const summary = `Mark it as ${mark}; changes nothing else`;
  return withRemote(verb(name, summary, [`policy proposals ${name} pro_0192... --note "why"`]))
    .argument("<id>", "proposal")
    .requiredOption("--note <text>", "why")
    .action(async (id: string, _flags, self) => {
      const flags: MarkFlags = self.optsWithGlobals();
      const client = await clientOf(flags, context);
      const body = { mark, note: flags.note };
      const one = await client.post<PolicyProposal>(`${PATH}/${encodeURIComponent(id)}/mark`, body);
      answer(context.io, flags.json, one, ({ state }) => `${id} is ${state}. ${UNCHANGED}\n`);
    });
}

function printList({ items }: PolicyProposalList): string {
  if (items.length === 0) return "Nothing is proposed.\n";
  return table(
    ["id", "pool", "state", "proposed", "cost", "instead of"],
    items.map((one) => [one.id, one.pool_id, one.state, one.name, short(one.proposed.cost), short(one.current.cost)]),
  );
}

function printYaml({ id, pool_id, sentence, yaml }: PolicyProposal): string {
  return `# ${id}, for the entry of ${pool_id} under pools: put these in the place of its levels, trigger and model.\n# ${sentence}\n${yaml}`;
}

function printOne(one: PolicyProposal): string {
  const { current, proposed } = one;
  const row = (label: string, key: keyof PolicyProposal["current"]): [string, string, string] => [
    label,
    short(current[key]),
    short(proposed[key]),
  ];
  const figures = table(
    [one.asset, "in force", "proposed"],
    [
      row("cost", "cost"),
      row("of it exposure", "exposure_cost"),
      row("of it delay", "delay_cost"),
      row("of it fees", "fee_cost"),
      row("least possible", "hindsight_cost"),
      row("stock-out hours", "stockout_hours"),
      row("mean hot", "mean_hot"),
      row("refills", "moves_up"),
      row("sweeps", "moves_down"),
    ],
  );
  const head = fields([
    ["proposal", one.id],
    ["pool", one.pool_id],
    ["state", one.ended_by === null ? one.state : `${one.state} by ${one.ended_by}: ${one.note ?? ""}`],
    ["period", `${one.period.from} to ${one.period.to}`],
    ["tried", `${one.tried} policies`],
    ["digest in force then", one.from_digest],
    ["digest proposed", one.to_digest],
  ]);
  return `${one.sentence}\n\n${head}\n${figures}\n${printYaml(one)}\n${UNCHANGED} Try an edited file with policy diff.\n`;
}
