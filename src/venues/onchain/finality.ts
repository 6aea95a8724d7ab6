/** What a venue on a chain says of its own finality. */
import type { VenueCapabilities } from "../port.ts";
import type { ChainSettings } from "./types.ts";

/** @example finalityOf(settings) // { finality: "the chain's finalized block", reopening: { window_ms: 86_400_000, movements: "vanish" } } */
export function finalityOf(settings: ChainSettings): Pick<VenueCapabilities, "finality" | "reopening"> {
  const { finality, reopening_ms } = settings;
  const said =
    finality.kind === "tag" ? `the chain's ${finality.tag} block` : `${finality.count} confirmations by our own count`;
  if (reopening_ms === 0) return { finality: said };
  return { finality: said, reopening: { window_ms: reopening_ms, movements: "vanish" } };
}
