/**
 * The second renderer: everything a person is shown here is computed from the canonical payload itself, by this process. What
 * the daemon says about it (its digest, its labels) is only compared.
 */
import type {
  Approval,
  BreakResolution,
  CallExtension,
  Envelope,
  Facility,
  Resolution,
  ResumeOffer,
  Substitution,
  WalletProposal,
} from "../api/index.ts";
import type { VotePayload } from "../authority/index.ts";
import { canonicalJson, digestOf } from "../digest/index.ts";
import { printDecimal, printPercent } from "../money/index.ts";
import { CliError } from "./errors.ts";
import { grouped } from "./output.ts";

/** Plans are small; anything longer is not one. */
const PAYLOAD_LENGTH_MAX = 65_536;
const DIGEST_GROUP = 4;
const AMOUNTS: ReadonlySet<string> = new Set([
  "amount",
  "fee_max",
  "amount_received",
  "fee",
  "difference",
  "amount_max",
  "amount_total",
  "principal",
  "opening_fee",
  "units",
  "touches_max",
  "minimum",
  "expected",
]);
const TIMES: ReadonlySet<string> = new Set([
  "not_before",
  "created_at",
  "expires_at",
  "opened_at",
  "valid_from",
  "valid_until",
  "deadline_before",
  "deadline_at",
  "ends_at",
  "as_of",
  "due_at",
  "frozen_at",
]);

export interface ReviewedPlan {
  readonly plan: Readonly<Record<string, unknown>>;
  readonly digest: string;
  readonly lines: readonly (readonly [label: string, value: string])[];
}

/** @throws CliError approve_digest_mismatch | approve_payload_mismatch */
export function reviewApproval(approval: Approval): ReviewedPlan {
  return reviewed("transfer", approval);
}

/** @throws CliError approve_digest_mismatch | approve_payload_mismatch */
export function reviewResolution(resolution: Resolution): ReviewedPlan {
  return reviewed("resolution", resolution);
}

/** @throws CliError approve_digest_mismatch | approve_payload_mismatch */
export function reviewBreakResolution(proposal: BreakResolution): ReviewedPlan {
  return reviewed("break", proposal);
}

/** @throws CliError approve_digest_mismatch | approve_payload_mismatch */
export function reviewEnvelope(envelope: Envelope): ReviewedPlan {
  return reviewed("envelope", envelope);
}

/** Terms of a loan, a later deadline, or an exchange. @throws CliError approve_digest_mismatch | approve_payload_mismatch */
export function reviewProposal(
  kind: "facility" | "extension" | "substitution",
  proposal: Facility | CallExtension | Substitution,
): ReviewedPlan {
  return reviewed(kind, proposal);
}

/** @throws CliError approve_digest_mismatch | approve_payload_mismatch */
export function reviewWalletProposal(proposal: WalletProposal): ReviewedPlan {
  return reviewed("wallet", proposal);
}

/** What leaves the freeze. @throws CliError approve_digest_mismatch | approve_payload_mismatch */
export function reviewResume({ payload_text, digest: offered }: ResumeOffer): ReviewedPlan {
  const plan = parsePlan(payload_text);
  const digest = verified("resume", plan, offered);
  const lines = Object.entries(plan).flatMap(([name, value]) => linesIn(name, value, name, NO_ASSET));
  return { plan, digest, lines: [...lines, ["digest", groups(digest)]] };
}

type Offered =
  | (WalletProposal | Facility | CallExtension | Substitution)
  | (Approval | Resolution | BreakResolution | Envelope);

function reviewed(kind: VotePayload["object_kind"], offered: Offered): ReviewedPlan {
  const plan = parsePlan(offered.payload_text);
  const digest = verified(kind, plan, offered.digest);
  if (plan.id !== offered.object_id) {
    throw new CliError("approve_payload_mismatch", `The payload is of another ${kind}; nothing was signed.`);
  }
  return { plan, digest, lines: [...linesOf(plan, offered), ["digest", groups(digest)]] };
}

function verified(kind: VotePayload["object_kind"], plan: ReviewedPlan["plan"], offered: string): string {
  const digest = digestOf(kind, plan);
  if (digest === offered) return digest;
  throw new CliError(
    "approve_digest_mismatch",
    `The daemon says the digest is ${offered}, but its payload has ${digest}; nothing was signed.`,
  );
}

function parsePlan(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = text.length <= PAYLOAD_LENGTH_MAX ? JSON.parse(text) : null;
    // Only the canonical spelling: two texts with the same reading must not exist.
    if (isObject(value) && canonicalJson(value) === text) return value;
  } catch {
    // Falls through to the one sentence below.
  }
  throw new CliError("approve_payload_mismatch", "The payload is not canonical JSON of a plan; nothing was signed.");
}

