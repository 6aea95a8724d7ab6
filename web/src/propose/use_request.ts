/** One thing that a person asks the daemon for: sent under a key of its own, so that asking twice is asking once. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { mintKey } from "../api/client.ts";

/** The same words are the same request; other words are another, under another key. */
export function useKeyOf(request: unknown): string {
  const text = JSON.stringify(request);
  const held = useRef<{ readonly text: string; readonly key: string } | null>(null);
  if (held.current?.text !== text) held.current = { text, key: mintKey() };
  return held.current.key;
}

export interface Sending {
  readonly pending: boolean;
  readonly error: Error | null;
  readonly done: boolean;
  run(): void;
}

export function useRequest<Q, R>(
  request: Q,
  send: (request: Q, key: string) => Promise<R>,
  onDone: (answer: R) => void = () => undefined,
): Sending {
  const client = useQueryClient();
  const key = useKeyOf(request);
  const mutation = useMutation({
    mutationFn: () => send(request, key),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries(),
  });
  return {
    pending: mutation.isPending,
    error: mutation.error,
    done: mutation.isSuccess,
    run: () => mutation.mutate(),
  };
}
