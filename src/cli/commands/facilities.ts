/** `facilities`: loans against collateral, from proposal to statement; `margin-calls` beside them. */
import type {
  CallExtension,
  Facility,
  FacilityDetail,
  FacilityList,
  FacilityRequest,
  MarginCall,
  MarginCallList,
  PaymentRequest,
} from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, fields, ltvText, money, table } from "../output.ts";
import { queryOf } from "../query.ts";
import { reviewProposal } from "../review.ts";
import { voterOn } from "../vote_on_proposal.ts";
import { collateralCommands } from "./facility_collateral.ts";
import { liquidationsCommand } from "./liquidations.ts";
import { portfolio, prices, type ShockFlags, whatIf } from "./loan_book.ts";

interface ListFlags extends RemoteOptions {
  readonly state?: string;
  readonly of?: string;
}

interface ProposeFlags extends RemoteOptions {
  readonly reference: string;
  readonly customer: string;
  readonly currency: string;
  readonly principal: string;
  readonly rate: string;
  readonly dayCount: "actual/360" | "actual/365" | "30/360";
  readonly matures: string;
  readonly fee: string;
  readonly collateral: string[];
  readonly cureHours?: string;
  readonly ltv?: string;
  readonly cvl?: string;
  readonly reason: string;
  readonly as: string;
}

interface PaymentFlags extends RemoteOptions {
  readonly amount: string;
  readonly reference: string;
  readonly as: string;
}

interface ExtendFlags extends RemoteOptions {
  readonly until: string;
  readonly reason: string;
  readonly as: string;
}

const FACILITY_ID = /^fac_/;
const EXTENSION_ID = /^ext_/;

export function isFacilityId(id: string): boolean {
  return FACILITY_ID.test(id);
}

export function isExtensionId(id: string): boolean {
  return EXTENSION_ID.test(id);
}

const PROPOSE =
  'facilities propose --reference L-17 --customer acme --principal 100000 --rate 12 --matures 2027-06-30 --collateral BTC=bc1q... --reason "new loan" --as ana';

export const registerFacilities: Register = (program, context) => {
  const command = verb(
    "facilities",
    "List loans against collateral, the worst first: by the level they passed, then by what is left to the next",
    [
      "facilities",
      "facilities --state all --json",
      "facilities show fac_0192...",
      PROPOSE,
      "facilities disburse fac_0192... --amount 100000 --reference wire-1 --as ana",
      "facilities portfolio",
      "facilities what-if --to 70",
    ],
  );
  withRemote(command)
    .option("--state <state>", "live, proposed, ended or all", "live")
    .option("--of <customer>", "of one customer")
    .action((flags: ListFlags) => list(flags, context));
  const add = (sub: ReturnType<typeof verb>): void => void command.addCommand(sub);
  add(
    withRemote(
      verb("show", "One facility with its collateral, payments, calls and sales", ["facilities show fac_0192..."]),
    )
      .argument("<id>", "facility")
      .action((id: string, _flags, self) => show(id, self.optsWithGlobals(), context)),
  );
  add(proposeCommand(context));
  add(paymentCommand("disburse", "disbursals", "Record money paid to the borrower", context));
  add(paymentCommand("repay", "repayments", "Record money that the borrower paid", context));
  for (const each of collateralCommands(context)) add(each);
  add(
    withRemote(verb("portfolio", "The loan book as a whole", ["facilities portfolio --json"])).action(
      (_flags: RemoteOptions, self) => portfolio(self.optsWithGlobals(), context),
    ),
  );
  add(
    withRemote(verb("prices", "Prices of the collateral with their sources", ["facilities prices"])).action(
      (_flags: RemoteOptions, self) => prices(self.optsWithGlobals(), context),
    ),
  );
  add(
    withRemote(verb("what-if", "What a fall of prices would do to the loan book", ["facilities what-if --to 60"]))
      .option("--to <percent>", "of the prices now")
      .option("--scenario <id>", "a price path of the stress tests")
      .action((_flags: ShockFlags, self) => whatIf(self.optsWithGlobals(), context)),
  );
  program.addCommand(command);
  program.addCommand(callsCommand(context));
  program.addCommand(liquidationsCommand(context));
};

