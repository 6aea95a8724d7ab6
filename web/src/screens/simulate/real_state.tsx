/** What the pool holds now; a simulation starts here and never changes it. */
import type { ReactNode } from "react";
import type { Pool } from "../../api/types.ts";
import { isZero } from "../../format/decimal.ts";
import { Badge } from "../../widgets/badge.tsx";
import { BandBar } from "../../widgets/band_bar.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { Amount, Percent } from "../../widgets/value.tsx";
import { bandWord } from "../../widgets/words.ts";
import { heldOf } from "../overview/held.ts";

export function RealState({ pool }: { readonly pool: Pool }): ReactNode {
  const held = heldOf(pool);
  const share = held?.share_percent ?? null;
  return (
    <Panel title="Real state, read only" aside={<Badge state={bandWord(pool)} bare />}>
      <dl className="grid grid-cols-[1fr_auto] gap-y-0.5">
        <dt className="text-muted">Liquidity</dt>
        <dd className="text-right font-medium">
          <Amount money={held?.liquidity} />
        </dd>
        <dt className="text-muted">Reserve</dt>
        <dd className="text-right font-medium">
          <Amount money={held?.reserve} />
        </dd>
        {held && !isZero(held.set_aside.amount) && (
          <>
            <dt className="text-muted">For known payments</dt>
            <dd className="text-right">
              <Amount money={held.set_aside} />
            </dd>
          </>
        )}
        <dt className="text-muted">Share now</dt>
        <dd className="text-right">
          <Percent value={share} />
        </dd>
      </dl>
      <div className="mt-2 px-2">
        <BandBar
          levels={pool.levels}
          share={share}
          band={pool.band}
          after={held?.landed_percent ?? null}
          label={`Real ${pool.asset} liquidity share`}
        />
      </div>
    </Panel>
  );
}
