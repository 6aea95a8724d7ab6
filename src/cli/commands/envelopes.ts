/** `envelopes`: refills from custody that people approve in advance; and votes on them. */
import type { Envelope, EnvelopeList, EnvelopeRequest } from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer, fields, money, table } from "../output.ts";
import { queryOf } from "../query.ts";
import { reviewEnvelope } from "../review.ts";
import { voterOn } from "../vote_on_proposal.ts";

interface ListFlags extends RemoteOptions {
  readonly state?: string;
}

interface ProposeFlags extends RemoteOptions {
  readonly pool: string;
  readonly from: string[];
  readonly to: string[];
  readonly max: string;
  readonly total: string;
  readonly count: string;
  readonly validFrom?: string;
  readonly until: string;
  readonly reason: string;
  readonly as: string;
}

interface RevokeFlags extends RemoteOptions {
  readonly reason: string;
}

/** Ids of envelopes begin so. */
const ENVELOPE_ID = /^env_/;

export function isEnvelopeId(id: string): boolean {
  return ENVELOPE_ID.test(id);
}

export const registerEnvelopes: Register = (program, context) => {
  const command = verb("envelopes", "List refills from custody that were approved in advance", [
    "envelopes",
    "envelopes --state all --json",
    "envelopes propose --pool usdt --from northvault-usdt --to hot-usdt --max 50000 --total 150000 --count 5 " +
      '--until "$(date -u -d \'3 days\' +%FT%TZ)" --reason "weekend cover" --as ana',
    'envelopes revoke env_0192... --reason "key of ana lost"',
  ]);
  withListFlags(command).action((flags: ListFlags) => list(flags, context));
  command.addCommand(
    withListFlags(verb("list", "List envelopes, newest first", ["envelopes list --state waiting"])).action(
      (_flags: ListFlags, self) => list(self.optsWithGlobals(), context),
    ),
  );
  command.addCommand(proposeCommand(context));
  command.addCommand(
    withRemote(verb("revoke", "Take an envelope back at once", ['envelopes revoke env_0192... --reason "not needed"']))
      .argument("<id>", "envelope")
      .requiredOption("--reason <text>", "why; it is recorded")
      .action((id: string, _flags: RevokeFlags, self) => revoke(id, self.optsWithGlobals(), context)),
  );
  program.addCommand(command);
};

function withListFlags(command: ReturnType<typeof verb>): ReturnType<typeof verb> {
  return withRemote(command).option("--state <state>", "live, waiting (for votes) or all", "live");
}

function proposeCommand(context: CliContext): ReturnType<typeof verb> {
  const command = verb("propose", "Propose an envelope; it needs the quorum of one payment of its whole amount", [
    "envelopes propose --pool usdt --from northvault-usdt --to hot-usdt --max 50000 --total 150000 --count 5 " +
      '--until "$(date -u -d \'3 days\' +%FT%TZ)" --reason "weekend cover" --as ana',
  ]);
  return withRemote(command)
    .requiredOption("--pool <id>", "pool")
    .requiredOption("--from <wallet...>", "custody wallets that may give")
    .requiredOption("--to <wallet...>", "liquidity wallets that may receive")
    .requiredOption("--max <amount>", "of one transfer, in whole units")
    .requiredOption("--total <amount>", "of all transfers together, in whole units")
    .requiredOption("--count <n>", "transfers, at most 100")
    .option("--valid-from <time>", "RFC 3339; default now")
    .requiredOption("--until <time>", "RFC 3339, within 90 days")
    .requiredOption("--reason <text>", "why; it is signed and recorded")
    .requiredOption("--as <person>", "who proposes it, and can therefore not approve it")
    .action((_flags: ProposeFlags, self) => propose(self.optsWithGlobals(), context));
}

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const found = await client.get<EnvelopeList>(`/v1/envelopes${queryOf({ state: flags.state })}`);
  answer(context.io, flags.json, found, ({ items }) =>
    items.length === 0 ? "No envelopes.\n" : printEnvelopes(items),
  );
}

export function printEnvelopes(items: EnvelopeList["items"]): string {
  return table(
    ["envelope", "pool", "state", "usable", "per transfer", "left", "of", "transfers", "until", "approvals", "digest"],
    items.map((item) => [
      ...[item.object_id, item.pool_id, item.state, item.usable ? "yes" : "no", money(item.amount_max)],
      ...[money(item.amount_remaining), money(item.amount_total), `${item.count_remaining} of ${item.count_max}`],
      ...[item.valid_until, `${item.quorum.approvals.length} of ${item.quorum.needed}`],
      item.digest_groups.slice(0, 4).join(" "),
    ]),
  );
}

async function propose(flags: ProposeFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const as_of = (await client.get<EnvelopeList>("/v1/envelopes?state=waiting")).as_of;
  const body: EnvelopeRequest = {
    pool_id: flags.pool,
    from_wallets: flags.from,
    to_wallets: flags.to,
    amount_max: flags.max,
    amount_total: flags.total,
    count_max: Number(flags.count),
    valid_from: flags.validFrom ?? as_of,
    valid_until: flags.until,
    reason: flags.reason,
    proposed_by: flags.as,
  };
  const envelope = await client.post<Envelope>("/v1/envelopes", body, `envelope-${digestOf("request", body)}`);
  answer(context.io, flags.json, envelope, ({ object_id, quorum }) =>
    [
      fields(reviewEnvelope(envelope).lines),
      `${quorum.needed} of these have to approve it: ${quorum.eligible.join(", ") || "nobody can"}.`,
      `./tidegate approve ${object_id} --key FILE\n`,
    ].join("\n"),
  );
}

async function revoke(id: string, flags: RevokeFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const path = `/v1/envelopes/${encodeURIComponent(id)}/revoke`;
  const envelope = await client.post<Envelope>(path, { reason: flags.reason });
  answer(context.io, flags.json, envelope, ({ object_id, state }) => `${object_id} is ${state}.\n`);
}

export const voteOnEnvelope = voterOn<Envelope>({
  object_kind: "envelope",
  route: "/v1/envelopes",
  noun: "envelope",
  question: "Approve exactly this, in advance?",
  review: reviewEnvelope,
});
