/** Amounts of one asset beside each other, each a row that can be read and a bar that can be seen. */
import type { ReactNode } from "react";
import type { Money } from "../api/types.ts";
import { drawnFraction } from "../format/decimal.ts";
import { Amount } from "./value.tsx";

export interface BarRow {
  readonly name: ReactNode;
  readonly id: string;
  readonly money: Money;
  readonly note: string;
  /** A colour of CSS. */
  readonly tone: string;
}

interface Props {
  readonly label: string;
  readonly rows: readonly BarRow[];
  /** As long as a bar gets. */
  readonly most: Money;
  /** Names are sentences: they stand above their bars. */
  readonly tall?: boolean;
}

export function Bars({ label, rows, most, tall = false }: Props): ReactNode {
  return (
    <ul aria-label={label} className={`flex flex-col ${tall ? "gap-2" : "gap-1"}`}>
      {rows.map(({ id, name, money, note, tone }) => (
        <li
          key={id}
          className={`grid items-center gap-x-2 text-xs ${tall ? "grid-cols-[1fr_auto]" : "grid-cols-[5.5rem_1fr_auto]"}`}
        >
          <span className={tall ? "min-w-0" : "num truncate text-muted"}>{name}</span>
          <svg
            width="100%"
            height={tall ? 6 : 10}
            aria-hidden="true"
            className={`block ${tall ? "order-last col-span-2" : ""}`}
          >
            <rect width="100%" height={10} rx={2} fill="var(--hover)" />
            <rect width={`${drawnFraction(money.amount, most.amount) * 100}%`} height={10} rx={2} fill={tone} />
          </svg>
          <span className="num min-w-24 text-right">
            <Amount money={money} unit={false} />
            {note !== "" && <span className="ml-1.5 inline-block min-w-4 text-muted">{note}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
