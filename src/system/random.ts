/** Chance from the machine's own generator. For jitter only, never for money and never for keys. */
import { randomBytes } from "node:crypto";
import type { Random } from "../ports/index.ts";

const RANGE = 2 ** 32;

export function createRandom(): Random {
  return { next: () => randomBytes(4).readUInt32BE() / RANGE };
}
