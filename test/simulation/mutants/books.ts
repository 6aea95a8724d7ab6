/** Bugs in what is read of a venue, and in what is written down of it. */
import type { Mutant } from "../../../src/simulate/types.ts";
import type { Tx, Write } from "../../../src/store/port.ts";
import type { VenueMovement } from "../../../src/venues/port.ts";
import { NO_KEY, withFound, withReads, withVenues, withWrites } from "./plant.ts";

const DIFFERENT = ["books_differ_from_venue", "break_left_open"];

const withMovements = (change: (movements: readonly VenueMovement[]) => readonly VenueMovement[]) =>
  withVenues((venue) => ({
    listMovements: async (wallet, cursor) => {
      const page = await venue.listMovements(wallet, cursor);
      return { ...page, movements: change(page.movements) };
    },
  }));

const heightOf = ({ height }: VenueMovement): number => Number(height);

/** Inserts of these kinds that are answered and not done. */
const losing = (table_name: string, ...kinds: readonly string[]) =>
  withWrites((tx) => ({
    insert: (async (table, row) => {
      const { kind } = row as { kind?: string };
      if (table.name === table_name && (kinds.length === 0 || kinds.includes(kind ?? ""))) return;
      await tx.insert(table, row);
    }) as Tx["insert"],
  }));

type Account = { readonly id: string; readonly posted: bigint };

/** Accounts are written as something else than they should be; null: not at all, and answered all the same. */
const withAccounts = (change: (account: Account) => bigint | null) =>
  withWrites((tx) => ({
    writeMany: async (writes) => {
      await tx.writeMany(writes.map((write) => (write.table.name === "account" ? withBalances(write, change) : write)));
      return true;
    },
  }));

function withBalances(write: Write, change: (account: Account) => bigint | null): Write {
  if (write.kind === "insert") {
    const rows = (write.rows as readonly Account[]).map((row) => ({ ...row, posted: change(row) }));
    return { ...write, rows: rows.filter(({ posted }) => posted !== null) };
  }
  const rows = write.rows.map((row) => {
    const { id } = row.key as { id: string };
    return { ...row, patch: { ...row.patch, posted: change({ id, ...(row.patch as { posted: bigint }) }) } };
  });
  return { ...write, rows: rows.filter(({ patch }) => patch.posted !== null) };
}

