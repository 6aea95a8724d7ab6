/** The models by the names people write. */
import { createDualLead } from "./dual_lead.ts";
import { createHybrid } from "./hybrid.ts";
import { millerOrr } from "./miller_orr.ts";
import { quantile } from "./quantile.ts";
import { createStatic, STATIC_PROFILES } from "./static.ts";
import type { LevelModel } from "./types.ts";

export const MODEL_NAMES: readonly string[] = [
  ...Object.keys(STATIC_PROFILES),
  "miller-orr",
  "quantile",
  "hybrid",
  "dual-lead",
];

/** The model of this name with its shipped parameters; null when there is none. */
export function modelByName(name: string): LevelModel | null {
  const shares = Object.hasOwn(STATIC_PROFILES, name) ? STATIC_PROFILES[name] : undefined;
  if (shares !== undefined) return createStatic(name, shares);
  switch (name) {
    case "miller-orr":
      return millerOrr;
    case "quantile":
      return quantile;
    case "hybrid":
      return createHybrid();
    case "dual-lead":
      return createDualLead();
    default:
      return null;
  }
}