function proposeCommand(context: CliContext): ReturnType<typeof verb> {
  return withRemote(verb("propose", "Propose a facility; its terms need a quorum", [PROPOSE]))
    .requiredOption("--reference <id>", "the lender's number of the contract; unique")
    .requiredOption("--customer <id>", "customer")
    .option("--currency <id>", "of the loan", "USD")
    .requiredOption("--principal <amount>", "in whole units of the currency")
    .requiredOption("--rate <percent>", "per year")
    .option("--day-count <convention>", "actual/360, actual/365 or 30/360", "actual/360")
    .requiredOption("--matures <day>", "YYYY-MM-DD, UTC")
    .option("--fee <amount>", "opening fee", "0")
    .requiredOption(
      "--collateral <asset=address...>",
      "what is pledged, and the borrower's own address it goes back to",
    )
    .option("--cure-hours <n>", "time to answer a margin call; default: the book's")
    .option("--ltv <levels>", "own levels in per cent: initial/warning/margin/liquidation, - for no warning")
    .option("--cvl <levels>", "own levels as collateral to value: initial/margin/liquidation")
    .requiredOption("--reason <text>", "why; it is signed and recorded")
    .requiredOption("--as <person>", "who proposes it, and can therefore not approve it")
    .action((_flags: ProposeFlags, self) => propose(self.optsWithGlobals(), context));
}

function paymentCommand(
  name: string,
  route: "disbursals" | "repayments",
  summary: string,
  context: CliContext,
): ReturnType<typeof verb> {
  const example = `facilities ${name} fac_0192... --amount 1000 --reference wire-1 --as ana`;
  return withRemote(verb(name, summary, [example]))
    .argument("<id>", "facility")
    .requiredOption("--amount <amount>", "in whole units of the loan's currency")
    .requiredOption("--reference <id>", "of the bank or chain; the same reference is the same payment")
    .requiredOption("--as <person>", "who records it")
    .action(async (id: string, _flags: PaymentFlags, self) => {
      const flags: PaymentFlags = self.optsWithGlobals();
      const client = await clientOf(flags, context);
      const body: PaymentRequest = { amount: flags.amount, reference: flags.reference, recorded_by: flags.as };
      const path = `/v1/facilities/${encodeURIComponent(id)}/${route}`;
      const paid = await client.post<FacilityDetail["payments"][number]>(
        path,
        body,
        `${route}-${digestOf("request", { id, body })}`,
      );
      answer(context.io, flags.json, paid, paymentText);
    });
}

function callsCommand(context: CliContext): ReturnType<typeof verb> {
  const command = verb("margin-calls", "List margin calls, the nearest deadline first", [
    "margin-calls",
    "margin-calls acknowledge call_0192... --as ana",
    'margin-calls extend call_0192... --until 2026-12-01T00:00:00Z --reason "a wire is on its way" --as ana',
  ]);
  withRemote(command)
    .option("--state <state>", "open or all", "open")
    .action((flags: ListFlags) => calls(flags, context));
  command.addCommand(
    withRemote(
      verb("acknowledge", "Say that the borrower has seen it", ["margin-calls acknowledge call_0192... --as ana"]),
    )
      .argument("<id>", "margin call")
      .requiredOption("--as <person>", "who says so")
      .action(async (id: string, _flags, self) => {
        const flags: RemoteOptions & { readonly as: string } = self.optsWithGlobals();
        const client = await clientOf(flags, context);
        const path = `/v1/margin-calls/${encodeURIComponent(id)}/acknowledge`;
        const call = await client.post<MarginCall>(path, { person: flags.as });
        answer(context.io, flags.json, call, ({ state }) => `${id} is acknowledged; it is ${state}.\n`);
      }),
  );
  command.addCommand(
    withRemote(
      verb("extend", "Propose a later deadline; it needs a quorum", [
        'margin-calls extend call_0192... --until 2026-12-01T00:00:00Z --reason "a wire is on its way" --as ana',
      ]),
    )
      .argument("<id>", "margin call")
      .requiredOption("--until <time>", "RFC 3339, within 30 days")
      .requiredOption("--reason <text>", "why; it is signed and recorded")
      .requiredOption("--as <person>", "who proposes it, and can therefore not approve it")
      .action(async (id: string, _flags: ExtendFlags, self) => {
        const flags: ExtendFlags = self.optsWithGlobals();
        const client = await clientOf(flags, context);
        const body = { deadline_at: flags.until, reason: flags.reason, proposed_by: flags.as };
        const path = `/v1/margin-calls/${encodeURIComponent(id)}/extensions`;
        const proposal = await client.post<CallExtension>(path, body, `extension-${digestOf("request", { id, body })}`);
        answer(context.io, flags.json, proposal, ({ object_id, quorum }) =>
          [
            fields(reviewProposal("extension", proposal).lines),
            `${quorum.needed} of these have to approve it: ${quorum.eligible.join(", ") || "nobody can"}.`,
            `./tidegate approve ${object_id} --key FILE\n`,
          ].join("\n"),
        );
      }),
  );
  return command;
}

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const query = queryOf({ state: flags.state, customer: flags.of });
  const found = await client.get<FacilityList>(`/v1/facilities${query}`);
  answer(context.io, flags.json, found, ({ items }) =>
    items.length === 0 ? "No facilities.\n" : printFacilities(items),
  );
}

