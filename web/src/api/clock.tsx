/**
 * The server's clock is the one clock: ages count from its last answer, at its own pace (a sandbox runs hours in a second).
 */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { read } from "../format/time.ts";

const TICK_MS = 1_000;
/** A sandbox runs hours in a second, so between two answers its ages stand still; they run on when answers stay away. */
const SANDBOX_GRACE_MS = 3_000;
const HOUR_IN_SECONDS = 3_600;

interface ServerClock {
  /** Milliseconds since the epoch, on the server's clock. */
  readonly now: number;
  /** How much faster than this room's clock it runs. */
  readonly pace: number;
}

const ClockContext = createContext<ServerClock>({ now: 0, pace: 1 });

export function useNow(): number {
  return useContext(ClockContext).now;
}

export function usePace(): number {
  return useContext(ClockContext).pace;
}

interface Props {
  /** RFC 3339 of the newest answer; null before the first. */
  readonly asOf: string | null;
  /** When that answer came, on this room's clock: a sandbox's time may stand where it stood an answer ago. */
  readonly answeredAt: number;
  /** Hours of treasury time per second; null outside a sandbox. */
  readonly speed: number | null;
  readonly children: ReactNode;
}

export function ClockProvider({ asOf, answeredAt, speed, children }: Props): ReactNode {
  const pace = speed === null ? 1 : speed * HOUR_IN_SECONDS;
  const [beat, setBeat] = useState(() => performance.now());
  const anchor = useMemo(() => ({ server: read(asOf), local: performance.now(), answeredAt }), [asOf, answeredAt]);
  useEffect(() => {
    const timer = setInterval(() => setBeat(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const now =
    (anchor.server ?? Date.now()) + Math.max(0, beat - anchor.local - (pace === 1 ? 0 : SANDBOX_GRACE_MS)) * pace;
  const clock = useMemo<ServerClock>(() => ({ now, pace }), [now, pace]);
  return <ClockContext value={clock}>{children}</ClockContext>;
}
