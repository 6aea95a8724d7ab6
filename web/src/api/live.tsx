/** Keeps what is on the screen true: the stream says what changed, the queries read it again; or polling, and it says so. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { touchedBy } from "./queries.ts";
import { followStream, type StreamState } from "./stream.ts";

/** Events come in bursts; what they touched is read at most this often. */
const REFRESH_EVERY_MS = 1_000;
const POLL_EVERY_MS = 5_000;
/** With a stream, a slow poll still catches what no event tells (ages, freshness). */
const SLOW_POLL_EVERY_MS = 15_000;

export interface Live {
  readonly state: StreamState | "paused";
  toggle(): void;
}

const LiveContext = createContext<Live>({ state: "connecting", toggle: () => undefined });

export function useLive(): Live {
  return useContext(LiveContext);
}

export function LiveProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [stream, setStream] = useState<StreamState>("connecting");
  const [paused, setPaused] = useState(false);
  const touch = useRefresher(client, paused);

  useEffect(() => {
    const stop = new AbortController();
    void followStream({ onEvent: (kind) => touch(touchedBy(kind)), onState: setStream }, stop.signal);
    return () => stop.abort();
  }, [touch]);

  useEffect(() => {
    if (paused) return;
    const every = stream === "live" ? SLOW_POLL_EVERY_MS : POLL_EVERY_MS;
    const timer = setInterval(() => void client.invalidateQueries(), every);
    return () => clearInterval(timer);
  }, [client, stream, paused]);

  const toggle = useCallback(() => setPaused((value) => !value), []);
  const live = useMemo<Live>(() => ({ state: paused ? "paused" : stream, toggle }), [paused, stream, toggle]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** Collects what was touched and reads it again once per period. */
function useRefresher(client: QueryClient, paused: boolean): (resources: readonly string[]) => void {
  const pending = useRef(new Set<string>());
  useEffect(() => {
    if (paused) return;
    const timer = setInterval(() => {
      const resources = [...pending.current];
      pending.current.clear();
      for (const resource of resources) void client.invalidateQueries({ queryKey: [resource] });
    }, REFRESH_EVERY_MS);
    return () => clearInterval(timer);
  }, [client, paused]);
  return useCallback((resources) => {
    for (const resource of resources) pending.current.add(resource);
  }, []);
}
