/** What a price may set off: fewer sources, fewer consequences. */
import type { PriceState } from "../policy/types.ts";
import { SOURCES_MIN } from "../prices/index.ts";

/** `act`: everything; `warn`: tell people, sell nothing; `unknown`: the LTV is unknown since the price's own time. */
export type PriceTrust = "act" | "warn" | "unknown";

const WARN_SOURCES_MIN = 2;

/** @example trustIn({ status: "fresh", sources: 3, ... }) // "act" */
export function trustIn(price: Pick<PriceState, "status" | "sources" | "price">): PriceTrust {
  if (price.price === null || price.status === "unavailable") return "unknown";
  if (price.status === "fresh" && price.sources >= SOURCES_MIN) return "act";
  if (price.sources >= WARN_SOURCES_MIN) return "warn";
  return "unknown";
}
