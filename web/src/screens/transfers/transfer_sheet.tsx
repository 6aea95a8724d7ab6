/** One transfer: its state in words, its way through the states, its facts, its postings, and how to ask for it elsewhere. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import type { Transfer, TransferDetail } from "../../api/types.ts";
import { readable } from "../../format/sentence.ts";
import { Address } from "../../review/address.tsx";
import { QuorumView } from "../../review/quorum.tsx";
import { Badge } from "../../widgets/badge.tsx";
import { Button, Segments } from "../../widgets/button.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Code, Data, Facts, Failure } from "../../widgets/panel.tsx";
import { Sheet } from "../../widgets/sheet.tsx";
import { Amount, Digest, Missing, Time } from "../../widgets/value.tsx";
import { OPERATION_TYPES, TRANSFER_STATES } from "../../widgets/words.ts";
import { Evidence } from "./evidence.tsx";
import { ResolveHeld } from "./resolve_held.tsx";
import { Steps, Timeline } from "./timeline.tsx";

type Tab = "story" | "evidence" | "json" | "commands";

export function TransferSheet({ id, onClose }: { readonly id: string; onClose(): void }): ReactNode {
  const query = useQuery(queries.transfer(id));
  const [tab, setTab] = useState<Tab>("story");
  const transfer = query.data?.transfer;
  return (
    <Sheet
      title="Transfer"
      head={
        <>
          <code className="font-mono text-xs break-all">{id}</code>
          {transfer && <Badge state={TRANSFER_STATES[transfer.state]} />}
          {transfer && <Badge state={OPERATION_TYPES[transfer.type]} bare />}
        </>
      }
      foot={transfer?.cancellable ? <Cancel transfer={transfer} /> : undefined}
      onClose={onClose}
    >
      <Data query={query} what="The transfer">
        {(detail) => (
          <div className="flex flex-col gap-4">
            <Head transfer={detail.transfer} />
            <Segments<Tab>
              label="Part"
              value={tab}
              onChange={setTab}
              options={[
                { value: "story", text: "Story" },
                { value: "evidence", text: "Evidence" },
                { value: "json", text: "JSON" },
                { value: "commands", text: "As commands" },
              ]}
            />
            <Part tab={tab} detail={detail} />
          </div>
        )}
      </Data>
    </Sheet>
  );
}

function Part({ tab, detail }: { readonly tab: Tab; readonly detail: TransferDetail }): ReactNode {
  switch (tab) {
    case "story":
      return <Story detail={detail} />;
    case "evidence":
      return <Evidence detail={detail} />;
    case "json":
      return <Code text={JSON.stringify(detail, null, 2)} label="The transfer as JSON" />;
    case "commands":
      return (
        <Code
          text={`./tidegate transfers ${detail.transfer.id} --json\n\ncurl -s ${location.origin}/v1/transfers/${detail.transfer.id}`}
          label="The same as commands"
        />
      );
  }
}

function Head({ transfer }: { readonly transfer: Transfer }): ReactNode {
  return (
    <div>
      <p className="text-2xl leading-8 font-semibold tracking-tight">
        <Amount money={transfer.amount} exact />
      </p>
      <p className="flex flex-wrap items-center gap-x-1.5 text-ink-2">
        {transfer.from.label} <Icon name="arrow" size={12} className="text-muted" />
        <span className="sr-only">to</span> {transfer.to.label}
        <span className="text-muted">· {transfer.network}</span>
      </p>
      <p className="mt-2 text-ink-2">{TRANSFER_STATES[transfer.state].meaning}</p>
      {transfer.note !== null && (
        <p className="mt-2 flex items-start gap-1.5 rounded border border-watch-line bg-watch-soft px-3 py-2 text-watch">
          <Icon name="watch" className="mt-0.5" />
          <span>
            {transfer.note} <code className="font-mono text-xs">{transfer.note_code}</code>
          </span>
        </p>
      )}
      <Steps transfer={transfer} />
    </div>
  );
}

function Story({ detail }: { readonly detail: TransferDetail }): ReactNode {
  const { transfer, quorum } = detail;
  return (
    <>
      {transfer.state === "held" && <ResolveHeld transfer={transfer} />}
      <Timeline detail={detail} />
      <Facts
        rows={[
          ["Why", readable(transfer.reason)],
          ["From", <End key="from" end={transfer.from} />],
          ["To", <End key="to" end={transfer.to} />],
          ["Fee", <Fee key="fee" transfer={transfer} />],
          ["Received", <Amount key="received" money={transfer.amount_received} exact missing="not known yet" />],
          ["Asked by", transfer.initiator],
          ...(quorum.needed > 0 ? [["Approvals", <QuorumView key="quorum" quorum={quorum} />] as const] : []),
          [
            "Decision",
            transfer.decision_id === null ? (
              <Missing key="decision" why="asked by a person" />
            ) : (
              <DecisionLink key="decision" id={transfer.decision_id} />
            ),
          ],
          ["Venue's reference", transfer.venue_ref ?? <Missing key="ref" why="none yet" />],
          [
            "Transaction",
            transfer.tx_hash === null ? (
              <Missing key="tx" why="none yet" />
            ) : (
              <Address key="tx" address={transfer.tx_hash} memo={null} />
            ),
          ],
          ["Valid until", <Time key="expires" at={transfer.expires_at} />],
          [
            "Digest",
            <span key="digest">
              <Digest hex={transfer.digest} />
              <Copy text={transfer.digest} what="digest" />
            </span>,
          ],
        ]}
      />
    </>
  );
}

function End({ end }: { readonly end: Transfer["from"] }): ReactNode {
  return (
    <>
      <span className="font-medium">{end.wallet}</span>{" "}
      <span className="text-muted">
        {end.venue}, {end.role}
      </span>
      <br />
      <Address address={end.address} memo={end.memo} />
    </>
  );
}

function Fee({ transfer }: { readonly transfer: Transfer }): ReactNode {
  return (
    <>
      <Amount money={transfer.fee_actual} exact missing="not known yet" />{" "}
      <span className="text-muted">
        at most <Amount money={transfer.fee_max} exact />
      </span>
    </>
  );
}

function DecisionLink({ id }: { readonly id: string }): ReactNode {
  return (
    <Link href={`/decisions/${id}`} className="inline-flex min-h-6 items-center text-accent hover:underline">
      {id}
    </Link>
  );
}

function Cancel({ transfer }: { readonly transfer: Transfer }): ReactNode {
  const client = useQueryClient();
  const [key] = useState(mintKey);
  const cancel = useMutation({
    mutationFn: () => actions.cancel(transfer.id, "Cancelled from the terminal", key),
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="text-xs text-muted">Nothing was sent yet; it can still be withdrawn.</p>
      <div className="flex gap-2">
        {transfer.state === "awaiting_approval" && (
          <Link
            href={`/approvals/${transfer.id}`}
            className="inline-flex min-h-7 items-center rounded border border-line-strong px-2.5 font-medium hover:bg-hover"
          >
            Open the approval
          </Link>
        )}
        <Button look="danger" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel the transfer
        </Button>
      </div>
      {cancel.error && <Failure error={cancel.error} what="The cancellation" did="was not confirmed" />}
    </div>
  );
}
