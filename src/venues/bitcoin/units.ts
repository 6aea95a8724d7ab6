/** BTC as the node writes it, fee rates as people write them, and satoshi. No amount passes through a float. */
import { parseDecimal, printDecimal } from "../../money/index.ts";

export const BTC_DECIMALS = 8;
/** Digits of a fee rate in satoshi per virtual byte. */
const RATE_DECIMALS = 3;
const WEIGHT_PER_VBYTE = 4n;
const VBYTES_PER_KVBYTE = 1_000n;

/** @example toSats("0.00012000") // 12000n */
export function toSats(btc: string): bigint {
  return parseDecimal(btc, BTC_DECIMALS);
}

/** @example toBtc(12_000n) // "0.00012000" */
export function toBtc(sats: bigint): string {
  return printDecimal(sats, BTC_DECIMALS);
}

/** Satoshi per 1,000 virtual bytes. @example toRate("1.5") // 1500n */
export function toRate(sats_per_vbyte: string): bigint {
  return parseDecimal(sats_per_vbyte, RATE_DECIMALS);
}

/** @example rateText(1_500n) // "1.500 sat/vB" */
export function rateText(rate: bigint): string {
  return `${printDecimal(rate, RATE_DECIMALS)} sat/vB`;
}

/** Virtual bytes, rounded up (BIP 141). */
export function toVbytes(weight: bigint): bigint {
  return (weight + WEIGHT_PER_VBYTE - 1n) / WEIGHT_PER_VBYTE;
}

/** What a transaction of this weight must pay at this rate; rounded up, so that the rate is never missed. */
export function feeOf(weight: bigint, rate: bigint): bigint {
  return (toVbytes(weight) * rate + VBYTES_PER_KVBYTE - 1n) / VBYTES_PER_KVBYTE;
}

/** The rate that a fee is, rounded down. */
export function rateOf(fee: bigint, weight: bigint): bigint {
  return (fee * VBYTES_PER_KVBYTE) / toVbytes(weight);
}
