/** Names of coins and networks, ours and the exchange's, and amounts as the decimals it writes. */
import { type Asset, type AssetId, printDecimal } from "../../money/index.ts";
import { readUnits } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { CcxtOptions } from "./options.ts";

export class Names {
  readonly #assets: ReadonlyMap<AssetId, Asset>;
  readonly #coins: Readonly<Record<string, string>>;
  readonly #networks: Readonly<Record<string, string>>;

  constructor(assets: ReadonlyMap<AssetId, Asset>, { coins, networks }: Pick<CcxtOptions, "coins" | "networks">) {
    this.#assets = assets;
    this.#coins = coins;
    this.#networks = networks;
  }

  /** The exchange's name of an asset of ours. @throws VenueError venue_invalid */
  coin(asset: AssetId): string {
    return this.#coins[this.#asset(asset).id] ?? asset;
  }

  /** Null: not a coin that the configuration knows. */
  assetOf(coin: string): AssetId | null {
    const renamed = Object.entries(this.#coins).find(([, name]) => name === coin)?.[0] ?? coin;
    return this.#assets.has(renamed) ? renamed : null;
  }

  /** The exchange's name of a network. @throws VenueError venue_invalid where the options name none */
  network(network: string): string {
    const name = this.#networks[network];
    if (name !== undefined) return name;
    throw new VenueError("venue_invalid", `The options name no network of the exchange for "${network}".`, { network });
  }

  networkOf(name: string): string | null {
    return Object.entries(this.#networks).find(([, each]) => each === name)?.[0] ?? null;
  }

  /** @throws VenueError venue_invalid for what is no amount of that asset, zero or more */
  units(asset: AssetId, text: string): bigint {
    const units = this.signed(asset, text);
    if (units >= 0n) return units;
    throw new VenueError("venue_invalid", `The exchange states "${text.slice(0, 40)}" as an amount of ${asset}.`);
  }

  signed(asset: AssetId, text: string): bigint {
    return readUnits(trimmed(text, this.#asset(asset).decimals), {
      style: "decimal",
      decimals: this.#asset(asset).decimals,
    });
  }

  text(asset: AssetId, units: bigint): string {
    return printDecimal(units, this.#asset(asset).decimals);
  }

  #asset(id: AssetId): Asset {
    const asset = this.#assets.get(id);
    if (asset) return asset;
    throw new VenueError("venue_invalid", `"${id}" is not in the asset registry.`);
  }
}

/** Zeros at the end that some exchanges write beyond a coin's decimals; digits that mean something are refused by the codec. */
function trimmed(text: string, decimals: number): string {
  const point = text.indexOf(".");
  if (point < 0 || text.length - point - 1 <= decimals) return text;
  const tail = text.slice(point + 1 + decimals);
  if (!/^0+$/.test(tail)) return text;
  return decimals === 0 ? text.slice(0, point) : text.slice(0, point + 1 + decimals);
}
