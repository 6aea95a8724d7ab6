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
      const bytes = entropy(8);
      return `${prefix}_${timeOf(last_ms)}-7${HEX[counter >> 4]}${(counter & 0xf).toString(16)}-${randomOf(bytes)}`;
    },
  };
}

/** A call for random bytes costs as much for 4,096 of them as for 8; each byte is handed out once. */
function pooledBytes(): (size: number) => Uint8Array {
  let pool = Buffer.alloc(0);
  let at = 0;
  return (size) => {
    if (pool.length - at < size) {
      pool = randomBytes(ENTROPY_POOL_BYTES);
      at = 0;
    }
    at += size;
    return pool.subarray(at - size, at);
  };
}

/** Two hexadecimal digits of every byte. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function timeOf(at_ms: number): string {
  const time = at_ms.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}`;
}

/** The variant's two bits, then chance. */
function randomOf(bytes: Uint8Array): string {
  const hex = (at: number): string => HEX[bytes[at] ?? 0] as string;
  const variant = HEX[((bytes[0] ?? 0) & 0x3f) | 0x80] as string;
  return `${variant}${hex(1)}-${hex(2)}${hex(3)}${hex(4)}${hex(5)}${hex(6)}${hex(7)}`;
}
