/** What is different from the decision of the same pool before it: where the pool stood in its band then and now, and which reasons changed. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { DecisionView } from "../../api/types.ts";
import { isZero, subtract } from "../../format/decimal.ts";
import { readable } from "../../format/sentence.ts";
import { Badge } from "../../widgets/badge.tsx";
import { BandBar } from "../../widgets/band_bar.tsx";
import { Amount, Digest, Percent, Time } from "../../widgets/value.tsx";
import { VERDICTS, type Word } from "../../widgets/words.ts";
import { bandOf } from "./band_of.ts";
import { changedLevels, compareReasons, type ReasonChange } from "./compare.ts";

interface Props {
  readonly now: DecisionView;
  readonly before: DecisionView | null;
}

export function Difference({ now, before }: Props): ReactNode {
  if (before === null) {
    return <p className="text-muted">This is the first decision that is kept of this pool.</p>;
  }
  const changes = compareReasons(now.reasons, before.reasons).filter(({ change }) => change !== "same");
  const levels = changedLevels(now.levels, before.levels);
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Side name="Before" decision={before} />
        <Side name="This one" decision={now} />
      </div>
      <Change now={now} before={before} />
      {levels.length > 0 && <p>Levels that moved: {levels.map((name) => name.replaceAll("_", " ")).join(", ")}.</p>}
      {now.policy_digest !== before.policy_digest && (
        <p className="text-watch">
          The policy changed in between: <Digest hex={before.policy_digest} short /> became{" "}
          <Digest hex={now.policy_digest} short />.
        </p>
      )}
      {changes.length === 0 ? (
        <p className="text-muted">Its reasons are the same.</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {changes.map((change) => (
            <Changed key={`${change.change} ${change.reason.code} ${change.reason.sentence}`} change={change} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Side({ name, decision }: { readonly name: string; readonly decision: DecisionView }): ReactNode {
  const share = decision.before?.now.share_percent ?? null;
  return (
    <div className="min-w-0 rounded border border-line bg-raised px-3 py-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="label">{name}</span>
        <Badge state={VERDICTS[decision.verdict]} bare />
      </div>
      <p className="text-muted">
        {decision.id === null ? (
          <Time at={decision.decided_at} />
        ) : (
          <Link href={`/decisions/${decision.id}`} className="inline-flex min-h-6 items-center hover:underline">
            <Time at={decision.decided_at} />
          </Link>
        )}{" "}
        · {decision.repeats + 1}×
      </p>
      <p>
        <Amount money={decision.before?.now.liquidity} className="font-medium" missing="position not known" />{" "}
        <span className="text-muted">
          (<Percent value={share} />)
        </span>
      </p>
      {decision.levels && (
        <div className="mt-1 px-2">
          <BandBar
            levels={decision.levels}
            share={share}
            band={bandOf(decision)}
            after={decision.verdict === "move" ? (decision.after?.share_percent ?? null) : null}
            label={`${name}: liquidity share`}
          />
        </div>
      )}
    </div>
  );
}

function Change({ now, before }: { readonly now: DecisionView; readonly before: DecisionView }): ReactNode {
  const units =
    now.before && before.before ? subtract(now.before.liquidity.amount, before.before.liquidity.amount) : null;
  if (units === null) return null;
  if (isZero(units)) return <p className="text-ink-2">Liquidity did not change between the two.</p>;
  return (
    <p className="text-ink-2">
      Liquidity <Amount money={{ amount: units, asset: now.asset }} sign className="font-medium" /> between the two.
    </p>
  );
}

const CHANGES: Readonly<Record<Exclude<ReasonChange["change"], "same">, Word>> = {
  new: { word: "New", icon: "plus", tone: "info" },
  gone: { word: "Gone", icon: "close", tone: "plain" },
  other: { word: "Other figures", icon: "watch", tone: "watch" },
};

function Changed({ change: { change, reason, before } }: { readonly change: ReasonChange }): ReactNode {
  if (change === "same") return null;
  return (
    <li className="py-1.5">
      <Badge state={CHANGES[change]} bare />
      <p className={change === "gone" ? "text-muted line-through" : ""}>{readable(reason.sentence)}</p>
      {change === "other" && before && <p className="text-xs text-muted">Was: {readable(before.sentence)}</p>}
    </li>
  );
}
