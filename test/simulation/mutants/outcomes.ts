/** Bugs in reading what became of a request. */
import type { Mutant } from "../../../src/simulate/types.ts";
import type { Tx } from "../../../src/store/port.ts";
import type { FindOutcome, FindQuery, VenueTransfer } from "../../../src/venues/port.ts";
import {
  type Body,
  forgetting,
  NO_KEY,
  ON_THE_WAY,
  STAGED,
  withFind,
  withFound,
  withOutcome,
  withVenues,
  withWrites,
} from "./plant.ts";

const HALF_HOUR_MS = 1_800_000;

export const OUTCOME_MUTANTS: readonly Mutant[] = [
  {
    name: "time_out_is_a_failure",
    expects: ["ended_with_effect"],
    rates: ON_THE_WAY,
    sabotage: withOutcome((outcome) =>
      outcome.outcome === "unknown" ? { outcome: "rejected", code: "timeout", message: "gave up" } : outcome,
    ),
  },
  {
    name: "absence_is_a_failure",
    expects: ["ended_with_effect"],
    rates: ON_THE_WAY,
    sabotage: withFind((found, query) => (found.outcome === "absent" ? failureOf(query, found) : found)),
  },
  {
    name: "look_up_error_is_a_failure",
    expects: ["ended_with_effect"],
    rates: { ...ON_THE_WAY, lookup_error: 0.3 },
    sabotage: withFind((found, query) => (found.outcome === "unreadable" ? failureOf(query, found) : found)),
  },
  {
    name: "age_ends_an_obligation",
    expects: ["ended_with_effect"],
    sabotage: withVenues((venue) => ({
      find: async (query) => {
        const found = await venue.find(query);
        const old = found.outcome === "absent" && found.as_of - (query.prepared?.prepared_at ?? 0) > HALF_HOUR_MS;
        return old ? failureOf(query, found) : found;
      },
    })),
    rates: { late_execution: 0.7 },
    wallets: NO_KEY,
  },
  {
    name: "pending_is_final",
    expects: ["settled_without_effect"],
    sabotage: withFound((found) => ({ ...found, status: "succeeded", final: true, stage: "final" })),
  },
  {
    name: "broadcast_is_final",
    expects: ["settled_without_effect"],
    sabotage: withFound((found) =>
      found.stage === "broadcast" ? { ...found, status: "succeeded", final: true } : found,
    ),
  },
  {
    name: "failed_is_succeeded",
    expects: ["settled_without_effect"],
    rates: { venue_denies: 0.6 },
    wallets: STAGED,
    sabotage: withFound((found) => (found.final ? { ...found, status: "succeeded" } : found)),
  },
  {
    name: "succeeded_is_failed",
    expects: ["ended_with_effect"],
    sabotage: withFound((found) => (found.final ? { ...found, status: "failed" } : found)),
  },
  {
    name: "status_of_another_transfer",
    expects: ["settled_without_effect", "ended_with_effect"],
    sabotage: statusOfAnother(),
  },
  {
    name: "accepted_is_a_failure",
    expects: ["ended_with_effect"],
    sabotage: withOutcome((outcome) =>
      outcome.outcome === "accepted" ? { outcome: "rejected", code: "202", message: "not 200" } : outcome,
    ),
  },
  {
    name: "refusal_is_success",
    expects: ["not_finished", "settled_without_effect"],
    rates: { venue_refuses: 0.5 },
    sabotage: withOutcome((outcome) =>
      outcome.outcome === "rejected"
        ? { outcome: "accepted", venue_ref: "none", tx_hash: null, stage: "accepted" }
        : outcome,
    ),
  },
  {
    name: "settlement_never_written",
    expects: ["not_finished"],
    sabotage: forgetting("transfer.settle"),
  },
  {
    name: "never_asked_again",
    expects: ["not_finished"],
    sabotage: withFind((_found) => ({ outcome: "unreadable", message: "not asked" })),
  },
  {
    name: "a_settlement_meets_nothing",
    expects: ["obligation_paid_twice"],
    sabotage: withWrites((tx) => ({
      update: (async (table, key, patch, guard) => {
        const met = table.name === "obligation" && (patch as { state?: string }).state === "met";
        const free = { transfer_id: null, retry_at: null } as unknown as typeof patch;
        return tx.update(table, key, met ? free : patch, guard);
      }) as Tx["update"],
    })),
  },
];

/** Keeps the last report of each venue and answers with its status. */
function statusOfAnother(): Mutant["sabotage"] {
  const last = new Map<string, VenueTransfer>();
  return withFind((found, _query, venue) => {
    if (found.outcome !== "found") return found;
    const other = last.get(venue.id);
    if (found.transfer.final) last.set(venue.id, found.transfer);
    if (other === undefined) return found;
    const { status, final, stage } = other;
    return { ...found, transfer: { ...found.transfer, status, final, stage } };
  });
}

function failureOf(query: FindQuery, otherwise: FindOutcome): FindOutcome {
  if (query.prepared === null) return otherwise;
  const { amount, to_address } = query.prepared.body as Body;
  const transfer: VenueTransfer = {
    venue_ref: query.venue_ref ?? "none",
    reference: query.reference,
    tx_hash: null,
    stage: "final",
    status: "failed",
    final: true,
    to_address,
    asset: query.asset,
    amount: BigInt(amount),
    amount_received: null,
    fee: null,
    confirmations: null,
    confirmations_needed: null,
    raw_status: "404",
  };
  return { outcome: "found", transfer };
}
