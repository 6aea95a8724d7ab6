/**
 * Which coins pay. Without change where the coins fit (branch and bound, as Bitcoin Core has it since Erhardt 2016), else the largest
 * coins first, with change. The choice is the one that costs least: the fee now and, with change, the fee of spending the change
 * later. Pure and deterministic: the same coins give the same transaction. Amounts are satoshi.
 *
 * A coin of a transaction that waits in the pool itself brings less by what that transaction lacks at the rate: whoever spends it pays
 * for both, or neither is mined (child pays for parent).
 */
import { maxOf, minOf } from "../../money/index.ts";
import { feeOf } from "./units.ts";

/** Steps of the search for a choice without change. */
export const TRIES_MAX = 20_000;
/** Coins that search looks at: it goes as deep as there are coins. */
const SEARCHED_MAX = 1_000;
/** A transaction above this is not relayed (bitcoin: MAX_STANDARD_TX_WEIGHT). */
const WEIGHT_MAX = 400_000n;
const INPUTS_MAX = 500;

export interface Candidate {
  readonly amount: bigint;
  /** To be paid for what it comes from; absent: nothing. */
  readonly lack?: bigint;
}

export interface SelectionRequest<C extends Candidate> {
  readonly coins: readonly C[];
  /** To be paid to others. */
  readonly amount: bigint;
  readonly fee_rate: bigint;
  readonly fee_max: bigint;
  /** Weight of everything but the inputs, without and with a change output. */
  readonly base_weight: bigint;
  readonly change_weight: bigint;
  readonly input_weight: bigint;
  /** Least change that is relayed. */
  readonly dust: bigint;
  /** Most inputs, where that is fewer than a transaction may have. */
  readonly inputs_max?: number;
  /** Smallest coins are added to a payment that has change. */
  readonly consolidate_max: number;
}

export interface Selection<C extends Candidate> {
  readonly coins: readonly C[];
  /** With what the coins' own transactions lack. */
  readonly fee: bigint;
  /** 0n: no change output. */
  readonly change: bigint;
}

export type SelectionResult<C extends Candidate> =
  | { readonly kind: "selected"; readonly selection: Selection<C> }
  /** All coins together do not reach; `needed` is what they would have to. */
  | { readonly kind: "too_little"; readonly available: bigint; readonly needed: bigint }
  /** The cheapest choice costs this. */
  | { readonly kind: "too_dear"; readonly fee: bigint }
  | { readonly kind: "too_many_inputs" };

export function selectCoins<C extends Candidate>(request: SelectionRequest<C>): SelectionResult<C> {
  const per_input = inputFee(request);
  // A coin that costs more than it brings is never spent.
  const useful = request.coins.filter((coin) => worthOf(coin) > per_input).sort(largestFirst);
  const ripe = useful.filter(({ lack = 0n }) => lack === 0n);
  const choices = (ripe.length === useful.length ? [useful] : [ripe, useful])
    .flatMap((coins) => [withoutChange(request, coins), fewest(request, coins), withChange(request, coins)])
    .filter((choice) => choice !== null);
  if (choices.length === 0) {
    const available = useful.reduce((sum, coin) => sum + worthOf(coin), 0n);
    const needed = request.amount + feeFor(request, Math.max(useful.length, 1), false);
    return available >= needed ? { kind: "too_many_inputs" } : { kind: "too_little", available, needed };
  }
  const affordable = choices.filter(({ fee }) => fee <= request.fee_max);
  const best = affordable.sort((a, b) => compare(costOf(request, a), costOf(request, b)))[0];
  if (best === undefined) {
    return {
      kind: "too_dear",
      fee: choices.reduce((least, { fee }) => minOf(fee, least), choices[0]?.fee ?? 0n),
    };
  }
  return { kind: "selected", selection: consolidated(request, best, useful) };
}

/** The fee, and what spending the change will cost at the same rate. */
export function costOf<C extends Candidate>(request: SelectionRequest<C>, { fee, change }: Selection<C>): bigint {
  return change === 0n ? fee : fee + inputFee(request);
}

/** What a transaction with so many inputs has to pay. */
export function feeFor<C extends Candidate>(
  { base_weight, change_weight, input_weight, fee_rate }: SelectionRequest<C>,
  inputs: number,
  change: boolean,
): bigint {
  // A count above 252 takes two bytes more.
  const count = inputs > 252 ? 8n : 0n;
  return feeOf((change ? change_weight : base_weight) + count + BigInt(inputs) * input_weight, fee_rate);
}

