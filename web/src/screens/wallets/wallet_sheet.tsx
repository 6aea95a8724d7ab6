/** One wallet: what it may do and why, what it holds, where it is paid, what waits on it, and what people may do with it. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { queries } from "../../api/queries.ts";
import type { Wallet, WalletProposal } from "../../api/types.ts";
import { formatDuration } from "../../format/time.ts";
import { QuorumDots } from "../../review/quorum.tsx";
import { useIdentity } from "../../shell/identity.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Button } from "../../widgets/button.tsx";
import { Data, Facts } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import { Age, Amount, Missing, Time } from "../../widgets/value.tsx";
import { FRESHNESS } from "../../widgets/words.ts";
import { Addresses } from "./addresses.tsx";
import { ChangeForm } from "./change_form.tsx";
import { Coins } from "./coins.tsx";
import { ACTIONS, meaningOf, STANDINGS, type WalletAction } from "./standings.ts";

export function WalletSheet({ id, onClose }: { readonly id: string; onClose(): void }): ReactNode {
  const query = useQuery(queries.wallets());
  const wallet = query.data?.items.find((item) => item.id === id);
  return (
    <Sheet
      title={wallet?.label ?? id}
      head={
        wallet && (
          <>
            <Badge state={STANDINGS[wallet.status]} />
            <span>
              {wallet.kind} at {wallet.venue}
            </span>
            <code className="font-mono text-xs break-all">{id}</code>
          </>
        )
      }
      onClose={onClose}
    >
      <Data query={query} what="The wallet">
        {({ as_of }) =>
          wallet === undefined ? (
            <p>The configuration has no wallet "{id}".</p>
          ) : (
            <div className="flex flex-col gap-5">
              <Standing wallet={wallet} />
              <Holding wallet={wallet} />
              <Waiting wallet={wallet} />
              <Changes wallet={wallet} now={as_of} />
              {wallet.pays_itself && <Coins wallet={wallet} />}
              <Addresses wallet={wallet} />
            </div>
          )
        }
      </Data>
    </Sheet>
  );
}

function Standing({ wallet }: { readonly wallet: Wallet }): ReactNode {
  const { nameOf } = useIdentity();
  const { standing, declared, status } = wallet;
  return (
    <section aria-label="State">
      <p>{meaningOf(wallet)}</p>
      {standing !== null && (
        <p className="mt-1 text-muted">
          {STANDINGS[status].word} by {nameOf(standing.by)} on <Time at={standing.at} /> UTC: {standing.reason}
        </p>
      )}
      {declared !== status && (
        <p className="mt-1 text-xs text-muted">The configuration says "{declared}"; the stricter of the two holds.</p>
      )}
    </section>
  );
}

function Holding({ wallet }: { readonly wallet: Wallet }): ReactNode {
  const { balance, error, stale_after_ms, source } = wallet;
  return (
    <section aria-label="What it holds">
      <h3 className="label mb-1">What it holds</h3>
      <p className="text-2xl leading-8 font-semibold tracking-tight">
        <Amount money={balance?.total} exact missing="never read" />
      </p>
      <Facts
        rows={[
          ["Available", <Amount key="available" money={balance?.available} exact missing="never read" />],
          [
            "As of",
            <span key="read" className="inline-flex flex-wrap items-center gap-x-2">
              {wallet.as_of === null ? <Missing why="never read" /> : <Time at={wallet.as_of} />}
              <span className="text-muted">
                <Age at={wallet.as_of} />
              </span>
              <Badge state={FRESHNESS[wallet.freshness]} bare />
            </span>,
          ],
          ["Fresh for", formatDuration(stale_after_ms)],
          ["Known from", source === "manual" ? "two people" : (source ?? <Missing key="source" why="never read" />)],
          [
            "In the books",
            <Link
              key="books"
              href={`/books?account=${encodeURIComponent(`wallet/${wallet.id}/${wallet.asset}`)}`}
              className="inline-flex min-h-6 items-center text-accent hover:underline"
            >
              Its statement
            </Link>,
          ],
          ...(error === null ? [] : ([["Last read failed", error]] as const)),
        ]}
      />
    </section>
  );
}

function Waiting({ wallet }: { readonly wallet: Wallet }): ReactNode {
  const proposals = useQuery(queries.walletProposals()).data?.items ?? [];
  const mine = proposals.filter(({ wallet_id }) => wallet_id === wallet.id);
  if (mine.length === 0) return null;
  return (
    <section aria-label="What waits for signatures">
      <h3 className="label mb-1">What waits for signatures</h3>
      <ul className="flex flex-col gap-2">
        {mine.map((item) => (
          <li key={item.object_id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Link href={`/approvals/${item.object_id}`} className="inline-flex min-h-6 items-center hover:underline">
              <Said item={item} />
            </Link>
            <QuorumDots quorum={item.quorum} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Said({ item }: { readonly item: WalletProposal }): ReactNode {
  if (item.what !== "balance") return <span className="text-accent">{ACTIONS[item.what].title}</span>;
  return (
    <span className="text-accent">
      It held <Amount money={item.amount} exact /> on <Time at={item.as_of} short />
    </span>
  );
}

/** One form at a time, and none before somebody wants one. */
function Changes({ wallet, now }: { readonly wallet: Wallet; readonly now: string }): ReactNode {
  const [chosen, choose] = useState<WalletAction | null>(null);
  if (wallet.actions.length === 0) return null;
  const open = chosen !== null && wallet.actions.includes(chosen) ? chosen : null;
  return (
    <section aria-label="Change it">
      <h3 className="label mb-1">Change it</h3>
      <div className="mb-3 flex flex-wrap gap-2">
        {wallet.actions.map((action) => (
          <Button
            key={action}
            look={action === "suspend" ? "danger" : "plain"}
            aria-expanded={open === action}
            onClick={() => choose(open === action ? null : action)}
          >
            {ACTIONS[action].title}
          </Button>
        ))}
      </div>
      {open !== null && (
        <div className="rounded-lg border border-line-strong p-3">
          <ChangeForm key={open} wallet={wallet} action={open} now={now} />
        </div>
      )}
    </section>
  );
}
