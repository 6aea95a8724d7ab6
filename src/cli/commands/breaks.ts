/** `breaks`: what nothing explains, and what people say it was; and votes on that. */
import type { Break, BreakList, BreakResolution, BreakResolutionRequest } from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer, fields, money, table } from "../output.ts";
import { queryOf } from "../query.ts";
import { reviewBreakResolution } from "../review.ts";
import { voterOn } from "../vote_on_proposal.ts";

interface ListFlags extends RemoteOptions {
  readonly state?: string;
  readonly asset?: string;
}

interface ResolveFlags extends RemoteOptions {
  readonly remedy: BreakResolutionRequest["remedy"];
  readonly transfer?: string;
  readonly evidence: string;
  readonly reference?: string[];
  readonly as: string;
}

/** Ids of proposals on breaks begin so. */
const BREAK_RESOLUTION_ID = /^brs_/;
const MS_PER_MINUTE = 60_000;

export function isBreakResolutionId(id: string): boolean {
  return BREAK_RESOLUTION_ID.test(id);
}

export const registerBreaks: Register = (program, context) => {
  const command = verb("breaks", "List differences that nothing explains, with causes, size and age", [
    "breaks",
    "breaks --state all --json",
    "breaks show brk_0192...",
    'breaks resolve brk_0192... --remedy suspense --evidence "police report 17" --as ana',
  ]);
  withListFlags(command).action((flags: ListFlags) => list(flags, context));
  command.addCommand(
    withListFlags(verb("list", "List breaks, oldest first", ["breaks list --asset USDT"])).action(
      (_flags: ListFlags, self) => list(self.optsWithGlobals(), context),
    ),
  );
  command.addCommand(
    withRemote(verb("show", "Show one break with its ranked causes", ["breaks show brk_0192..."]))
      .argument("<id>", "break")
      .action((id: string, _flags: RemoteOptions, self) => show(id, self.optsWithGlobals(), context)),
  );
  command.addCommand(resolveCommand(context));
  program.addCommand(command);
};

function withListFlags(command: ReturnType<typeof verb>): ReturnType<typeof verb> {
  return withRemote(command)
    .option("--state <state>", "open, closed or all", "open")
    .option("--asset <id>", "only this asset");
}

function resolveCommand(context: CliContext): ReturnType<typeof verb> {
  const command = verb("resolve", "Propose what a break was; at least two others have to approve it", [
    'breaks resolve brk_0192... --remedy fee --evidence "invoice 12 of the custodian" --as ana',
    'breaks resolve brk_0192... --remedy transfer --transfer trf_0192... --evidence "same payment, new hash" --as ana',
  ]);
  return withRemote(command)
    .argument("<id>", "break")
    .requiredOption(
      "--remedy <word>",
      "fee, suspense, customer, written_off: where it is booked; transfer: it belongs to one",
    )
    .option("--transfer <id>", "with the remedy transfer: which")
    .requiredOption("--evidence <text>", "what proves it; it is signed and recorded")
    .option("--reference <text...>", "where the evidence is kept")
    .requiredOption("--as <person>", "who proposes it, and can therefore not approve it")
    .action((id: string, _flags: RemoteOptions, self) => resolve(id, self.optsWithGlobals(), context));
}

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { state, asset } = flags;
  const breaks = await client.get<BreakList>(`/v1/breaks${queryOf({ state, asset })}`);
  answer(context.io, flags.json, breaks, ({ items, frozen_assets }) =>
    items.length === 0
      ? "No breaks.\n"
      : table(
          ["break", "wallet", "kind", "difference", "age min", "state", "stops", "most likely cause"],
          items.map((item) => [
            item.id,
            item.wallet_id,
            item.kind,
            money(item.difference),
            `${Math.round(item.age_ms / MS_PER_MINUTE)}`,
            item.closed_by ?? item.resolution?.state ?? item.state,
            item.freezes ? item.asset : "-",
            item.cause,
          ]),
        ) + (frozen_assets.length === 0 ? "" : `Stopped: ${frozen_assets.join(", ")}.\n`),
  );
}

async function show(id: string, flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const row = await client.get<Break>(`/v1/breaks/${encodeURIComponent(id)}`);
  answer(context.io, flags.json, row, printBreak);
}

function printBreak(row: Break): string {
  const { movement, resolution } = row;
  const listed = movement === null ? [] : [["movement", printMovement(movement)] as const];
  const proposal =
    resolution === null
      ? []
      : [["proposal", `${resolution.object_id}: ${resolution.remedy}, ${resolution.state}`] as const];
  return fields([
    ["break", row.id],
    ["wallet", `${row.label} (${row.wallet_id})`],
    ["kind", row.kind],
    ["difference", money(row.difference)],
    ["stops", row.freezes ? row.asset : "nothing"],
    ["opened_at", row.opened_at],
    ["closed", row.closed_at === null ? "-" : `${row.closed_at}, ${row.closed_by ?? ""}`],
    ...listed,
    ...row.causes.map(({ sentence, code }, at) => [`cause ${at + 1}`, `${sentence} (${code})`] as const),
    ...proposal,
  ]);
}

function printMovement({ id, direction, amount, counterparty, tx_hash, at }: NonNullable<Break["movement"]>): string {
  return `${id}: ${direction} ${money(amount)}, other side ${counterparty ?? "-"}, hash ${tx_hash ?? "-"}, ${at}`;
}

async function resolve(id: string, flags: ResolveFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const body: BreakResolutionRequest = {
    remedy: flags.remedy,
    transfer_id: flags.transfer ?? null,
    evidence: flags.evidence,
    references: flags.reference ?? [],
    proposed_by: flags.as,
  };
  const path = `/v1/breaks/${encodeURIComponent(id)}`;
  const { difference, resolution: last } = await client.get<Break>(path);
  // The same words about the same difference are one proposal; after a denial they may be said again.
  const key = `break-${digestOf("request", { ...body, id, difference, open: last?.object_id ?? null })}`;
  const proposal = await client.post<BreakResolution>(`${path}/resolutions`, body, key);
  answer(context.io, flags.json, proposal, ({ object_id, quorum }) =>
    [
      fields(reviewBreakResolution(proposal).lines),
      `${quorum.needed} of these have to approve it: ${quorum.eligible.join(", ") || "nobody can"}.`,
      `./tidegate approve ${object_id} --key FILE\n`,
    ].join("\n"),
  );
}

export const voteOnBreak = voterOn<BreakResolution>({
  object_kind: "break",
  route: "/v1/break-resolutions",
  noun: "proposal",
  question: "Approve exactly this?",
  review: reviewBreakResolution,
});
