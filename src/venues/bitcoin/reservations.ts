/**
 * Coins of payments that are prepared and may not be on the chain yet: two payments prepared side by side must not take the same
 * coin. A reservation that nobody has spoken of for a while is forgotten; should its transaction be sent after all, the chain
 * executes only one of the two, which is a failed transfer and never a double payment.
 */
import type { Instant } from "../../ports/index.ts";
import { type Outpoint, outpointText } from "./types.ts";

/** How long a reservation lives after it was last seen. */
export const RESERVATION_MS = 15 * 60_000;
const RESERVATIONS_MAX = 1_000;

export interface Reservations {
  /** From now on these are the coins of `reference`, and of nobody else. */
  keep(reference: string, coins: readonly Outpoint[], now: Instant, lifetime_ms?: number): void;
  /** All others that were kept before `as_of` came to nothing: their coins are free. */
  keepOnly(references: ReadonlySet<string>, as_of: Instant): void;
  /** Reserved for somebody else than `reference`. */
  takenFrom(reference: string, now: Instant): ReadonlySet<string>;
}

interface Held {
  readonly coins: readonly string[];
  readonly at: Instant;
  readonly until: Instant;
}

export function createReservations(): Reservations {
  const held = new Map<string, Held>();
  return {
    keep(reference, coins, now, lifetime_ms = RESERVATION_MS) {
      held.delete(reference);
      held.set(reference, { coins: coins.map(outpointText), at: now, until: now + lifetime_ms });
      const oldest = held.keys().next();
      if (held.size > RESERVATIONS_MAX && !oldest.done) held.delete(oldest.value);
    },
    keepOnly(references, as_of) {
      for (const [name, { at }] of held) if (at < as_of && !references.has(name)) held.delete(name);
    },
    takenFrom(reference, now) {
      for (const [name, { until }] of held) if (now > until) held.delete(name);
      return new Set([...held].flatMap(([name, { coins }]) => (name === reference ? [] : coins)));
    },
  };
}
