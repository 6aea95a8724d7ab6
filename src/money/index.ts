export { addAmounts, amountOf, amountText, printAmount, sayAmount, subtractAmounts } from "./amount.ts";
export { maxOf, minOf } from "./compare.ts";
export { DECIMALS_MAX, groupDecimal, parseDecimal, printDecimal, UNITS_DIGITS_MAX } from "./decimal.ts";
export { divide } from "./divide.ts";
export { toAssetUnits, toInstrumentUnits } from "./instrument.ts";
export { compareRatios, percent, printPercent, printPrice, ratio, shareOf } from "./ratio.ts";
export type { Amount, Asset, AssetId, Instrument, InstrumentId, Ratio, Rounding } from "./types.ts";
