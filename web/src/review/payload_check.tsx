/** The digest as this browser recomputes it over the canonical payload, beside the one the server claims. */
import { type ReactNode, useEffect, useState } from "react";
import { type Check, checkPayload, type VotePayload } from "../sign/vote.ts";
import { Icon } from "../widgets/icon.tsx";
import { Code } from "../widgets/panel.tsx";
import { Digest } from "../widgets/value.tsx";

/** Null while it is being computed. */
export function usePayloadCheck(kind: VotePayload["object_kind"], text: string, claimed: string): Check | null {
  const [done, setDone] = useState<{ key: string; check: Check } | null>(null);
  const key = `${kind} ${claimed} ${text}`;
  useEffect(() => {
    let current = true;
    void checkPayload(kind, text, claimed).then((check) => current && setDone({ key, check }));
    return () => {
      current = false;
    };
  }, [kind, text, claimed, key]);
  return done?.key === key ? done.check : null;
}

export function isSound(check: Check | null): boolean {
  return check?.digest_matches === true && check.canonical;
}

interface PayloadCheckProps {
  readonly check: Check | null;
  readonly claimed: string;
  /** Prints the same digest outside this browser. */
  readonly command: string;
}

export function PayloadCheck({ check, claimed, command }: PayloadCheckProps): ReactNode {
  if (check === null) return <p className="text-muted">Recomputing the digest …</p>;
  const sound = isSound(check);
  return (
    <div
      className={`rounded border px-3 py-2 ${sound ? "border-ok-line bg-ok-soft" : "border-breach-line bg-breach-soft"}`}
    >
      <p role="status" className={`flex items-center gap-1.5 font-medium ${sound ? "text-ok" : "text-breach"}`}>
        <Icon name={sound ? "ok" : "breach"} />
        {sound ? "Digest matches: this browser recomputed SHA-256 over the payload below" : mismatch(check)}
      </p>
      <p className="mt-1 text-ink">
        <Digest hex={check.digest} />
      </p>
      {!check.digest_matches && (
        <p className="mt-1 text-breach">
          Server claims <Digest hex={claimed} />
        </p>
      )}
      <p className="mt-1 text-xs text-ink-2">
        Compare it outside this browser: <code className="font-mono">{command}</code>
      </p>
    </div>
  );
}

function mismatch(check: Check): string {
  if (!check.digest_matches) return "Digest does not match the payload. Do not approve; report this.";
  return "The payload is not in canonical form. Do not approve; report this.";
}

/** What is signed, as bytes, for whoever wants to compare. */
export function PayloadBytes({ text }: { readonly text: string }): ReactNode {
  return (
    <details>
      <summary className="inline-flex min-h-6 cursor-pointer items-center rounded text-muted hover:text-ink">
        The payload, byte for byte
      </summary>
      <Code text={text} label="Canonical payload" />
    </details>
  );
}
