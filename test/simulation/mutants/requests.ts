/** Bugs in what is sent, and how often. */
import type { Mutant, Sabotage } from "../../../src/simulate/types.ts";
import type { PreparedSubmit } from "../../../src/transfers/types.ts";
import { type Body, forgetting, NO_KEY, ON_THE_WAY, withBody, withConfig, withVenues } from "./plant.ts";

const DAY_MS = 86_400_000;
/** A wallet that exists and is not where the plan goes. */
const ELSEWHERE = "sim:northvault-usdt";
const SOMEBODY = "sim:southvault-usdt";

export const REQUEST_MUTANTS: readonly Mutant[] = [
  { name: "new_key_for_every_try", expects: ["double_payment"], rates: ON_THE_WAY, sabotage: newKeys() },
  {
    name: "connector_retries_with_a_new_key",
    expects: ["double_payment"],
    rates: ON_THE_WAY,
    sabotage: withVenues((venue) => ({
      submit: async (prepared) => {
        const outcome = await venue.submit(prepared);
        return outcome.outcome === "unknown" ? venue.submit(renamed(prepared, "again")) : outcome;
      },
    })),
  },
  {
    name: "sent_twice_at_once",
    expects: ["double_payment"],
    sabotage: withVenues((venue) => ({
      submit: async (prepared) => {
        const [outcome] = await Promise.all([venue.submit(prepared), venue.submit(renamed(prepared, "twin"))]);
        return outcome;
      },
    })),
  },
  {
    name: "retried_without_a_key",
    expects: ["double_payment"],
    rates: { late_execution: 0.7 },
    wallets: NO_KEY,
    sabotage: withVenues((venue) => ({
      capabilities: () => ({
        ...venue.capabilities(),
        idempotency: { kind: "key", lifetime_ms: 7 * DAY_MS, on_reuse: "replay" },
      }),
    })),
  },
  {
    name: "retried_with_a_smaller_amount",
    expects: ["wrong_amount", "double_payment"],
    rates: ON_THE_WAY,
    sabotage: withVenues((venue) => ({
      submit: async (prepared) => {
        const outcome = await venue.submit(prepared);
        if (outcome.outcome !== "unknown") return outcome;
        const again = renamed(prepared, "less");
        const body = again.body as Body;
        return venue.submit({ ...again, body: { ...body, amount: (BigInt(body.amount) / 2n).toString() } });
      },
    })),
  },
  { name: "no_durable_intent", expects: ["no_durable_intent"], sabotage: forgetting("transfer.submitting") },
  {
    name: "one_unit_more",
    expects: ["wrong_amount"],
    sabotage: withBody((body) => ({ ...body, amount: (BigInt(body.amount) + 1n).toString() })),
  },
  {
    name: "wrong_decimals",
    expects: ["wrong_amount"],
    sabotage: withBody((body) => ({ ...body, amount: (BigInt(body.amount) / 100n).toString() })),
  },
  {
    name: "amount_through_a_float",
    expects: ["wrong_amount"],
    sabotage: withBody((body) => ({ ...body, amount: BigInt(Math.fround(Number(body.amount))).toString() })),
  },
  {
    name: "fee_taken_off_the_amount",
    expects: ["wrong_amount"],
    sabotage: withBody((body) => ({ ...body, amount: (BigInt(body.amount) - 1_000_000n).toString() })),
  },
  {
    name: "destination_swapped_after_approval",
    expects: ["wrong_destination"],
    sabotage: withBody((body) => ({ ...body, to_address: body.to_address === ELSEWHERE ? SOMEBODY : ELSEWHERE })),
  },
  {
    name: "built_otherwise_than_decoded",
    expects: ["wrong_amount"],
    sabotage: withVenues((venue) => ({
      prepare: async (plan, context) => {
        const prepared = await venue.prepare(plan, context);
        const body = prepared.body as Body;
        return { ...prepared, body: { ...body, amount: (BigInt(body.amount) * 2n).toString() } };
      },
      decode: (prepared) => {
        const decoded = venue.decode(prepared);
        return { ...decoded, amount: decoded.amount / 2n };
      },
    })),
  },
  {
    name: "address_book_mixed_up",
    expects: ["wrong_destination"],
    sabotage: withConfig(({ address_book }) => ({
      address_book: address_book.map((entry, index) => ({
        ...entry,
        address: address_book[(index + 2) % address_book.length]?.address ?? "",
      })),
    })),
  },
  {
    name: "paid_from_another_wallet",
    expects: ["wrong_source", "books_differ_from_venue", "not_finished"],
    sabotage: crossed(),
  },
];

function newKeys(): Sabotage {
  let tries = 0;
  return withVenues((venue) => ({
    submit: (prepared) => {
      tries += 1;
      return venue.submit(renamed(prepared, `try-${tries}`));
    },
  }));
}

/** One connector answers for another: the request goes to the wrong account. */
function crossed(): Sabotage {
  return (deps) => {
    const north = deps.venues.get("northvault");
    const south = deps.venues.get("southvault");
    if (north === undefined || south === undefined) return deps;
    const swapped = withVenues((venue) => ({
      submit: (prepared) => {
        if (venue.id !== "northvault") return venue.submit(prepared);
        return south.submit({ ...prepared, body: { ...(prepared.body as Body), account: "southvault-usdt" } });
      },
      find: (query) => (venue.id === "northvault" ? south.find(query) : venue.find(query)),
    }));
    return swapped(deps);
  };
}

function renamed(prepared: PreparedSubmit, name: string): PreparedSubmit {
  const body = { ...(prepared.body as Body), key: `${prepared.reference}-${name}` };
  return { ...prepared, body, tx_hash: prepared.tx_hash === null ? null : `${prepared.tx_hash}-${name}` };
}
