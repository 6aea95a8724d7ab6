/**
 * The static limits around every model: levels are moved inside, never refused, and the reason says so. Where the upper rail
 * cuts the lot off, the reorder point gives way by a tenth, so that a pool at its rail does not order crumbs every step.
 */
import type { ModelLevels, Rails } from "./types.ts";

const LOT_ROOM = 0.9;

export function keepOnRails(levels: ModelLevels, { low_min, hot_max }: Rails): ModelLevels {
  const wanted = Math.max(levels.low, low_min ?? Number.NEGATIVE_INFINITY);
  const low = Math.min(wanted, levels.target > hot_max ? LOT_ROOM * hot_max : hot_max);
  const target = Math.min(Math.max(levels.target, low), hot_max);
  const sweep_to = Math.min(Math.max(levels.sweep_to, low), hot_max);
  const high = Math.max(Math.min(levels.high, hot_max), sweep_to);
  const expedite_low = levels.expedite_low === null ? null : Math.min(levels.expedite_low, hot_max);
  const expedite_to = levels.expedite_to === null ? null : Math.min(levels.expedite_to, hot_max);
  const kept = { ...levels, low, target, high, sweep_to, expedite_low, expedite_to };
  const moved = low !== levels.low || target !== levels.target || high !== levels.high || sweep_to !== levels.sweep_to;
  return moved ? { ...kept, reasons: [...levels.reasons, { code: "rail", value: hot_max }] } : kept;
}
