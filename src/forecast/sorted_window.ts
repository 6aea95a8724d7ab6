/** The last numbers of a stream with their order statistics. Work per number is bounded by the window. */
import type { SortedWindow } from "./types.ts";

export function openWindow(limit: number): SortedWindow {
  return { limit, ring: [], next: 0, sorted: [] };
}

export function pushWindow(window: SortedWindow, value: number): void {
  const { limit, ring, sorted } = window;
  if (ring.length < limit) ring.push(value);
  else {
    sorted.splice(placeOf(sorted, ring[window.next] ?? 0), 1);
    ring[window.next] = value;
    window.next = (window.next + 1) % limit;
  }
  sorted.splice(placeOf(sorted, value), 0, value);
}

/** Quantile by linear interpolation between order statistics; null of an empty window. */
export function quantileOf({ sorted }: SortedWindow, share: number): number | null {
  if (sorted.length === 0) return null;
  const at = Math.max(0, Math.min(1, share)) * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (at - Math.floor(at)) * (high - low);
}

export function medianOf(window: SortedWindow): number {
  return window.sorted[window.sorted.length >> 1] ?? 0;
}

/** First place whose number is not smaller. */
function placeOf(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
