/** What people do on an open call: say that the borrower has seen it, and propose more time. */
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import { useNow } from "../../api/clock.tsx";
import type { MarginCall } from "../../api/types.ts";
import { formatDateTime } from "../../format/time.ts";
import { PROPOSER_HINT, RequestForm } from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Input, Select } from "../../widgets/field.tsx";
import { ReviewLink } from "../approvals/review_link.tsx";

const HOUR_MS = 3_600_000;
const HOURS = [
  ["6", "6 hours"],
  ["12", "12 hours"],
  ["24", "1 day"],
  ["48", "2 days"],
  ["168", "1 week"],
] as const;

export function CallActions({ call }: { readonly call: MarginCall }): ReactNode {
  return (
    <div className="flex flex-col gap-3">
      {call.acknowledged_by === null && <Acknowledge call={call} />}
      {call.extension_id === null ? <MoreTime call={call} /> : <Waits id={call.extension_id} />}
    </div>
  );
}

function Box({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section aria-label={title} className="rounded-lg border border-line-strong p-3">
      <h3 className="label mb-2">{title}</h3>
      {children}
    </section>
  );
}

function Waits({ id }: { readonly id: string }): ReactNode {
  return (
    <Box title="More time">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p>A proposal of a later deadline waits for votes.</p>
        <ReviewLink href={`/approvals/${id}`} />
      </div>
    </Box>
  );
}

function Acknowledge({ call }: { readonly call: MarginCall }): ReactNode {
  const { me } = useIdentity();
  const sending = useRequest(me?.id ?? "", (person, key) => actions.acknowledgeCall(call.id, person, key));
  return (
    <Box title="The borrower has seen it">
      <RequestForm
        text="Acknowledge"
        look="plain"
        ready
        sending={sending}
        what="The acknowledgement"
        person_hint="Whoever answers for the borrower; it is kept with the call."
      >
        {null}
      </RequestForm>
    </Box>
  );
}

function MoreTime({ call }: { readonly call: MarginCall }): ReactNode {
  const [, go] = useLocation();
  const { me } = useIdentity();
  const now = useNow();
  const [hours, setHours] = useState("24");
  const [reason, setReason] = useState("");
  // Counted from the deadline it has, or from now when that is nearly over: the same choice is the same instant.
  const from = Math.max(Date.parse(call.deadline_at), Math.ceil(now / HOUR_MS) * HOUR_MS);
  const deadline_at = new Date(from + Number(hours) * HOUR_MS).toISOString();
  const sending = useRequest(
    { deadline_at, reason: reason.trim(), proposed_by: me?.id ?? "" },
    (request, key) => actions.proposeExtension(call.id, request, key),
    ({ object_id }) => go(`/approvals/${object_id}`),
  );
  return (
    <Box title="More time">
      <RequestForm
        text="Propose"
        look="plain"
        ready={reason.trim() !== ""}
        sending={sending}
        what="The proposal"
        person_hint={PROPOSER_HINT}
        command={`./tidegate margin-calls extend ${call.id} --until ${deadline_at} --reason "..." --as ${me?.id ?? "PERSON"}`}
      >
        <Select
          label="Later by"
          value={hours}
          onChange={setHours}
          options={HOURS}
          hint={`Until ${formatDateTime(deadline_at)} UTC.`}
        />
        <Input label="Why" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </RequestForm>
    </Box>
  );
}
