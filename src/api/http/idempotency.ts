/**
 * Idempotency of every POST that can move money. The key, route and body digest are stored before the work begins; the first
 * answer is stored with them and given again to the same request. Another body under the same key is refused.
 */
import { digestOf } from "../../digest/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type Json, type Store, tables } from "../../store/index.ts";
import { ApiError } from "../errors.ts";

const KEY = /^[\x21-\x7e]{8,200}$/;
/** A request whose process died leaves its key unanswered; after this much time the same request may run again. */
export const IN_FLIGHT_MAX_MS = 60_000;

export interface StoredAnswer {
  readonly status: number;
  readonly body: Json;
  readonly replayed: boolean;
}

/** @throws ApiError idempotency_key_missing | idempotency_key_malformed */
export function demandKey(request: Request): string {
  const key = request.headers.get("idempotency-key");
  if (key === null) {
    throw new ApiError("idempotency_key_missing", "This request can move money; send an Idempotency-Key header.");
  }
  if (!KEY.test(key)) {
    throw new ApiError("idempotency_key_malformed", "An Idempotency-Key has 8 to 200 printable characters.");
  }
  return key;
}

interface Attempt {
  readonly store: Store;
  readonly key: string;
  /** Route and caller: a key of one person says nothing about another's. */
  readonly route: string;
  readonly body: unknown;
}

/**
 * Runs `work` once per key and answers from the record afterwards. When `work` throws, the key is free again: what it wraps
 * is itself idempotent by the same key.
 * @throws ApiError idempotency_key_reused | idempotency_in_flight, and whatever `work` throws
 */
export async function answerOnce(
  attempt: Attempt,
  work: () => Promise<{ status: number; body: Json }>,
): Promise<StoredAnswer> {
  const { store, key } = attempt;
  const claimed = await claim(attempt);
  if ("status" in claimed) return claimed;
  try {
    const answer = await work();
    await store.tx("idempotency.answer", async (tx) => {
      await tx.update(tables.idempotency, { key }, { status: answer.status, response: answer.body }, mine(claimed));
    });
    return { ...answer, replayed: false };
  } catch (error) {
    await store.tx("idempotency.release", async (tx) => {
      const row = await tx.get(tables.idempotency, { key });
      if (row?.status === null && row.at === claimed.at) await tx.delete(tables.idempotency, { key });
    });
    throw error;
  }
}

/** Database time at which an attempt took its key. */
interface Claimed {
  readonly at: Instant;
}

/** Whoever takes longer than its place lasts may find another attempt's claim there, and leaves it alone. */
function mine({ at }: Claimed): { readonly at: Instant; readonly status: null } {
  return { at, status: null };
}

async function claim({ store, key, route, body }: Attempt): Promise<StoredAnswer | Claimed> {
  const body_digest = digestOf("request", { route, body: body ?? null });
  return store.tx("idempotency.claim", async (tx) => {
    const now = await tx.now();
    const row = { key, route, body_digest, status: null, response: null, at: now };
    if (await tx.insertIfAbsent(tables.idempotency, row)) return { at: now };
    const first = await tx.get(tables.idempotency, { key });
    if (first === undefined || first.body_digest !== body_digest) {
      throw new ApiError(
        "idempotency_key_reused",
        "This Idempotency-Key was used for another request; mint a new one.",
      );
    }
    if (first.status !== null) return { status: first.status, body: first.response, replayed: true };
    if (now - first.at > IN_FLIGHT_MAX_MS) {
      await tx.update(tables.idempotency, { key }, { at: now });
      return { at: now };
    }
    throw new ApiError("idempotency_in_flight", "The first request with this Idempotency-Key is still running.");
  });
}