/** What is more than was owed is said at once: it is the customer's. */
function paymentText({ id, amount, reference, surplus }: FacilityDetail["payments"][number]): string {
  const more = /[1-9]/.test(surplus.amount)
    ? ` ${money(surplus)} of it is more than was owed: the books owe it to the customer (ledger accounts --kind customers).`
    : "";
  return `${id}: ${money(amount)} (${reference}) is recorded.${more}\n`;
}

function printFacilities(items: FacilityList["items"]): string {
  return table(
    ["facility", "reference", "customer", "state", "stage", "owed", "LTV", "next level", "call due"],
    items.map((item) => [
      ...[item.object_id, item.reference, item.customer_id, item.state, stageText(item)],
      money(item.outstanding.total),
      ...[ltvText(item.ltv), nextLevelText(item)],
      item.call_deadline_at ?? "-",
    ]),
  );
}

/** @example "initial until 55.00 %" */
function stageText({ stage, mark }: Facility): string {
  return mark === null ? stage : `${stage} until ${mark.goes_percent} %`;
}

/** @example "warning at 70.00 %, 10.20 percentage points to go" */
function nextLevelText({ next_level, levels }: Facility): string {
  if (next_level === null || next_level.level === "sound") return "-";
  const { level, points } = next_level;
  return `${level} at ${levels[level] ?? "-"} %, ${points} percentage points to go`;
}

async function show(id: string, flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const detail = await client.get<FacilityDetail>(`/v1/facilities/${encodeURIComponent(id)}/detail`);
  answer(context.io, flags.json, detail, printDetail);
}

function printDetail(detail: FacilityDetail): string {
  const { facility, calculator, payments, calls, liquidations, deposits, substitutions } = detail;
  const { ltv, levels } = facility;
  const since = ltv.unknown_since === null ? "" : ` (unknown since ${ltv.unknown_since}: ${ltv.doubt ?? ""})`;
  return [
    printFacilities([facility]),
    fields([
      ["loan to value", `${ltvText(ltv)}${since}`],
      ...(facility.mark === null ? [] : [[`mark ${facility.mark.level}`, facility.mark.sentence] as [string, string]]),
      ["principal", `${money(facility.principal)} at ${facility.rate_percent} % a year (${facility.day_count})`],
      ["drawn", `${money(facility.disbursed)}; left to draw: ${money(facility.left_to_draw)}`],
      ["matures", facility.matures_on],
      [
        "levels",
        `${levels.initial} / ${levels.warning ?? "-"} / ${levels.margin_call} / ${levels.liquidation} %; a mark goes ${levels.release} percentage points lower`,
      ],
      ...facility.triggers.map(({ level, asset, price }): [string, string] => [
        `${level} at`,
        `${money(price)} for one ${asset}`,
      ]),
      ...facility.collateral.map((one): [string, string] => [
        `collateral ${one.asset}`,
        `${money(one.held)} at ${one.venue}, deposit to ${one.address ?? "(wallet not open yet)"} on ${one.network}; ${money(one.required)} alone would carry the principal`,
      ]),
      ...deposits
        .filter(({ state }) => state === "waiting")
        .map((one): [string, string] => [
          "waits for a person",
          `${money(one)} (${one.movement_id}): ${one.sentence ?? ""}`,
        ]),
      ...substitutions.map((one): [string, string] => [
        "exchange",
        `${money(one.releases)} for ${money(one.brings)}, of which ${money(one.arrived)} came: ${one.object_id} ${one.state}`,
      ]),
      ...(calculator === null
        ? []
        : [
            [
              "to the initial level",
              `deposit ${calculator.initial.deposits.map(money).join(" or ")}, or repay ${money(calculator.initial.repay)}`,
            ] as [string, string],
          ]),
      ["payments", String(payments.length)],
      ["margin calls", calls.map(({ id, state }) => `${id} ${state}`).join(", ") || "none"],
      ["liquidations", liquidations.map(({ id: one, state }) => `${one} ${state}`).join(", ") || "none"],
    ]),
  ].join("\n");
}

