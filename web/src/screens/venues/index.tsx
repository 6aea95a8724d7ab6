/** Every venue: whether it answers, how well, how long its wallets have not been read, what it can do; and a try. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../../api/queries.ts";
import type { Venue } from "../../api/types.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Data, Empty, Panel, ScreenHead, Scroller } from "../../widgets/panel.tsx";
import { type Column, Table } from "../../widgets/table.tsx";
import { Age, Missing } from "../../widgets/value.tsx";
import { VENUE_STATES } from "../../widgets/words.ts";
import { Discovery } from "./discovery.tsx";
import { Exercise } from "./exercise.tsx";
import { ABILITIES, milliseconds, partsPerMillion, secondsOf } from "./figures.ts";

export default function VenuesScreen(): ReactNode {
  const venues = useQuery(queries.venues());
  return (
    <>
      <ScreenHead title="Venues" sentence="Whether each venue answers, how well, and what it can do." />
      <Data query={venues} what="The venues">
        {({ items }) =>
          items.length === 0 ? (
            <Panel title="Lines">
              <Empty title="No venues yet">
                Name one in the configuration; <code className="font-mono">./tidegate venues list</code> has the types.
              </Empty>
            </Panel>
          ) : (
            <div className="flex flex-col gap-3">
              <Panel title="Lines" flush>
                <Table
                  caption="Lines to the venues"
                  columns={LINES}
                  rows={items}
                  id={(venue) => venue.id}
                  tone={toneOf}
                />
              </Panel>
              <Panel title="What each can do" flush>
                <Scroller label="What each venue can do" className="">
                  <Table
                    caption="What each venue can do"
                    columns={CAPABILITIES}
                    rows={items}
                    id={(venue) => venue.id}
                  />
                </Scroller>
              </Panel>
              <Exercise venues={items} />
              <Discovery venues={items} />
            </div>
          )
        }
      </Data>
    </>
  );
}

function toneOf({ state }: Venue): string {
  return state === "down" ? "bg-breach-soft" : "";
}

function Name({ venue }: { readonly venue: Venue }): ReactNode {
  return (
    <>
      <span className="font-medium">{venue.id}</span> <span className="text-muted">{venue.type}</span>
    </>
  );
}

const LINES: readonly Column<Venue>[] = [
  { head: "Venue", cell: (venue) => <Name venue={venue} /> },
  {
    head: "State",
    cell: ({ state, reason }) => (
      <span className="inline-flex flex-wrap items-baseline gap-x-2">
        <Badge state={VENUE_STATES[state]} bare />
        {reason !== null && <span className="max-w-96 text-xs text-muted">{reason}</span>}
      </span>
    ),
  },
  {
    head: "Latency p50 / p99",
    right: true,
    cell: ({ health }) => (
      <span className="num">
        {milliseconds(health?.latency_p50_ms)} <span className="text-muted">/</span>{" "}
        {milliseconds(health?.latency_p99_ms)}
      </span>
    ),
  },
  {
    head: "Errors",
    right: true,
    cell: ({ health }) => (
      <span className="num" title={health?.last_failure ?? undefined}>
        {health === null ? <Missing why="nothing was asked yet" /> : partsPerMillion(health.error_ppm)}
      </span>
    ),
  },
  {
    head: "Rate budget left",
    right: true,
    cell: ({ health }) =>
      health?.budget_left_ppm == null ? (
        <Missing why="the venue declares no limit" />
      ) : (
        <span className="num">{partsPerMillion(health.budget_left_ppm)}</span>
      ),
  },
  {
    head: "Breaker",
    cell: ({ health }) => (
      <span className="text-muted">{health === null ? "none" : breakerText(health.breaker, health.retry_in_ms)}</span>
    ),
  },
  {
    head: "Clock",
    right: true,
    className: "max-xl:hidden",
    cell: ({ health }) =>
      health?.clock_skew_ms == null ? (
        <Missing why="its clock is not followed" />
      ) : (
        <span className="num">{secondsOf(health.clock_skew_ms)}</span>
      ),
  },
  {
    head: "Key ends",
    right: true,
    className: "max-xl:hidden",
    cell: ({ health }) =>
      health?.credentials_expire_at == null ? (
        <Missing why="the venue does not say" />
      ) : (
        <span className="num">{health.credentials_expire_at.slice(0, 10)}</span>
      ),
  },
  {
    head: "Last full sync",
    right: true,
    cell: ({ last_full_sync_at, wallets, wallets_stale }) => (
      <span className="inline-flex flex-wrap items-baseline justify-end gap-x-2">
        <Age at={last_full_sync_at} />
        <span className="text-xs text-muted">
          {wallets - wallets_stale} of {wallets} fresh
        </span>
      </span>
    ),
  },
];

function breakerText(state: "closed" | "open" | "half_open", retry_in_ms: number): string {
  if (state === "open") return `open, asks in ${Math.ceil(retry_in_ms / 1_000)} s`;
  return state === "closed" ? "closed" : "trying";
}

const CAPABILITIES: readonly Column<Venue>[] = [
  { head: "Venue", cell: (venue) => <Name venue={venue} /> },
  ...ABILITIES.map(([head, can]) => ({
    head,
    cell: (venue: Venue) =>
      can(venue.capabilities) ? (
        <span className="text-ok">
          <span className="md:hidden">{head}: </span>yes
        </span>
      ) : (
        <span className="text-muted max-md:hidden">no</span>
      ),
  })),
  {
    head: "A repeat is harmless by",
    cell: ({ capabilities }) => (
      <span>
        <span className="text-muted md:hidden">A repeat is harmless by </span>
        {REPEATS[capabilities.idempotency]}
      </span>
    ),
  },
  {
    head: "Networks",
    cell: ({ capabilities }) => <span className="text-muted">{capabilities.networks.join(", ")}</span>,
  },
];

const REPEATS: Readonly<Record<Venue["capabilities"]["idempotency"], string>> = {
  none: "nothing",
  key: "its key",
  signed_transaction: "the signed bytes",
};
