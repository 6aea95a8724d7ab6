/** A canonical payload, field by field: what is shown comes from the bytes that are signed, from nothing else. */
import { writeDecimal } from "../format/decimal.ts";

export interface Field {
  readonly name: string;
  readonly value: string;
}

/** Base units of the payload's asset. */
const AMOUNTS: ReadonlySet<string> = new Set([
  "amount",
  "amount_received",
  "fee",
  "fee_max",
  "difference",
  "amount_max",
  "amount_total",
]);
/** Milliseconds since the epoch. */
const TIMES: ReadonlySet<string> = new Set([
  "created_at",
  "expires_at",
  "not_before",
  "opened_at",
  "valid_from",
  "valid_until",
]);

/**
 * @param decimals of the asset: how many digits of the base units stand behind the point
 * @returns null when the text is no object: then nothing may be approved
 */
export function readFields(payload_text: string, decimals: number): readonly Field[] | null {
  let payload: unknown;
  try {
    payload = JSON.parse(payload_text);
  } catch {
    return null;
  }
  if (payload === null || typeof payload !== "object" || Array.isArray(payload)) return null;
  const asset = (payload as { asset?: unknown }).asset;
  const unit = typeof asset === "string" ? ` ${asset}` : "";
  return Object.entries(payload).map(([name, value]) => ({ name, value: show(name, value, decimals, unit) }));
}

/** One entry of a list: an object with every member by its name, so that nothing of it hides. */
function entry(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  return Object.entries(value)
    .map(
      ([name, member]) =>
        `${name.replaceAll("_", " ")} ${typeof member === "object" && member !== null ? JSON.stringify(member) : String(member ?? "none")}`,
    )
    .join(", ");
}

function show(name: string, value: unknown, decimals: number, unit: string): string {
  if (value === null) return "none";
  if (AMOUNTS.has(name) && typeof value === "string" && /^-?\d{1,78}$/.test(value)) {
    return `${writeDecimal({ units: BigInt(value), scale: decimals })}${unit}`;
  }
  if (TIMES.has(name) && typeof value === "number" && Number.isSafeInteger(value)) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(entry).join("\n");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
