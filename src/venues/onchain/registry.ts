/** Our instruments on one network: found by asset or by contract, and the only place where their units change. */
import { getAddress, type Hex, isAddressEqual } from "viem";
import { type Asset, type AssetId, type Instrument, toAssetUnits, toInstrumentUnits } from "../../money/index.ts";
import { VenueError } from "../index.ts";
import type { ChainInstrument } from "./types.ts";

export interface ChainRegistry {
  readonly all: readonly ChainInstrument[];
  /** @throws VenueError venue_invalid */
  ofAsset(asset: AssetId): ChainInstrument;
  /** Null contract: the coin of the chain. @throws VenueError venue_policy_denied */
  ofContract(contract: Hex | null): ChainInstrument;
}

export function createRegistry(
  network: string,
  assets: ReadonlyMap<AssetId, Asset>,
  instruments: readonly Instrument[],
): ChainRegistry {
  const all = instruments
    .filter((instrument) => instrument.network === network)
    .flatMap((instrument) => {
      const asset = assets.get(instrument.asset);
      const contract = instrument.contract === null ? null : getAddress(instrument.contract);
      return asset === undefined ? [] : [{ asset, instrument, contract }];
    });
  return {
    all,
    ofAsset(asset) {
      const found = all.find((item) => item.asset.id === asset);
      if (found) return found;
      throw new VenueError("venue_invalid", `${asset} has no instrument on ${network}.`, { asset, network });
    },
    ofContract(contract) {
      const found = all.find((item) => sameContract(item.contract, contract));
      if (found) return found;
      const name = contract ?? "its coin";
      throw new VenueError("venue_policy_denied", `${name} is no registered instrument of ${network}.`, { network });
    },
  };
}

/** Units of the chain as units of the asset; always exact. */
export function fromChain({ asset, instrument }: ChainInstrument, units: bigint): bigint {
  return toAssetUnits(asset, instrument, units);
}

/** Units of the asset as units of the chain. @throws TidegateError amount_not_representable */
export function toChain({ asset, instrument }: ChainInstrument, units: bigint): bigint {
  return toInstrumentUnits(asset, instrument, units);
}

/** The smallest step of the asset that this chain can move. */
export function stepOf({ asset, instrument }: ChainInstrument): bigint {
  return toAssetUnits(asset, instrument, 1n);
}

function sameContract(a: Hex | null, b: Hex | null): boolean {
  return a === null || b === null ? a === b : isAddressEqual(a, b);
}
