/** A dense table that a keyboard can walk: `j` and `k` go through the first link of each row. On a narrow screen each row is a small card. */
import type { ReactNode } from "react";
import { Link } from "wouter";

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => ReactNode;
  readonly right?: boolean;
  /** The row's name: it carries the link. */
  readonly main?: boolean;
  readonly className?: string;
}

interface Props<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly id: (row: T) => string;
  /** Where the row leads; a table without it is only read. */
  readonly href?: (row: T) => string;
  readonly tone?: (row: T) => string;
}

export function Table<T>({ caption, columns, rows, id, href, tone }: Props<T>): ReactNode {
  return (
    <table className="w-full border-collapse text-left max-md:block">
      <caption className="sr-only">{caption}</caption>
      <thead className="max-md:sr-only">
        <tr className="border-b border-line">
          {columns.map((column) => (
            <th
              key={column.head}
              scope="col"
              className={`label px-2 py-1.5 whitespace-nowrap first:pl-3 last:pr-3 ${column.right ? "text-right" : ""} ${column.className ?? ""}`}
            >
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-md:block">
        {rows.map((row) => (
          <tr
            key={id(row)}
            className={`relative border-b border-line last:border-b-0 max-md:flex max-md:flex-wrap max-md:items-baseline max-md:gap-x-3 max-md:px-3 max-md:py-1.5 ${href ? "hover:bg-hover focus-within:bg-hover" : ""} ${tone?.(row) ?? ""}`}
          >
            {columns.map((column) => (
              <Cell key={column.head} column={column} row={row} href={href?.(row)} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellProps<T> {
  readonly column: Column<T>;
  readonly row: T;
  readonly href: string | undefined;
}

function Cell<T>({ column, row, href }: CellProps<T>): ReactNode {
  const value = column.cell(row);
  const linked = column.main && href !== undefined;
  const absent = value === null || value === undefined || value === false;
  return (
    <td
      className={`px-2 py-0.5 align-middle ${absent ? "max-md:hidden" : "max-md:inline-flex"} max-md:items-baseline max-md:gap-1 max-md:p-0 md:first:pl-3 md:last:pr-3 ${column.right ? "text-right" : ""} ${column.main ? "max-md:order-first max-md:basis-full" : ""} ${column.className ?? ""}`}
    >
      {column.right && (
        <span aria-hidden="true" className="hidden text-xs text-muted max-md:inline">
          {column.head}
        </span>
      )}
      {linked ? (
        <Link
          href={href}
          data-row=""
          className="inline-flex min-h-6 items-center font-medium text-ink after:absolute after:inset-0 hover:underline focus-visible:underline"
        >
          {value}
        </Link>
      ) : (
        <span className="min-w-0">{value}</span>
      )}
    </td>
  );
}
