/** Time-ordered unique ids: UUID version 7 (RFC 9562, section 5.7) behind a readable prefix. */
import { randomBytes } from "node:crypto";
import type { Clock, Ids } from "../ports/index.ts";

const ENTROPY_POOL_BYTES = 4_096;

/**
 * Ids of one process sort in the order in which they were made: within a millisecond the 12 bits after the time count up.
 * @example createIds(clock).next("trf") // "trf_0199f2c1-7b3e-7001-9a50-5f3c2d1e0b7a"
 */
export function createIds(clock: Pick<Clock, "now">, entropy: (size: number) => Uint8Array = pooledBytes()): Ids {
  let last_ms = 0;
  let counter = 0;
  return {
    next(prefix) {
      const now_ms = clock.now();
      counter = now_ms > last_ms ? 0 : counter + 1;
      last_ms = Math.max(last_ms, now_ms);
      if (counter > 0xfff) {
        last_ms += 1;
        counter = 0;
      }
      return `${prefix}_${uuidV7(last_ms, counter, entropy(8))}`;
    },
  };
}

/** A call for random bytes costs as much for 4,096 of them as for 8; each byte is handed out once. */
function pooledBytes(): (size: number) => Uint8Array {
  let pool = Buffer.alloc(0);
  return (size) => {
    if (pool.length < size) pool = randomBytes(ENTROPY_POOL_BYTES);
    const bytes = pool.subarray(0, size);
    pool = pool.subarray(size);
    return bytes;
  };
}

function uuidV7(at_ms: number, counter: number, entropy: Uint8Array): string {
  const time = at_ms.toString(16).padStart(12, "0");
  const sequence = counter.toString(16).padStart(3, "0");
  const tail = Buffer.from(entropy);
  tail[0] = ((tail[0] ?? 0) & 0x3f) | 0x80;
  const rest = tail.toString("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}
