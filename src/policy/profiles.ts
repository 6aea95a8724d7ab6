/** Level profiles that ship with Tidegate. Percentages are points of the pool's total, never relative to the target. */
import { percentLevel } from "./parse_level.ts";
import type { PoolPolicy } from "./types.ts";

export type Profile = Pick<PoolPolicy, "levels" | "trigger">;

export type ProfileName = "custody-10-90" | "terminal-40";

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  /** A tenth hot, nine tenths in custody. A balance that reaches 5 % or 15 % triggers. */
  "custody-10-90": profile("at", ["2", "5", "10", "15", "20"]),
  /**
   * Two sides of similar weight: target 40 % with a band of 5 points. Exactly 35 % or 45 % does not trigger. The emergency
   * levels lie three half-bands from the target, 25 % and 55 %: as far outside the band as the band is wide.
   */
  "terminal-40": profile("beyond", ["25", "35", "40", "45", "55"]),
};

export function isProfileName(text: string): text is ProfileName {
  return Object.hasOwn(PROFILES, text);
}

type Five = readonly [string, string, string, string, string];

function profile(trigger: Profile["trigger"], [emergency_low, low, target, high, emergency_high]: Five): Profile {
  return {
    trigger,
    levels: {
      emergency_low: percentLevel(emergency_low),
      low: percentLevel(low),
      target: percentLevel(target),
      high: percentLevel(high),
      emergency_high: percentLevel(emergency_high),
    },
  };
}