export const BOOK_MUTANTS: readonly Mutant[] = [
  {
    name: "some_movements_skipped",
    expects: DIFFERENT,
    sabotage: withMovements((list) => list.filter((movement) => heightOf(movement) % 5 !== 0)),
  },
  {
    name: "movements_counted_twice",
    expects: DIFFERENT,
    sabotage: withMovements((list) => list.flatMap((one) => [one, { ...one, id: `${one.id}-copy` }])),
  },
  {
    name: "direction_turned_round",
    expects: DIFFERENT,
    sabotage: withMovements((list) =>
      list.map((one) => ({ ...one, direction: one.direction === "in" ? ("out" as const) : ("in" as const) })),
    ),
  },
  {
    name: "only_the_first_page_read",
    expects: DIFFERENT,
    sabotage: withVenues((venue) => ({
      listMovements: async (wallet, cursor) => {
        const page = await venue.listMovements(wallet, cursor);
        return { ...page, movements: page.movements.slice(0, 1), has_more: false };
      },
    })),
  },
  {
    name: "reference_and_hash_thrown_away",
    expects: DIFFERENT,
    sabotage: withMovements((list) =>
      list.map((one) => ({ ...one, reference: null, tx_hash: `unknown-${one.id}`, counterparty: null })),
    ),
  },
  {
    name: "gross_instead_of_net",
    expects: DIFFERENT,
    sabotage: withFound((found) => ({ ...found, fee: found.fee === null ? null : 0n })),
  },
  {
    // No more than a fee explains: what goes beyond that, the product holds for people instead of booking it.
    name: "too_little_credited",
    expects: DIFFERENT,
    sabotage: withFound((found) => ({
      ...found,
      amount_received: found.amount_received === null ? null : found.amount_received - 1_000_000n,
    })),
  },
  {
    name: "fee_booked_twice",
    expects: DIFFERENT,
    sabotage: withFound((found) => ({ ...found, fee: found.fee === null ? null : found.fee * 2n })),
  },
  {
    name: "first_balance_for_ever",
    expects: DIFFERENT,
    sabotage: (deps) => {
      const first = new Map<string, bigint>();
      return withVenues((venue) => ({
        getBalance: async (wallet) => {
          const balance = await venue.getBalance(wallet);
          const total = first.get(wallet.account) ?? balance.total;
          first.set(wallet.account, total);
          return { ...balance, total, available: total, pending_out: 0n };
        },
      }))(deps);
    },
  },
  {
    name: "unknown_balance_is_zero",
    expects: DIFFERENT,
    rates: { read_error: 0.1 },
    sabotage: withVenues((venue) => ({
      getBalance: async (wallet) => {
        const balance = await venue.getBalance(wallet);
        return wallet.account.startsWith("north") ? { ...balance, total: 0n, available: 0n } : balance;
      },
    })),
  },
  {
    name: "movements_not_read",
    expects: DIFFERENT,
    sabotage: withVenues((venue) => ({ capabilities: () => ({ ...venue.capabilities(), list_movements: false }) })),
  },
  { name: "event_not_written", expects: ["state_without_event"], sabotage: losing("event", "transfer.state") },
  {
    name: "plan_without_event",
    expects: ["no_event", "broken_history"],
    sabotage: losing("event", "transfer.planned"),
  },
  {
    name: "one_side_of_a_posting",
    expects: ["books_unbalanced"],
    sabotage: withAccounts(({ id, posted }) => (id.startsWith("customer") ? null : posted)),
  },
  {
    name: "balances_rounded",
    expects: ["books_unbalanced", ...DIFFERENT],
    sabotage: withAccounts(({ posted }) => posted - (posted % 1_000_000_000n)),
  },
  {
    name: "money_from_nowhere",
    expects: ["books_unbalanced"],
    sabotage: withAccounts(({ id, posted }) => (id.startsWith("wallet/") ? posted + 1n : posted)),
  },
  {
    name: "fence_not_checked",
    expects: ["no_durable_intent", "double_payment", "broken_history", "effect_after_end"],
    rates: { second_instance: 1 },
    wallets: NO_KEY,
    sabotage: (deps) => {
      const unguarded = withWrites((tx) => ({
        update: (async (table, key, patch) => tx.update(table, key, patch)) as Tx["update"],
      }));
      const mine = { owner: deps.instance_id, until: Number.MAX_SAFE_INTEGER };
      const unleased = withReads((tx) => ({
        get: (async (table, key) => {
          const row = await tx.get(table, key);
          if (row === undefined || (table.name !== "transfer" && table.name !== "lease")) return row;
          return table.name === "lease" ? { ...row, ...mine } : { ...row, lease_owner: null, lease_until: null };
        }) as Tx["get"],
      }));
      return unleased(unguarded(deps));
    },
  },
  {
    name: "unsure_requests_forgotten",
    expects: ["not_finished"],
    rates: { lost_reply: 0.5 },
    sabotage: withReads(
      (tx) => ({
        find: (async (table, query) => {
          const rows = await tx.find(table, query);
          return table.name === "transfer"
            ? rows.filter((row) => (row as unknown as { state: string }).state !== "submitting")
            : rows;
        }) as Tx["find"],
      }),
      "transfers.due",
    ),
  },
  {
    name: "followed_for_an_hour_only",
    expects: ["not_finished"],
    sabotage: (deps) =>
      withReads(
        (tx) => ({
          find: (async (table, query) => {
            const rows = await tx.find(table, query);
            const since = deps.clock.now() - 3_600_000;
            return table.name === "transfer"
              ? rows.filter((row) => (row as unknown as { created_at: number }).created_at > since)
              : rows;
          }) as Tx["find"],
        }),
        "transfers.due",
      )(deps),
  },
  {
    name: "outflows_have_no_sign",
    expects: DIFFERENT,
    sabotage: withVenues((venue) => ({
      listMovements: async (wallet, cursor) => {
        const page = await venue.listMovements(wallet, cursor);
        return { ...page, movements: page.movements.map((one) => ({ ...one, amount: -one.amount })) };
      },
    })),
  },
  {
    name: "odd_vote_is_a_crash",
    expects: ["faces_get_answers"],
    sabotage: (deps) => ({
      ...deps,
      verifier: async () => {
        throw new TypeError("not a point on the curve");
      },
    }),
  },
];
