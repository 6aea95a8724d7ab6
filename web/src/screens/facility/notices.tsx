/** What was told to whom, and whether it arrived. */
import type { ReactNode } from "react";
import type { FacilityDetail } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { NOTICE_STATES } from "../../lending/words.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { Time, Until } from "../../widgets/value.tsx";

type Notice = FacilityDetail["notices"][number];
const SHOWN_MAX = 12;

export function Notices({ notices }: { readonly notices: readonly Notice[] }): ReactNode {
  return (
    <Panel title="Notices sent">
      {notices.length === 0 ? (
        <p className="text-muted">None. A level that is reached tells every channel of the configuration, once.</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {notices.slice(0, SHOWN_MAX).map((notice) => (
            <li key={notice.id} className="py-1.5 first:pt-0 last:pb-0">
              <One notice={notice} />
            </li>
          ))}
        </ul>
      )}
      {notices.length > SHOWN_MAX && <p className="mt-2 text-xs text-muted">and {notices.length - SHOWN_MAX} older</p>}
    </Panel>
  );
}

function One({ notice }: { readonly notice: Notice }): ReactNode {
  const { state, text, channel_id, attempts, error, created_at, delivered_at, next_at } = notice;
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-2">
        <Badge state={NOTICE_STATES[state]} bare />
        <span className="text-xs text-muted">
          {channel_id} · <Time at={delivered_at ?? created_at} />
        </span>
      </div>
      <p className="text-ink-2">{readable(text)}</p>
      {(attempts > 1 || error !== null) && (
        <p className="text-xs text-muted">
          tried {attempts} times
          {next_at !== null && (
            <>
              , again in <Until at={next_at} />
            </>
          )}
          {error !== null && <span className="text-breach"> · {error}</span>}
        </p>
      )}
    </>
  );
}
