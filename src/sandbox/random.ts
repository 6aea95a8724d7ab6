/**
 * Chance by counter: a number is a function of (seed, stream, index) and of nothing else. There is no generator state to
 * save, so a restarted sandbox continues with exactly the numbers it would have drawn.
 */

const TWO_32 = 4_294_967_296;

/** A float in [0, 1). Never used as money. @example unit(7, "whale/BTC", 480_123) */
export function unit(seed: number, stream: string, index: number): number {
  const low = index >>> 0;
  const high = Math.floor(index / TWO_32) >>> 0;
  return mix(mix(mix(fnv1a(stream) ^ (seed >>> 0)) ^ low) ^ mix(high + 0x9e3779b9)) / TWO_32;
}

/** A standard normal number (Box and Muller). */
export function normal(seed: number, stream: string, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - unit(seed, `${stream}/r`, index)));
  return radius * Math.cos(2 * Math.PI * unit(seed, `${stream}/a`, index));
}

/** An integer in [from, to), spread evenly. */
export function between(seed: number, stream: string, index: number, from: number, to: number): number {
  return from + Math.floor(unit(seed, stream, index) * (to - from));
}

/** A stable index for a text, to draw numbers that belong to it. */
export function indexOfText(text: string): number {
  return fnv1a(text);
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Finaliser of MurmurHash3: every input bit changes about half of the output bits. */
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
