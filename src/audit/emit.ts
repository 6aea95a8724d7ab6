/** Writes one event in the transaction of the change it records. It gets its number later, from the sealer. */
import { canonicalJson } from "../digest/index.ts";
import { assert } from "../errors/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { copyJson, type Tx, tables } from "../store/index.ts";
import type { OperationType, PayloadOf } from "./payloads.ts";
import type { EventKind, EventRow } from "./types.ts";

/** Largest entry of a transparency log in the tile format of C2SP (16-bit length), in bytes of canonical JSON. */
export const EVENT_BYTES_MAX = 65_535;

export interface EventInput<K extends EventKind> {
  readonly kind: K;
  /** What it is about: a transfer, wallet, pool or person id. */
  readonly ref: string;
  /** `daemon`, `person:<id>`, `venue:<id>`, `sandbox`. */
  readonly actor: string;
  readonly at: Instant;
  readonly type?: OperationType | null;
  readonly payload: PayloadOf<K>;
}

/**
 * @example
 * await emit(tx, ids, { kind: "alert.raised", ref: "usdt", actor: "daemon", at,
 *   payload: { code: "pool_low", severity: "page", message: "Liquidity is below the emergency level." } });
 */
export async function emit<K extends EventKind>(tx: Tx, ids: Ids, input: EventInput<K>): Promise<EventRow> {
  const row = makeEvent(ids, input);
  await tx.insert(tables.event, row);
  return row;
}

/** The row of an event, for those who write many at once: it belongs into the transaction of the change it records. */
export function makeEvent<K extends EventKind>(ids: Ids, input: EventInput<K>): EventRow {
  const { kind, ref, actor, at } = input;
  assert(Number.isSafeInteger(at), "an event happens at an instant");
  // Copied as the store keeps it, so that what is stored is exactly what the leaf is made of.
  const payload = copyJson(input.payload, "event.payload");
  const text = JSON.stringify(payload);
  const row: EventRow = { id: ids.next("evt"), kind, ref, actor, at, type: input.type ?? null, payload, seq: null };
  // Measured exactly only where it could be too large: a character is at most three bytes.
  const small = (text.length + ref.length + actor.length) * 3 < EVENT_BYTES_MAX / 2;
  assert(
    small || eventBytes(row).length <= EVENT_BYTES_MAX,
    `an event of ${kind} is larger than ${EVENT_BYTES_MAX} bytes`,
  );
  return row;
}

/** What a leaf is made of: the canonical JSON of the event without its number, which is its place in the tree. */
export function eventBytes(event: Omit<EventRow, "seq">): Uint8Array {
  const { id, kind, ref, actor, at, type, payload } = event;
  return new TextEncoder().encode(canonicalJson({ id, kind, ref, actor, at, type, payload }));
}
