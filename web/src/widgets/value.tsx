/** Values as people read them: amounts, percentages, times, digests. The exact value is always one hover or copy away. */
import type { ReactNode } from "react";
import { useNow } from "../api/clock.tsx";
import type { Money } from "../api/types.ts";
import { formatAmount, formatPercent, formatPrice, MISSING, tableDigits } from "../format/amount.ts";
import { groupHex, shortDigest } from "../format/digest.ts";
import { formatAge, formatDateTime, formatDuration, formatLocal, formatTime, read } from "../format/time.ts";

interface AmountProps {
  readonly money: Money | null | undefined;
  /** All digits, as in drawers and sheets. */
  readonly exact?: boolean;
  readonly sign?: boolean;
  /** The asset's name behind the number; in a column of one asset it stands in the head instead. */
  readonly unit?: boolean;
  readonly className?: string;
  /** Why it is missing. */
  readonly missing?: string;
}

export function Amount({ money, exact, sign, unit = true, className = "", missing }: AmountProps): ReactNode {
  if (!money) return <Missing why={missing ?? "not known"} />;
  const style = { ...(exact ? {} : { digits: tableDigits(money.asset) }), ...(sign ? { sign } : {}) };
  return (
    <span className={`num ${className}`} title={`${money.amount} ${money.asset}`}>
      {formatAmount(money.amount, style)}
      {unit && <span className="font-normal text-muted"> {money.asset}</span>}
    </span>
  );
}

/** What one whole of something costs: with the digits that its size needs, whatever the asset's amounts are cut to. */
export function Price({ money, unit = true, className = "", missing }: Omit<AmountProps, "exact" | "sign">): ReactNode {
  if (!money) return <Missing why={missing ?? "not known"} />;
  return (
    <span className={`num ${className}`} title={`${money.amount} ${money.asset}`}>
      {formatPrice(money.amount)}
      {unit && <span className="font-normal text-muted"> {money.asset}</span>}
    </span>
  );
}

export function Missing({ why }: { readonly why: string }): ReactNode {
  return (
    <span title={why} className="text-muted">
      <span aria-hidden="true">{MISSING}</span>
      <span className="sr-only">{why}</span>
    </span>
  );
}

export function Percent({
  value,
  className = "",
}: {
  readonly value: string | null;
  readonly className?: string;
}): ReactNode {
  if (value === null) return <Missing why="not known" />;
  return (
    <span className={`num ${className}`} title={`${value} %`}>
      {formatPercent(value)}
    </span>
  );
}

interface TimeProps {
  readonly at: string | null;
  /** Only the time of day. */
  readonly short?: boolean;
}

export function Time({ at, short = false }: TimeProps): ReactNode {
  if (at === null) return <Missing why="never" />;
  return (
    <time dateTime={at} title={formatLocal(at)} className="num">
      {short ? formatTime(at) : formatDateTime(at)}
    </time>
  );
}

/** How long ago, ticking. */
export function Age({ at }: { readonly at: string | null }): ReactNode {
  const now = useNow();
  if (at === null) return <Missing why="never read" />;
  return (
    <time dateTime={at} title={formatLocal(at)} className="num">
      {formatAge(at, now)}
    </time>
  );
}

/** How long until, ticking; "now" once it has passed. */
export function Until({ at }: { readonly at: string | null }): ReactNode {
  const now = useNow();
  const instant = read(at);
  if (instant === null) return <Missing why="not planned" />;
  return (
    <time dateTime={at ?? ""} title={formatLocal(at)} className="num">
      {instant <= now ? "now" : formatDuration(instant - now)}
    </time>
  );
}

/** A digest to compare by eye, in groups of four. */
export function Digest({ hex, short = false }: { readonly hex: string; readonly short?: boolean }): ReactNode {
  return (
    <code className="font-mono text-xs break-words" title={hex}>
      {short ? shortDigest(hex) : groupHex(hex)}
    </code>
  );
}
