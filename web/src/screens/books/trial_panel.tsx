/** One asset: where it is at the left, whose it is at the right, drawn to one scale. */
import type { ReactNode } from "react";
import type { TrialAsset, TrialLineView } from "../../api/types.ts";
import { isZero } from "../../format/decimal.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Bars } from "../../widgets/bars.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { Amount } from "../../widgets/value.tsx";
import type { Word } from "../../widgets/words.ts";

const BALANCED: Word = { word: "both sides equal", tone: "ok", icon: "ok" };
const BROKEN: Word = { word: "the sides differ", tone: "breach", icon: "breach" };

interface Props {
  readonly trial: TrialAsset;
  onKind(kind: TrialLineView["kind"]): void;
}

export function TrialPanel({ trial, onKind }: Props): ReactNode {
  const { asset, debits, credits, balanced, lines } = trial;
  const shown = lines.filter(({ balance }) => !isZero(balance.amount));
  const most = debits;
  const side = (name: TrialLineView["side"]) =>
    shown
      .filter((line) => line.side === name)
      .map(({ kind, meaning, balance, accounts }) => ({
        id: kind,
        name: (
          <button
            type="button"
            title={`Show the accounts: ${kind}`}
            onClick={() => onKind(kind)}
            className="inline-flex min-h-6 items-center text-left hover:underline"
          >
            {meaning}
            <span className="ml-1.5 text-muted">{accounts === 1 ? "1 account" : `${accounts} accounts`}</span>
          </button>
        ),
        money: balance,
        note: "",
        tone: SUSPECT.has(kind) ? "var(--watch-fill)" : "var(--accent)",
      }));
  return (
    <Panel title={asset} aside={<Badge state={balanced ? BALANCED : BROKEN} bare />}>
      <div className="grid gap-x-6 gap-y-4 md:grid-cols-2">
        <Side name="Where it is" sum={debits}>
          <Bars label={`Where ${asset} is`} rows={side("debit")} most={most} tall />
        </Side>
        <Side name="Whose it is" sum={credits}>
          <Bars label={`Whose ${asset} is`} rows={side("credit")} most={most} tall />
        </Side>
      </div>
    </Panel>
  );
}

/** Kinds that wait for an explanation. */
const SUSPECT: ReadonlySet<TrialLineView["kind"]> = new Set([
  "suspense_surplus",
  "suspense_shortfall",
  "loan_shortfall",
] as const);

interface SideProps {
  readonly name: string;
  readonly sum: TrialAsset["debits"];
  readonly children: ReactNode;
}

function Side({ name, sum, children }: SideProps): ReactNode {
  return (
    <section aria-label={name} className="min-w-0">
      <h3 className="mb-1.5 flex items-baseline justify-between gap-2 border-b border-line pb-1">
        <span className="label">{name}</span>
        <Amount money={sum} className="font-semibold" />
      </h3>
      {children}
    </section>
  );
}
