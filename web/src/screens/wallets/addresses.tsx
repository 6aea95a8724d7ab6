/** Where the wallet is paid: what the address book registers, and, when somebody asks, what its venue answers now. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { queries } from "../../api/queries.ts";
import type { AddressList, Wallet } from "../../api/types.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Button } from "../../widgets/button.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { Failure } from "../../widgets/panel.tsx";
import type { Word } from "../../widgets/words.ts";

type Attested = AddressList["items"][number];
type Place = Attested["registered"];

const STATES: Readonly<Record<Attested["state"], Word>> = {
  equal: { word: "The venue names the same", icon: "ok", tone: "ok" },
  differs: { word: "The venue names another", icon: "breach", tone: "breach" },
  unregistered: { word: "Not registered", icon: "watch", tone: "watch" },
  unread: { word: "The venue did not say", icon: "unknown", tone: "watch" },
};

export function Addresses({ wallet }: { readonly wallet: Wallet }): ReactNode {
  const [asked, ask] = useState(false);
  const answer = useQuery({ ...queries.addresses(wallet.id), enabled: asked });
  const known: readonly Pick<Attested, "network" | "registered">[] = wallet.addresses.map(
    ({ network, address, memo }) => ({ network, registered: { address, memo } }),
  );
  const rows = answer.data?.items ?? known;
  return (
    <section aria-label="Addresses">
      <h3 className="label mb-1">Addresses</h3>
      {rows.length === 0 && <p className="text-muted">None is registered: nothing is sent there.</p>}
      <ul className="flex flex-col gap-2">
        {rows.map((row) => (
          <li key={row.network}>
            <span className="font-medium">{row.network}</span>{" "}
            {"state" in row && <Badge state={STATES[(row as Attested).state]} bare />}
            <Address place={row.registered} what="registered" />
            {"state" in row && (row as Attested).state !== "equal" && (
              <>
                <Address place={(row as Attested).at_venue} what="at the venue" />
                <p className="text-xs text-muted">{(row as Attested).message}</p>
              </>
            )}
          </li>
        ))}
      </ul>
      <div className="mt-2">
        <Button onClick={() => (asked ? void answer.refetch() : ask(true))} disabled={answer.isFetching}>
          {answer.isFetching ? "Asking …" : "Ask the venue now"}
        </Button>
      </div>
      {answer.error && <Failure error={answer.error} what="The venue's answer" />}
    </section>
  );
}

function Address({ place, what }: { readonly place: Place; readonly what: string }): ReactNode {
  if (place === null) return null;
  return (
    <p>
      <code className="font-mono text-xs break-all">{place.address}</code>
      <Copy text={place.address} what={`address ${what}`} />
      {place.memo !== null && <span className="text-xs text-muted">memo {place.memo}</span>}{" "}
      <span className="text-xs text-muted">{what}</span>
    </p>
  );
}
