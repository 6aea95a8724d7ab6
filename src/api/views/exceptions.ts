/** What a person should look at now: stale data, breaks, held transfers, prices, a stopped mode. */
import type { LogStanding, PoolPlan } from "../../daemon/types.ts";
import type { BreakRow } from "../../ledger/types.ts";
import type { Mode, PriceState } from "../../policy/index.ts";
import type { TransferRow } from "../../transfers/types.ts";
import type { Exception, Wallet } from "../schemas/index.ts";
import { walletExceptions } from "./exceptions_wallets.ts";
import type { RepeatedFailure } from "./failures.ts";
import { type Printer, printTime } from "./printer.ts";

interface ExceptionInput {
  readonly mode: Mode;
  readonly log: LogStanding;
  readonly plans: readonly PoolPlan[];
  readonly wallets: readonly Wallet[];
  readonly held: readonly TransferRow[];
  readonly failures: readonly RepeatedFailure[];
  readonly breaks: readonly BreakRow[];
  readonly prices: readonly { readonly asset: string; readonly state: PriceState | null }[];
}

const ORDER = { emergency: 0, urgent: 1, normal: 2 } as const;

export function viewExceptions(input: ExceptionInput, printer: Printer): Exception[] {
  const found = [
    ...modeExceptions(input.mode),
    ...logExceptions(input.log),
    ...input.plans.flatMap(planExceptions),
    ...input.held.map((row) => heldException(row, printer)),
    ...input.failures.map((failure) => failingException(failure, printer)),
    ...input.breaks.map((row) => breakException(row, printer)),
    ...walletExceptions(input.wallets),
    ...input.prices.flatMap(({ asset, state }) => priceExceptions(asset, state)),
  ];
  return found.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

function modeExceptions(mode: Mode): Exception[] {
  if (mode !== "frozen") return [];
  const sentence = "Frozen: nothing new is sent; work in flight is followed to its end.";
  return [{ code: "frozen", severity: "urgent", ref: "mode", sentence, since: null }];
}

function logExceptions({ faults, unreadable, waits, looked_at }: LogStanding): Exception[] {
  const since = looked_at === null ? null : printTime(looked_at);
  const stopped: Exception[] =
    waits === null ? [] : [{ code: "log_unwitnessed", severity: "urgent", ref: "log", sentence: waits, since }];
  return [
    ...stopped,
    ...faults.map(({ code, witness, message }): Exception => {
      const sentence = `Nothing is paid: the log does not continue the checkpoint kept by ${witness}. ${message}`;
      return { code, severity: "emergency", ref: witness, sentence, since };
    }),
    ...unreadable.map(({ witness, message }): Exception => {
      const sentence = `The witness ${witness} of the log cannot be asked: ${message}`;
      return { code: "witness_unreadable", severity: "normal", ref: witness, sentence, since };
    }),
  ];
}

function planExceptions({ pool_id, decision, snapshot }: PoolPlan): Exception[] {
  const found: Exception[] = [];
  const sentence = decision.reasons[0]?.sentence ?? "";
  if (decision.severity === "emergency") {
    found.push({ code: "emergency", severity: "emergency", ref: pool_id, sentence, since: null });
  }
  if (snapshot.frozen_reason !== null) {
    const reason = `${snapshot.asset} is stopped: ${snapshot.frozen_reason}`;
    found.push({ code: "asset_frozen", severity: "urgent", ref: pool_id, sentence: reason, since: null });
  }
  if ((snapshot.sweeps_held_reason ?? null) !== null) {
    const held = `Automatic moves of ${pool_id} to custody wait: ${snapshot.sweeps_held_reason}`;
    found.push({ code: "sweeps_held", severity: "urgent", ref: pool_id, sentence: held, since: null });
  }
  if (decision.verdict === "blocked" || decision.verdict === "escalate") {
    const blocked = decision.reasons.map((reason) => reason.sentence).join(" ");
    found.push({ code: "blocked", severity: "urgent", ref: pool_id, sentence: blocked, since: null });
  }
  return found;
}

function heldException(row: TransferRow, printer: Printer): Exception {
  return {
    code: "transfer_held",
    severity: "urgent",
    ref: row.id,
    sentence: `A transfer of ${printer.say(row.asset, row.amount)} is held and must not be sent again: ${row.note ?? "its outcome is not known"}`,
    since: printTime(row.updated_at),
  };
}

function failingException({ count, since, last }: RepeatedFailure, printer: Printer): Exception {
  const { asset, amount, from_wallet, to_wallet } = last;
  const way = `${asset} from ${printer.label(from_wallet)} to ${printer.label(to_wallet)}`;
  const why = (last.note ?? "No reason was given").replace(/\.$/, "");
  return {
    code: "transfer_failing",
    severity: "urgent",
    ref: last.id,
    sentence: `Transfers of ${way} failed ${count} times in a row, at last one of ${printer.say(asset, amount)}. ${why}. Nothing moved. The next one is planned as the policy asks for it: put right what is said here, or take the way out of the configuration.`,
    since: printTime(since),
  };
}

function breakException(row: BreakRow, printer: Printer): Exception {
  return {
    code: "break",
    severity: row.freezes ? "urgent" : "normal",
    ref: row.wallet_id,
    sentence: `The books and ${printer.label(row.wallet_id)} differ by ${printer.say(row.asset, row.difference)}. ${row.cause}`,
    since: printTime(row.opened_at),
  };
}

function priceExceptions(asset: string, state: PriceState | null): Exception[] {
  if (state === null || state.status === "fresh") return [];
  const sentence = `The price of ${asset} is ${state.status}; levels in ${state.currency} cannot be used.`;
  const since = state.as_of === null ? null : printTime(state.as_of);
  return [{ code: "price", severity: "normal", ref: asset, sentence, since }];
}
