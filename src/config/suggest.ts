/** "Did you mean": the known word nearest to an unknown one. */

/** Words further away than this share of their length are not offered. */
const DISTANCE_SHARE_MAX = 0.4;

/** @example suggest("polcy", ["policy", "pools"]) // "policy" */
export function suggest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let best_distance = Math.max(1, Math.floor(word.length * DISTANCE_SHARE_MAX)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

/** ` Did you mean "policy"?` with its leading space, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const found = suggest(word, known);
  return found === null ? "" : ` Did you mean "${found}"?`;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
