/** docs/reference/reasons.md: every reason code with its sentence; and the profiles of docs/explanation/decisions.md. */
import { counterfactualOf, LEVEL_NAMES, PROFILES, type ReasonCode, sentenceOf } from "../../src/policy/index.ts";
import { code, GENERATED_NOTE, table } from "./markdown.ts";

const GROUPS = {
  position: "Where liquidity stands",
  action: "What is done",
  size: "What changes the size of a move",
  wait: "What makes it wait",
  stop: "What stops it",
  data: "What is not known well enough",
  mode: "Who has to act",
} as const;

/** A reason without a group does not compile. */
const GROUP: Readonly<Record<ReasonCode, keyof typeof GROUPS>> = {
  inside_band: "position",
  below_low: "position",
  above_high: "position",
  below_emergency_low: "position",
  above_emergency_high: "position",
  below_floor: "position",
  floor_above_target: "position",
  floors_exceed_total: "position",
  returns_to: "action",
  obligation_due: "position",
  obligation_unfunded: "position",
  kept_for_obligations: "wait",
  breach_before_refill: "position",
  closing_before_breach: "position",
  payout_direct: "action",
  coins_many: "action",
  coins_too_dear: "stop",
  payout_planned: "position",
  payout_open: "wait",
  payout_blocked: "stop",
  flow_turned: "action",
  sweeps_held: "wait",
  route_chosen: "action",
  expedited_lane: "action",
  lane_exhausted: "stop",
  supersedes: "action",
  below_minimum_move: "size",
  capped_by_maximum_move: "size",
  capped_by_window: "size",
  capped_by_source: "size",
  capped_by_destination: "size",
  fee_above_usual: "wait",
  in_flight_covers: "wait",
  leaving_covers: "wait",
  awaiting_covers: "wait",
  opposite_in_flight: "wait",
  refill_already_open: "wait",
  dwell_not_reached: "wait",
  cooling_down: "wait",
  window_exhausted: "stop",
  source_floor: "stop",
  no_source: "stop",
  no_route: "stop",
  fee_above_limit: "stop",
  levels_out_of_order: "stop",
  pool_empty: "stop",
  asset_frozen: "stop",
  stale_liquidity: "data",
  stale_reserve: "data",
  unknown_balance: "data",
  pending_unreadable: "data",
  price_unavailable: "data",
  forecast_unavailable: "data",
  forecast_warming_up: "data",
  level_held_by_rail: "position",
  model_sets_levels: "position",
  no_sweep_into_a_run: "wait",
  mode_observe: "mode",
  mode_advise: "mode",
  mode_frozen: "mode",
  needs_quorum: "mode",
  gas_low: "position",
  gas_wanted: "position",
  gas_supplied: "position",
  gas_cost: "position",
  deposits_ready: "position",
  deposits_below: "position",
  deposit_not_worth: "stop",
  deposit_needs_gas: "wait",
  deposit_cost_unknown: "data",
  batch_full: "wait",
};

/** Placeholders where a decision puts its own numbers and names. */
const PLACES = { observed: "{observed}", limit: "{limit}", detail: "{detail}" };

export const REASON_CODES = Object.keys(GROUP) as readonly ReasonCode[];

export function reasonsReference(): string {
  const sections = Object.entries(GROUPS).map(([group, title]) => {
    const codes = REASON_CODES.filter((reason) => GROUP[reason] === group);
    return `## ${title}\n\n${reasonsTable(codes)}`;
  });
  return `${GENERATED_NOTE}
# Reasons of a decision

Every [decision](../explanation/decisions.md) carries coded reasons: the code, the rule it comes from, what was observed, the limit, and the sentence below with the numbers filled in. Where more can be said than the reason itself, it also says what would have to be different. Codes are stable.

${sections.join("\n\n")}
`;
}

function reasonsTable(codes: readonly ReasonCode[]): string {
  const rows = codes.map((reason) => [
    code(reason),
    sentenceOf(reason, PLACES),
    counterfactualOf(reason, PLACES) ?? "",
  ]);
  return table(["code", "sentence", "would be different"], rows);
}

/** The level profiles that ship with Tidegate. */
export function profilesTable(): string {
  const rows = Object.entries(PROFILES).map(([name, { levels, trigger }]) => [
    code(name),
    ...LEVEL_NAMES.map((level) => levels[level].text),
    code(trigger),
  ]);
  return table(["profile", ...LEVEL_NAMES, "trigger"], rows);
}
