/**
 * Nonces of one signing account. Two transactions prepared side by side must not share a nonce, and no nonce may stay
 * unused for ever, since every later transaction would wait behind the gap.
 *
 * A nonce is reserved for a reference, so that preparing the same transfer again takes the same one. A reservation that
 * nobody has spoken of for a while is forgotten and its nonce given out anew: should the forgotten transaction be sent
 * after all, the chain executes only one of the two, which is a failed transfer and never a double payment.
 */
import type { Instant } from "../../ports/index.ts";

/** How long a reservation lives after it was last seen. */
export const RESERVATION_MS = 15 * 60_000;
const RESERVATIONS_MAX = 1_000;

export interface NonceLane {
  /** `pending` is the account's transaction count with its pool; the answer is never below it. */
  reserve(reference: string, pending: number, now: Instant): number;
  /** A transaction that exists outside this process's memory holds its nonce. */
  keep(reference: string, nonce: number, now: Instant): void;
}

export function createNonceLane(): NonceLane {
  const held = new Map<string, { nonce: number; seen_at: Instant }>();
  const forget = (pending: number, now: Instant): void => {
    for (const [reference, { nonce, seen_at }] of held) {
      if (nonce < pending || now - seen_at > RESERVATION_MS) held.delete(reference);
    }
  };
  const keep = (reference: string, nonce: number, now: Instant): void => {
    held.delete(reference);
    held.set(reference, { nonce, seen_at: now });
    const oldest = held.keys().next();
    if (held.size > RESERVATIONS_MAX && !oldest.done) held.delete(oldest.value);
  };
  return {
    keep,
    reserve(reference, pending, now) {
      forget(pending, now);
      const own = held.get(reference);
      const taken = new Set([...held.values()].map((item) => item.nonce));
      let nonce = pending;
      while (taken.has(nonce)) nonce += 1;
      keep(reference, own?.nonce ?? nonce, now);
      return own?.nonce ?? nonce;
    },
  };
}
