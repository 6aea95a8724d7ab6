/** Figures of a line in words that fit a table. */
import type { Venue } from "../../api/types.ts";
import { MISSING } from "../../format/amount.ts";

type Can = Venue["capabilities"];

export const ABILITIES: readonly (readonly [head: string, can: (capabilities: Can) => boolean])[] = [
  ["Look-up by reference", (can) => can.lookup_by_reference],
  ["History", (can) => can.list_movements],
  ["Withdraws a request", (can) => can.cancel],
  ["Push", (can) => can.push],
  ["Webhooks", (can) => can.webhooks],
  ["Own approvals", (can) => can.approval_stage],
  ["Opens wallets", (can) => can.creates_wallets],
  ["Orders", (can) => can.orders],
];

/** @example milliseconds(1500) // "1.5 s" */
export function milliseconds(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return MISSING;
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`;
}

/** @example partsPerMillion(12_500) // "1.3 %" */
export function partsPerMillion(ppm: number): string {
  return `${Math.round(ppm / 1_000) / 10} %`;
}

/** @example secondsOf(-2500) // "-2.5 s" */
export function secondsOf(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
