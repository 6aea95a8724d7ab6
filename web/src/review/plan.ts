/** A transfer's canonical payload, read for people. What is shown comes from the bytes that are approved, from nothing else. */
import { writeDecimal } from "../format/decimal.ts";

export interface PlanEnd {
  readonly venue: string;
  readonly wallet: string;
  readonly role: string;
  readonly address: string;
  readonly memo: string | null;
}

export interface ReviewedPlan {
  readonly id: string;
  readonly asset: string;
  readonly network: string;
  readonly instrument: string;
  /** Token contract; null for the coin of the network. */
  readonly contract: string | null;
  /** EVM chain id, where the network has one. */
  readonly chain_id: number | null;
  readonly direction: string;
  readonly cause: string;
  readonly reason: string;
  readonly initiator: string;
  readonly policy_digest: string;
  readonly quorum_needed: number;
  readonly from: PlanEnd;
  readonly to: PlanEnd;
  /** Decimal strings of the asset. */
  readonly amount: string;
  readonly fee_max: string;
  /** RFC 3339. */
  readonly not_before: string;
  readonly expires_at: string;
  /** The known payment that it makes straight from custody; null for every other transfer. */
  readonly obligation: PaidObligation | null;
  /** The wallet pays itself, and only the fee leaves; null for every other transfer. */
  readonly self: SelfPayment | null;
}

export interface SelfPayment {
  readonly purpose: "consolidate" | "hasten";
  /** Decimal string of the asset: what it takes up and gives back at most. */
  readonly touches_max: string;
  /** The hash of the transaction that it pays for; null where small coins become one. */
  readonly parent: string | null;
}

export interface PaidObligation {
  readonly id: string;
  readonly what: string;
  /** RFC 3339. */
  readonly due_at: string;
  /** Who said that it is due; never counted among those who allow it. */
  readonly asked_by: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param decimals of the asset: how many digits of the base units stand behind the point
 * @returns null when the text is not a transfer's payload: then nothing may be approved
 */
export function readPlan(payload_text: string, decimals: number): ReviewedPlan | null {
  const fields = parse(payload_text);
  const from = readEnd(fields?.from);
  const to = readEnd(fields?.to);
  if (!fields || !from || !to) return null;
  const text = (name: string): string | null => asText(fields[name]);
  const amount = readUnits(fields.amount, decimals);
  const fee_max = readUnits(fields.fee_max, decimals);
  const not_before = readInstant(fields.not_before);
  const expires_at = readInstant(fields.expires_at);
  const { quorum_needed, contract = null, chain_id = null } = fields;
  const obligation = fields.obligation === undefined ? null : readObligation(fields.obligation);
  const self = fields.self === undefined ? null : readSelf(fields.self, decimals);
  if (obligation === "bent" || self === "bent") return null;
  const texts = {
    id: text("id"),
    asset: text("asset"),
    network: text("network"),
    instrument: text("instrument"),
    direction: text("direction"),
    cause: text("cause"),
    reason: text("reason"),
    initiator: text("initiator"),
    policy_digest: text("policy_digest"),
  };
  if (!allThere(texts) || amount === null || fee_max === null || not_before === null || expires_at === null)
    return null;
  if (typeof quorum_needed !== "number" || !isTextOrNull(contract) || !isNumberOrNull(chain_id)) return null;
  const bounds = { amount, fee_max, not_before, expires_at, quorum_needed };
  return { ...texts, ...bounds, contract, chain_id, from, to, obligation, self };
}

function allThere<K extends string>(texts: Record<K, string | null>): texts is Record<K, string> {
  return Object.values(texts).every((value) => value !== null);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || typeof value === "number";
}

function parse(text: string): Fields | null {
  try {
    return asFields(JSON.parse(text));
  } catch {
    return null;
  }
}

function asFields(value: unknown): Fields | null {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Fields) : null;
}

function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function readEnd(value: unknown): PlanEnd | null {
  const fields = asFields(value);
  if (!fields) return null;
  const { venue, wallet, role, address, memo } = fields;
  const texts = [venue, wallet, role, address].every((member) => typeof member === "string");
  if (!texts || !(memo === null || typeof memo === "string")) return null;
  return { venue, wallet, role, address, memo } as PlanEnd;
}

function readObligation(value: unknown): PaidObligation | "bent" {
  const fields = asFields(value);
  const due_at = readInstant(fields?.due_at);
  const texts = { id: asText(fields?.id), what: asText(fields?.what), asked_by: asText(fields?.asked_by) };
  return due_at === null || !allThere(texts) ? "bent" : { ...texts, due_at };
}

function readSelf(value: unknown, decimals: number): SelfPayment | "bent" {
  const fields = asFields(value);
  const touches_max = readUnits(fields?.touches_max, decimals);
  const { purpose, parent } = fields ?? {};
  if (touches_max === null || !isTextOrNull(parent)) return "bent";
  if (purpose === "consolidate") return parent === null ? { purpose, touches_max, parent } : "bent";
  return purpose === "hasten" && parent !== null ? { purpose, touches_max, parent } : "bent";
}

function readUnits(value: unknown, decimals: number): string | null {
  if (typeof value !== "string" || !/^\d{1,78}$/.test(value)) return null;
  return writeDecimal({ units: BigInt(value), scale: decimals });
}

/** Instants are milliseconds since the epoch in the payload. */
function readInstant(value: unknown): string | null {
  const at = typeof value === "number" ? new Date(value) : null;
  return at && !Number.isNaN(at.getTime()) ? at.toISOString() : null;
}

/** Digits behind the point of an amount that carries all of its asset's decimals. */
export function decimalsOf(amount: string): number {
  return amount.split(".")[1]?.length ?? 0;
}
