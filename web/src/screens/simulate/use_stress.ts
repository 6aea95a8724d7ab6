/** One stress test at a time: started, timed, cancelled. */
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { actions } from "../../api/actions.ts";
import { mintKey } from "../../api/client.ts";
import type { Stress, StressRequest } from "../../api/types.ts";

const BEAT_MS = 500;
const SECOND_MS = 1_000;

export interface StressTest {
  readonly result: Stress | undefined;
  readonly error: Error | null;
  readonly running: boolean;
  readonly seconds: number;
  readonly cancelled: boolean;
  run(request: StressRequest): void;
  cancel(): void;
}

export function useStress(): StressTest {
  const stop = useRef<AbortController | null>(null);
  const [cancelled, setCancelled] = useState(false);
  const mutation = useMutation({
    mutationFn: (request: StressRequest) => {
      stop.current = new AbortController();
      return actions.stress(request, mintKey(), stop.current.signal);
    },
  });
  useEffect(() => () => stop.current?.abort(), []);
  return {
    result: mutation.data,
    error: cancelled ? null : mutation.error,
    running: mutation.isPending,
    seconds: useSeconds(mutation.isPending),
    cancelled,
    run: (request) => {
      setCancelled(false);
      mutation.mutate(request);
    },
    cancel: () => {
      setCancelled(true);
      stop.current?.abort();
    },
  };
}

/** Whole seconds since `counting` began. */
function useSeconds(counting: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!counting) return;
    const began = performance.now();
    setSeconds(0);
    const timer = setInterval(() => setSeconds(Math.floor((performance.now() - began) / SECOND_MS)), BEAT_MS);
    return () => clearInterval(timer);
  }, [counting]);
  return seconds;
}
