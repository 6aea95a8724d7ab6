/** The kill switch: one press stops, nothing asks. Leaving it takes an admin's signature. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { actions } from "../api/actions.ts";
import { mintKey } from "../api/client.ts";

export interface Freeze {
  run(): void;
  readonly pending: boolean;
  readonly error: Error | null;
}

export function useFreeze(): Freeze {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: () => actions.freeze("Frozen from the terminal", mintKey()),
    onSettled: () => client.invalidateQueries(),
    retry: 2,
  });
  return { run: () => mutation.mutate(), pending: mutation.isPending, error: mutation.error };
}
