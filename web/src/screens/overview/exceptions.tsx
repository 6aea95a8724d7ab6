/** What is not as it should be, worst first. */

import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Exception, Severity } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { TONE_TEXT } from "../../widgets/badge.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Age } from "../../widgets/value.tsx";
import { EXCEPTIONS, SEVERITIES } from "../../widgets/words.ts";

const ORDER: readonly Severity[] = ["emergency", "urgent", "normal"];

export function Exceptions({ exceptions }: { readonly exceptions: readonly Exception[] }): ReactNode {
  const sorted = [...exceptions].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  if (sorted.length === 0) {
    return (
      <p className="mt-2 flex items-center gap-1.5 px-1 text-xs text-muted">
        <Icon name="ok" size={13} className="text-ok" /> No exceptions: nothing is out of order
      </p>
    );
  }
  return (
    <section aria-label="Exceptions" className="mt-3 rounded-lg border border-watch-line bg-watch-soft">
      <h2 className="sr-only">Exceptions</h2>
      <ul>
        {sorted.map((exception) => (
          <Row key={`${exception.code} ${exception.ref}`} exception={exception} />
        ))}
      </ul>
    </section>
  );
}

/** "Emergency: liquidity is …" stands behind its own name already. */
function withoutName(sentence: string, name: string): string {
  if (!sentence.startsWith(`${name}: `)) return sentence;
  const rest = sentence.slice(name.length + 2);
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** What is about one transfer leads to it. */
function Name({ exception: { code, ref }, className }: { exception: Exception; className: string }): ReactNode {
  if (code !== "transfer_held" && code !== "transfer_failing") {
    return <span className={className}>{EXCEPTIONS[code]}</span>;
  }
  return (
    <Link href={`/transfers/${ref}`} className={`inline-flex min-h-6 items-center underline ${className}`}>
      {EXCEPTIONS[code]}
    </Link>
  );
}

function Row({ exception }: { readonly exception: Exception }): ReactNode {
  const tone = SEVERITIES[exception.severity].tone === "plain" ? "watch" : SEVERITIES[exception.severity].tone;
  const icon =
    exception.code === "stale_balance"
      ? "stale"
      : exception.code === "unknown_balance"
        ? "unknown"
        : tone === "breach"
          ? "breach"
          : "watch";
  return (
    <li className="flex items-start gap-2 border-b border-watch-line px-3 py-1 last:border-b-0">
      <Icon name={icon} className={`mt-[3px] ${TONE_TEXT[tone]}`} />
      <div className="min-w-0 flex-1">
        <Name exception={exception} className={`font-medium ${TONE_TEXT[tone]}`} />{" "}
        <span className="text-ink-2">{withoutName(readable(exception.sentence), EXCEPTIONS[exception.code])}</span>
      </div>
      {exception.since !== null && (
        <span className="text-ink-2">
          <Age at={exception.since} />
        </span>
      )}
    </li>
  );
}
