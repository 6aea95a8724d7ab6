/** A form that asks the daemon for one thing: its fields, who asks, one button, what went wrong, and the same as a command. */
import type { FormEvent, ReactNode } from "react";
import { useIdentity } from "../shell/identity.tsx";
import { Button, type ButtonLook } from "../widgets/button.tsx";
import { Copy } from "../widgets/copy.tsx";
import { Input, Select } from "../widgets/field.tsx";
import { Failure } from "../widgets/panel.tsx";
import type { Sending } from "./use_request.ts";

interface Props {
  /** On the button. */
  readonly text: string;
  /** Everything but the person is given. */
  readonly ready: boolean;
  readonly sending: Sending;
  /** What was not confirmed, when it was not. */
  readonly what: string;
  /** Under the person: what their part in it excludes. Absent: nobody has to be named. */
  readonly person_hint?: string | undefined;
  readonly look?: ButtonLook;
  readonly command?: string;
  /** Fields beside each other where there is room. */
  readonly columns?: 1 | 2 | 3;
  readonly children: ReactNode;
}

const COLUMNS = { 1: "", 2: "md:grid-cols-2", 3: "md:grid-cols-3" } as const;
export const PROPOSER_HINT = "Who proposes cannot approve; at least two others have to sign.";

export function RequestForm(props: Props): ReactNode {
  const { text, ready, sending, what, person_hint, look = "primary", command, columns = 1, children } = props;
  const { me } = useIdentity();
  const complete = ready && (person_hint === undefined || me !== null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (complete && !sending.pending) sending.run();
  };
  return (
    <form onSubmit={submit} className={`grid gap-3 ${COLUMNS[columns]}`}>
      {children}
      {person_hint !== undefined && <PersonChoice hint={person_hint} />}
      <div className="col-span-full flex flex-col gap-3">
        <div>
          <Button type="submit" look={look} disabled={!complete || sending.pending}>
            {sending.pending ? "Sending …" : text}
          </Button>
        </div>
        {sending.error && <Failure error={sending.error} what={what} did="was not confirmed" />}
        {command !== undefined && (
          <p className="text-xs text-muted">
            The same as a command: <code className="font-mono break-all">{command}</code>
            <Copy text={command} what="command" />
          </p>
        )}
      </div>
    </form>
  );
}

export function PersonChoice({ hint }: { readonly hint: ReactNode }): ReactNode {
  const { me, people, choose } = useIdentity();
  return (
    <Select
      label="You are"
      value={me?.id ?? ""}
      onChange={choose}
      options={[["", "Choose …"], ...people.map(({ id, name }) => [id, name] as const)]}
      hint={hint}
    />
  );
}

export interface Evidence {
  readonly evidence: string;
  readonly reference: string;
}

export const NO_EVIDENCE: Evidence = { evidence: "", reference: "" };

/** What people looked at, and where it is kept. */
export function EvidenceFields({ said, onSay }: { readonly said: Evidence; onSay(said: Evidence): void }): ReactNode {
  return (
    <>
      <Input
        label="Evidence"
        value={said.evidence}
        maxLength={2_000}
        onChange={(event) => onSay({ ...said, evidence: event.target.value })}
        hint="What you looked at and what it showed; it is signed and kept."
      />
      <Input
        label="Where it is kept (optional)"
        value={said.reference}
        maxLength={300}
        onChange={(event) => onSay({ ...said, reference: event.target.value })}
      />
    </>
  );
}

/** Evidence as the API takes it. */
export function evidenceOf({ evidence, reference }: Evidence): { evidence: string; references: string[] } {
  return { evidence: evidence.trim(), references: reference.trim() === "" ? [] : [reference.trim()] };
}
