/** The kill switch. The key stops at once and asks nothing; the button asks why, and stops with or without an answer. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { actions } from "../api/actions.ts";
import { mintKey } from "../api/client.ts";
import { Button } from "../widgets/button.tsx";
import { Input } from "../widgets/field.tsx";
import { Failure } from "../widgets/panel.tsx";
import { Sheet } from "../widgets/sheet.tsx";
import { useIdentity } from "./identity.tsx";

const NO_REASON = "Frozen from the terminal";

export interface Freeze {
  /** Stops now; what a person said of it, and who it is, go into the log. */
  run(reason?: string, by?: string | null): void;
  readonly pending: boolean;
  readonly error: Error | null;
}

export function useFreeze(): Freeze {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ reason, by }: { readonly reason: string; readonly by: string | null }) =>
      actions.freeze(reason, by, mintKey()),
    onSettled: () => client.invalidateQueries(),
    retry: 2,
  });
  return {
    run: (reason = "", by = null) => mutation.mutate({ reason: reason.trim() === "" ? NO_REASON : reason.trim(), by }),
    pending: mutation.isPending,
    error: mutation.error,
  };
}

interface SheetProps {
  readonly freeze: Freeze;
  readonly frozen: boolean;
  onClose(): void;
}

/** One more press: Enter stops, whether or not anything was said. */
export function FreezeSheet({ freeze, frozen, onClose }: SheetProps): ReactNode {
  const [reason, setReason] = useState("");
  const { me } = useIdentity();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    freeze.run(reason, me?.id ?? null);
  };
  if (frozen) {
    return (
      <Sheet title="Frozen" head="Nothing new is sent until an admin signs." onClose={onClose}>
        <Button onClick={onClose}>Close</Button>
      </Sheet>
    );
  }
  return (
    <Sheet title="Freeze" head="Stops everything new at once; what is in flight is followed." onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Input
          label="Why (optional)"
          data-first=""
          value={reason}
          maxLength={500}
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
          hint={`For the log and those who are paged${me === null ? "; nobody is chosen at the top, so no name goes with it" : ""}. Shift+F stops without asking.`}
        />
        <div>
          <Button type="submit" look="danger" icon="frozen" disabled={freeze.pending}>
            {freeze.pending ? "Freezing …" : "Freeze now"}
          </Button>
        </div>
        {freeze.error && <Failure error={freeze.error} what="The freeze" did="was not confirmed" />}
      </form>
    </Sheet>
  );
}
