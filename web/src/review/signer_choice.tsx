/** Who signs, with which key. The key stays in this page and is never sent. */
import { type ReactNode, useId, useState } from "react";
import { middle } from "../format/digest.ts";
import { type Person, useIdentity } from "../shell/identity.tsx";
import type { Signatory } from "../sign/vote.ts";
import { Button, buttonClass } from "../widgets/button.tsx";
import { Icon } from "../widgets/icon.tsx";
import { fromFile, fromSandbox } from "./use_signatory.ts";

interface Props {
  /** Ids of those who may sign. */
  readonly eligible: readonly string[];
  /** Ids of those whose vote stands already. */
  readonly voted?: readonly string[];
  readonly sandbox: boolean;
  readonly signatory: Signatory | null;
  onChange(signatory: Signatory | null): void;
}

export function SignerChoice({ eligible, voted = [], sandbox, signatory, onChange }: Props): ReactNode {
  const { people, me, nameOf } = useIdentity();
  const [error, setError] = useState<string | null>(null);
  const fileId = useId();
  const open = async (opening: Promise<Signatory>): Promise<void> => {
    setError(null);
    try {
      const opened = await opening;
      if (!eligible.includes(opened.person_id))
        throw new Error(refusalOf(nameOf(opened.person_id), voted.includes(opened.person_id)));
      onChange(opened);
    } catch (reason) {
      onChange(null);
      setError(reason instanceof Error ? reason.message : "The key could not be opened.");
    }
  };
  const demo = sandbox
    ? orderMeFirst(
        people.filter((person) => eligible.includes(person.id)),
        me,
      )
    : [];
  if (signatory) {
    return (
      <p className="flex flex-wrap items-center gap-2">
        <Icon name="key" className="text-ok" />
        <span>
          Signing as <span className="font-medium">{nameOf(signatory.person_id)}</span>{" "}
          <span className="text-muted">with key {middle(signatory.key_id, 12)}</span>
        </span>
        <Button look="ghost" onClick={() => onChange(null)}>
          Change
        </Button>
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-2">
        <label
          htmlFor={fileId}
          className={`${buttonClass("plain")} cursor-pointer focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent`}
        >
          <Icon name="key" /> Choose your key file…
          <input
            id={fileId}
            type="file"
            accept="application/json,.json,.key,.pem,application/x-pem-file"
            className="sr-only"
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file) void open(fromFile(file, people));
              event.target.value = "";
            }}
          />
        </label>
        {demo.map((person) => (
          <Button key={person.id} icon="person" onClick={() => void open(fromSandbox(person))}>
            {person.name} (demo key)
          </Button>
        ))}
      </div>
      <p className="text-xs text-muted">The key is used in this page only and is never sent to the server.</p>
      {error && (
        <p role="alert" className="text-breach">
          {error}
        </p>
      )}
    </div>
  );
}

function refusalOf(name: string, has_voted: boolean): string {
  return has_voted
    ? `${name} has voted already. One vote counts once; another person has to sign.`
    : `${name} may not vote here: no role in this quorum, or the one who asked for it.`;
}

function orderMeFirst(people: readonly Person[], me: Person | null): readonly Person[] {
  return [...people].sort((a, b) => Number(b.id === me?.id) - Number(a.id === me?.id));
}
