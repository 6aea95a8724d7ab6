/**
 * Some venues keep in memory alone which coins their open requests would spend. Whoever begins to lead tells them of every open
 * transfer before it works on any: else a payment built after a restart could spend a coin of one that people are signing.
 */
import { tellOpen } from "../transfers/index.ts";
import type { DaemonState } from "./state.ts";
import type { DaemonDeps } from "./types.ts";

/** Once for each lead. */
export async function rememberOpen(deps: DaemonDeps, state: DaemonState): Promise<void> {
  if (state.remembered_fence === state.leader_fence) return;
  const fence = state.leader_fence;
  for (const id of deps.venues.keys()) await tellOpen(deps, id);
  state.remembered_fence = fence;
}
