/** Where the loan stands now: the ratio on its bar, what is owed and what counts, and the price at which each level is reached. */
import type { ReactNode } from "react";
import type { Facility, Stage } from "../../api/types.ts";
import { formatPercent } from "../../format/amount.ts";
import { sum } from "../../format/decimal.ts";
import { LtvBar } from "../../lending/ltv_bar.tsx";
import { plainPercent } from "../../lending/ltv_geometry.ts";
import { fallTo } from "../../lending/shock.ts";
import { LEVELS, ltvWord, STAGES } from "../../lending/words.ts";
import { Badge, TONE_TEXT } from "../../widgets/badge.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { Amount, Missing, Price, Time } from "../../widgets/value.tsx";

const NAMES = ["initial", "warning", "margin_call", "liquidation"] as const;

export function Position({ facility }: { readonly facility: Facility }): ReactNode {
  return (
    <Panel title="Loan to value">
      <div className="grid gap-x-6 gap-y-3 lg:grid-cols-[13rem_minmax(0,1fr)]">
        <Ratio facility={facility} />
        <div className="min-w-0 px-2">
          <LtvBar facility={facility} tall />
        </div>
      </div>
      <Doubt facility={facility} />
      <Arrears facility={facility} />
      <div className="mt-3 grid gap-x-8 gap-y-3 border-t border-line pt-3 lg:grid-cols-2">
        <Owed facility={facility} />
        <Levels facility={facility} />
      </div>
    </Panel>
  );
}

function Ratio({ facility }: { readonly facility: Facility }): ReactNode {
  const { ltv, levels, stage, mark, next_level } = facility;
  const word = ltvWord(ltv);
  const by_cvl = levels.measure === "cvl" && ltv.cvl_percent !== null;
  const tone = STAGES[stage].tone;
  return (
    <div>
      <p className={`num text-3xl leading-9 font-semibold tracking-tight ${word === null ? "" : TONE_TEXT[word.tone]}`}>
        {word === null ? (by_cvl ? `${ltv.cvl_percent}\u00a0%` : formatPercent(ltv.percent)) : word.word}
      </p>
      <p className="text-muted">
        {by_cvl ? "collateral to value" : "loan to value"}
        {word === null && by_cvl && <>, {formatPercent(ltv.percent)} loan to value</>}
        {word === null && !by_cvl && ltv.cvl_percent !== null && <>, {ltv.cvl_percent}&nbsp;% collateral to value</>}
      </p>
      {word === null && (
        <p className={`mt-1 flex items-center gap-1 font-medium ${TONE_TEXT[tone]}`}>
          <Icon name={STAGES[stage].icon} size={13} />
          {STAGES[stage].word}
        </p>
      )}
      {word === null && mark !== null && <p className="text-muted">{mark.sentence}</p>}
      {word === null && next_level !== null && next_level.level !== "sound" && (
        <p className="text-muted">
          {formatPercent(next_level.points, { unit: "percentage points" })} to {LEVELS[next_level.level]}
        </p>
      )}
    </div>
  );
}

/** While a price is not trusted nothing is sold, and the page says so. */
function Doubt({ facility: { ltv } }: { readonly facility: Facility }): ReactNode {
  if (ltv.state === "no_collateral") {
    return (
      <p role="alert" className="mt-2 font-medium text-breach">
        Nothing stands behind this loan.
      </p>
    );
  }
  if (ltv.state !== "unknown") return null;
  return (
    <p role="alert" className="mt-2 flex items-start gap-1.5 text-breach">
      <Icon name="unknown" className="mt-0.5" />
      <span>
        <span className="font-medium">
          Unknown since <Time at={ltv.unknown_since} /> UTC.
        </span>{" "}
        {ltv.doubt === null ? "A price it needs is not trusted." : `${ltv.doubt.replace(/\.$/, "")}.`} Nothing is sold
        and nothing released until it is known again.
      </span>
    </p>
  );
}

