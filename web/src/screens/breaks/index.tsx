/** One break: how much, for how long, what it stops, what it may be, and the proposal that closes it. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { queries } from "../../api/queries.ts";
import type { Break } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { formatDuration } from "../../format/time.ts";
import { QuorumDots } from "../../review/quorum.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Data, Facts, Panel, ScreenHead } from "../../widgets/panel.tsx";
import { Amount, Missing, Time } from "../../widgets/value.tsx";
import type { Word } from "../../widgets/words.ts";
import { REMEDIES } from "../approvals/proposals.ts";
import { ReviewLink } from "../approvals/review_link.tsx";
import { ResolveForm } from "./resolve_form.tsx";

const FROZEN: Word = { word: "Asset frozen", icon: "frozen", tone: "breach" };
const TOLERATED: Word = { word: "Within tolerance", icon: "watch", tone: "watch" };
const CLOSED: Word = { word: "Closed", icon: "ok", tone: "ok" };
const KINDS: Readonly<Record<Break["kind"], string>> = {
  movement: "a movement that nobody of ours made",
  balance: "a balance that no movement explains",
  chain: "the venue and the chain differ",
};

export default function BreakScreen({ id }: { readonly id: string }): ReactNode {
  const query = useQuery(queries.break(id));
  return (
    <>
      <ScreenHead title="Break" sentence="What nothing explains stays in sight until it is matched or people close it.">
        <Link href="/expected" className="inline-flex min-h-7 items-center text-accent hover:underline">
          Expected flows
        </Link>
        <Link href="/wallets" className="inline-flex min-h-7 items-center text-accent hover:underline">
          All wallets
        </Link>
      </ScreenHead>
      <Data query={query} what="The break">
        {(item) => (
          <div className="grid gap-3 lg:grid-cols-2">
            <What item={item} />
            <div className="flex min-w-0 flex-col gap-3">
              <Panel title="What it may be, most likely first">
                <ol className="list-decimal pl-5 marker:text-muted">
                  {item.causes.map(({ code, sentence, ref }) => (
                    <li key={`${code} ${ref ?? ""}`} className="py-0.5">
                      {readable(sentence)} <code className="font-mono text-xs text-muted">{code}</code>
                    </li>
                  ))}
                </ol>
                {item.causes.length === 0 && <p>{readable(item.cause)}</p>}
              </Panel>
              <Panel title="How it is closed">
                <Closing item={item} />
              </Panel>
            </div>
          </div>
        )}
      </Data>
    </>
  );
}

export function breakWord({ state, freezes }: Pick<Break, "state" | "freezes">): Word {
  if (state === "closed") return CLOSED;
  return freezes ? FROZEN : TOLERATED;
}

function What({ item }: { readonly item: Break }): ReactNode {
  const { movement } = item;
  return (
    <Panel title={item.label} aside={<Badge state={breakWord(item)} bare />}>
      <p className="text-2xl leading-8 font-semibold tracking-tight">
        <Amount money={item.difference} exact sign />
      </p>
      <p className="mb-2 text-ink-2">{readable(item.cause)}</p>
      <Facts
        rows={[
          ["Break", <Exact key="id" text={item.id} what="id" />],
          ["Kind", KINDS[item.kind]],
          ["Age", formatDuration(item.age_ms)],
          [
            "Opened",
            <span key="opened">
              <Time at={item.opened_at} /> UTC, last seen <Time at={item.last_seen_at} short />
            </span>,
          ],
          ["Stops", item.freezes ? `every new move of ${item.asset}` : "nothing: it is within the tolerance"],
          ...(movement === null
            ? []
            : ([
                ["Movement", <Exact key="movement" text={movement.id} what="movement" />],
                ["Direction", movement.direction],
                ["Amount", <Amount key="amount" money={movement.amount} exact />],
                ["Counterparty", movement.counterparty ?? <Missing key="other" why="the venue names none" />],
                [
                  "Transaction",
                  movement.tx_hash === null ? (
                    <Missing key="tx" why="none" />
                  ) : (
                    <Exact key="tx" text={movement.tx_hash} what="transaction hash" />
                  ),
                ],
              ] as const)),
        ]}
      />
    </Panel>
  );
}

function Exact({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  return (
    <>
      <code className="font-mono text-xs break-all">{text}</code>
      <Copy text={text} what={what} />
    </>
  );
}

function Closing({ item }: { readonly item: Break }): ReactNode {
  const { resolution } = item;
  if (item.state === "closed") {
    return <p>Closed: {item.closed_by ?? "by itself"}.</p>;
  }
  if (resolution?.state !== "open") return <ResolveForm item={item} />;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <p className="min-w-0 flex-1">
        Proposed: it was {REMEDIES[resolution.remedy]}. <span className="text-muted">{resolution.evidence}</span>
      </p>
      <QuorumDots quorum={resolution.quorum} />
      <ReviewLink href={`/approvals/${resolution.object_id}`} />
    </div>
  );
}