/** Inputs that one transaction may have. */
function inputsMax<C extends Candidate>({
  change_weight,
  input_weight,
  inputs_max = INPUTS_MAX,
}: SelectionRequest<C>): number {
  const fitting = Number((WEIGHT_MAX - change_weight) / input_weight) - 1;
  return Math.min(fitting, INPUTS_MAX, inputs_max);
}

function inputFee<C extends Candidate>({ input_weight, fee_rate }: SelectionRequest<C>): bigint {
  return feeOf(input_weight, fee_rate);
}

/** More than this is worth a change output. */
function excessMax<C extends Candidate>(request: SelectionRequest<C>): bigint {
  const change_fee = feeFor(request, 1, true) - feeFor(request, 1, false);
  const spend = inputFee(request);
  return change_fee + maxOf(spend, request.dust);
}

/** The least excess over all choices without change, within `TRIES_MAX` steps. */
function withoutChange<C extends Candidate>(request: SelectionRequest<C>, all: readonly C[]): Selection<C> | null {
  const coins = all.slice(0, SEARCHED_MAX);
  const room = excessMax(request);
  const rest: bigint[] = [0n];
  for (const coin of coins.toReversed()) rest.push((rest.at(-1) ?? 0n) + worthOf(coin));
  rest.reverse();
  const chosen: C[] = [];
  let best: Selection<C> | null = null;
  let tries = 0;
  const limit = inputsMax(request);
  const search = (at: number, sum: bigint): void => {
    tries += 1;
    const needed = request.amount + feeFor(request, Math.max(chosen.length, 1), false);
    const excess = sum - needed;
    if (chosen.length > 0 && excess >= 0n) {
      const fee = sum - request.amount + lacksOf(chosen);
      if (excess <= room && (best === null || fee < best.fee)) best = { coins: [...chosen], fee, change: 0n };
      // Another coin only adds to the excess.
      return;
    }
    const coin = coins[at];
    if (coin === undefined || tries >= TRIES_MAX || chosen.length >= limit || sum + (rest[at] ?? 0n) < needed) return;
    chosen.push(coin);
    search(at + 1, sum + worthOf(coin));
    chosen.pop();
    search(at + 1, sum);
  };
  search(0, 0n);
  return best;
}

/** The fewest inputs that reach without change, whatever is left over going to the fee; only where no change would be possible. */
function fewest<C extends Candidate>(request: SelectionRequest<C>, coins: readonly C[]): Selection<C> | null {
  let sum = 0n;
  for (const [at, coin] of coins.slice(0, inputsMax(request)).entries()) {
    sum += worthOf(coin);
    if (sum < request.amount + feeFor(request, at + 1, false)) continue;
    const rest = sum - request.amount;
    if (rest - feeFor(request, at + 1, false) > excessMax(request)) return null;
    const chosen = coins.slice(0, at + 1);
    return { coins: chosen, fee: rest + lacksOf(chosen), change: 0n };
  }
  return null;
}

function withChange<C extends Candidate>(request: SelectionRequest<C>, coins: readonly C[]): Selection<C> | null {
  let sum = 0n;
  for (const [at, coin] of coins.slice(0, inputsMax(request)).entries()) {
    sum += worthOf(coin);
    const fee = feeFor(request, at + 1, true);
    const change = sum - request.amount - fee;
    if (change < request.dust) continue;
    const chosen = coins.slice(0, at + 1);
    return { coins: chosen, fee: fee + lacksOf(chosen), change };
  }
  return null;
}

/** The smallest coins come along into the change, as many as are allowed and the cap on the fee bears. */
function consolidated<C extends Candidate>(
  request: SelectionRequest<C>,
  selection: Selection<C>,
  coins: readonly C[],
): Selection<C> {
  if (selection.change === 0n || request.consolidate_max === 0) return selection;
  let best = selection;
  const more = coins.toReversed().filter((coin) => !selection.coins.includes(coin));
  for (const coin of more.slice(0, request.consolidate_max)) {
    const chosen = [...best.coins, coin];
    const fee = feeFor(request, chosen.length, true) + lacksOf(chosen);
    if (fee > request.fee_max || chosen.length > inputsMax(request)) return best;
    best = { coins: chosen, fee, change: best.change + best.fee + coin.amount - fee };
  }
  return best;
}

/** What it brings before its own input is paid for. */
function worthOf({ amount, lack = 0n }: Candidate): bigint {
  return amount - lack;
}

function lacksOf(coins: readonly Candidate[]): bigint {
  return coins.reduce((sum, { lack = 0n }) => sum + lack, 0n);
}

function largestFirst(a: Candidate, b: Candidate): number {
  return compare(worthOf(b), worthOf(a));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
