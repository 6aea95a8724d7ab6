/**
 * Vendors' amounts to base units and back, without a float between: integers of base units (BitGo), decimal strings (Fireblocks,
 * Komainu, exchanges) and decimal JSON numbers (bitcoind). More digits than our registry has for the asset are refused: then one
 * of the two is wrong about the asset, and no rounding makes that right.
 */
import { type Asset, type AssetId, parseDecimal, printDecimal } from "../../money/index.ts";
import { VenueError } from "../index.ts";
import type { NumberText } from "./json.ts";

/** How a vendor writes amounts: whole units with a point, or base units. */
export type UnitStyle = "decimal" | "base";

const INTEGER = /^-?\d{1,78}$/;
const SCIENTIFIC = /^(-?)(\d{1,78})(?:\.(\d{1,78}))?[eE]([+-]?\d{1,3})$/;
/** No amount of money has a larger exponent; a larger one would only make long texts. */
const EXPONENT_MAX = 78;
const SHOWN_CHARS = 40;

/**
 * Base units of one amount on the wire, negative ones included.
 * @throws VenueError venue_invalid for anything but an exact amount of `decimals` decimals
 * @example readUnits(new NumberText("1e-8"), { style: "decimal", decimals: 8 }) // 1n
 */
export function readUnits(
  value: string | NumberText,
  { style, decimals }: { readonly style: UnitStyle; readonly decimals: number },
): bigint {
  const text = typeof value === "string" ? value : value.text;
  if (style === "base") {
    if (INTEGER.test(text)) return BigInt(text);
    throw refused(text, "a whole number of base units");
  }
  try {
    return parseDecimal(typeof value === "string" ? text : plainDecimal(text), decimals);
  } catch (cause) {
    throw refused(text, `an amount with at most ${decimals} decimals`, cause);
  }
}

/** @example writeUnits(150n, { style: "decimal", decimals: 2 }) // "1.50" */
export function writeUnits(
  units: bigint,
  { style, decimals }: { readonly style: UnitStyle; readonly decimals: number },
): string {
  return style === "base" ? units.toString() : printDecimal(units, decimals);
}

/** The codec of one vendor: every amount of its messages goes through it. */
export class AssetCodec {
  readonly #assets: ReadonlyMap<AssetId, Asset>;
  readonly #style: UnitStyle;

  constructor(assets: ReadonlyMap<AssetId, Asset>, style: UnitStyle = "decimal") {
    this.#assets = assets;
    this.#style = style;
  }

  /** @throws VenueError venue_invalid for an asset that is not ours. */
  asset(id: AssetId): Asset {
    const asset = this.#assets.get(id);
    if (asset) return asset;
    throw new VenueError("venue_invalid", `The venue speaks of "${id}", which is not in the asset registry.`);
  }

  /** Reads amounts of one asset. The reader throws VenueError venue_invalid for anything but an amount of zero or more. */
  reader(id: AssetId): (value: string | NumberText) => bigint {
    const { decimals } = this.asset(id);
    return (value) => {
      const units = readUnits(value, { style: this.#style, decimals });
      if (units >= 0n) return units;
      throw refused(String(value), `an amount of ${id}, zero or more`);
    };
  }

  /** Writes amounts of one asset, as this vendor wants them. */
  writer(id: AssetId): (units: bigint) => string {
    const { decimals } = this.asset(id);
    return (units) => writeUnits(units, { style: this.#style, decimals });
  }

  /**
   * A row of the vendor's with these fields read as amounts of one asset. @throws VenueError venue_invalid
   * @example codec.readFields("USDT", { id: "a", fee: "1.5" }, ["fee"]) // { id: "a", fee: 1_500_000n }
   */
  readFields<Row extends { readonly [Name in Field]: string | NumberText }, Field extends keyof Row & string>(
    id: AssetId,
    row: Row,
    fields: readonly Field[],
  ): Omit<Row, Field> & Record<Field, bigint> {
    const read = this.reader(id);
    const amounts = Object.fromEntries(fields.map((field) => [field, read(row[field])])) as Record<Field, bigint>;
    return { ...row, ...amounts };
  }
}

/** A JSON number may be `1.5e-7`, which is `0.00000015`; a string that is an amount has no exponent. */
function plainDecimal(text: string): string {
  const match = SCIENTIFIC.exec(text);
  if (!match) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > EXPONENT_MAX) return text;
  const digits = `${"0".repeat(EXPONENT_MAX)}${whole}${fraction}${"0".repeat(EXPONENT_MAX)}`;
  const point = EXPONENT_MAX + whole.length + shift;
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  const right = digits.slice(point).replace(/0+$/, "");
  return right === "" ? `${sign}${left}` : `${sign}${left}.${right}`;
}

function refused(text: string, wanted: string, cause?: unknown): VenueError {
  const message = `The venue sent "${text.slice(0, SHOWN_CHARS)}" where ${wanted} was expected.`;
  return new VenueError("venue_invalid", message, {}, { cause });
}
