/** A canonical payload, field by field: what is shown comes from the bytes that are signed, from nothing else. */
import { writeDecimal } from "../format/decimal.ts";
import { percentOfFraction } from "../format/ratio.ts";
import { formatDuration } from "../format/time.ts";

export interface Field {
  readonly name: string;
  readonly value: string;
}

/** Base units of the payload's asset, or of the currency or asset of the object they stand in. */
const AMOUNTS: ReadonlySet<string> = new Set([
  "amount",
  "amount_received",
  "fee",
  "fee_max",
  "difference",
  "amount_max",
  "amount_total",
  "principal",
  "opening_fee",
  "expected",
  "minimum",
]);
/** Milliseconds since the epoch. */
const TIMES: ReadonlySet<string> = new Set([
  "created_at",
  "expires_at",
  "not_before",
  "opened_at",
  "valid_from",
  "valid_until",
  "deadline_before",
  "deadline_at",
]);
/** Exact shares, written "num/den". */
const SHARES: ReadonlySet<string> = new Set([
  "rate",
  "haircut",
  "initial",
  "warning",
  "margin_call",
  "liquidation",
  "release",
]);
const INTEGER = /^-?\d{1,78}$/;

type Members = Readonly<Record<string, unknown>>;

/** How the amounts of an object are counted. */
interface Unit {
  readonly decimals: number;
  readonly name: string;
}

/**
 * @param decimals of the asset, for payloads that do not carry their own: digits of the base units behind the point
 * @returns null when the text is no object: then nothing may be approved
 */
export function readFields(payload_text: string, decimals: number): readonly Field[] | null {
  let payload: unknown;
  try {
    payload = JSON.parse(payload_text);
  } catch {
    return null;
  }
  if (!isMembers(payload)) return null;
  const unit = unitOf(payload, { decimals, name: "" });
  return Object.entries(payload).map(([name, value]) => ({ name, value: show(name, value, unit) }));
}

function isMembers(value: unknown): value is Members {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** An object that says its asset or currency counts in it; one that says its decimals has digits of its own. */
function unitOf({ asset, currency, decimals }: Members, outer: Unit): Unit {
  const name = [asset, currency].find((text) => typeof text === "string");
  return {
    decimals: typeof decimals === "number" && Number.isSafeInteger(decimals) ? decimals : outer.decimals,
    name: name === undefined ? outer.name : ` ${String(name)}`,
  };
}

function show(name: string, value: unknown, unit: Unit): string {
  if (value === null) return "none";
  if (typeof value === "string") return showText(name, value, unit);
  if (typeof value === "number" && Number.isSafeInteger(value)) {
    if (TIMES.has(name)) return new Date(value).toISOString();
    if (name.endsWith("_ms")) return `${formatDuration(value)} (${value} ms)`;
  }
  if (Array.isArray(value))
    return value.length === 0 ? "none" : value.map((item) => entry(name, item, unit)).join("\n");
  return isMembers(value) ? entry(name, value, unit) : String(value);
}

function showText(name: string, value: string, { decimals, name: asset }: Unit): string {
  if (AMOUNTS.has(name) && INTEGER.test(value)) {
    return `${writeDecimal({ units: BigInt(value), scale: decimals })}${asset}`;
  }
  return (SHARES.has(name) ? percentOfFraction(value) : null) ?? value;
}

/** One object, or one entry of a list: every member by its name, so that nothing of it hides. */
function entry(name: string, value: unknown, outer: Unit): string {
  if (!isMembers(value)) return Array.isArray(value) ? JSON.stringify(value) : show(name, value, outer);
  const unit = unitOf(value, outer);
  return Object.entries(value)
    .map(([member, inner]) => {
      const nested = inner !== null && typeof inner === "object";
      return `${member.replaceAll("_", " ")} ${nested ? JSON.stringify(inner) : show(member, inner, unit)}`;
    })
    .join(", ");
}
