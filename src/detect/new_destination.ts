/**
 * Where money goes for the first time. A destination that nobody attested stops everything; an attested one is called young
 * until its cool-down is over, and its first use is noted unless it is our own. Remembers the destinations used last, a bounded number: one that
 * fell out counts as new again, which is the safe side.
 */
import type { Instant } from "../ports/index.ts";
import type { Finding } from "./types.ts";

export interface DestinationState {
  /** Least recently used first. */
  readonly known: { readonly destination: string; readonly first_at: Instant }[];
}

export interface DestinationUse {
  readonly at: Instant;
  readonly destination: string;
  /** When the address book's entry was attested; null when there is none. */
  readonly attested_at: Instant | null;
  /** A wallet of our own: once its address is no longer young, paying it for the first time is no news. */
  readonly own?: boolean;
}

export const DESTINATIONS_MAX = 1_000;
const HOUR_MS = 3_600_000;
export const DESTINATION_COOL_DOWN_MS = 24 * HOUR_MS;

export function createDestinationState(): DestinationState {
  return { known: [] };
}

export function observeDestination(state: DestinationState, use: DestinationUse, subject: string): Finding | null {
  const place = state.known.findIndex(({ destination }) => destination === use.destination);
  const [entry] = place < 0 ? [] : state.known.splice(place, 1);
  state.known.push(entry ?? { destination: use.destination, first_at: use.at });
  if (state.known.length > DESTINATIONS_MAX) state.known.shift();
  const base = { detector: "new_destination", at: use.at, subject, observed: use.destination } as const;
  if (use.attested_at === null) {
    const sentence = `${subject} pays to ${use.destination}, which nobody has attested.`;
    return { ...base, severity: "critical", expected: "an attested destination", limit: "attested", sentence };
  }
  const age_ms = use.at - use.attested_at;
  if (age_ms < DESTINATION_COOL_DOWN_MS) {
    const [age, limit] = [age_ms, DESTINATION_COOL_DOWN_MS].map((ms) => `${Math.floor(ms / HOUR_MS)} h`);
    const sentence = `${subject} pays to ${use.destination}, which was attested only ${age} ago (cool-down ${limit}).`;
    return { ...base, severity: "alert", expected: `attested ${limit} ago or earlier`, limit: `${limit}`, sentence };
  }
  if (entry !== undefined || use.own === true) return null;
  const sentence = `${subject} pays to ${use.destination} for the first time; it is attested.`;
  return { ...base, severity: "note", expected: "a destination used before", limit: "used before", sentence };
}
