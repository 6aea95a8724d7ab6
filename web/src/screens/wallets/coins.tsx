/** A wallet that holds coins one by one: its small ones put together, or a transaction of it hastened. Only the fee leaves. */
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import type { Wallet } from "../../api/types.ts";
import { RequestForm } from "../../propose/request_form.tsx";
import { useRequest } from "../../propose/use_request.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Button } from "../../widgets/button.tsx";
import { Input } from "../../widgets/field.tsx";

type Purpose = "consolidate" | "hasten";

const PURPOSES = {
  consolidate: {
    title: "Put small coins together",
    says: "Many small coins become one while fees are low, so that a later payment costs less. A payment that needs them first cancels it.",
  },
  hasten: {
    title: "Hasten a transaction",
    says: "A transaction that brought this wallet something waits for a block: spending what it brought pays for both.",
  },
} as const;

export function Coins({ wallet }: { readonly wallet: Wallet }): ReactNode {
  const [chosen, choose] = useState<Purpose | null>(null);
  return (
    <section aria-label="Its coins">
      <h3 className="label mb-1">Its coins</h3>
      <div className="mb-3 flex flex-wrap gap-2">
        {(["consolidate", "hasten"] as const).map((purpose) => (
          <Button
            key={purpose}
            aria-expanded={chosen === purpose}
            onClick={() => choose(chosen === purpose ? null : purpose)}
          >
            {PURPOSES[purpose].title}
          </Button>
        ))}
      </div>
      {chosen !== null && (
        <div className="rounded-lg border border-line-strong p-3">
          <CoinsForm key={chosen} wallet={wallet} purpose={chosen} />
        </div>
      )}
    </section>
  );
}

/** What it takes up and costs is asked of the node when it is sent, and stands in the transfer that it becomes. */
function CoinsForm({ wallet, purpose }: { readonly wallet: Wallet; readonly purpose: Purpose }): ReactNode {
  const [, go] = useLocation();
  const { me } = useIdentity();
  const [parent, setParent] = useState("");
  const [reason, setReason] = useState("");
  const hash = parent.trim();
  const request = {
    ...{ wallet: wallet.id, purpose, reason: reason.trim(), initiator: me?.id ?? "" },
    ...(purpose === "hasten" ? { parent: hash } : {}),
  };
  const sending = useRequest(request, actions.payItself, ({ id }) => go(`/transfers/${id}`));
  const { says } = PURPOSES[purpose];
  const order = purpose === "hasten" ? `hasten ${wallet.id} ${hash || "TX_HASH"}` : `consolidate ${wallet.id}`;
  return (
    <RequestForm
      text="Ask for it"
      ready={reason.trim() !== "" && (purpose === "consolidate" || hash !== "")}
      sending={sending}
      what="The request"
      person_hint={
        wallet.kind === "custody"
          ? "Who asks cannot approve: its cosigners sign it like any payment out of custody."
          : "It is recorded."
      }
      command={`./tidegate transfers ${order} --reason "..." --as ${me?.id ?? "PERSON"}`}
    >
      <p className="text-xs text-muted">
        {says} Everything comes back to this wallet; only the fee leaves, never more than its pool allows. What it takes
        up and costs stands in the transfer that this becomes.
      </p>
      {purpose === "hasten" && (
        <Input
          label="Transaction that waits"
          value={parent}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setParent(event.target.value)}
          hint="Its hash. It must have brought this wallet change or an arrival."
        />
      )}
      <Input label="Why" value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
    </RequestForm>
  );
}
