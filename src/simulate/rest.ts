/** Whether anything is still on its way: at a venue, in a row, or between the books and the truth. */
import { tables } from "../store/index.ts";
import type { Simulation } from "./simulation.ts";

const ENDED: ReadonlySet<string> = new Set(["settled", "denied", "expired", "cancelled", "failed"]);
const ROWS_MAX = 10_000;

/** Bounds of the liquidity side of every simulated policy, in per cent of the total, and its low level in dollars. */
const [LOW_PERCENT, HIGH_PERCENT] = [5n, 15n];
const LOW_USD_UNITS = 500_000n * 1_000_000n;

/** Strictly inside: a balance that equals a level triggers. Without a second side there is nothing to balance. */
export function isInBand(simulation: Simulation): boolean {
  const { hot, total, low } = positionOf(simulation);
  return (hot > low && hot * 100n < total * HIGH_PERCENT) || hot === total || hot === 0n;
}

export function bandText(simulation: Simulation): string {
  const { hot, total, low } = positionOf(simulation);
  return `${hot} of ${total} is liquid, low is ${low}`;
}

function positionOf({ world, price_sources }: Simulation): { hot: bigint; total: bigint; low: bigint } {
  let [hot, total] = [0n, 0n];
  for (const account of world.accounts.values()) {
    total += account.total;
    if (account.hot) hot += account.total;
  }
  return { hot, total, low: price_sources.length > 0 ? LOW_USD_UNITS : (total * LOW_PERCENT) / 100n };
}

export async function isAtRest(simulation: Simulation): Promise<boolean> {
  const { world, truth } = simulation;
  if (!world.isIdle() || !isInBand(simulation)) return false;
  return truth.read("rest", async (tx) => {
    const rows = await tx.find(tables.transfer, { limit: ROWS_MAX });
    if (rows.some(({ state }) => !ENDED.has(state))) return false;
    if ((await tx.count(tables.breaks, { closed_at: null })) > 0) return false;
    for (const { account, total } of world.accounts.values()) {
      if ((await tx.get(tables.account, { id: `wallet/${account}/USDT` }))?.posted !== total) return false;
    }
    return true;
  });
}
