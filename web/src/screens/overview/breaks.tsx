/** Breaks stay pinned until they are closed: how many, how large, how old, and which asset they stop. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { queries } from "../../api/queries.ts";
import { formatDuration } from "../../format/time.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Amount } from "../../widgets/value.tsx";
import { breakWord } from "../breaks/index.tsx";

const SHOWN_MAX = 5;

export function PinnedBreaks(): ReactNode {
  const { data } = useQuery(queries.breaks());
  if (!data || data.items.length === 0) return null;
  const { items, frozen_assets } = data;
  return (
    <section aria-label="Breaks" className="mb-3 rounded-lg border border-breach-line bg-breach-soft">
      <h2 className="flex flex-wrap items-center gap-x-2 px-3 pt-1.5 font-medium text-breach">
        <Icon name="breach" />
        {items.length === 1 ? "1 break" : `${items.length} breaks`} between books, venues and chain
        {frozen_assets.length > 0 && <span>· {frozen_assets.join(", ")} frozen: nothing new is sent</span>}
      </h2>
      <ul>
        {items.slice(0, SHOWN_MAX).map((item) => (
          <li key={item.id} className="relative flex flex-wrap items-center gap-x-3 px-3 py-0.5 hover:bg-hover">
            <Link
              href={`/breaks/${item.id}`}
              data-row=""
              className="inline-flex min-h-6 items-center font-medium text-ink after:absolute after:inset-0 hover:underline"
            >
              {item.label}
            </Link>
            <Amount money={item.difference} sign className="font-medium" />
            <span className="num text-ink-2">{formatDuration(item.age_ms)} old</span>
            <Badge state={breakWord(item)} bare />
          </li>
        ))}
      </ul>
      {items.length > SHOWN_MAX && (
        <p className="px-3 pb-1.5">
          <Link href="/wallets" className="inline-flex min-h-6 items-center text-accent hover:underline">
            {items.length - SHOWN_MAX} more
          </Link>
        </p>
      )}
    </section>
  );
}
