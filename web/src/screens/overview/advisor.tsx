/** The advisor card: what would happen next, why, what it costs, what it changes, what else was possible. */
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import type { DecisionView, Mode, Move, Pool } from "../../api/types.ts";
import { formatAmount, formatPercent, tableDigits } from "../../format/amount.ts";
import { subtract } from "../../format/decimal.ts";
import { readable } from "../../format/sentence.ts";
import { formatDuration } from "../../format/time.ts";
import { ProposeSheet } from "../../propose/propose_sheet.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Button } from "../../widgets/button.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Empty, Panel } from "../../widgets/panel.tsx";
import { Age, Amount, Time } from "../../widgets/value.tsx";
import { SEVERITIES, TRANSFER_STATES, VERDICTS } from "../../widgets/words.ts";
import { UnderWay } from "./under_way.tsx";
import { WithinBlock } from "./within_block.tsx";

interface Props {
  readonly pool: Pool;
  readonly mode: Mode;
}

export function Advisor({ pool, mode }: Props): ReactNode {
  const decision = pool.advisor;
  const [reviewed, setReviewed] = useState<Move | null>(null);
  if (!decision) {
    return (
      <Panel title="Advisor">
        <Empty title="No decision yet">The first one comes with the first cycle.</Empty>
      </Panel>
    );
  }
  return (
    <Panel title="Advisor" aside={<DecisionLine decision={decision} />}>
      <div className="flex flex-wrap items-baseline gap-2">
        <Badge state={VERDICTS[decision.verdict]} />
        {decision.severity !== "normal" && <Badge state={SEVERITIES[decision.severity]} />}
        <p className="min-w-0 flex-1 font-medium">{leadOf(decision)}</p>
      </div>
      {decision.moves.map((move) =>
        move.direction === "within" ? (
          <WithinBlock key={`${move.from_wallet} itself`} move={move} by_hand={mode === "advise"} />
        ) : (
          <MoveBlock
            key={`${move.from_wallet} ${move.to_wallet} ${move.network}`}
            move={move}
            pool={pool}
            mode={mode}
            decision={decision}
            onReview={() => setReviewed(move)}
          />
        ),
      )}
      <Why decision={decision} />
      <UnderWay transfers={pool.in_flight} shown={decision.transfer_ids} />
      {decision.moves.length > 0 && <Change decision={decision} />}
      <Alternatives decision={decision} />
      {reviewed && (
        <ProposeSheet pool={pool} mode={mode} decision={decision} move={reviewed} onClose={() => setReviewed(null)} />
      )}
    </Panel>
  );
}

/** What is said first: with a move, why; without one, what the decision says. The move itself stands below in full. */
function leadOf(decision: DecisionView): string {
  const [first] = decision.reasons;
  return readable(decision.moves.length > 0 && first ? first.sentence : decision.headline);
}

function DecisionLine({ decision }: { readonly decision: DecisionView }): ReactNode {
  return (
    <>
      <span>
        decided <Age at={decision.last_at} /> ago
        {decision.decided_at !== decision.last_at && (
          <>
            {" "}
            · the same since <Time at={decision.decided_at} />
          </>
        )}
      </span>
      {decision.id !== null && (
        <Link
          href={`/decisions/${decision.id}`}
          className="inline-flex min-h-6 items-center gap-1 text-accent hover:underline"
        >
          {decision.id.slice(0, 12)}
        </Link>
      )}
    </>
  );
}

interface MoveBlockProps {
  readonly move: Move;
  readonly pool: Pool;
  readonly mode: Mode;
  readonly decision: DecisionView;
  onReview(): void;
}

