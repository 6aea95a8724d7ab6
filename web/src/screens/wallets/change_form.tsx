/** One thing that people may do with a wallet: suspend it alone, or propose what others have to sign. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import type { Wallet, WalletProposalRequest } from "../../api/types.ts";
import { isAmount, typedAmount } from "../../format/amount.ts";
import { useIdentity } from "../../shell/identity.tsx";
import { Button } from "../../widgets/button.tsx";
import { Copy } from "../../widgets/copy.tsx";
import { AmountInput, Input, Select } from "../../widgets/field.tsx";
import { Failure } from "../../widgets/panel.tsx";
import { ACTIONS, fieldOf, utcOf, type WalletAction } from "./standings.ts";

const MATTERS: Readonly<Record<Exclude<WalletAction, "suspend">, WalletProposalRequest["what"]>> = {
  enter_balance: "balance",
  activate: "activate",
  archive: "archive",
};

interface Props {
  readonly wallet: Wallet;
  readonly action: WalletAction;
  /** The daemon's time, which the moment of a balance starts from. */
  readonly now: string;
}

export function ChangeForm({ wallet, action, now }: Props): ReactNode {
  const { me, people, choose } = useIdentity();
  const [amount, setAmount] = useState("");
  const [as_of, setAsOf] = useState(() => fieldOf(now));
  const [why, setWhy] = useState("");
  const [reference, setReference] = useState("");
  const send = useSend(wallet.id, action);
  const is_balance = action === "enter_balance";
  const said = !is_balance || (isAmount(amount) && utcOf(as_of) !== null);
  const ready = why.trim() !== "" && said && (action === "suspend" || me !== null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready || send.isPending) return;
    send.mutate({
      amount: is_balance ? typedAmount(amount) : null,
      as_of: is_balance ? utcOf(as_of) : null,
      ...{ evidence: why.trim(), references: reference.trim() === "" ? [] : [reference.trim()] },
      proposed_by: me?.id ?? "",
    });
  };
  const { button, hint } = ACTIONS[action];
  const command = commandOf(wallet.id, action, me?.id ?? "PERSON");
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      {is_balance && (
        <div className="grid gap-3 sm:grid-cols-2">
          <AmountInput label={`All it held, in ${wallet.asset}`} value={amount} onChange={setAmount} />
          <Input
            label="When it held that (UTC)"
            type="datetime-local"
            value={as_of}
            onChange={(event) => setAsOf(event.target.value)}
          />
        </div>
      )}
      <Input
        label={action === "suspend" ? "Reason" : "Evidence"}
        value={why}
        maxLength={action === "suspend" ? 500 : 2_000}
        onChange={(event) => setWhy(event.target.value)}
        hint={
          action === "suspend" ? "It is recorded." : "What you looked at and what it showed; it is signed and kept."
        }
      />
      {action !== "suspend" && (
        <>
          <Input
            label="Where it is kept (optional)"
            value={reference}
            maxLength={300}
            onChange={(event) => setReference(event.target.value)}
          />
          <Select
            label="You are"
            value={me?.id ?? ""}
            onChange={choose}
            options={[["", "Choose …"], ...people.map(({ id, name }) => [id, name] as const)]}
          />
        </>
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button type="submit" look={action === "suspend" ? "danger" : "primary"} disabled={!ready || send.isPending}>
          {send.isPending ? "Sending …" : button}
        </Button>
        <span className="text-xs text-muted">{hint}</span>
      </div>
      {send.error && <Failure error={send.error} what="It" did="was not done" />}
      <p className="text-xs text-muted">
        The same as a command: <code className="font-mono break-all">{command}</code>
        <Copy text={command} what="command" />
      </p>
    </form>
  );
}

function useSend(wallet_id: string, action: WalletAction) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [key, renew] = useState(mintKey);
  return useMutation({
    mutationFn: async (said: Omit<WalletProposalRequest, "what">): Promise<string | null> => {
      if (action === "suspend") {
        await actions.suspendWallet(wallet_id, said.evidence, key);
        return null;
      }
      return (await actions.proposeOnWallet(wallet_id, { ...said, what: MATTERS[action] }, key)).object_id;
    },
    onSuccess: (proposal) => {
      renew(mintKey());
      if (proposal !== null) go(`/approvals/${proposal}`);
    },
    onSettled: () => client.invalidateQueries(),
  });
}

function commandOf(id: string, action: WalletAction, person: string): string {
  if (action === "suspend") return `./tidegate wallets suspend ${id} --reason "..."`;
  const evidence = `--evidence "..." --as ${person}`;
  if (action === "enter_balance") return `./tidegate balances enter ${id} AMOUNT --as-of TIME ${evidence}`;
  return `./tidegate wallets ${action} ${id} ${evidence}`;
}