async function propose(flags: ProposeFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const body: FacilityRequest = {
    reference: flags.reference,
    customer_id: flags.customer,
    currency: flags.currency,
    principal: flags.principal,
    rate_percent: flags.rate,
    day_count: flags.dayCount,
    matures_on: flags.matures,
    opening_fee: flags.fee,
    levels: levelsOf(flags),
    cure_hours: flags.cureHours === undefined ? null : Number(flags.cureHours),
    collateral: flags.collateral.map(pledgeOf),
    reason: flags.reason,
    proposed_by: flags.as,
  };
  const facility = await client.post<Facility>("/v1/facilities", body, `facility-${digestOf("request", body)}`);
  answer(context.io, flags.json, facility, ({ object_id, quorum }) =>
    [
      fields(reviewProposal("facility", facility).lines),
      `${quorum.needed} of these have to approve it: ${quorum.eligible.join(", ") || "nobody can"}.`,
      `./tidegate approve ${object_id} --key FILE\n`,
    ].join("\n"),
  );
}

/** `BTC=bc1q...` */
function pledgeOf(text: string): FacilityRequest["collateral"][number] {
  const at = text.indexOf("=");
  if (at < 1) throw new CliError("usage", `"${text}" names no address; write BTC=ADDRESS.`);
  return { asset: text.slice(0, at), return_address: text.slice(at + 1) };
}

function levelsOf({ ltv, cvl }: ProposeFlags): FacilityRequest["levels"] {
  if (cvl !== undefined) {
    const [initial, margin_call, liquidation] = cvl.split("/");
    return { as: "cvl", ...levelsFrom({ initial, margin_call, liquidation }), warning: null };
  }
  if (ltv === undefined) return null;
  const [initial, warning, margin_call, liquidation] = ltv.split("/");
  const own = levelsFrom({ initial, margin_call, liquidation });
  return { as: "ltv", ...own, ...(warning === "-" ? { warning: null } : warning ? { warning } : {}) };
}

function levelsFrom(given: Record<"initial" | "margin_call" | "liquidation", string | undefined>) {
  const { initial, margin_call, liquidation } = given;
  return {
    ...(initial ? { initial } : {}),
    ...(margin_call ? { margin_call } : {}),
    ...(liquidation ? { liquidation } : {}),
  };
}

async function calls(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const found = await client.get<MarginCallList>(`/v1/margin-calls${queryOf({ state: flags.state })}`);
  answer(context.io, flags.json, found, ({ items }) =>
    items.length === 0
      ? "No margin calls.\n"
      : table(
          ["call", "reference", "customer", "state", "LTV then", "now", "deadline", "deposit or repay"],
          items.map((one) => [
            ...[
              one.id,
              one.reference,
              one.customer_id,
              one.state,
              one.ltv_percent === null ? "-" : `${one.ltv_percent} %`,
            ],
            ...[ltvText(one.ltv_now), one.deadline_at],
            one.calculator === null
              ? "-"
              : `${one.calculator.cure.deposits.map(money).join(" or ")} or ${money(one.calculator.cure.repay)}`,
          ]),
        ),
  );
}

export const voteOnFacility = voterOn<Facility>({
  object_kind: "facility",
  route: "/v1/facilities",
  noun: "facility",
  question: "Approve exactly these terms?",
  review: (facility) => reviewProposal("facility", facility),
});

export const voteOnExtension = voterOn<CallExtension>({
  object_kind: "extension",
  route: "/v1/extensions",
  noun: "proposal",
  question: "Approve exactly this deadline?",
  review: (extension) => reviewProposal("extension", extension),
});
