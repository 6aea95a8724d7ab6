/** Komainu's assets as our instruments: amounts are decimal strings of whole units on its side. */
import { type Asset, type AssetId, type Instrument, toAssetUnits, toInstrumentUnits } from "../../money/index.ts";
import { readUnits, writeUnits } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { KomainuSettings } from "./options.ts";

export interface AssetForm {
  readonly code: string;
  readonly memo: "none" | "required";
  readonly asset: Asset;
  readonly instrument: Instrument;
}

/** @throws VenueError venue_invalid when an asset names an instrument that is not there */
export function readForms(
  venue: string,
  settings: KomainuSettings,
  {
    assets,
    instruments,
  }: { readonly assets: ReadonlyMap<AssetId, Asset>; readonly instruments: readonly Instrument[] },
): readonly AssetForm[] {
  return settings.assets.map(({ asset: code, instrument: id, memo }) => {
    const instrument = instruments.find((each) => each.id === id);
    const asset = instrument && assets.get(instrument.asset);
    if (instrument && asset) return { code, memo, asset, instrument };
    const message = `Venue "${venue}": the asset ${code} names the instrument "${id}", which is not in the file.`;
    throw new VenueError("venue_invalid", message, { venue, asset: code });
  });
}

/** @throws VenueError venue_invalid for anything but an exact amount of zero or more */
export function fromKomainu({ asset, instrument }: AssetForm, text: string): bigint {
  const units = readUnits(text, { style: "decimal", decimals: instrument.decimals });
  if (units < 0n) throw new VenueError("venue_invalid", `The venue sent a negative amount of ${asset.id}.`);
  return toAssetUnits(asset, instrument, units);
}

export function toKomainu({ asset, instrument }: AssetForm, units: bigint): string {
  const exact = toInstrumentUnits(asset, instrument, units);
  return writeUnits(exact, { style: "decimal", decimals: instrument.decimals });
}

export function stepOf({ asset, instrument }: AssetForm): bigint {
  return toAssetUnits(asset, instrument, 1n);
}
