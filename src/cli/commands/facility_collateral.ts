/** `facilities release`, `accept`, `exchange` and `cancel`: what people do with collateral, and with a loan that never began. */
import { randomUUID } from "node:crypto";
import type {
  Facility,
  FacilityDetail,
  ReleaseRequest,
  SandboxDeposit,
  SandboxDepositRequest,
  Substitution,
  SubstitutionRequest,
} from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { askTransfer } from "../ask_transfer.ts";
import { type CliContext, clientOf, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, fields, money } from "../output.ts";
import { reviewProposal } from "../review.ts";
import { voterOn } from "../vote_on_proposal.ts";

interface PersonFlags extends RemoteOptions {
  readonly reason: string;
  readonly as: string;
}

interface ReleaseFlags extends PersonFlags {
  readonly asset: string;
  readonly amount: string;
}

interface AcceptFlags extends RemoteOptions {
  readonly deposit?: string;
  readonly as?: string;
}

interface ExchangeFlags extends PersonFlags {
  readonly bring: string;
  readonly release: string;
  readonly until?: string;
}

const SUBSTITUTION_ID = /^sub_/;
const EXCHANGE =
  'facilities exchange fac_0192... --bring ETH=12.5 --release BTC=0.5 --reason "he holds ether now" --as ana';

export function isSubstitutionId(id: string): boolean {
  return SUBSTITUTION_ID.test(id);
}

export function collateralCommands(context: CliContext): ReturnType<typeof verb>[] {
  return [
    depositCommand(context),
    releaseCommand(context),
    acceptCommand(context),
    exchangeCommand(context),
    cancelCommand(context),
  ];
}

function releaseCommand(context: CliContext): ReturnType<typeof verb> {
  const example = 'facilities release fac_0192... --asset BTC --amount 0.5 --reason "partly repaid" --as ana';
  const all = 'facilities release fac_0192... --asset BTC --amount all --reason "repaid" --as ana';
  return withRemote(
    verb("release", "Release collateral to the borrower's own address; a transfer under its quorum", [example, all]),
  )
    .argument("<id>", "facility")
    .requiredOption("--asset <asset>", "asset")
    .requiredOption(
      "--amount <amount>",
      "in whole units, the fee of the network on top; all: everything that is held, less that fee",
    )
    .requiredOption("--reason <text>", "why; it is signed and recorded")
    .requiredOption("--as <person>", "who asks, and can therefore not approve it")
    .action((id: string, _flags: ReleaseFlags, self) => release(id, self.optsWithGlobals(), context));
}

function depositCommand(context: CliContext): ReturnType<typeof verb> {
  return withRemote(
    verb("deposit", "In a sandbox: pay collateral in as the customer; `show` says what is needed and what has come", [
      "facilities deposit fac_0192... --asset BTC --amount 2.5",
    ]),
  )
    .argument("<id>", "facility")
    .requiredOption("--asset <asset>", "asset")
    .requiredOption("--amount <amount>", "in whole units")
    .action(async (id: string, _flags, self) => {
      const flags: RemoteOptions & SandboxDepositRequest = self.optsWithGlobals();
      const client = await clientOf(flags, context);
      const body: SandboxDepositRequest = { facility_id: id, asset: flags.asset, amount: flags.amount };
      // Paying twice is paying twice: each call has a key of its own.
      const key = `pay-in-${randomUUID()}`;
      const paid = await client.post<SandboxDeposit>("/v1/sandbox/deposits", body, key);
      answer(
        context.io,
        flags.json,
        paid,
        (one) => `${money(one.amount)} is on its way to ${one.address}; it counts once the venue lists it.\n`,
      );
    });
}

function acceptCommand(context: CliContext): ReturnType<typeof verb> {
  return withRemote(
    verb(
      "accept",
      "Say that a deposit which waits is collateral of this loan; without --deposit: list those that wait",
      ["facilities accept fac_0192...", "facilities accept fac_0192... --deposit MOVEMENT --as ana"],
    ),
  )
    .argument("<id>", "facility")
    .option("--deposit <movement>", "the venue's own id of the deposit")
    .option("--as <person>", "who says so; it is kept with the deposit")
    .action((id: string, _flags: AcceptFlags, self) => accept(id, self.optsWithGlobals(), context));
}

function exchangeCommand(context: CliContext): ReturnType<typeof verb> {
  return withRemote(
    verb(
      "exchange",
      "Propose to exchange collateral as one: the new one comes first, then the old one goes home on the same votes",
      [EXCHANGE],
    ),
  )
    .argument("<id>", "facility")
    .requiredOption("--bring <asset=amount>", "what has to come first, in whole units")
    .requiredOption("--release <asset=amount>", "what then goes home; the fee of the network comes on top")
    .option("--until <time>", "RFC 3339, within 30 days; default: within a week")
    .requiredOption("--reason <text>", "why; it is signed and recorded")
    .requiredOption("--as <person>", "who proposes it, and can therefore not approve it")
    .action((id: string, _flags: ExchangeFlags, self) => exchange(id, self.optsWithGlobals(), context));
}

