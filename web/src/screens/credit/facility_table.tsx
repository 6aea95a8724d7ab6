/** Loans, the worst first, by the level they passed and then by what is left to the next: where each stands on its bar, and how far it is from what comes next. */
import type { ReactNode } from "react";
import type { Facility } from "../../api/types.ts";
import { formatAmount, formatPercent, tableDigits } from "../../format/amount.ts";
import { sum } from "../../format/decimal.ts";
import { LoanName } from "../../lending/loan_name.tsx";
import { LtvBar } from "../../lending/ltv_bar.tsx";
import { plainPercent } from "../../lending/ltv_geometry.ts";
import { fallTo, shockedLtv } from "../../lending/shock.ts";
import { LEVELS, ltvWord, standingOf } from "../../lending/words.ts";
import { Badge } from "../../widgets/badge.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Amount, Missing, Percent, Price, Time } from "../../widgets/value.tsx";

interface Props {
  readonly facilities: readonly Facility[];
  /** Per cent by which prices fall in the what-if; 0: not at all. */
  readonly fall?: number;
}

export function FacilityTable({ facilities, fall = 0 }: Props): ReactNode {
  return (
    <Table
      caption="Loans"
      columns={columnsOf(fall)}
      rows={facilities}
      id={({ object_id }) => object_id}
      href={({ object_id }) => `/credit/${object_id}`}
    />
  );
}

function columnsOf(fall: number): readonly Column<Facility>[] {
  return [
    {
      head: "Loan",
      main: true,
      cell: (item) => <LoanName loan={item} />,
    },
    { head: "Stands", cell: (item) => <Stands facility={item} /> },
    { head: "LTV", right: true, cell: (item) => <LtvText facility={item} /> },
    {
      head: "Levels",
      className: "md:min-w-40 lg:w-[34%] lg:min-w-44 max-md:basis-full",
      cell: (item) => (
        <span className="block w-full px-1.5">
          <LtvBar facility={item} after={afterOf(item, fall)} />
        </span>
      ),
    },
    { head: "Next level", className: "md:max-lg:hidden", cell: (item) => <NextLevel facility={item} /> },
    {
      head: "Owed",
      right: true,
      className: "md:max-lg:hidden",
      cell: ({ outstanding }) => <Amount money={outstanding.total} className="font-medium" />,
    },
    { head: "Held", right: true, className: "md:max-xl:hidden", cell: (item) => <Held facility={item} /> },
  ];
}

function Stands({ facility }: { readonly facility: Facility }): ReactNode {
  const { arrears, mark } = facility;
  return (
    <span className="inline-flex flex-col">
      <Badge state={standingOf(facility)} bare />
      {mark !== null && (
        <span className="text-xs text-muted" title={mark.sentence}>
          until {plainPercent(mark.goes_percent)}&nbsp;%
        </span>
      )}
      {arrears !== null && (
        <span
          className="text-xs text-breach"
          title={`${arrears.amount.amount} ${arrears.amount.asset} since ${arrears.due_on}`}
        >
          in arrears
        </span>
      )}
    </span>
  );
}

function afterOf({ ltv }: Facility, fall: number): string | null {
  return fall === 0 || ltv.percent === null || ltv.state === "no_loan" ? null : shockedLtv(ltv.percent, 100 - fall);
}

/** The ratio in the facility's own measure, or the name of why there is none. */
export function LtvText({
  facility: { ltv, levels },
}: {
  readonly facility: Pick<Facility, "ltv" | "levels">;
}): ReactNode {
  const word = ltvWord(ltv);
  if (word !== null) {
    return (
      <span className="inline-flex flex-wrap items-baseline justify-end gap-x-1">
        <Badge state={word} bare {...(ltv.doubt === null ? {} : { title: ltv.doubt })} />
        {ltv.state === "unknown" && ltv.unknown_since !== null && (
          <span className="text-xs text-muted">
            since <Time at={ltv.unknown_since} short />
          </span>
        )}
      </span>
    );
  }
  if (levels.measure === "cvl" && ltv.cvl_percent !== null) {
    return (
      <span className="num" title={`${ltv.percent} % loan to value`}>
        <span className="text-xs text-muted">CVL</span> {ltv.cvl_percent}&nbsp;%
      </span>
    );
  }
  return <Percent value={ltv.percent} />;
}

function NextLevel({ facility }: { readonly facility: Facility }): ReactNode {
  const { next_level, ltv, levels, stage } = facility;
  if (next_level === null || next_level.level === "sound") {
    if (stage === "liquidation") return <span className="text-muted">past the last</span>;
    return ltv.state === "ratio" ? <Missing why="past the last level" /> : null;
  }
  const { level, points } = next_level;
  const at = levels[level];
  const { price, asset } = facility.triggers.find((one) => one.level === level) ?? {};
  const fall = ltv.percent === null || at === null ? null : fallTo(ltv.percent, at);
  return (
    <span className="whitespace-nowrap">
      <span className="font-medium">{LEVELS[level]}</span>{" "}
      <span className="num text-muted" title={`${points} percentage points of loan to value away`}>
        {fall === null ? `${formatPercent(points, { unit: "percentage points" })} away` : `at −${fall} %`}
      </span>
      {price !== undefined && (
        <span className="block text-xs text-muted">
          <Price money={price} /> a {asset}
        </span>
      )}
    </span>
  );
}

function Held({ facility }: { readonly facility: Facility }): ReactNode {
  const parts = facility.collateral.flatMap(({ asset, held, selling }) => {
    const amount = sum([held.amount, selling.amount]) ?? held.amount;
    return /[1-9]/.test(amount) ? [{ asset, amount }] : [];
  });
  if (parts.length === 0) return <span className="text-muted">nothing</span>;
  return (
    <span className="num">
      {parts.map(({ asset, amount }) => (
        <span key={asset} className="block" title={`${amount} ${asset}`}>
          {formatAmount(amount, { digits: tableDigits(asset) })} <span className="text-muted">{asset}</span>
        </span>
      ))}
    </span>
  );
}