/** An instalment whose day has come and that is not paid. */
function Arrears({ facility: { arrears } }: { readonly facility: Facility }): ReactNode {
  if (arrears === null) return null;
  return (
    <p role="alert" className="mt-2 flex items-start gap-1.5 text-breach">
      <Icon name="stale" className="mt-0.5" />
      <span>
        <span className="font-medium">In arrears:</span> <Amount money={arrears.amount} /> were due on {arrears.due_on}.
      </span>
    </p>
  );
}

function Owed({ facility: { outstanding, collateral } }: { readonly facility: Facility }): ReactNode {
  const value = sum(collateral.map((one) => one.value?.amount ?? "?"));
  const rows = [
    ["Principal", outstanding.principal],
    ["Interest", outstanding.interest],
    ["Fees", outstanding.fees],
    ["Shortfall", outstanding.shortfall],
  ] as const;
  return (
    <section aria-label="Owed and held">
      <h3 className="label mb-1">Owed</h3>
      <dl className="grid grid-cols-[1fr_auto] gap-x-3 gap-y-0.5">
        {rows.map(([name, money]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="text-right">
              <Amount money={money} unit={false} />
            </dd>
          </div>
        ))}
        <dt className="border-t border-line pt-0.5 font-medium">Altogether</dt>
        <dd className="border-t border-line pt-0.5 text-right font-semibold">
          <Amount money={outstanding.total} />
        </dd>
        <dt className="font-medium">Collateral after haircuts</dt>
        <dd className="text-right font-semibold">
          {value === null ? (
            <Missing why="a price is missing" />
          ) : (
            <Amount money={{ amount: value, asset: outstanding.total.asset }} />
          )}
        </dd>
      </dl>
    </section>
  );
}

/** The highest price at which each level is reached; with several assets there is no such price. */
function Levels({ facility }: { readonly facility: Facility }): ReactNode {
  const { levels, triggers, ltv, collateral } = facility;
  const shown = levels.measure === "cvl" ? levels.cvl : levels;
  const priced = triggers[0] === undefined ? null : triggers[0].asset;
  return (
    <section aria-label="Levels">
      <h3 className="label mb-1">{priced === null ? "Levels" : `Levels and the price of ${priced} at each`}</h3>
      <table className="w-full">
        <caption className="sr-only">Levels</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Level</th>
            <th scope="col">At</th>
            <th scope="col">Price</th>
            <th scope="col">Fall</th>
          </tr>
        </thead>
        <tbody>
          {NAMES.map((level) => (
            <LevelRow
              key={level}
              level={level}
              at={shown[level]}
              measure={levels.measure}
              price={triggers.find((one) => one.level === level)?.price ?? null}
              fall={ltv.percent === null || levels[level] === null ? null : fallTo(ltv.percent, levels[level])}
              reached={ltv.percent !== null && ltv.state !== "no_loan"}
            />
          ))}
        </tbody>
      </table>
      <p className="mt-1 text-xs text-muted">
        The mark of a level goes {plainPercent(levels.release)} percentage points of loan to value lower, so that a
        noisy price rings once.
        {priced === null && collateral.length > 1 && " With several assets no single price says when."}
      </p>
    </section>
  );
}

interface LevelProps {
  readonly level: Exclude<Stage, "sound">;
  readonly at: string | null;
  readonly measure: "ltv" | "cvl";
  readonly price: Facility["triggers"][number]["price"] | null;
  readonly fall: string | null;
  readonly reached: boolean;
}

function LevelRow({ level, at, measure, price, fall, reached }: LevelProps): ReactNode {
  if (at === null) return null;
  return (
    <tr>
      <th scope="row" className="py-0.5 text-left font-normal">
        <Badge state={{ ...STAGES[level], word: LEVELS[level].replace(/^./, (letter) => letter.toUpperCase()) }} bare />
      </th>
      <td className="num py-0.5 text-right text-muted">
        {measure.toUpperCase()} {plainPercent(at)}&nbsp;%
      </td>
      <td className="py-0.5 text-right">{price !== null && <Price money={price} />}</td>
      <td className="num w-20 py-0.5 text-right text-muted">
        {fall !== null ? `−${fall} %` : reached ? "reached" : ""}
      </td>
    </tr>
  );
}
