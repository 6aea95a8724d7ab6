/**
 * The position around a move, as every review shows it. Before is what is there, since money on its way pays nobody yet; after is
 * what will be there when the move, and all that was on its way, has landed.
 */
import type { Money } from "../api/types.ts";

interface Sides {
  readonly liquidity: Money;
  readonly reserve: Money;
  readonly share_percent: string | null;
}

export interface Around {
  readonly sides: readonly (readonly [name: string, before: Money, after: Money])[];
  readonly share_percent: readonly [before: string | null, after: string | null];
}

export function aroundMove({ now }: { readonly now: Sides }, after: Sides): Around {
  return {
    sides: [
      ["Liquidity", now.liquidity, after.liquidity],
      ["Reserve", now.reserve, after.reserve],
    ],
    share_percent: [now.share_percent, after.share_percent],
  };
}
