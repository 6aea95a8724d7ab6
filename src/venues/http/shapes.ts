/** Small readers that every connector uses: checked shapes, numbers that stay text, status words, prepared bytes. */
import { z } from "zod";
import type { PreparedSubmit, VenueStage } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import type { VenueTransfer } from "../port.ts";
import { NumberText } from "./json.ts";
import type { HttpRequest } from "./types.ts";

const preparedShape = z.object({ bytes: z.string().min(2) });

/** An amount, whichever way the vendor writes it: a JSON string or a JSON number. Comes out as its exact text. */
export const wireAmount = z.union([z.string(), z.instanceof(NumberText).transform(({ text }) => text)]);

/** A JSON number that counts or tells a time: a safe integer. */
export const wireInt = z
  .instanceof(NumberText)
  .transform(({ text }) => (/^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN))
  .refine(Number.isSafeInteger, "must be an integer");

/** An id that some vendors write as a string and some as a number. */
export const wireId = z.union([z.string().min(1), z.instanceof(NumberText).transform(({ text }) => text)]);

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
export function get(path: string, query: Readonly<Record<string, string>> = {}): HttpRequest {
  const text = new URLSearchParams(query).toString();
  return { method: "GET", target: text === "" ? path : `${path}?${text}`, body: "", headers: {} };
}
