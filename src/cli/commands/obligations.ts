/** `obligations`: payments that are known before they happen. */
import type { Obligation, ObligationList, ObligationRequest } from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer, fields, money, table } from "../output.ts";
import { queryOf } from "../query.ts";

interface ListFlags extends RemoteOptions {
  readonly pool?: string;
  readonly state?: string;
}

interface AddFlags extends RemoteOptions {
  readonly pool: string;
  readonly amount: string;
  readonly due: string;
  readonly what: string;
  readonly incoming?: boolean;
  readonly source?: string;
  readonly reference?: string;
  readonly payee?: string;
  readonly key?: string;
}

export const registerObligations: Register = (program, context) => {
  const command = verb("obligations", "List payments that are known before they happen, first due first", [
    "obligations",
    'obligations add --pool usdt --amount 25000 --due 2026-11-23T09:00:00Z --what "payroll"',
    'obligations add --pool usdt --amount 900000 --due 2026-11-25T09:00:00Z --what "withdrawal 17" --payee acme',
    'obligations cancel obl_0192... --reason "paid elsewhere"',
  ]);
  // No options of its own: a parent's --pool would take the one of `obligations add`.
  withRemote(command).action((flags: RemoteOptions) => list({ ...flags, state: "open" }, context));
  command.addCommand(
    withListFlags(verb("list", "List known payments", ["obligations list --state all"])).action(
      (_flags: ListFlags, self) => list(self.optsWithGlobals(), context),
    ),
  );
  command.addCommand(addCommand(context));
  command.addCommand(
    withRemote(
      verb("cancel", "Say that a known payment is not due any more", ["obligations cancel obl_0192... --reason ..."]),
    )
      .argument("<id>", "obligation")
      .requiredOption("--reason <text>", "why; it is recorded")
      .action((id: string, _flags: RemoteOptions, self) => cancel(id, self.optsWithGlobals(), context)),
  );
  program.addCommand(command);
};

function withListFlags(command: ReturnType<typeof verb>): ReturnType<typeof verb> {
  return withRemote(command)
    .option("--pool <id>", "only of this pool")
    .option("--state <state>", "open, met, overdue, cancelled or all", "open");
}

function addCommand(context: CliContext): ReturnType<typeof verb> {
  const command = verb("add", "Say that a payment is due, so that it is funded in time", [
    'obligations add --pool usdt --amount 25000 --due 2026-11-23T09:00:00Z --what "payroll"',
    'obligations add --pool btc --amount 2.5 --due 2026-11-24T12:00:00Z --what "settlement" --incoming',
  ]);
  return withRemote(command)
    .requiredOption("--pool <id>", "pool that pays it")
    .requiredOption("--amount <decimal>", "of the pool's asset")
    .requiredOption("--due <time>", "RFC 3339, UTC: 2026-11-23T09:00:00Z")
    .requiredOption("--what <text>", "what it is for")
    .option("--incoming", "it is expected to come in; that funds nothing before it does")
    .option("--source <text>", "who knows of it", "manual")
    .option("--reference <text>", "hash or reference of the movement that will meet it")
    .option("--payee <id>", "registered payee; a large payment goes to it straight from custody")
    .option("--key <text>", "idempotency key, where the same payment may come twice (default: made of its fields)")
    .action((_flags: AddFlags, self) => add(self.optsWithGlobals(), context));
}

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { pool: pool_id, state } = flags;
  const obligations = await client.get<ObligationList>(`/v1/obligations${queryOf({ pool_id, state })}`);
  answer(context.io, flags.json, obligations, ({ items }) =>
    items.length === 0
      ? "No obligations.\n"
      : table(
          ["due_at", "amount", "direction", "pool", "state", "paid_by", "what", "source", "id"],
          items.map((item) => [
            item.due_at,
            money(item.amount),
            item.direction,
            item.pool_id,
            item.state,
            item.transfer_id ?? item.way,
            item.what,
            item.source,
            item.id,
          ]),
        ),
  );
}

async function add(flags: AddFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const body: ObligationRequest = {
    pool_id: flags.pool,
    direction: flags.incoming === true ? "in" : "out",
    amount: flags.amount,
    due_at: flags.due,
    what: flags.what,
    source: flags.source ?? "manual",
    reference: flags.reference ?? null,
    payee: flags.payee ?? null,
  };
  const key = flags.key ?? `obligation-${digestOf("request", body)}`;
  answer(context.io, flags.json, await client.post<Obligation>("/v1/obligations", body, key), print);
}

async function cancel(id: string, flags: RemoteOptions & { reason: string }, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const path = `/v1/obligations/${encodeURIComponent(id)}/cancel`;
  answer(context.io, flags.json, await client.post<Obligation>(path, { reason: flags.reason }, `cancel-${id}`), print);
}

function print(row: Obligation): string {
  return fields([
    ["obligation", row.id],
    ["state", row.state],
    ["amount", `${money(row.amount)} ${row.direction === "in" ? "comes in" : "has to be paid"}`],
    ["due_at", row.due_at],
    ["what", row.what],
    ["pool", row.pool_id],
    ["source", row.source],
    ["reference", row.reference ?? "-"],
    ["payee", row.payee ?? "-"],
    ["paid from", paidFrom(row)],
    ["transfer", row.transfer_id ?? "-"],
    ["note", row.note ?? "-"],
  ]);
}

function paidFrom({ way, asked_at, declared_ms }: Obligation): string {
  if (way === "liquidity") return "the hot wallets";
  if (asked_at === null || declared_ms === null) return "custody, by its transfer";
  return `custody: people are asked at ${asked_at}, ${declared_ms / 3_600_000} h are declared for it`;
}
