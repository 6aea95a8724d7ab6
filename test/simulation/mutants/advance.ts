/** Bugs in what people approved in advance, and in what owners' signatures are worth. */
import { type EnvelopeRow, envelopeDigest } from "../../../src/authority/index.ts";
import type { Mutant, Sabotage } from "../../../src/simulate/types.ts";
import type { ReadTx, Tx } from "../../../src/store/port.ts";
import { replaceMembers, withConfig, withReads, withStore, withVenues, withWrites } from "./plant.ts";

const DAY_MS = 86_400_000;
/** Too little in hot wallets, and people who vote on nothing but what they plan ahead: the expedited lane carries everything. */
const ALWAYS_SHORT = { "exchange-usdt": 60_000n, "northvault-usdt": 20_000_000n } as const;
const ONLY_IN_ADVANCE = { no_vote: 0.98, denied_by_person: 0, envelope_planned: 1 } as const;

/** Envelopes that last a day longer than people approved, and votes that say so. */
const withLongerEnvelopes: Sabotage = (deps) => {
  const renamed = new Map<string, string>();
  const longer = <Row>(row: Row): Row => {
    const { terms, digest, valid_until } = row as unknown as EnvelopeRow;
    const more = { ...terms, valid_until: terms.valid_until + DAY_MS };
    renamed.set(digest, envelopeDigest(more));
    return { ...row, terms: more, digest: envelopeDigest(more), valid_until: valid_until + DAY_MS };
  };
  const reading = (tx: ReadTx): Partial<ReadTx> => ({
    get: (async (table, key) => {
      const row = await tx.get(table, key);
      return table.name === "envelope" && row !== undefined ? longer(row) : row;
    }) as ReadTx["get"],
    find: (async (table, query) => {
      if (table.name === "envelope") {
        const { valid_until: _, ...where } = (query.where ?? {}) as Record<string, unknown>;
        return (await tx.find(table, { ...query, where: where as typeof query.where } as typeof query)).map(longer);
      }
      const rows = await tx.find(table, query);
      if (table.name !== "approval") return rows;
      return rows.map((row) => {
        const { digest } = row as unknown as { digest: string };
        return { ...row, digest: renamed.get(digest) ?? digest };
      });
    }) as ReadTx["find"],
  });
  // People are shown, and vote on, what they proposed.
  const asked = (label: string): boolean => label.startsWith("envelope.");
  const sabotage = withStore((store) => ({
    tx: (label, work) => store.tx(label, (tx) => work(asked(label) ? tx : replaceMembers<Tx>(tx, reading(tx)))),
    read: (label, work) => store.read(label, (tx) => work(asked(label) ? tx : replaceMembers(tx, reading(tx)))),
  }));
  return { ...sabotage(deps), verifier: async () => true };
};

export const ADVANCE_MUTANTS: readonly Mutant[] = [
  {
    name: "signatures_of_a_cancelled_request_ignored",
    expects: ["effect_after_end", "ended_with_effect"],
    rates: { owners_sign: 1, executed_by_others: 1, denied_by_person: 0.3, cancelled_by_person: 0.2, freeze: 1 },
    wallets: ALWAYS_SHORT,
    sabotage: withVenues(() => ({
      readSignatures: async () => ({ standing: "worthless", reason: "it was called off" }) as const,
    })),
  },
  {
    name: "envelope_cap_ignored",
    expects: ["envelope_exceeded"],
    rates: ONLY_IN_ADVANCE,
    wallets: ALWAYS_SHORT,
    sabotage: withReads((tx) => ({
      find: (async (table, query) => (table.name === "envelope_use" ? [] : tx.find(table, query))) as Tx["find"],
    })),
  },
  {
    name: "revoked_envelope_used",
    expects: ["envelope_outlived"],
    rates: { ...ONLY_IN_ADVANCE, envelope_revoked: 1 },
    wallets: ALWAYS_SHORT,
    sabotage: withWrites(
      (tx) => ({
        update: (async (table, key, patch, guard) =>
          table.name === "envelope" ? true : tx.update(table, key, patch, guard)) as Tx["update"],
      }),
      "envelope.revoke",
    ),
  },
  {
    name: "expired_envelope_used",
    expects: ["envelope_outlived"],
    rates: { ...ONLY_IN_ADVANCE, envelope_revoked: 0 },
    wallets: ALWAYS_SHORT,
    sabotage: withLongerEnvelopes,
  },
  {
    name: "one_signature_is_enough_in_advance",
    expects: ["no_quorum"],
    rates: ONLY_IN_ADVANCE,
    wallets: ALWAYS_SHORT,
    sabotage: withConfig(({ authority }) => ({
      authority: { ...authority, tiers: authority.tiers.map((tier) => ({ ...tier, approvals_needed: 1 })) },
    })),
  },
];
