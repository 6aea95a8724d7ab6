/**
 * The stage of a facility. A level is reached at its LTV and over only below its release, so a noisy price rings once. A
 * faster fall goes straight to the worst level reached and names those it skipped.
 */
import { compareRatios, type Ratio } from "../money/index.ts";
import { LEVEL_NAMES, rankOf, releaseOf, STAGES } from "./levels.ts";
import type { Crossing, LevelName, Levels, Ltv, Stage } from "./types.ts";

/** `initial` is exceeded above its LTV; the alarms ring at theirs. */
export function isReached(name: LevelName, at: Ratio, ltv: Ratio): boolean {
  return name === "initial" ? compareRatios(ltv, at) > 0 : compareRatios(ltv, at) >= 0;
}

/** The worst level that the LTV reaches by itself, without memory. */
export function stageAt(ltv: Ltv, levels: Levels): Stage {
  return worst(ltv, levels, null, 0);
}

/** The stage after `before`, once the LTV is `ltv`: what is reached, or what was and is not released yet. */
export function nextStage(before: Stage, ltv: Ltv, levels: Levels): Stage {
  return worst(ltv, levels, levels.release, rankOf(before));
}

/** The one notice that a change asks for; null when nothing changed. */
export function crossingOf(from: Stage, to: Stage, levels: Levels): Crossing | null {
  if (from === to) return null;
  const [low, high] = [Math.min(rankOf(from), rankOf(to)), Math.max(rankOf(from), rankOf(to))];
  const worse = rankOf(to) > rankOf(from);
  const skipped = STAGES.slice(low + 1, high).filter(
    (stage): stage is LevelName => stage !== "sound" && levels[stage] !== null,
  );
  return { from, to, direction: worse ? "worse" : "better", skipped };
}

function worst(ltv: Ltv, levels: Levels, release: Ratio | null, held_rank: number): Stage {
  if (ltv.state === "no_loan") return "sound";
  if (ltv.state === "no_collateral") return "liquidation";
  for (const name of [...LEVEL_NAMES].reverse()) {
    const level = levels[name];
    if (level === null) continue;
    const held = release !== null && rankOf(name) <= held_rank;
    if (isReached(name, held ? releaseOf(level, release) : level, ltv.ratio)) return name;
  }
  return "sound";
}
