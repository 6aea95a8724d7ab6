/** Customers who wait to be paid, first come, first served, and what their waiting came to. */
import { maxOf, minOf } from "../money/index.ts";
import type { StressRun } from "./types.ts";

export type QueueFigures = Pick<
  StressRun,
  | "hours_to_empty"
  | "stockout_hours"
  | "longest_stockout_hours"
  | "peak_queue"
  | "unpaid"
  | "asked"
  | "served_1h_ppm"
  | "served_24h_ppm"
>;

export interface Queue {
  ask(amount: bigint, hour: number): void;
  waiting(): bigint;
  /** Pays so much to those who have waited longest, and ends the hour. */
  pay(amount: bigint, hour: number): void;
  figures(): QueueFigures;
}

const PPM = 1_000_000n;
const DAY_HOURS = 24;

export function queueOf(): Queue {
  const line: { hour: number; left: bigint }[] = [];
  const sums = { waiting: 0n, asked: 0n, in_1h: 0n, in_24h: 0n, peak: 0n };
  let hours_to_empty: number | null = null;
  let [stockout_hours, running, longest] = [0, 0, 0];
  return {
    ask(amount, hour) {
      if (amount <= 0n) return;
      line.push({ hour, left: amount });
      sums.asked += amount;
      sums.waiting += amount;
    },
    waiting: () => sums.waiting,
    pay(amount, hour) {
      let left = amount;
      for (let first = line[0]; first !== undefined && left > 0n; first = line[0]) {
        const part = minOf(first.left, left);
        first.left -= part;
        left -= part;
        sums.waiting -= part;
        if (first.hour === hour) sums.in_1h += part;
        if (hour - first.hour < DAY_HOURS) sums.in_24h += part;
        if (first.left === 0n) line.shift();
      }
      const short = sums.waiting > 0n;
      sums.peak = maxOf(sums.peak, sums.waiting);
      if (short) hours_to_empty ??= hour;
      running = short ? running + 1 : 0;
      stockout_hours += short ? 1 : 0;
      longest = Math.max(longest, running);
    },
    figures: () => ({
      hours_to_empty,
      stockout_hours,
      longest_stockout_hours: longest,
      peak_queue: sums.peak,
      unpaid: sums.waiting,
      asked: sums.asked,
      served_1h_ppm: shareOf(sums.in_1h, sums.asked),
      served_24h_ppm: shareOf(sums.in_24h, sums.asked),
    }),
  };
}

/** Rounded down: less than everything never reads as everything. */
function shareOf(part: bigint, whole: bigint): number {
  return Number(whole === 0n ? PPM : (part * PPM) / whole);
}
