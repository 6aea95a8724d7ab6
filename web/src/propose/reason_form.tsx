/** Ending something of one's own: a reason, and one button. */
import { type ReactNode, useState } from "react";
import { Input } from "../widgets/field.tsx";
import { RequestForm } from "./request_form.tsx";
import { useRequest } from "./use_request.ts";

interface Props {
  /** On the button. */
  readonly text: string;
  /** What was not confirmed, when it was not. */
  readonly what: string;
  readonly hint: string;
  send(reason: string, key: string): Promise<unknown>;
}

export function ReasonForm({ text, what, hint, send }: Props): ReactNode {
  const [reason, setReason] = useState("");
  const sending = useRequest(reason.trim(), send);
  return (
    <RequestForm text={text} look="danger" ready={reason.trim() !== ""} sending={sending} what={what}>
      <Input
        label="Why"
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.target.value)}
        hint={hint}
      />
    </RequestForm>
  );
}
