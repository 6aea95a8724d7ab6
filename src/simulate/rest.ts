/** Whether anything is still on its way: at a venue, in a row, or between the books and the truth. */
import { tables } from "../store/index.ts";
import type { Simulation } from "./simulation.ts";

const ENDED: ReadonlySet<string> = new Set(["settled", "denied", "expired", "cancelled", "failed"]);
const ROWS_MAX = 10_000;

export async function isAtRest({ world, truth }: Simulation): Promise<boolean> {
  if (!world.isIdle()) return false;
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
