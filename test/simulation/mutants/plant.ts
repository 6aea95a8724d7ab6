/** How a bug is planted: by wrapping what the daemon is given. Nothing of this exists in the product. */
import type { TreasuryConfig } from "../../../src/config/types.ts";
import type { PoolPolicy } from "../../../src/policy/types.ts";
import type { Sabotage } from "../../../src/simulate/types.ts";
import type { ReadTx, Store, Tx } from "../../../src/store/port.ts";
import type { PreparedSubmit } from "../../../src/transfers/types.ts";
import type { FindOutcome, FindQuery, SubmitOutcome, Venue, VenueTransfer } from "../../../src/venues/port.ts";

/** Much of what can happen to a request on its way. */
export const ON_THE_WAY = { lost_request: 0.25, lost_reply: 0.25, late_execution: 0.2, lookup_lag: 0.4 } as const;

/** Few wallets, so that the bug meets the venue it needs. */
export const NO_KEY = { "exchange-usdt": 100_000n, "oldvault-usdt": 2_000_000n } as const;
export const STAGED = { "exchange-usdt": 100_000n, "southvault-usdt": 2_000_000n } as const;

/** The body of a request in the simulated world. */
export interface Body {
  readonly plan_id: string;
  readonly key: string;
  readonly account: string;
  readonly to_address: string;
  readonly network: string;
  readonly amount: string;
  readonly fee_max: string;
}

export const withVenues =
  (change: (venue: Venue) => Partial<Venue>): Sabotage =>
  (deps) => ({
    ...deps,
    venues: new Map([...deps.venues].map(([id, venue]) => [id, replaceMembers(venue, change(venue))])),
  });

/** Another answer to every look-up. */
export const withFind = (change: (found: FindOutcome, query: FindQuery, venue: Venue) => FindOutcome): Sabotage =>
  withVenues((venue) => ({ find: async (query) => change(await venue.find(query), query, venue) }));

/** Another report about every transfer that is found. */
export const withFound = (change: (found: VenueTransfer) => VenueTransfer): Sabotage =>
  withFind((found) => (found.outcome === "found" ? { ...found, transfer: change(found.transfer) } : found));

/** Another request than the one that was approved and is durable. */
export const withBody = (change: (body: Body, prepared: PreparedSubmit) => Body): Sabotage =>
  withVenues((venue) => ({
    submit: (prepared) => venue.submit({ ...prepared, body: change(prepared.body as Body, prepared) }),
  }));

export const withOutcome = (change: (outcome: SubmitOutcome) => SubmitOutcome): Sabotage =>
  withVenues((venue) => ({ submit: async (prepared) => change(await venue.submit(prepared)) }));

export const withConfig =
  (change: (config: TreasuryConfig) => Partial<TreasuryConfig>): Sabotage =>
  (deps) => ({ ...deps, config: { ...deps.config, ...change(deps.config) } });

export const withPolicy = (change: (policy: PoolPolicy) => Partial<PoolPolicy>): Sabotage =>
  withConfig(({ pools }) => ({
    pools: pools.map((pool) => ({ ...pool, policy: { ...pool.policy, ...change(pool.policy) } })),
  }));

export const withStore =
  (change: (store: Store) => Partial<Store>): Sabotage =>
  (deps) => ({ ...deps, store: { ...methodsOf(deps.store), ...change(deps.store) } });

/** Other reads in the named transactions; in all where none is named. */
export const withReads = (change: (tx: ReadTx) => Partial<ReadTx>, ...labels: readonly string[]): Sabotage => {
  const named = (label: string): boolean => labels.length === 0 || labels.includes(label);
  return withStore((store) => ({
    tx: (label, work) => store.tx(label, (tx) => work(named(label) ? replaceMembers<Tx>(tx, change(tx)) : tx)),
    read: (label, work) => store.read(label, (tx) => work(named(label) ? replaceMembers(tx, change(tx)) : tx)),
  }));
};

/** Other writes in the named transactions; in all where none is named. */
export const withWrites = (change: (tx: Tx) => Partial<Tx>, ...labels: readonly string[]): Sabotage => {
  const named = (label: string): boolean => labels.length === 0 || labels.includes(label);
  return withStore((store) => ({
    tx: (label, work) => store.tx(label, (tx) => work(named(label) ? replaceMembers(tx, change(tx)) : tx)),
  }));
};

/** The transaction does its work, answers, and leaves nothing behind. */
export const forgetting = (...labels: readonly string[]): Sabotage =>
  withStore((store) => ({
    tx: async <T>(label: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
      if (!labels.includes(label)) return store.tx(label, work);
      const undone: { result?: T } = {};
      const abort = new Error("not written");
      await store
        .tx(label, async (tx) => {
          undone.result = await work(tx);
          throw abort;
        })
        .catch((error: unknown) => {
          if (error !== abort) throw error;
        });
      return undone.result as T;
    },
  }));

/** The same object with some members replaced; the others keep their own `this`. */
export function replaceMembers<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get: (own, name) => {
      if (name in members) return Reflect.get(members, name);
      const member: unknown = Reflect.get(own, name);
      return typeof member === "function" ? member.bind(own) : member;
    },
  });
}

function methodsOf(store: Store): Store {
  return {
    tx: (label, work) => store.tx(label, work),
    write: (label, writes) => store.write(label, writes),
    read: (label, work) => store.read(label, work),
    check: () => store.check(),
    close: () => store.close(),
  };
}
