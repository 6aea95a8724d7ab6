/** The margin calls of a loan: the open one with its clock and what people may do, earlier ones as they went. */
import type { ReactNode } from "react";
import type { EventView, MarginCall } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { cureText } from "../../lending/cure.ts";
import { Deadline, mayBeCured } from "../../lending/deadline.tsx";
import { CALL_STATES } from "../../lending/words.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Facts, Panel } from "../../widgets/panel.tsx";
import { Time } from "../../widgets/value.tsx";
import { Way } from "../../widgets/way.tsx";
import { CallActions } from "./call_actions.tsx";
import { type CallEntry, callStory } from "./call_story.ts";

interface Props {
  readonly calls: readonly MarginCall[];
  readonly events: readonly EventView[];
}

export function Calls({ calls, events }: Props): ReactNode {
  const open = calls.filter(({ ended_at }) => ended_at === null);
  const ended = calls.filter(({ ended_at }) => ended_at !== null);
  return (
    <>
      {open.map((call) => (
        <OpenCall key={call.id} call={call} events={events} />
      ))}
      {ended.length > 0 && (
        <Panel title="Earlier margin calls">
          {ended.map((call) => (
            <EndedCall key={call.id} call={call} events={events} />
          ))}
        </Panel>
      )}
    </>
  );
}

interface OneProps {
  readonly call: MarginCall;
  readonly events: readonly EventView[];
}

function OpenCall({ call, events }: OneProps): ReactNode {
  const { nameOf } = useIdentity();
  const { steps, entries } = callStory(call, events);
  const cure = call.calculator === null ? null : cureText(call.calculator.cure);
  const waits = mayBeCured(call);
  return (
    <Panel title="Margin call" aside={<Badge state={CALL_STATES[call.state]} bare />}>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div>
          {waits ? <Deadline at={call.deadline_at} large /> : <p className="text-lg font-semibold">No more time</p>}
          <p className="text-muted">
            {waits ? "to cure it, until" : "its deadline was"} <Time at={call.deadline_at} /> UTC
          </p>
        </div>
        {cure !== null && (
          <p className="max-w-md">
            <span className="text-muted">Cured by: </span>
            <span className="font-medium">{cure}</span>
          </p>
        )}
      </div>
      <div className="mt-3">
        <Way label="Way of the call" steps={steps} />
      </div>
      <div className="mt-3 grid gap-x-8 gap-y-3 lg:grid-cols-2">
        <div>
          <Facts
            rows={[
              ["Opened", <Opened key="opened" call={call} />],
              [
                "Seen by",
                call.acknowledged_by === null ? (
                  "nobody yet"
                ) : (
                  <Seen key="seen" call={call} name={nameOf(call.acknowledged_by)} />
                ),
              ],
              ["Answered in part", times(call.partial_cures)],
              ["Given more time", times(call.extensions)],
              ...(call.note === null ? [] : ([["Last", readable(call.note)]] as const)),
            ]}
          />
          <Story entries={entries} />
        </div>
        {waits && <CallActions call={call} />}
      </div>
    </Panel>
  );
}

function Opened({ call }: { readonly call: MarginCall }): ReactNode {
  const skipped = call.skipped.map((level) => level.replaceAll("_", " ")).join(" and ");
  return (
    <>
      <Time at={call.opened_at} /> UTC
      {call.ltv_percent !== null && <> at {call.ltv_percent} %</>}
      {skipped !== "" && <span className="text-muted"> · the fall skipped {skipped}</span>}
    </>
  );
}

function Seen({ call, name }: { readonly call: MarginCall; readonly name: string }): ReactNode {
  return (
    <>
      {name} <span className="text-muted">at</span> <Time at={call.acknowledged_at} short />
    </>
  );
}

function times(count: number): string {
  return count === 0 ? "never" : count === 1 ? "once" : `${count} times`;
}

function EndedCall({ call, events }: OneProps): ReactNode {
  const { steps, entries } = callStory(call, events);
  return (
    <details className="border-b border-line py-1 last:border-b-0">
      <summary className="flex min-h-7 cursor-pointer flex-wrap items-center gap-x-3 rounded hover:bg-hover">
        <Badge state={CALL_STATES[call.state]} bare />
        <span className="text-muted">
          <Time at={call.opened_at} /> to <Time at={call.ended_at} /> UTC
        </span>
        {call.ltv_percent !== null && <span className="num">{call.ltv_percent} %</span>}
      </summary>
      <div className="py-2">
        <Way label="Way of the call" steps={steps} />
        <Story entries={entries} />
      </div>
    </details>
  );
}

function Story({ entries }: { readonly entries: readonly CallEntry[] }): ReactNode {
  const { nameOf } = useIdentity();
  if (entries.length === 0) return null;
  return (
    <ol aria-label="What happened" className="mt-2 border-l border-line-strong pl-3">
      {entries.map(({ event_id, at, actor, sentence }) => (
        <li key={event_id} className="py-0.5">
          {readable(sentence)}{" "}
          <span className="text-xs whitespace-nowrap text-muted">
            <Time at={at} short /> · {nameOf(actor)}
          </span>
        </li>
      ))}
    </ol>
  );
}
