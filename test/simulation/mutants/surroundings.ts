/** Bugs in what stands around a payment: networks that change their mind, prices, people who are called, the log. */
import type { Mutant } from "../../../src/simulate/types.ts";
import type { Tx } from "../../../src/store/port.ts";
import { forgetting, NO_KEY, withFind, withFound, withReads, withWrites } from "./plant.ts";

/** Events of a kind that are never written. */
const silent = (kind: string) =>
  withWrites((tx) => ({
    insert: (async (table, row) => {
      if (table.name === "event" && (row as { kind?: string }).kind === kind) return;
      await tx.insert(table, row);
    }) as Tx["insert"],
    writeMany: (writes) =>
      tx.writeMany(
        writes.map((write) => {
          if (write.kind !== "insert" || write.table.name !== "event") return write;
          return { ...write, rows: write.rows.filter((row) => (row as { kind?: string }).kind !== kind) };
        }),
      ),
  }));

/** A hot wallet that is always short, so that custody pays. */
const REFILLS = { "exchange-usdt": 30_000n, "northvault-usdt": 20_000_000n } as const;
/** Hot wallets that are always full, so that custody receives. */
const SWEEPS = { "exchange-usdt": 900_000n, "northvault-usdt": 2_000_000n } as const;

export const SURROUNDING_MUTANTS: readonly Mutant[] = [
  {
    name: "one_source_makes_the_price",
    expects: ["wrong_price_used"],
    rates: { usd_level: 1, price_outlier: 0.5, price_down: 0, price_stale: 0 },
    sabotage: (deps) => {
      const [first] = deps.price_sources;
      if (first === undefined) return deps;
      const price_sources = deps.price_sources.map(({ id, close }) => ({
        id,
        close,
        fetchQuote: async (...args: Parameters<typeof first.fetchQuote>) => ({
          ...(await first.fetchQuote(...args)),
          source: id,
        }),
      }));
      return { ...deps, price_sources };
    },
  },
  {
    name: "announced_is_credited",
    expects: ["books_differ_from_venue", "break_left_open", "log_credits_wrong_amount"],
    rates: { fee_from_amount: 1 },
    sabotage: withFound((found) => ({
      ...found,
      amount_received: found.amount_received === null ? null : found.amount,
    })),
  },
  {
    name: "partial_fill_is_the_whole",
    expects: ["settled_without_effect"],
    rates: { partial_fill: 1 },
    sabotage: withFound((found) =>
      (found.amount_received ?? 0n) > 0n
        ? { ...found, amount_received: found.amount, status: "succeeded", final: true, stage: "final" }
        : found,
    ),
  },
  {
    name: "short_delivery_is_the_whole",
    expects: ["books_differ_from_venue", "break_left_open", "log_credits_wrong_amount"],
    rates: { short_delivery: 1 },
    sabotage: withFound((found) => (found.final ? { ...found, amount_received: found.amount } : found)),
  },
  {
    name: "skewed_clock_trusted_for_leases",
    expects: ["lead_taken_early"],
    rates: { skewed_clocks: 1, second_instance: 1, lost_hint: 0, late_hint: 0, duplicate_hint: 1 },
    sabotage: (deps) => withReads(() => ({ now: async () => deps.clock.now() }))(deps),
  },
  {
    name: "only_the_first_id_is_looked_up",
    expects: ["not_finished"],
    rates: { reissued: 1 },
    sabotage: withFind((found, query) =>
      found.outcome === "found" && query.venue_ref !== null && found.transfer.venue_ref !== query.venue_ref
        ? { outcome: "absent", as_of: query.prepared?.prepared_at ?? 0 }
        : found,
    ),
  },
  {
    name: "reorganisation_not_waited_for",
    expects: ["settled_without_effect"],
    rates: { reorg: 1 },
    sabotage: withFound((found) =>
      found.stage === "confirming" ? { ...found, status: "succeeded", final: true, stage: "final" } : found,
    ),
  },
  {
    name: "decision_of_people_not_applied",
    expects: ["held_in_spite_of_people"],
    rates: { lost_request: 0.8 },
    wallets: NO_KEY,
    sabotage: forgetting("resolution.apply"),
  },
  {
    name: "held_and_nobody_told",
    expects: ["held_and_nobody_called"],
    rates: { lost_request: 0.8 },
    wallets: NO_KEY,
    sabotage: silent("alert.raised"),
  },
  {
    name: "break_votes_forgotten",
    expects: ["break_left_open"],
    rates: { reorg_after_final: 1 },
    wallets: SWEEPS,
    sabotage: forgetting("break.vote"),
  },
  {
    name: "log_without_movements",
    expects: ["log_differs_from_venue"],
    sabotage: silent("movement.booked"),
  },
  {
    name: "log_without_votes",
    expects: ["log_lacks_quorum"],
    wallets: REFILLS,
    sabotage: silent("approval.voted"),
  },
];
