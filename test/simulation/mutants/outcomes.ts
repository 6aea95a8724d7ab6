/** Bugs in reading what became of a request. */
import type { Mutant, Sabotage } from "../../../src/simulate/types.ts";
import type { ReadTx, Tx } from "../../../src/store/port.ts";
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
  withReads,
  withVenues,
  withWrites,
} from "./plant.ts";

const HALF_HOUR_MS = 1_800_000;

/** What a network took back stays away, and its venue says so. No bug: with it alone such a transfer is held for people. */
export const takenBackForGood: Sabotage = (deps) => {
  const done = new Set<string>();
  return withFind((found, { reference }) => {
    if (found.outcome !== "found") return found;
    const { final, status } = found.transfer;
    if (final && status === "succeeded") done.add(reference);
    if (final || !done.has(reference)) return found;
    return { ...found, transfer: { ...found.transfer, status: "failed", final: true, stage: "final" } };
  })(deps);
};
export const TAKEN_BACK = {
  rates: { reorg_after_final: 0.9 },
  wallets: { "chain-usdt": 300_000n, "northvault-usdt": 700_000n },
} as const;

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
    name: "taken_back_is_a_failure",
    expects: ["settled_then_failed"],
    ...TAKEN_BACK,
    sabotage: (deps) => forgettingSettlements(takenBackForGood(deps)),
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

/** Whoever asks whether a transfer had settled before is told that it had not. */
const forgettingSettlements = withReads(
  (tx) => ({
    find: (async (table, query) => (table.name === "posting" ? [] : tx.find(table, query))) as ReadTx["find"],
  }),
  "transfer.reopened",
);

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
