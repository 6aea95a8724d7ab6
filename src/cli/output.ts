/** Tables and key-value blocks for people, JSON for programs. */
import type { Io } from "./io.ts";

export type Row = readonly string[];

/** Columns aligned to their widest cell; numbers to the right. */
export function table(header: Row, rows: readonly Row[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, at) => Math.max(...all.map((row) => (row[at] ?? "").length)));
  const right = header.map(
    (_, at) => rows.length > 0 && rows.every((row) => /^[-+]?[\d.,]+ ?%?$|^-$|^$/.test(row[at] ?? "")),
  );
  const line = (row: Row): string =>
    row
      .map((cell, at) => (right[at] ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join("  ")
      .trimEnd();
  return `${all.map(line).join("\n")}\n`;
}

/** One `label  value` per line. */
export function fields(entries: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(0, ...entries.map(([label]) => label.length));
  return `${entries.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join("\n")}\n`;
}

/** Base units that are still `bigint` become strings. */
export function printJson(value: unknown): string {
  return `${JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? item.toString() : item), 2)}\n`;
}

/** The data of a command: JSON when asked for, else what `forPeople` makes of it. */
export function answer<T>(io: Io, json: boolean | undefined, value: T, forPeople: (value: T) => string): void {
  io.out(json === true ? printJson(value) : forPeople(value));
}

/** Exact, its whole part in groups of three as the terminal shows it: `1,250,000.00 USD`; `-` for none. */
export function money(value: { readonly amount: string; readonly asset: string } | null): string {
  return value === null ? "-" : `${grouped(value.amount)} ${value.asset}`;
}

/** @example grouped("-1250000.5") // "-1,250,000.5" */
export function grouped(amount: string): string {
  const [whole = "", ...fraction] = amount.split(".");
  return [whole.replace(/\B(?=(\d{3})+(?!\d))/g, ","), ...fraction].join(".");
}

const UNITS = [
  [86_400_000, "days"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
  [1, "ms"],
] as const;
const DAYS_FROM_MS = 2 * 86_400_000;

/** Exact, in the units that people use. @example duration(86_400_000) // "24 h" */
export function duration(milliseconds: number): string {
  let rest = Math.max(0, Math.trunc(milliseconds));
  const parts: string[] = [];
  for (const [size, unit] of UNITS) {
    const count = unit === "days" && rest < DAYS_FROM_MS ? 0 : Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${unit}`);
    rest -= count * size;
  }
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

/** `57.52 %`, or in words why there is no ratio. */
export function ltvText({ percent, state }: { readonly percent: string | null; readonly state: string }): string {
  return percent === null ? state.replaceAll("_", " ") : `${percent} %`;
}
