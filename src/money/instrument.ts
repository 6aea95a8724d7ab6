/** Between an asset's canonical units and an instrument's: up is exact, down must be exact or is refused. */
import { assert, TidegateError } from "../errors/index.ts";
import type { Asset, Instrument } from "./types.ts";

export function toAssetUnits(asset: Asset, instrument: Instrument, instrument_units: bigint): bigint {
  return instrument_units * scale(asset, instrument);
}

/** @throws TidegateError amount_not_representable when the instrument has too few decimals for the amount. */
export function toInstrumentUnits(asset: Asset, instrument: Instrument, asset_units: bigint): bigint {
  const by = scale(asset, instrument);
  if (asset_units % by !== 0n) {
    throw new TidegateError(
      "invalid",
      "amount_not_representable",
      `This amount of ${asset.id} has more decimals than ${instrument.id} can carry (${instrument.decimals}).`,
      { asset: asset.id, instrument: instrument.id },
    );
  }
  return asset_units / by;
}

function scale(asset: Asset, instrument: Instrument): bigint {
  assert(asset.id === instrument.asset, `${instrument.id} is not a form of ${asset.id}`);
  assert(instrument.decimals <= asset.decimals, `${instrument.id} has more decimals than ${asset.id}`);
  return 10n ** BigInt(asset.decimals - instrument.decimals);
}
