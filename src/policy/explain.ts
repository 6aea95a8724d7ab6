/**
 * Why, in sentences. Every reason code has one; a reason that stopped something also says what would have changed it.
 * `observed` and `limit` are already texts with their unit; `detail` names wallets, transfers or an instant.
 */
import type { Reason, ReasonCode } from "./types.ts";

export interface SentenceFacts {
  readonly observed: string | null;
  readonly limit: string | null;
  readonly detail: string | null;
}

type Say = (facts: { observed: string; limit: string; detail: string }) => string;

export const SENTENCES: Readonly<Record<ReasonCode, Say>> = {
  inside_band: (f) => `Liquidity is ${f.observed}, inside the band of ${f.limit}; nothing needs to move.`,
  below_low: (f) => `Liquidity is ${f.observed}; the low level is ${f.limit}.`,
  above_high: (f) => `Liquidity is ${f.observed}; the high level is ${f.limit}.`,
  below_emergency_low: (f) => `Emergency: liquidity is ${f.observed}, below the emergency level of ${f.limit}.`,
  above_emergency_high: (f) => `Emergency: liquidity is ${f.observed}, above the emergency level of ${f.limit}.`,
  below_floor: (f) => `Liquidity is ${f.observed}, below the safety floor of ${f.limit}.`,
  returns_to: (f) => `Moving ${f.observed} brings liquidity to ${f.limit}.`,
  obligation_due: (f) =>
    `${f.observed} is due at ${f.detail}; a refill asked for now would land by ${f.limit}, so it is set aside and no longer counts as liquidity.`,
  obligation_unfunded: (f) =>
    `${f.observed} is due soon and only ${f.limit} is there or on its way for it; the rest has to come in time.`,
  kept_for_obligations: (f) =>
    `Liquidity is ${f.observed}; ${f.detail} of it is due within a day and stays, so the high level of ${f.limit} is not passed.`,
  payout_direct: (f) =>
    `${f.observed} is above ${f.limit}: it is paid straight from custody and never through a hot wallet. ${f.detail}.`,
  payout_planned: (f) =>
    `${f.observed} will be paid straight from custody; people are asked for it at ${f.limit}, and until then it is kept there: ${f.detail}.`,
  payout_open: (f) => `${f.observed} is being paid straight from custody by ${f.detail}; nothing else pays it.`,
  payout_blocked: (f) => `${f.observed} is to be paid straight from custody and cannot be asked for: ${f.detail}.`,
  coins_many: (f) =>
    `${f.observed}, more than ${f.limit}, and the network is cheap: ${f.detail}. Nothing but the fee leaves the wallet.`,
  coins_too_dear: (f) =>
    `Putting the small coins of ${f.detail} together would cost ${f.observed}; at most ${f.limit} may be paid.`,
  breach_before_refill: (f) =>
    `The forecast reaches the low level at ${f.detail}; a refill takes ${f.limit}, and ${f.observed} is expected to leave meanwhile.`,
  closing_before_breach: (f) =>
    `${f.detail} closes at ${f.observed} and opens again at ${f.limit}; what is needed until then is asked for before.`,
  flow_turned: (f) =>
    `The flow has turned: without the open request liquidity stays at ${f.observed}, above the low level of ${f.limit}.`,
  sweeps_held: (f) => `Automatic moves to custody wait: ${f.detail}.`,
  in_flight_covers: (f) =>
    `What is on its way (${f.observed}) brings liquidity back inside the band; nothing is added.`,
  leaving_covers: (f) =>
    `A move of ${f.observed} to custody is not finished (${f.detail}); without it liquidity would be above the high level of ${f.limit}, and nothing is added.`,
  awaiting_covers: (f) =>
    `A refill of ${f.observed} is asked for and not sent yet; it would bring liquidity back inside the band, and nothing is asked for twice.`,
  opposite_in_flight: (f) => `A transfer the other way is still open (${f.detail}); opposite moves never cross.`,
  refill_already_open: (f) => `A refill of ${f.observed} is already open (${f.detail}); a second one is never stacked.`,
  supersedes: (f) => `Ends the open request for ${f.observed} (${f.detail}), which is not sent yet and no longer fits.`,
  dwell_not_reached: (f) => `The level has to be passed for ${f.limit} before anything moves.`,
  cooling_down: (f) => `The last move in this direction was less than ${f.limit} ago.`,
  below_minimum_move: (f) => `Only ${f.observed} would have to move; the smallest move is ${f.limit}.`,
  capped_by_maximum_move: (f) => `${f.observed} is needed; one decision moves at most ${f.limit}.`,
  capped_by_window: (f) => `${f.observed} is needed; the window limit leaves ${f.limit}.`,
  window_exhausted: (f) => `The window limit leaves ${f.observed}; the smallest move is ${f.limit}.`,
  capped_by_source: (f) => `${f.observed} is needed; the sources can give ${f.limit}.`,
  capped_by_destination: (f) => `${f.observed} would have to move; ${f.detail} may take ${f.limit} more.`,
  fee_above_usual: (f) =>
    `The fee is ${f.observed}, usually ${f.limit}; nothing is urgent, so it waits for a cheaper hour.`,
  source_floor: (f) => `The sources hold ${f.observed}, and all of it lies below their floors (${f.limit}).`,
  no_source: (f) => `No wallet on the giving side has anything to send; they hold ${f.observed}.`,
  no_route: (f) => `No enabled route can carry ${f.observed} (${f.detail}).`,
  fee_above_limit: (f) => `The fee would be ${f.observed}; at most ${f.limit} may be paid.`,
  stale_liquidity: (f) => `The balance of ${f.detail} is not fresh; nothing moves on an old hot balance.`,
  stale_reserve: (f) => `The balance of ${f.detail} is not fresh; custody never pays out on old data.`,
  unknown_balance: (f) => `The balance of ${f.detail} has never been read; unknown is not zero.`,
  pending_unreadable: (f) => `${f.detail} cannot say what is pending there; nothing new starts until it can.`,
  price_unavailable: (f) =>
    `The ${f.detail} level is a value, and there is no trusted price to turn it into an amount.`,
  forecast_unavailable: (f) =>
    `The ${f.detail} level follows a forecast alone, and ${f.observed} of flow was seen of the ${f.limit} it needs.`,
  forecast_warming_up: (f) =>
    `The forecast has seen ${f.observed} of flow and needs ${f.limit}; until then the fixed parts of ${f.detail} are used.`,
  level_held_by_rail: (f) =>
    `The forecast asks for ${f.observed} as the ${f.detail} level; the fixed levels keep it at ${f.limit}.`,
  model_sets_levels: (f) => `The model ${f.detail} sets low ${f.observed} and target and high ${f.limit}.`,
  no_sweep_into_a_run: (f) => `Withdrawals run faster than usual (${f.detail}); nothing is sent to custody meanwhile.`,
  levels_out_of_order: (f) => `The levels do not come out in rising order for a total of ${f.observed}: ${f.detail}.`,
  floor_above_target: (f) =>
    `The safety floor comes to ${f.observed}, above the target of ${f.limit}: no refill reaches it, so lower the floor or raise the target.`,
  floors_exceed_total: (f) => `The floors ask for ${f.limit}; the whole pool holds ${f.observed}.`,
  pool_empty: (f) => `The pool holds ${f.observed}; there is nothing to keep in balance.`,
  asset_frozen: (f) => `This asset is stopped: ${f.detail}.`,
  mode_observe: () => "The mode is observe: this is what would be proposed; nothing moves.",
  mode_advise: () => "The mode is advise: a person has to start this move.",
  mode_frozen: () => "The mode is frozen: nothing new is sent.",
  needs_quorum: () => "Value leaves custody only after a quorum of people has approved it.",
  expedited_lane: (f) =>
    `${f.observed} goes through the expedited lane, which people approved in advance: the slow lane takes about ${f.detail}, and liquidity does not last that long. ${f.limit} are left in it.`,
  lane_exhausted: (f) =>
    `${f.observed} would have to be bridged until the slow lane delivers, and the expedited lane cannot carry it; ${f.limit} are left in it: ${f.detail}.`,
  gas_low: (f) => `${f.detail} can pay for ${f.observed}; below ${f.limit} it is supplied.`,
  gas_wanted: (f) => `${f.detail} has ${f.observed}, and a sweep that waits for it needs ${f.limit}.`,
  gas_supplied: (f) =>
    `Every wallet can pay for ${f.limit} or more with what is on its way; the least supplied one for ${f.observed}${f.detail}.`,
  gas_cost: (f) => `One transaction is taken to cost ${f.observed}: ${f.detail}.`,
  deposits_ready: (f) => `${f.detail}: ${f.observed} in all, each worth a sweep of ${f.limit} or more.`,
  deposits_below: (f) => `The deposit addresses hold ${f.observed}; none has the ${f.limit} that a sweep starts at.`,
  deposit_not_worth: (f) => `Sweeping ${f.detail} would cost ${f.observed}; at most ${f.limit} of it may be paid.`,
  deposit_needs_gas: (f) => `${f.detail} pays for its own sweep and has ${f.observed} of the ${f.limit} that it needs.`,
  deposit_cost_unknown: (f) =>
    `What a sweep of ${f.detail} costs cannot be compared with its amount, for there is no trusted price; the smallest sweep of ${f.limit} alone decides.`,
  batch_full: (f) => `${f.observed} more would be swept; ${f.limit} are under way at a time at most.`,
  route_chosen: (f) => `${f.detail}: fee ${f.observed}, at most ${f.limit}.`,
};

