/**
 * BitGo's coins as our instruments, and the one place where units change: BitGo counts in base units of the coin, written as
 * strings. A holding is `<coin>/<wallet id>`, because a wallet holds its coin and tokens of the same chain.
 */
import { type Asset, type AssetId, type Instrument, toAssetUnits, toInstrumentUnits } from "../../money/index.ts";
import { readUnits } from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { BitgoCoinSettings } from "./options.ts";

export interface CoinForm {
  readonly settings: BitgoCoinSettings;
  readonly coin: string;
  /** Whose wallets hold it. */
  readonly wallet_coin: string;
  readonly asset: Asset;
  readonly instrument: Instrument;
}

export interface Holding {
  readonly form: CoinForm;
  readonly wallet: string;
}

const ACCOUNT = /^([a-z0-9:_-]{2,64})\/([0-9a-f]{32})$/;

export class CoinRegistry {
  readonly all: readonly CoinForm[];
  readonly #venue: string;

  /** @throws VenueError venue_invalid when a coin names an instrument or asset that is not there */
  constructor(
    venue: string,
    coins: readonly BitgoCoinSettings[],
    { assets, instruments }: { assets: ReadonlyMap<AssetId, Asset>; instruments: readonly Instrument[] },
  ) {
    this.#venue = venue;
    this.all = coins.map((settings) => {
      const instrument = instruments.find(({ id }) => id === settings.instrument);
      const asset = instrument && assets.get(instrument.asset);
      if (!instrument || !asset) {
        const message = `Venue "${venue}": the coin ${settings.coin} names the instrument "${settings.instrument}", which is not in the file.`;
        throw new VenueError("venue_invalid", message, { venue, coin: settings.coin });
      }
      return { settings, coin: settings.coin, wallet_coin: settings.wallet_coin ?? settings.coin, asset, instrument };
    });
  }

  /** The holding that an account names. @throws VenueError venue_not_found */
  holding(account: string): Holding {
    const [, coin = "", wallet = ""] = ACCOUNT.exec(account) ?? [];
    const form = this.byCoin(coin);
    if (form && wallet !== "") return { form, wallet };
    const known = this.all.map((each) => each.coin).join(", ");
    const message = `"${account}" is no holding at "${this.#venue}": it must be <coin>/<wallet id>, with one of the coins ${known}.`;
    throw new VenueError("venue_not_found", message, { venue: this.#venue });
  }

  byCoin(coin: string): CoinForm | null {
    return this.all.find((form) => form.coin === coin) ?? null;
  }
}

export function accountOf({ form, wallet }: Holding): string {
  return `${form.coin}/${wallet}`;
}

/** BitGo's text of base units as units of our asset, negative ones too. @throws VenueError venue_invalid */
export function fromBitgo({ asset, instrument }: CoinForm, text: string): bigint {
  return toAssetUnits(asset, instrument, readUnits(text, { style: "base", decimals: instrument.decimals }));
}

/** @throws TidegateError amount_not_representable */
export function toBitgo({ asset, instrument }: CoinForm, units: bigint): string {
  return String(toInstrumentUnits(asset, instrument, units));
}

/** The smallest step of the asset that this coin can carry. */
export function stepOf({ asset, instrument }: CoinForm): bigint {
  return toAssetUnits(asset, instrument, 1n);
}
