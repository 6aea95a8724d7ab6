/**
 * A transaction before it is signed: which coins, which outputs, what fee. Pure.
 *
 * Identity: the chain carries no reference of ours. Each input's sequence number holds a mark of the transfer instead (BIP 125: up to
 * 0xfffffffd it may be replaced; BIP 68: with the top bit it locks nothing, so 31 bits are free). A replacement has the same mark and
 * begins with the same coin; another transfer that pays the same to the same address has another mark, so the two are never mistaken
 * for each other.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { maxOf } from "../../money/index.ts";
import { VenueError } from "../index.ts";
import { type Account, compareBytes } from "./account.ts";
import type { Payment, Terms } from "./coin_asset.ts";
import { selectCoins } from "./select.ts";
import type { Coin, Outpoint, Place } from "./types.ts";
import { outpointText } from "./types.ts";
import { feeOf, rateText } from "./units.ts";
import { baseWeight, dustLimit, inputWeight, outputWeight } from "./weight.ts";

/** BIP 68: no relative lock. */
const NO_LOCK = 0x80000000;
/** BIP 125: the highest value that still signals replacement is 0xfffffffd. */
const MARKS = 0x7ffffffe;

/** Signers look at every input of a request. */
export const VAULT_INPUTS_MAX = 100;

export interface DraftOutput {
  readonly script: Uint8Array;
  readonly amount: bigint;
  /** Null: somebody else's. */
  readonly own: Place | null;
}

export interface Draft {
  readonly account: Account;
  /** The first one is the anchor: every replacement spends it too. */
  readonly inputs: readonly Coin[];
  readonly outputs: readonly DraftOutput[];
  readonly sequence: number;
  readonly fee: bigint;
  readonly weight: bigint;
}

export interface DraftRequest {
  readonly account: Account;
  /** Spendable and nobody else's. */
  readonly coins: readonly Coin[];
  readonly payment: Payment;
  readonly fee_rate: bigint;
  /** Used only if there is change. */
  readonly change: Place;
  readonly consolidate_max: number;
}

/** @throws VenueError venue_insufficient; venue_transient while the fee would pass its limit */
export function draftPayment(request: DraftRequest): Draft {
  const { account, coins, payment, fee_rate, change, consolidate_max } = request;
  const { script: change_script } = account.scriptAt(change.branch, change.index);
  const base_weight = baseWeight(1, 1) + outputWeight(payment.script);
  const result = selectCoins({
    coins,
    amount: payment.amount,
    fee_rate,
    fee_max: payment.fee_max,
    base_weight,
    change_weight: base_weight + outputWeight(change_script),
    input_weight: inputWeight(account),
    dust: dustLimit(change_script),
    consolidate_max,
    ...(account.kind === "wsh" ? { inputs_max: VAULT_INPUTS_MAX } : {}),
  });
  switch (result.kind) {
    case "selected": {
      const { selection } = result;
      const paid: DraftOutput = { script: payment.script, amount: payment.amount, own: null };
      const back: DraftOutput[] =
        selection.change === 0n ? [] : [{ script: change_script, amount: selection.change, own: change }];
      return assemble(account, selection.coins, [paid, ...back], markOf(payment));
    }
    case "too_little":
      throw new VenueError(
        "venue_insufficient",
        `The account has ${result.available} spendable satoshi, and the payment needs ${result.needed} with its fee.`,
        { available: result.available.toString(), needed: result.needed.toString() },
      );
    case "too_dear":
      throw new VenueError(
        "venue_transient",
        `At ${rateText(fee_rate)} the payment costs ${result.fee} satoshi, more than its limit of ${payment.fee_max}; it is tried again later.`,
      );
    case "too_many_inputs":
      throw new VenueError(
        "venue_insufficient",
        "The account's coins are too small for one transaction: put them together first.",
      );
  }
}

/** Rates of a replacement, and what the transactions that it spends from lack at its rate. */
export interface Dearer {
  readonly fee_rate: bigint;
  readonly relay_rate: bigint;
  readonly lack: bigint;
}

/**
 * The same payment with a higher fee, taken from the change (BIP 125): the old fee and the relay fee of the new transaction at least.
 * @throws VenueError venue_policy_denied where the change does not bear it or the cap on the fee does not allow it
 */
export function draftReplacement(draft: Draft, payment: Terms, { fee_rate, relay_rate, lack }: Dearer): Draft {
  const least = draft.fee + feeOf(draft.weight, relay_rate);
  const wanted = feeOf(draft.weight, fee_rate) + lack;
  const fee = maxOf(wanted, least);
  const deny = (why: string): VenueError => new VenueError("venue_policy_denied", `It cannot be sped up: ${why}.`);
  if (fee > payment.fee_max) throw deny(`${fee} satoshi would pass the limit of ${payment.fee_max}`);
  const change = draft.outputs.find(({ own }) => own !== null);
  if (change === undefined) throw deny("it has no change to take the fee from");
  const rest = change.amount + draft.fee - fee;
  if (rest < dustLimit(change.script)) throw deny("its change is too small");
  const outputs = draft.outputs.map((output) => (output === change ? { ...output, amount: rest } : output));
  return { ...assemble(draft.account, draft.inputs, outputs, draft.sequence), sequence: draft.sequence };
}

/** Outputs in the order of BIP 69, so that their place says nothing; inputs too, behind the anchor. */
export function assemble(
  account: Account,
  coins: readonly Coin[],
  outputs: readonly DraftOutput[],
  sequence: number,
): Draft {
  const [anchor, ...others] = coins;
  if (anchor === undefined) throw new VenueError("venue_insufficient", "There is no coin to spend.");
  const inputs = [anchor, ...others.sort(byOutpoint)];
  const weight =
    baseWeight(inputs.length, outputs.length) +
    BigInt(inputs.length) * inputWeight(account) +
    outputs.reduce((sum, { script }) => sum + outputWeight(script), 0n);
  const total = inputs.reduce((sum, { amount }) => sum + amount, 0n);
  const fee = outputs.reduce((rest, { amount }) => rest - amount, total);
  return { account, inputs, outputs: [...outputs].sort(byAmount), sequence, fee, weight };
}

/** 31 bits of the transfer, as a sequence number. */
export function markOf({ reference, nonce }: Pick<Terms, "reference" | "nonce">): number {
  const [a = 0, b = 0, c = 0, d = 0] = sha256(utf8ToBytes(`${reference}/${nonce}`));
  const word = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  return NO_LOCK + (word % MARKS);
}

function byOutpoint(a: Outpoint, b: Outpoint): number {
  return outpointText(a) < outpointText(b) ? -1 : 1;
}

function byAmount(a: DraftOutput, b: DraftOutput): number {
  if (a.amount !== b.amount) return a.amount < b.amount ? -1 : 1;
  return compareBytes(a.script, b.script);
}