const COUNTERFACTUALS: Readonly<Partial<Record<ReasonCode, Say>>> = {
  below_low: (f) => `Would not refill if liquidity were ${f.detail} ${f.limit}.`,
  above_high: (f) => `Would not send to custody if liquidity were ${f.detail} ${f.limit}.`,
  below_emergency_low: (f) => `Would be no emergency if liquidity were at or above ${f.limit}.`,
  above_emergency_high: (f) => `Would be no emergency if liquidity were at or below ${f.limit}.`,
  obligation_due: (f) => `Would count ${f.observed} as liquidity if it were due after ${f.limit}.`,
  payout_direct: (f) => `Would be funded through the hot wallets if it were ${f.limit} or less.`,
  payout_blocked: (f) => `Would be asked for once this is put right; ${f.limit}.`,
  coins_many: (f) =>
    `Would leave the coins as they are if the wallet held ${f.limit} or fewer, or the network asked for more.`,
  breach_before_refill: (f) => `Would wait if the low level were expected later than ${f.limit} from now.`,
  sweeps_held: () => "Would send to custody once people let sweeps go on, or in an emergency.",
  in_flight_covers: (f) => `Would move more if ${f.limit} were passed with everything on its way counted.`,
  leaving_covers: (f) => `Would decide again once ${f.detail} has ended.`,
  awaiting_covers: (f) => `Would ask for more if ${f.limit} were passed even with it.`,
  opposite_in_flight: (f) => `Would move once ${f.detail} has ended.`,
  refill_already_open: (f) => `Would replace ${f.detail} while it is unsent, if ${f.limit} more were needed.`,
  dwell_not_reached: (f) => `Would move at ${f.detail} if the level is still passed.`,
  cooling_down: (f) => `Would move at ${f.detail}, when the cool-down ends.`,
  below_minimum_move: (f) => `Would move if at least ${f.limit} were needed.`,
  capped_by_maximum_move: (f) => `Would move ${f.observed} at once if the largest move allowed it.`,
  capped_by_window: (f) =>
    `Would move ${f.observed} at once if the window limit allowed it; room opens at ${f.detail}.`,
  window_exhausted: (f) => `Blocked by the window limit until ${f.detail}.`,
  expedited_lane: (f) =>
    `Would use the slow lane alone if liquidity stayed at the emergency level or above for ${f.detail}.`,
  lane_exhausted: (f) => `Would bridge it at once if people approved an envelope that leaves room for ${f.observed}.`,
  gas_supplied: (f) => `Would supply a wallet that can pay for fewer than ${f.limit}.`,
  deposits_below: (f) => `Would sweep an address that holds ${f.limit} or more.`,
  deposit_not_worth: (f) => `Would sweep ${f.detail} if it cost ${f.limit} or less.`,
  deposit_needs_gas: (f) => `Would sweep ${f.detail} as soon as its gas wallet has ${f.limit}.`,
  batch_full: () => "Would sweep them when those under way have ended.",
  fee_above_limit: (f) => `Would move if the fee were at most ${f.limit}.`,
  no_route: (f) => `Would move if a route for ${f.observed} were enabled.`,
  stale_liquidity: (f) => `Would be decided again as soon as ${f.detail} is fresh.`,
  stale_reserve: (f) => `Would refill as soon as ${f.detail} is fresh.`,
  unknown_balance: (f) => `Would be decided as soon as ${f.detail} is read.`,
  price_unavailable: () => "Would be decided as soon as enough price sources agree again.",
  forecast_unavailable: (f) => `Would be decided after ${f.limit} of flow, or with a fixed part such as max(5%, …).`,
  fee_above_usual: (f) => `Would move when the fee falls, and at ${f.detail} in any case.`,
  capped_by_destination: (f) => `Would move ${f.observed} at once if the destinations might take it.`,
  no_sweep_into_a_run: () => "Would send to custody when the run is over, or above the emergency level.",
  level_held_by_rail: (f) => `Would use ${f.observed} if the fixed levels left room for it.`,
  mode_observe: () => "Would move in mode auto.",
  mode_advise: () => "Would move by itself in mode auto.",
  mode_frozen: () => "Would move after people resume.",
};

/**
 * The sentence of a reason.
 * @example sentenceOf("below_low", { observed: "4.9 BTC (4.90 %)", limit: "5 BTC (5.00 %)", detail: null })
 */
export function sentenceOf(code: ReasonCode, facts: SentenceFacts): string {
  return SENTENCES[code](filled(facts));
}

/** What would have had to be different, or null where nothing more can be said than the reason itself. */
export function counterfactualOf(code: ReasonCode, facts: SentenceFacts): string | null {
  return COUNTERFACTUALS[code]?.(filled(facts)) ?? null;
}

export function toReason(code: ReasonCode, rule: string, facts: SentenceFacts): Reason {
  return { code, rule, observed: facts.observed, limit: facts.limit, sentence: sentenceOf(code, facts) };
}

function filled(facts: SentenceFacts): { observed: string; limit: string; detail: string } {
  return {
    observed: facts.observed ?? "not known",
    limit: facts.limit ?? "not set",
    detail: facts.detail ?? "not named",
  };
}
