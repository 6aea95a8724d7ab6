/** How far the quorum is: who said yes, who may still speak. */
import type { ReactNode } from "react";
import type { Quorum } from "../api/types.ts";
import { useIdentity } from "../shell/identity.tsx";
import { Icon } from "../widgets/icon.tsx";

/** "1 of 2" with as many squares. */
export function QuorumDots({ quorum }: { readonly quorum: Quorum }): ReactNode {
  const given = quorum.approvals.length;
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <span aria-hidden="true" className="flex gap-0.5">
        {[...Array(quorum.needed).keys()].map((slot) => (
          <span
            key={slot}
            className={`size-2.5 rounded-[2px] border ${slot < given ? "border-ok bg-ok" : "border-line-strong bg-raised"}`}
          />
        ))}
      </span>
      <span className="num">
        {given} of {quorum.needed}
      </span>
    </span>
  );
}

export function QuorumView({ quorum }: { readonly quorum: Quorum }): ReactNode {
  const { nameOf } = useIdentity();
  return (
    <div className="flex flex-col gap-1">
      <QuorumDots quorum={quorum} />
      <ul className="flex flex-wrap gap-x-4 gap-y-0.5 text-ink-2">
        {quorum.approvals.map((id) => (
          <li key={id} className="inline-flex items-center gap-1 text-ok">
            <Icon name="ok" size={13} /> {nameOf(id)} approved
          </li>
        ))}
        {quorum.denied_by !== null && (
          <li className="inline-flex items-center gap-1 text-breach">
            <Icon name="blocked" size={13} /> {nameOf(quorum.denied_by)} denied
          </li>
        )}
        {quorum.state === "pending" &&
          quorum.eligible.map((id) => (
            <li key={id} className="inline-flex items-center gap-1 text-muted">
              <Icon name="person" size={13} /> {nameOf(id)} may vote
            </li>
          ))}
      </ul>
    </div>
  );
}