/** Every field of the payload, nested ones with their path; amounts in whole units as well. */
function linesOf(plan: Readonly<Record<string, unknown>>, offered: Offered): [string, string][] {
  const known =
    "transfer" in offered
      ? offered.transfer.amount
      : "difference" in offered
        ? offered.difference
        : "amount_total" in offered
          ? offered.amount_total
          : null;
  const decimals = typeof plan.decimals === "number" ? plan.decimals : decimalsOf(known?.amount ?? "0");
  const of = { decimals, asset: show(plan.asset ?? plan.currency) };
  return Object.entries(plan).flatMap(([name, value]) => linesIn(name, value, name, of));
}

/** What amounts are counted in; a nested object that names its own asset has its own. */
interface Counted {
  readonly decimals: number;
  readonly asset: string;
}

const NO_ASSET: Counted = { decimals: 0, asset: "" };

/** A field by its path; lists of objects have one line for each field of each. */
function linesIn(path: string, value: unknown, name: string, of: Counted): [string, string][] {
  if (isObject(value)) {
    const { asset, decimals } = value;
    const own = typeof asset === "string" && typeof decimals === "number" ? { asset, decimals } : of;
    return Object.entries(value).flatMap(([inner, item]) => linesIn(`${path}.${inner}`, item, inner, own));
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
    return value.flatMap((item, at) => linesIn(`${path}.${at + 1}`, item, name, of));
  }
  return [[path, textOf(name, value, of)]];
}

const FRACTION = /^\d{1,40}\/[1-9]\d{0,39}$/;
const PERCENT_DIGITS = 4;
const HOUR_MS = 3_600_000;

function textOf(name: string, value: unknown, { decimals, asset }: Counted): string {
  if (AMOUNTS.has(name) && typeof value === "string" && /^-?\d+$/.test(value)) {
    const whole = grouped(printDecimal(BigInt(value), decimals));
    return `${whole} ${asset} (${value} base units, ${decimals} decimals)`;
  }
  if (typeof value === "string" && FRACTION.test(value)) {
    const [num = "", den = ""] = value.split("/");
    return `${printPercent(BigInt(num), BigInt(den), PERCENT_DIGITS, "up") ?? "?"} % (${value})`;
  }
  if (name.endsWith("_ms") && typeof value === "number") return `${value / HOUR_MS} hours (${value} ms)`;
  return timeOrText(name, value);
}

function timeOrText(name: string, value: unknown): string {
  return TIMES.has(name) && typeof value === "number" ? new Date(value).toISOString() : show(value);
}

/** The fields of EIP-712 typed data's message, for people. */
export function typedDataLines(typed_data: unknown): [string, string][] {
  const message = isObject(typed_data) ? typed_data.message : null;
  const domain = isObject(typed_data) ? typed_data.domain : null;
  const list = (value: unknown, prefix: string): [string, string][] =>
    isObject(value) ? Object.entries(value).map(([name, item]) => [`${prefix}.${name}`, show(item)]) : [];
  return [...list(domain, "domain"), ...list(message, "message"), ...callLines(message)];
}

/** Selector and the two words of the ERC-20 call `transfer(address,uint256)`: its whole call data, and nothing else. */
const TRANSFER_CALL = /^0xa9059cbb0{24}([0-9a-fA-F]{40})([0-9a-fA-F]{64})$/;

/** What the call data of a Safe transaction would do, in words. */
function callLines(message: unknown): [string, string][] {
  if (!isObject(message)) return [];
  if (message.data === "0x")
    return [["call", `pays ${show(message.value)} wei of the chain's coin to ${show(message.to)}`]];
  const [, to, amount] = TRANSFER_CALL.exec(show(message.data)) ?? [];
  if (to === undefined || amount === undefined)
    return [["call", "not a plain token transfer: it will not be signed as one"]];
  const kind = message.operation === 0 ? "CALL" : `operation ${show(message.operation)}, which is not CALL`;
  return [["call", `${kind}: token ${show(message.to)} transfers ${BigInt(`0x${amount}`)} base units to 0x${to}`]];
}

export function groups(digest: string): string {
  return digest.match(new RegExp(`.{1,${DIGEST_GROUP}}`, "g"))?.join(" ") ?? digest;
}

function decimalsOf(amount: string): number {
  return amount.includes(".") ? amount.length - amount.indexOf(".") - 1 : 0;
}

function show(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
