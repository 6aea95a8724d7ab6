/**
 * A payment of an account to itself: small coins become one, or a child pays for a transaction that waits (CPFP). Every output is the
 * account's own, so nothing but the fee leaves. Which coins, and the transaction of them. Pure. Amounts are satoshi.
 */
import { VenueError } from "../index.ts";
import type { Account } from "./account.ts";
import type { SelfTerms } from "./coin_asset.ts";
import { assemble, type Draft, markOf, VAULT_INPUTS_MAX } from "./draft.ts";
import type { Coin, ConsolidationSettings, Place } from "./types.ts";
import { feeOf, rateText } from "./units.ts";
import { baseWeight, dustLimit, inputWeight, outputWeight } from "./weight.ts";

/** Coins that one payment puts together where the configuration does not say. */
const COINS_DEFAULT = 50;
/** Fewer cannot become one. */
const COINS_MIN = 2;

export interface SelfChoice {
  readonly coins: readonly Coin[];
  readonly touches: bigint;
  readonly fee: bigint;
}

export interface SelfRequest {
  readonly account: Account;
  /** Nobody else's. */
  readonly coins: readonly Coin[];
  /** `fee_max` in satoshi; null: nobody has bounded it yet. */
  readonly terms: Pick<SelfTerms, "purpose" | "parent" | "touches_max"> & { readonly fee_max: bigint | null };
  readonly fee_rate: bigint;
  /** What the waiting transaction and all below it lack at the rate; 0 where none waits. */
  readonly lack: bigint;
  /** Where everything comes back to. */
  readonly to: Place;
  readonly confirmations: number;
  readonly consolidation: ConsolidationSettings | null;
}

/**
 * @throws VenueError venue_policy_denied where there is nothing to do: too few coins, or a transaction that pays enough by itself;
 * venue_insufficient where the fee would leave nothing worth having
 */
export function chooseSelf(request: SelfRequest): SelfChoice {
  const { account, terms, fee_rate, to } = request;
  const coins = terms.purpose === "consolidate" ? smallCoins(request) : childCoins(request);
  const { script } = account.scriptAt(to.branch, to.index);
  const touches = sumOf(coins);
  const fee = feeWith(request, coins.length);
  if (touches - fee >= dustLimit(script)) return { coins, touches, fee };
  throw new VenueError(
    "venue_insufficient",
    `The coins are worth ${touches} satoshi, and at ${rateText(fee_rate)} the fee is ${fee}: nothing worth having would come back.`,
    { touches: touches.toString(), fee: fee.toString() },
  );
}

/** Satoshi that a payment of so many coins costs. */
function feeWith({ account, fee_rate, lack, to }: SelfRequest, count: number): bigint {
  const { script } = account.scriptAt(to.branch, to.index);
  const weight = baseWeight(count, 1) + outputWeight(script) + BigInt(count) * inputWeight(account);
  return feeOf(weight, fee_rate) + lack;
}

/** @throws VenueError as `chooseSelf`; venue_transient while the fee would pass its limit */
export function draftSelf(request: SelfRequest, terms: SelfTerms): Draft {
  const { coins, touches, fee } = chooseSelf({ ...request, terms });
  if (fee > terms.fee_max) {
    throw new VenueError(
      "venue_transient",
      `At ${rateText(request.fee_rate)} it costs ${fee} satoshi, more than its limit of ${terms.fee_max}; it is tried again later.`,
    );
  }
  const { script } = request.account.scriptAt(request.to.branch, request.to.index);
  return assemble(request.account, coins, [{ script, amount: touches - fee, own: request.to }], markOf(terms));
}

/**
 * The smallest final coins that bring more than they cost, as many as fit into what was planned, the fee included: coins that became
 * final since it was planned must not make it dearer than anybody allowed, for then it would wait until it expires.
 */
function smallCoins(request: SelfRequest): Coin[] {
  const { account, coins, terms, fee_rate, confirmations, consolidation } = request;
  const per_input = feeOf(inputWeight(account), fee_rate);
  const count_max = Math.min(consolidation?.coins_max ?? COINS_DEFAULT, VAULT_INPUTS_MAX);
  const worth = coins
    .filter((coin) => coin.confirmations >= confirmations && coin.amount > per_input)
    .sort((a, b) => (a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0));
  const chosen: Coin[] = [];
  let sum = 0n;
  for (const coin of worth.slice(0, count_max)) {
    sum += coin.amount;
    if (sum > terms.touches_max) break;
    const too_dear = terms.fee_max !== null && feeWith(request, chosen.length + 1) > terms.fee_max;
    // Two that are too dear wait for a lower rate: fewer would be nothing to put together.
    if (too_dear && chosen.length >= COINS_MIN) break;
    chosen.push(coin);
  }
  if (chosen.length >= COINS_MIN) return chosen;
  throw new VenueError(
    "venue_policy_denied",
    `There are fewer than ${COINS_MIN} final coins to put together that are worth their fee.`,
  );
}

/** What the waiting transaction brought the account, as change or as an arrival. */
function childCoins({ coins, terms, lack }: SelfRequest): Coin[] {
  const own = coins.filter(({ txid, confirmations }) => txid === terms.parent && confirmations === 0);
  const deny = (why: string): VenueError =>
    new VenueError("venue_policy_denied", `${terms.parent} cannot be hastened: ${why}.`);
  if (own.length === 0) throw deny("none of its coins is this account's and free");
  if (lack === 0n) throw deny("it offers what the network asks for already");
  if (sumOf(own) > terms.touches_max) throw deny("it brought more than was planned to be taken up");
  return own.slice(0, VAULT_INPUTS_MAX);
}

function sumOf(coins: readonly Coin[]): bigint {
  return coins.reduce((sum, { amount }) => sum + amount, 0n);
}
