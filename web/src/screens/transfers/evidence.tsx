/** What proves a transfer, to check and to take along: references, digests, votes, look-ups, proposals and sealed events. */
import type { ReactNode } from "react";
import type { TransferDetail, TransferEvidence } from "../../api/types.ts";
import { shortDigest } from "../../format/digest.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Button } from "../../widgets/button.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Facts } from "../../widgets/panel.tsx";
import { Digest, Missing, Time } from "../../widgets/value.tsx";
import { Postings } from "./postings.tsx";

export function Evidence({ detail }: { readonly detail: TransferDetail }): ReactNode {
  const { evidence, postings, timeline } = detail;
  return (
    <div className="flex flex-col gap-5">
      <Identity detail={detail} />
      <Part title={`Signed votes (${evidence.votes.length})`}>
        {evidence.votes.length === 0 ? <None>Nobody has voted on it.</None> : <Votes votes={evidence.votes} />}
      </Part>
      {evidence.resolutions.length > 0 && (
        <Part title={`Proposals to end it (${evidence.resolutions.length})`}>
          <Resolutions resolutions={evidence.resolutions} />
        </Part>
      )}
      <Part title={`Books (${postings.length})`}>
        <Postings postings={postings} />
      </Part>
      <Part title={`Events (${timeline.length})`}>
        <Events timeline={timeline} />
      </Part>
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section aria-label={title}>
      <h3 className="label mb-1">{title}</h3>
      {children}
    </section>
  );
}

function None({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className="text-muted">{children}</p>;
}

/** A value to compare or to paste elsewhere. */
function Exact({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  return (
    <>
      <code className="font-mono text-xs break-all">{text}</code>
      <Copy text={text} what={what} />
    </>
  );
}

function Identity({ detail }: { readonly detail: TransferDetail }): ReactNode {
  const { transfer, evidence } = detail;
  const { prepared, lookups, next_lookup_at } = evidence;
  const orNone = (text: string | null, what: string, why: string): ReactNode =>
    text === null ? <Missing why={why} /> : <Exact text={text} what={what} />;
  return (
    <Part title="References and digests">
      <Facts
        rows={[
          ["Client reference", <Exact key="ref" text={transfer.reference} what="client reference" />],
          ["Venue's reference", orNone(transfer.venue_ref, "venue's reference", "the venue gave none yet")],
          ["Transaction hash", orNone(transfer.tx_hash, "transaction hash", "no transaction is known yet")],
          [
            "Approved digest",
            <span key="digest">
              <Digest hex={transfer.digest} />
              <Copy text={transfer.digest} what="approved digest" />
            </span>,
          ],
          [
            "Prepared bytes",
            prepared === null ? (
              <Missing key="prepared" why="nothing was prepared to be sent" />
            ) : (
              <span key="prepared">
                <Digest hex={prepared.digest} />
                <Copy text={prepared.digest} what="digest of the prepared bytes" />
                <span className="block text-xs text-muted">
                  durable since <Time at={prepared.at} /> UTC, before{" "}
                  {prepared.earlier.length > 0 ? "its" : "the first"} call
                </span>
                {prepared.earlier.length > 0 && (
                  <span className="block text-xs text-muted" data-attempts="">
                    takes the place of {prepared.earlier.map(({ tx_hash, digest }) => tx_hash ?? digest).join(", ")}:
                    the same payment with a lower fee; at most one of them is carried out
                  </span>
                )}
              </span>
            ),
          ],
          [
            "Look-ups",
            <span key="lookups">
              <span className="num">{lookups}</span> without news since its state last changed
              {next_lookup_at !== null && (
                <span className="text-muted">
                  {" "}
                  · next at <Time at={next_lookup_at} short /> UTC
                </span>
              )}
            </span>,
          ],
        ]}
      />
      <div className="mt-2">
        <Button icon="download" data-export="" onClick={() => saveJson(detail)}>
          Export as JSON
        </Button>
      </div>
    </Part>
  );
}

/** Everything this page knows of the transfer, as the API gave it. */
function saveJson(detail: TransferDetail): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(detail, null, 2)}\n`], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${detail.transfer.id}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

function Votes({ votes }: Pick<TransferEvidence, "votes">): ReactNode {
  const { nameOf } = useIdentity();
  return (
    <ul>
      {votes.map((vote) => (
        <li key={`${vote.object_id} ${vote.person_id}`} className="border-b border-line py-1.5 last:border-b-0">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{nameOf(vote.person_id)}</span>
            <span className={vote.vote === "approve" ? "text-ok" : "text-breach"}>
              {vote.vote === "approve" ? "approved" : "denied"}
            </span>
            <span className="ml-auto text-xs text-muted">
              <Time at={vote.at} /> UTC
            </span>
          </p>
          <p className="text-xs text-muted">
            digest <code className="font-mono">{shortDigest(vote.digest)}</code>
            <Copy text={vote.digest} what={`digest that ${nameOf(vote.person_id)} signed`} /> · key {vote.key_id} ·{" "}
            {vote.scheme} signature <code className="font-mono">{shortDigest(vote.signature)}</code>
            <Copy text={vote.signature} what={`signature of ${nameOf(vote.person_id)}`} />
          </p>
        </li>
      ))}
    </ul>
  );
}

function Resolutions({ resolutions }: Pick<TransferEvidence, "resolutions">): ReactNode {
  const { nameOf } = useIdentity();
  return (
    <ul>
      {resolutions.map((resolution) => (
        <li key={resolution.id} className="border-b border-line py-1.5 last:border-b-0">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{resolution.outcome}</span>
            <span className="text-muted">
              proposed by {nameOf(resolution.proposed_by)}, {resolution.state}
            </span>
            <span className="ml-auto text-xs text-muted">
              <Time at={resolution.ended_at ?? resolution.created_at} /> UTC
            </span>
          </p>
          <p className="whitespace-pre-wrap break-words">{resolution.evidence}</p>
          {resolution.references.map((reference) => (
            <p key={reference} className="text-xs">
              <Exact text={reference} what="reference" />
            </p>
          ))}
          <p className="text-xs text-muted">
            digest <code className="font-mono">{shortDigest(resolution.digest)}</code>
            <Copy text={resolution.digest} what="digest of the proposal" />
          </p>
        </li>
      ))}
    </ul>
  );
}

function Events({ timeline }: Pick<TransferDetail, "timeline">): ReactNode {
  return (
    <ul>
      {timeline.map((entry) => (
        <li key={entry.event_id} className="border-b border-line py-1 last:border-b-0">
          <details>
            <summary className="flex min-h-6 cursor-pointer items-baseline gap-x-2 rounded hover:text-ink">
              <span className="min-w-0">{entry.kind}</span>
              <span className="ml-auto text-xs text-muted">
                {entry.seq === null ? "not sealed yet" : <span className="num">sealed #{entry.seq}</span>} ·{" "}
                <Time at={entry.at} short />
              </span>
            </summary>
            <p className="text-xs text-muted">
              <Exact text={entry.event_id} what="event id" />
            </p>
            <pre className="overflow-x-hidden rounded border border-line bg-raised p-2 font-mono text-xs whitespace-pre-wrap break-all text-ink-2">
              {JSON.stringify(entry.payload, null, 2)}
            </pre>
          </details>
        </li>
      ))}
    </ul>
  );
}
