/** Arithmetic on amounts of one asset; mixing two is a programmer error and crashes. */
import { assert } from "../errors/index.ts";
import { groupDecimal, parseDecimal, printDecimal } from "./decimal.ts";
import type { Amount, Asset, AssetId } from "./types.ts";

/** @example amountOf(usdt, "12.5") // { asset: "USDT", units: 12500000n } */
export function amountOf(asset: Asset, text: string): Amount {
  return { asset: asset.id, units: parseDecimal(text, asset.decimals) };
}

/** @example printAmount(usdt, 12500000n) // "12.500000 USDT" */
export function printAmount(asset: Asset, units: bigint): string {
  return `${printDecimal(units, asset.decimals)} ${asset.id}`;
}

/**
 * An amount in a sentence for people.
 * @example amountText(usdt, 2524000500000n) // "2,524,000.5 USDT"
 */
export function amountText(asset: Asset, units: bigint): string {
  return `${groupDecimal(printDecimal(units, asset.decimals))} ${asset.id}`;
}

/** The same by the asset's id; of an asset that the registry does not know, the base units and that they are. */
export function sayAmount(assets: ReadonlyMap<AssetId, Asset>, id: AssetId, units: bigint): string {
  const asset = assets.get(id);
  return asset === undefined ? `${groupDecimal(units.toString())} base units of ${id}` : amountText(asset, units);
}

export function addAmounts(a: Amount, b: Amount): Amount {
  assert(a.asset === b.asset, `cannot add ${a.asset} and ${b.asset}`);
  return { asset: a.asset, units: a.units + b.units };
}

export function subtractAmounts(a: Amount, b: Amount): Amount {
  assert(a.asset === b.asset, `cannot subtract ${b.asset} from ${a.asset}`);
  return { asset: a.asset, units: a.units - b.units };
}
