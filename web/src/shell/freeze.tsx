/** The kill switch. The key stops at once and asks nothing; the button asks why, and stops with or without an answer. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { actions } from "../api/actions.ts";
import { mintKey } from "../api/client.ts";
import { Button } from "../widgets/button.tsx";
import { Input } from "../widgets/field.tsx";
import { Failure } from "../widgets/panel.tsx";
import { Sheet } from "../widgets/sheet.tsx";

const NO_REASON = "Frozen from the terminal";

export interface Freeze {
  /** Stops now; what a person said of it goes into the log. */
  run(reason?: string): void;
  readonly pending: boolean;
  readonly error: Error | null;
}

export function useFreeze(): Freeze {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: (reason: string) => actions.freeze(reason, mintKey()),
    onSettled: () => client.invalidateQueries(),
    retry: 2,
  });
  return {
    run: (reason = "") => mutation.mutate(reason.trim() === "" ? NO_REASON : reason.trim()),
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
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    freeze.run(reason);
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
          hint="For the log and those who are paged. Shift+F stops without asking."
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
