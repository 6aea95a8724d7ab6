/** Cosigners of a Bitcoin wallet sign a PSBT away from the network: out as a file or as QR codes, back as a file or as text. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useId, useState } from "react";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import type { Approval, ImportResult, QrParts } from "../../api/types.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Button, buttonClass } from "../../widgets/button.tsx";
import { Select } from "../../widgets/field.tsx";
import { Code, Data, Failure } from "../../widgets/panel.tsx";
import { Digest } from "../../widgets/value.tsx";
import { readPsbtFields } from "./psbt_fields.ts";

/** Each code is shown for so long. */
const FRAME_MS = 300;

export function PsbtSigning({ approval }: { readonly approval: Approval }): ReactNode {
  const query = useQuery(queries.psbt(approval.object_id));
  if (!approval.signing) return <p className="text-muted">The transaction is being prepared.</p>;
  return (
    <section aria-label="Sign as a cosigner" className="flex flex-col gap-3">
      <div>
        <h3 className="label mb-1">Sign as a cosigner</h3>
        <p className="mb-1">
          The PSBT: <Digest hex={approval.signing.hash} />
        </p>
        <p className="text-muted">
          What it pays, as the daemon reads it. Your signing device, or the command below on a machine without a
          network, proves it from the wallet's own descriptor.
        </p>
      </div>
      <Fields typed_data={approval.signing.typed_data} />
      <Data query={query} what="The PSBT">
        {(out) => <Outgoing id={approval.object_id} out={out} />}
      </Data>
      <Incoming approval={approval} />
    </section>
  );
}

function Fields({ typed_data }: { readonly typed_data: unknown }): ReactNode {
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-sm">
      {readPsbtFields(typed_data).map(({ id, label, value }) => (
        <div key={id} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 break-all font-mono text-xs leading-5">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Outgoing({ id, out }: { readonly id: string; readonly out: QrParts }): ReactNode {
  const [shown, setShown] = useState(false);
  if (out.psbt === null) return <p className="text-muted">The transaction is being prepared.</p>;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <a
          className={buttonClass("plain")}
          href={`data:application/octet-stream;base64,${out.psbt}`}
          download={`${id}.psbt`}
        >
          Download the PSBT
        </a>
        <Button aria-expanded={shown} onClick={() => setShown(!shown)}>
          {shown ? "Hide the QR codes" : "Show as QR codes"}
        </Button>
      </div>
      {shown && <Codes codes={out.codes} />}
      <Code text={`./tidegate psbt sign ${id}.psbt --key cosigner.json`} label="Command to sign" />
      <details>
        <summary className="inline-flex min-h-6 cursor-pointer items-center rounded text-muted hover:text-ink">
          The PSBT as base64
        </summary>
        <Code text={out.psbt} label="PSBT" />
      </details>
    </div>
  );
}

/** In turn, for a camera; dark on light in either theme, because cameras want it so. */
function Codes({ codes }: { readonly codes: QrParts["codes"] }): ReactNode {
  const [at, setAt] = useState(0);
  const [paused, setPaused] = useState(false);
  useEffect(() => {
    if (paused || codes.length < 2) return;
    const timer = setInterval(() => setAt((last) => (last + 1) % codes.length), FRAME_MS);
    return () => clearInterval(timer);
  }, [codes.length, paused]);
  const code = codes[at];
  if (!code) return null;
  return (
    <figure className="flex flex-col items-center gap-2">
      <svg
        role="img"
        aria-label={`QR code ${at + 1} of ${codes.length}`}
        viewBox={`0 0 ${code.size} ${code.size}`}
        shapeRendering="crispEdges"
        className="w-full max-w-80 rounded border border-line"
      >
        <rect width={code.size} height={code.size} fill="#fff" />
        <path d={code.path} fill="#000" />
      </svg>
      <figcaption className="flex items-center gap-2 text-xs text-muted">
        {at + 1} of {codes.length}
        {codes.length > 1 && <Button onClick={() => setPaused(!paused)}>{paused ? "Go on" : "Hold still"}</Button>}
      </figcaption>
    </figure>
  );
}

function Incoming({ approval }: { readonly approval: Approval }): ReactNode {
  const id = useId();
  const [text, setText] = useState("");
  const client = useQueryClient();
  const { me, people, choose } = useIdentity();
  const send = useMutation({
    // A file is read here, so that one which cannot be read is told like any other failure.
    mutationFn: async (from: string | File) => {
      const psbt = typeof from === "string" ? from : await asText(from);
      return actions.importPsbt(approval.object_id, { psbt, person: me?.id ?? "" }, mintKey());
    },
    onSuccess: () => setText(""),
    onSettled: () => client.invalidateQueries(),
  });
  if (approval.quorum.state !== "pending") return <p className="text-muted">The vote is closed.</p>;
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-line-strong p-3">
      <h3 className="label">Hand a signed PSBT back</h3>
      <p className="text-xs text-muted">
        Your own signature in it is checked and counts as your vote. Others who signed it hand it in themselves.
      </p>
      <Select
        label="You are"
        value={me?.id ?? ""}
        onChange={choose}
        options={[["", "Choose …"], ...people.map(({ id: one, name }) => [one, name] as const)]}
      />
      <label className="flex flex-col gap-1 text-xs font-medium text-ink-2">
        File
        <input
          type="file"
          accept=".psbt,.txt"
          disabled={me === null}
          className="text-sm"
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file) send.mutate(file);
            target.value = "";
          }}
        />
      </label>
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        Or text: base64, hex, or the letters of scanned QR codes
      </label>
      <textarea
        id={id}
        rows={3}
        value={text}
        onChange={({ target }) => setText(target.value)}
        className="w-full rounded border border-line-strong bg-surface p-2 font-mono text-xs text-ink"
      />
      <Button
        look="primary"
        disabled={me === null || text.trim() === "" || send.isPending}
        onClick={() => send.mutate(text)}
      >
        Check and count
      </Button>
      {send.data && <p role="status">{sentenceOf(send.data)}</p>}
      {send.error && <Failure error={send.error} what="The signed PSBT" did="was not counted" />}
    </div>
  );
}

function sentenceOf({ accepted, known, others }: ImportResult): string {
  const yours =
    accepted.length > 0
      ? "Your signature counts."
      : known.length > 0
        ? "Your signature counted before."
        : "There is no signature of yours in it.";
  return others.length === 0 ? yours : `${yours} ${others.join(" and ")} signed it too, and hand it in themselves.`;
}

/** Binary files travel as base64; text as it is. */
async function asText(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.every((byte) => byte < 0x80 && byte !== 0)) return new TextDecoder().decode(bytes);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
