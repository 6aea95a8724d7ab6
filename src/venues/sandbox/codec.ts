/** Small readers that every dialect uses: checked shapes, amounts, status words, prepared bytes. */
import { z } from "zod";
import { type Asset, type AssetId, parseDecimal } from "../../money/index.ts";
import type { PreparedSubmit, VenueStage } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import type { VenueTransfer } from "../port.ts";
import type { WireRequest } from "./types.ts";

const preparedShape = z.object({ bytes: z.string().min(2) });

/** Amounts on the wire are decimal strings of whole units; inside they are base units of our own registry. */
export class AssetCodec {
  readonly #assets: ReadonlyMap<AssetId, Asset>;

  constructor(assets: ReadonlyMap<AssetId, Asset>) {
    this.#assets = assets;
  }

  /** @throws VenueError venue_invalid for an asset that is not ours. */
  asset(id: AssetId): Asset {
    const asset = this.#assets.get(id);
    if (asset) return asset;
    throw new VenueError("venue_invalid", `The venue speaks of "${id}", which is not in the asset registry.`);
  }

  /** Reads amounts of one asset. The reader throws VenueError venue_invalid for anything but a decimal of zero or more. */
  reader(id: AssetId): (text: string) => bigint {
    const asset = this.asset(id);
    return (text) => {
      const units = parseOrNull(text, asset.decimals);
      if (units !== null && units >= 0n) return units;
      throw new VenueError("venue_invalid", `The venue sent "${text.slice(0, 40)}" as an amount of ${id}.`);
    };
  }
}

/** @throws VenueError venue_invalid when the body is not of the promised shape. */
export function readShape<Shape extends z.ZodType>(schema: Shape, body: unknown, what: string): z.output<Shape> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join(".") || "the whole";
  throw new VenueError("venue_invalid", `The venue's ${what} does not have the promised shape (at ${where}).`);
}

export interface StatusMeaning {
  readonly stage: VenueStage;
  readonly status: VenueTransfer["status"];
}

/** What a venue's word means; a word nobody knows is pending and never final. */
export function readStatus(
  words: Readonly<Record<string, StatusMeaning>>,
  word: string,
): StatusMeaning & { readonly final: boolean } {
  const meaning = Object.hasOwn(words, word) ? words[word] : undefined;
  if (!meaning) return { stage: "accepted", status: "pending", final: false };
  return { ...meaning, final: meaning.status !== "pending" };
}

/** The exact bytes that were prepared. @throws VenueError venue_invalid */
export function preparedBytes(prepared: PreparedSubmit): string {
  return readShape(preparedShape, prepared.body, "prepared request").bytes;
}

/** @example get("/history", { after: "0" }) // GET /history?after=0 */
export function get(path: string, query: Readonly<Record<string, string>> = {}): WireRequest {
  const text = new URLSearchParams(query).toString();
  return { method: "GET", target: text === "" ? path : `${path}?${text}`, body: "", headers: {} };
}

/** Undefined where the text is no JSON: the shape that is read next refuses it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function parseOrNull(text: string, decimals: number): bigint | null {
  try {
    return parseDecimal(text, decimals);
  } catch {
    return null;
  }
}
