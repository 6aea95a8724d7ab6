/** Health, the ratio with its band, and the two sides, in one line. */
import type { ReactNode } from "react";
import type { Band, Pool } from "../../api/types.ts";
import { isZero } from "../../format/decimal.ts";
import { ratioText } from "../../format/ratio.ts";
import { Badge, TONE_TEXT } from "../../widgets/badge.tsx";
import { BandBar } from "../../widgets/band_bar.tsx";
import { bandOfShare } from "../../widgets/band_geometry.ts";
import { HealthGauge } from "../../widgets/health_gauge.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Amount, Percent } from "../../widgets/value.tsx";
import { BANDS, healthWord } from "../../widgets/words.ts";
import { type Held, heldOf } from "./held.ts";

interface Props {
  readonly pool: Pool;
  readonly held: Held | null;
}

export function Kpis({ pool }: { readonly pool: Pool }): ReactNode {
  const held = heldOf(pool);
  return (
    <section
      aria-label="Position"
      className="grid overflow-hidden rounded-lg border border-line bg-surface max-lg:divide-y lg:grid-cols-[minmax(15rem,1fr)_minmax(20rem,2.2fr)_minmax(15rem,1.1fr)] lg:divide-x divide-line"
    >
      <Health pool={pool} held={held} />
      <Ratio pool={pool} held={held} />
      <Sides held={held} />
    </section>
  );
}

function Health({ pool, held }: Props): ReactNode {
  const percent = held?.health_percent ?? null;
  const state = healthWord(percent, shownBand(pool, held));
  const floor = pool.levels.floor?.amount ?? null;
  const times = held && floor ? ratioText(held.liquidity.amount, floor.amount) : null;
  return (
    <div className="px-3 py-2.5">
      <h2 className="label">Liquidity health</h2>
      <div className="mt-1 flex items-center gap-3">
        <HealthGauge percent={percent} tone={state.tone} word={state.word} />
        <div>
          <div className="flex items-baseline gap-2">
            <Percent value={percent} className="text-2xl leading-7 font-semibold tracking-tight" />
            <span className={`inline-flex items-center gap-1 text-xs font-semibold ${TONE_TEXT[state.tone]}`}>
              <Icon name={state.icon} size={13} className="self-center" />
              {state.word}
            </span>
          </div>
          <p className="text-xs text-muted">
            {times === null ? "no safety floor is set" : <>{times} the safety floor</>}
            {floor && (
              <>
                {" "}
                of <Amount money={floor} />; 100 % is twice the floor
              </>
            )}
          </p>
        </div>
      </div>
    </div>
  );
}

/** The band in which the needle is drawn; the decision's own where the levels have no share. */
function shownBand({ levels, band }: Pool, held: Held | null): Band {
  const drawn = bandOfShare(levels, held?.share_percent ?? null);
  return drawn === "unknown" ? band : drawn;
}

function Ratio({ pool, held }: Props): ReactNode {
  const share = held?.share_percent ?? null;
  const band = shownBand(pool, held);
  const proposed = pool.advisor?.verdict === "move" ? (pool.advisor.after?.share_percent ?? null) : null;
  const after = held?.landed_percent ?? proposed;
  return (
    <div className="px-3 py-2.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <div className="flex items-baseline gap-2">
          <h2 className="label">Liquidity share now</h2>
          <Percent value={share} className="text-base font-semibold" />
          {held && held.landed_percent !== null && (
            <span className="text-xs text-muted">
              <Percent value={held.landed_percent} /> when all has arrived ·
            </span>
          )}
          <span className="text-xs text-muted">
            target {pool.levels.target.text ?? "?"} · band {pool.levels.low.text ?? "?"} to{" "}
            {pool.levels.high.text ?? "?"}
          </span>
        </div>
        <Badge state={BANDS[band]} bare />
      </div>
      <div className="mt-1.5 px-2">
        <BandBar
          levels={pool.levels}
          share={share}
          band={band}
          after={after}
          label={`${pool.asset} liquidity share of the total`}
        />
      </div>
      {band !== pool.band && pool.band !== "unknown" && (
        <p className="text-xs text-muted">
          Decided as “{BANDS[pool.band].word}”: the decision also looks at what is on its way.
        </p>
      )}
    </div>
  );
}

function Sides({ held }: Pick<Props, "held">): ReactNode {
  return (
    <div className="px-3 py-2.5">
      <h2 className="label">Held now</h2>
      <dl className="mt-1 grid grid-cols-[1fr_auto] gap-x-3 gap-y-0.5">
        <dt className="text-muted">Liquidity</dt>
        <dd className="text-right font-medium">
          <Amount money={held?.liquidity} />
        </dd>
        <dt className="text-muted">Reserve</dt>
        <dd className="text-right font-medium">
          <Amount money={held?.reserve} />
        </dd>
        <dt className="text-muted">On its way</dt>
        <dd className="text-right">
          <Amount money={held?.in_flight} />
        </dd>
        <dt className="text-muted">Asked for, not sent</dt>
        <dd className="text-right">
          <Amount money={held?.asked} />
        </dd>
        {held && !isZero(held.set_aside.amount) && (
          <>
            <dt className="text-muted">For known payments</dt>
            <dd className="text-right">
              <Amount money={held.set_aside} />
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}
