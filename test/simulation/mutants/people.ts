/** Bugs in who may say yes, and in what a rule of the policy is worth. */
import type { Mutant } from "../../../src/simulate/types.ts";
import type { ReadTx, Tx } from "../../../src/store/port.ts";
import { withConfig, withPolicy, withReads } from "./plant.ts";

const NOBODY_ELSE = { no_vote: 0.6, denied_by_person: 0 } as const;
/** Hot wallets that are always short. */
const REFILLS = { "exchange-usdt": 30_000n, "northvault-usdt": 20_000_000n } as const;
const HUGE = 10n ** 30n;

const quorumOf = (approvals_needed: number) =>
  withConfig(({ authority }) => ({
    authority: { ...authority, tiers: authority.tiers.map((tier) => ({ ...tier, approvals_needed })) },
  }));

/** What is found in one table, changed. */
const withRows = (
  name: string,
  change: (rows: Record<string, unknown>[]) => Record<string, unknown>[],
  labels: readonly string[],
) =>
  withReads(
    (tx) => ({
      find: (async (table, query) => {
        const rows = await tx.find(table, query);
        return table.name === name ? (change(rows as Record<string, unknown>[]) as typeof rows) : rows;
      }) as ReadTx["find"],
    }),
    ...labels,
  );

export const PEOPLE_MUTANTS: readonly Mutant[] = [
  { name: "one_signature_is_enough", expects: ["no_quorum"], sabotage: quorumOf(1) },
  {
    name: "one_vote_counts_for_everybody",
    expects: ["no_quorum"],
    rates: NOBODY_ELSE,
    sabotage: (deps) => {
      const everybody = withRows(
        "approval",
        (rows) =>
          rows.length === 0
            ? rows
            : deps.config.authority.people.map(({ id, keys }) => ({
                ...rows[0],
                person_id: id,
                key_id: keys[0]?.key_id ?? "",
                vote: "approve",
              })),
        [],
      );
      return { ...everybody(deps), verifier: async () => true };
    },
  },
  {
    name: "a_denial_does_not_count",
    expects: ["no_quorum"],
    rates: { denied_by_person: 0.4, no_vote: 0 },
    wallets: REFILLS,
    sabotage: withRows("approval", (rows) => rows.filter(({ vote }) => vote !== "deny"), []),
  },
  {
    name: "approvals_live_for_ever",
    expects: ["sent_after_expiry"],
    rates: { no_vote: 0.93, denied_by_person: 0 },
    hours: 120,
    sabotage: withConfig(({ authority }) => ({
      authority: { ...authority, approval_lifetime_ms: authority.approval_lifetime_ms * 10 },
    })),
  },
  {
    name: "freeze_not_looked_at",
    expects: ["submit_while_frozen"],
    rates: { freeze: 1 },
    sabotage: withReads(
      (tx) => ({
        get: (async (table, key) => {
          const row = await tx.get(table, key);
          if (table.name !== "control" || row === undefined) return row;
          return { ...row, value: { ...(row as { value: object }).value, mode: "auto" } };
        }) as Tx["get"],
      }),
      "transfer.claim",
      "transfer.check",
      "transfer.submitting",
      "transfer.resend",
    ),
  },
  {
    name: "freeze_lost_at_start",
    expects: ["submit_while_frozen"],
    rates: { freeze: 1 },
    sabotage: withReads((tx) => ({
      get: (async (table, key) => {
        const row = await tx.get(table, key);
        const name = (row as { name?: string } | undefined)?.name;
        if (table.name !== "control" || name !== "mode") return row;
        return { ...row, value: { ...(row as unknown as { value: object }).value, mode: "auto" } } as typeof row;
      }) as Tx["get"],
    })),
  },
  {
    name: "floors_ignored",
    expects: ["below_floor"],
    wallets: { "exchange-usdt": 3_000n, "northvault-usdt": 104_000n },
    sabotage: withPolicy(() => ({ wallet_floors: {} })),
  },
  {
    name: "windows_ignored",
    expects: ["window_exceeded"],
    wallets: { "exchange-usdt": 10_000n, "northvault-usdt": 100_000_000n },
    sabotage: withPolicy(() => ({ windows: [], cooldown_ms: 0, move_max: 2_000_000_000_000n })),
  },
  {
    name: "largest_move_ignored",
    expects: ["above_move_max"],
    wallets: { "exchange-usdt": 9_000_000n, "northvault-usdt": 3_000_000n },
    sabotage: withPolicy(() => ({ move_max: HUGE })),
  },
  {
    name: "in_flight_not_seen",
    expects: ["pair_taken_twice"],
    sabotage: withRows("transfer", () => [], ["pool.snapshot", "decision.start", "decision.payout"]),
  },
  {
    name: "sweep_while_a_refill_is_in_transit",
    expects: ["pair_taken_twice"],
    rates: { duplicate_hint: 0.3 },
    sabotage: withRows("transfer", (rows) => rows.filter(({ direction }) => direction !== "reserve_to_liquidity"), [
      "pool.snapshot",
      "decision.start",
      "decision.payout",
    ]),
  },
];
