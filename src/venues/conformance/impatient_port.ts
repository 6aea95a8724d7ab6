/**
 * A line and an HTTP port that know of each other: the connector is as patient as in production, except while the line swallows
 * what is said. So a silent line is given up at once, and a slow machine is never taken for one.
 */
import { createFetchPort, type HttpPort, REQUEST_TIMEOUT_MS } from "../http/index.ts";
import type { Line, LineFault } from "./harness.ts";

/** Long enough for nothing: into a black hole no answer comes at all. */
const HOLE_TIMEOUT_MS = 60;

/** @example const { line, port } = impatient(proxy.line) */
export function impatient(of: Line): { readonly line: Line; readonly port: HttpPort } {
  const inner = createFetchPort();
  let swallows = false;
  const note = (fault: LineFault | null): void => {
    swallows = fault?.kind === "black_hole";
  };
  return {
    line: {
      breakSubmits: (fault) => {
        note(fault);
        of.breakSubmits(fault);
      },
      breakAll: (fault) => {
        note(fault);
        of.breakAll(fault);
      },
      mend: () => {
        note(null);
        of.mend();
      },
    },
    port: {
      send: (request) => inner.send({ ...request, timeout_ms: swallows ? HOLE_TIMEOUT_MS : REQUEST_TIMEOUT_MS }),
    },
  };
}
