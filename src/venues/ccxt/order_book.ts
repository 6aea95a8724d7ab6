/** What an amount brings from a book's levels, exactly; and what an answer to an order proves. */
import { minOf } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { HttpReply, SendResult, VendorError } from "../http/types.ts";
import type { OrderOutcome, QuoteRequest, VenueQuote } from "../index.ts";
import type { Names } from "./names.ts";

const MILLION = 1_000_000n;

export interface Level {
  readonly price: string;
  /** Quote units per whole base coin. */
  readonly price_units: bigint;
  /** Base units. */
  readonly amount: bigint;
}

/** The best levels first, as books list them. Value rounds down when selling and up when buying. */
export function walkBook(
  levels: readonly Level[],
  { base, amount, side }: QuoteRequest,
  { names, fee_ppm, as_of }: { readonly names: Names; readonly fee_ppm: number; readonly as_of: Instant },
): VenueQuote {
  const whole = names.units(base, "1");
  const up = side === "buy";
  let left = amount;
  let value = 0n;
  let price_worst = levels[0]?.price ?? "0";
  for (const level of levels) {
    if (left === 0n) break;
    const taken = minOf(left, level.amount);
    value += divided(taken * level.price_units, whole, up);
    price_worst = level.price;
    left -= taken;
  }
  const fee = divided(value * BigInt(fee_ppm), MILLION, true);
  return { value: up ? value + fee : value - fee, fee, price_worst, amount_available: amount - left, as_of };
}

/** Accepted with an id; rejected only where the exchange's own words prove that nothing was taken; else unknown. */
export function readOrderOutcome(
  result: SendResult,
  idIn: (body: unknown) => string | null,
  errorIn: (reply: HttpReply) => VendorError | null,
): OrderOutcome {
  if (!result.answered) {
    if (!result.sent) return { outcome: "rejected", code: "venue_transient", message: result.message };
    return { outcome: "unknown", message: result.message };
  }
  const { reply } = result;
  const error = errorIn(reply);
  if (error?.untaken === true && reply.status < 500) {
    return { outcome: "rejected", code: error.code, message: error.message };
  }
  const venue_ref = error === null && reply.status === 200 ? idIn(reply.body) : null;
  if (venue_ref !== null) return { outcome: "accepted", venue_ref };
  return { outcome: "unknown", message: `The exchange answered ${reply.status}${error ? `: ${error.message}` : ""}.` };
}

function divided(num: bigint, den: bigint, up: boolean): bigint {
  return up ? (num + den - 1n) / den : num / den;
}