function cancelCommand(context: CliContext): ReturnType<typeof verb> {
  const examples = [
    'facilities cancel fac_0192... --reason "he took another offer"',
    'facilities cancel sub_0192... --reason "the coins never came"',
  ];
  return withRemote(
    verb("cancel", "End a loan of which nothing was drawn and nothing is held, or an exchange of collateral", examples),
  )
    .argument("<id>", "facility, or exchange of collateral")
    .requiredOption("--reason <text>", "why; it is recorded")
    .action((id: string, _flags: PersonFlags, self) => cancel(id, self.optsWithGlobals(), context));
}

async function release(id: string, flags: ReleaseFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const body: ReleaseRequest = { asset: flags.asset, amount: flags.amount, reason: flags.reason, initiator: flags.as };
  const path = `/v1/facilities/${encodeURIComponent(id)}/releases`;
  const transfer = await askTransfer(client, path, body);
  answer(
    context.io,
    flags.json,
    transfer,
    (row) =>
      `${row.id} is ${row.state}: ${money(row.amount)} to the borrower, for a fee of at most ${money(row.fee_max)}; people approve it like every transfer.\n`,
  );
}

async function accept(id: string, flags: AcceptFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const path = `/v1/facilities/${encodeURIComponent(id)}`;
  const { deposits } = await client.get<FacilityDetail>(`${path}/detail`);
  const waiting = deposits.filter(({ state }) => state === "waiting");
  if (flags.deposit === undefined) return answer(context.io, flags.json, waiting, printWaiting);
  if (flags.as === undefined) throw new CliError("usage", "Say who accepts it with --as; it is kept with the deposit.");
  const found = deposits.find(({ movement_id }) => movement_id === flags.deposit);
  if (found === undefined) {
    throw new CliError(
      "usage",
      `There is no deposit ${flags.deposit} there; leave --deposit out to list those that wait.`,
    );
  }
  const body = { wallet_id: found.wallet_id, movement_id: found.movement_id, accepted_by: flags.as };
  const key = `accept-${digestOf("request", { id, body })}`;
  const deposit = await client.post<FacilityDetail["deposits"][number]>(`${path}/deposits/accept`, body, key);
  answer(context.io, flags.json, deposit, (one) => `${money(one)} is ${one.state} and counts as collateral.\n`);
}

function printWaiting(waiting: FacilityDetail["deposits"]): string {
  if (waiting.length === 0) return "No deposit waits for a person.\n";
  return waiting
    .map((one) =>
      fields([
        ["deposit", one.movement_id],
        ["amount", money(one)],
        ["came", one.at],
        ["waits because", one.sentence ?? "-"],
      ]),
    )
    .join("\n");
}

async function exchange(id: string, flags: ExchangeFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const body: SubstitutionRequest = {
    ...{ brings: legOf(flags.bring), releases: legOf(flags.release), ends_at: flags.until ?? null },
    ...{ reason: flags.reason, proposed_by: flags.as },
  };
  const path = `/v1/facilities/${encodeURIComponent(id)}/substitutions`;
  const proposal = await client.post<Substitution>(path, body, `exchange-${digestOf("request", { id, body })}`);
  answer(context.io, flags.json, proposal, ({ object_id, quorum }) =>
    [
      fields(reviewProposal("substitution", proposal).lines),
      `${quorum.needed} of these have to approve it: ${quorum.eligible.join(", ") || "nobody can"}.`,
      `./tidegate approve ${object_id} --key FILE\n`,
    ].join("\n"),
  );
}

/** `ETH=12.5` */
function legOf(text: string): SubstitutionRequest["brings"] {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw new CliError("usage", `"${text}" is no asset and amount; write ETH=12.5.`);
  return { asset: text.slice(0, at), amount: text.slice(at + 1) };
}

async function cancel(id: string, flags: PersonFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const body = { reason: flags.reason };
  if (isSubstitutionId(id)) {
    const path = `/v1/substitutions/${encodeURIComponent(id)}/cancel`;
    const ended = await client.post<Substitution>(path, body);
    return answer(context.io, flags.json, ended, ({ state }) => `${id} is ${state}; nothing is released on it.\n`);
  }
  const ended = await client.post<Facility>(`/v1/facilities/${encodeURIComponent(id)}/cancel`, body);
  answer(context.io, flags.json, ended, ({ reference, state }) => `${reference} is ${state}.\n`);
}

export const voteOnSubstitution = voterOn<Substitution>({
  object_kind: "substitution",
  route: "/v1/substitutions",
  noun: "exchange",
  question: "Approve exactly this exchange, its release included?",
  review: (substitution) => reviewProposal("substitution", substitution),
});