function MoveBlock({ move, pool, mode, decision, onReview }: MoveBlockProps): ReactNode {
  const [transfer] = decision.transfer_ids;
  const under_way = pool.in_flight.find(({ id }) => id === transfer);
  const decided = under_way !== undefined && !["planned", "awaiting_approval"].includes(under_way.state);
  return (
    <div className="mt-2.5 rounded border border-line bg-raised px-3 py-2">
      <div className="flex items-start justify-between gap-x-4 gap-y-2 max-sm:flex-wrap">
        <div className="min-w-0">
          <Amount money={move.amount} className="text-xl leading-7 font-semibold tracking-tight" />
          <p className="flex flex-wrap items-center gap-x-1.5 text-ink-2">
            {move.from_label} <Icon name="arrow" size={12} className="text-muted" />
            <span className="sr-only">to</span> {move.to_label}
          </p>
          <p className="flex flex-wrap gap-x-4 text-muted">
            <span>{move.network}</span>
            <span>
              fee <Amount money={move.fee} className="text-ink-2" />
            </span>
            <span>takes about {formatDuration(move.lead_time_ms)}</span>
            {decided && <Badge state={TRANSFER_STATES[under_way.state]} bare />}
            {!decided && decision.approvals && decision.approvals.needed > 0 && (
              <span className="inline-flex items-center gap-1 text-watch">
                <Icon name="person" size={13} /> needs {decision.approvals.needed} of {decision.approvals.of} people
              </span>
            )}
          </p>
        </div>
        {transfer !== undefined && mode !== "advise" ? (
          <Link
            href={`/transfers/${transfer}`}
            className="inline-flex min-h-7 shrink-0 items-center gap-1 font-medium whitespace-nowrap text-accent hover:underline"
          >
            Follow the transfer <Icon name="arrow" size={12} />
          </Link>
        ) : (
          <Button look={mode === "advise" ? "primary" : "plain"} onClick={onReview}>
            Review…
          </Button>
        )}
      </div>
    </div>
  );
}

function Why({ decision }: { readonly decision: DecisionView }): ReactNode {
  const lead = leadOf(decision);
  const because = decision.reasons.map((reason) => readable(reason.sentence)).filter((sentence) => sentence !== lead);
  const otherwise = decision.counterfactuals.map(readable);
  if (because.length + otherwise.length === 0) return null;
  return (
    <div className="mt-2.5">
      <h3 className="label">{because.length > 0 ? "Why" : "What would change it"}</h3>
      <ul className="mt-0.5 list-disc pl-4 marker:text-muted">
        {because.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        {otherwise.map((sentence) => (
          <li key={sentence} className="text-muted">
            {sentence}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Change({ decision }: { readonly decision: DecisionView }): ReactNode {
  const { before, after } = decision;
  if (!before || !after) return null;
  const points =
    before.now.share_percent !== null && after.share_percent !== null
      ? subtract(after.share_percent, before.now.share_percent)
      : null;
  const rows = [
    [
      "Liquidity",
      formatAmount(before.now.liquidity.amount, { digits: tableDigits(decision.asset) }),
      formatAmount(after.liquidity.amount, { digits: tableDigits(decision.asset) }),
      "",
    ],
    [
      "Share",
      formatPercent(before.now.share_percent),
      formatPercent(after.share_percent),
      points === null ? "" : formatPercent(points, { sign: true, unit: "pp" }),
    ],
    ["Health", formatPercent(before.health_percent), formatPercent(after.health_percent), ""],
  ] as const;
  return (
    <div className="mt-2.5">
      <h3 className="label">Now, and when it has arrived</h3>
      <dl className="mt-0.5 grid grid-cols-[1.7fr_1.25fr_1.1fr] gap-2 max-sm:grid-cols-1">
        {rows.map(([name, from, to, delta]) => (
          <div key={name} className="num min-w-0">
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="flex flex-wrap items-baseline gap-x-1.5">
              <span className="text-muted">{from}</span>
              <Icon name="arrow" size={11} className="self-center text-muted" />
              <span className="sr-only">to</span>
              <span className="font-medium">{to}</span>
              {delta !== "" && <span className="text-xs text-muted">{delta}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Alternatives({ decision }: { readonly decision: DecisionView }): ReactNode {
  if (decision.alternatives.length === 0) return null;
  return (
    <details className="mt-2" open={decision.alternatives.length <= 3}>
      <summary className="label inline-flex min-h-6 cursor-pointer items-center rounded">
        Alternatives ({decision.alternatives.length})
      </summary>
      <ul className="mt-0.5">
        {decision.alternatives.map((other) => (
          <li
            key={`${other.from_wallet} ${other.to_wallet} ${other.network}`}
            className="flex flex-wrap items-baseline justify-between gap-x-3 py-0.5"
          >
            <span>
              {other.from_label} → {other.to_label} <span className="text-muted">{other.network}</span>
            </span>
            <span className="text-muted">
              {other.fee && (
                <>
                  fee <Amount money={other.fee} /> ·{" "}
                </>
              )}
              {other.rejected_because}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
