/** A pool with a small rule of its own: what it holds, and what the rule says about it now. */
import type { ReactNode } from "react";
import type { Pool } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Amount } from "../../widgets/value.tsx";
import { bandWord } from "../../widgets/words.ts";

interface Words {
  readonly tab: string;
  readonly title: string;
  readonly rule: string;
  readonly liquidity: string;
  readonly reserve: string;
}

export const TASK_WORDS: Readonly<Record<NonNullable<Pool["task"]>, Words>> = {
  gas: {
    tab: "gas",
    title: "Gas",
    rule: "Each wallet is kept able to pay for its next transactions.",
    liquidity: "Pays for transactions",
    reserve: "Supplies it",
  },
  deposits: {
    tab: "deposits",
    title: "Deposits",
    rule: "Each address is swept when it holds enough to be worth the fee.",
    liquidity: "Deposit addresses",
    reserve: "Swept into",
  },
};

interface Props {
  readonly pool: Pool;
  readonly task: NonNullable<Pool["task"]>;
}

export function TaskStrip({ pool, task }: Props): ReactNode {
  const words = TASK_WORDS[task];
  const [first] = pool.advisor?.reasons ?? [];
  return (
    <section
      aria-label="Position"
      className="grid overflow-hidden rounded-lg border border-line bg-surface max-lg:divide-y lg:grid-cols-[2fr_1fr] lg:divide-x divide-line"
    >
      <div className="px-3 py-2.5">
        <div className="flex items-baseline justify-between gap-2">
          <h2 className="label">{words.title}</h2>
          <Badge state={bandWord(pool)} bare />
        </div>
        <p className="mt-1 font-medium">{first === undefined ? words.rule : readable(first.sentence)}</p>
        {first !== undefined && <p className="text-muted">{words.rule}</p>}
      </div>
      <dl className="grid grid-cols-[1fr_auto] content-center gap-x-3 gap-y-0.5 px-3 py-2.5">
        <dt className="text-muted">{words.liquidity}</dt>
        <dd className="text-right font-medium">
          <Amount money={pool.position?.now.liquidity} />
        </dd>
        <dt className="text-muted">{words.reserve}</dt>
        <dd className="text-right font-medium">
          <Amount money={pool.position?.now.reserve} />
        </dd>
      </dl>
    </section>
  );
}
