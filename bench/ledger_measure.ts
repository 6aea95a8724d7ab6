/** What the books and their peer are measured by: many callers in a loop, and the time each call took. */
import { Client } from "pg";

export interface Rate {
  readonly postings: number;
  readonly per_second: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
}

/** Runs `once` in a loop for every caller until the time is over; what was begun before is counted. */
export async function measure(callers: number, seconds: number, once: () => Promise<unknown>): Promise<Rate> {
  const times_ms: number[] = [];
  const started_ms = performance.now();
  const until_ms = started_ms + seconds * 1_000;
  const caller = async (): Promise<void> => {
    while (performance.now() < until_ms) {
      const from_ms = performance.now();
      await once();
      times_ms.push(performance.now() - from_ms);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const took_s = (performance.now() - started_ms) / 1_000;
  times_ms.sort((a, b) => a - b);
  const at = (share: number): number => round(times_ms[Math.floor((times_ms.length - 1) * share)] ?? 0);
  return {
    postings: times_ms.length,
    per_second: Math.round(times_ms.length / took_s),
    p50_ms: at(0.5),
    p99_ms: at(0.99),
  };
}

export async function runSql(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
