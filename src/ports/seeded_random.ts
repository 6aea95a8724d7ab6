/**
 * xoshiro128** 1.1 (Blackman and Vigna, public domain), seeded by splitmix32: the same seed gives the same run on every
 * machine. Chance for simulations and stress tests only.
 */
import type { Random } from "./random.ts";

/** FNV-1a, 32 bit. */
const FNV_PRIME = 0x01000193;
const TWO_32 = 2 ** 32;

/** @example createSeededRandom(7).next() // the same number every time */
export function createSeededRandom(seed: number): Random {
  const state = splitmix32(seed >>> 0);
  return { next: () => nextUint32(state) / TWO_32 };
}

/** An integer in [from, to]. */
export function between(random: Random, from: number, to: number): number {
  return from + Math.floor(random.next() * (to - from + 1));
}

/** True with probability `share`. Draws exactly one number, whatever the share. */
export function chance(random: Random, share: number): boolean {
  return random.next() < share;
}

/** A stream of its own for each label, so that drawing more in one place changes nothing in another. */
export function createStream(seed: number, label: string): Random {
  let hash = seed >>> 0;
  for (let i = 0; i < label.length; i += 1) hash = Math.imul(hash ^ label.charCodeAt(i), FNV_PRIME) >>> 0;
  return createSeededRandom(hash);
}

type State = [number, number, number, number];

function splitmix32(seed: number): State {
  let h = seed;
  const draw = (): number => {
    h = (h + 0x9e3779b9) >>> 0;
    let z = h;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  return [draw(), draw(), draw(), draw() | 1];
}

function nextUint32(s: State): number {
  const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
  const t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotateLeft(s[3], 11);
  return result;
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
