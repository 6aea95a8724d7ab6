/** What a venue on a chain says of its own finality, and of what is done before it. */
import type { VenueCapabilities } from "../port.ts";
import type { ChainSettings } from "./types.ts";

/** @example finalityOf(settings) // { finality: "the chain's finalized block", reopening: { window_ms: 86_400_000, movements: "vanish" } } */
export function finalityOf(settings: ChainSettings): Pick<VenueCapabilities, "finality" | "reopening" | "replacement"> {
  const { finality, reopening_ms, replacement } = settings;
  const said =
    finality.kind === "tag" ? `the chain's ${finality.tag} block` : `${finality.count} confirmations by our own count`;
  return {
    finality: said,
    ...(reopening_ms === 0 ? {} : { reopening: { window_ms: reopening_ms, movements: "vanish" } }),
    ...(replacement === null ? {} : { replacement }),
  };
}
