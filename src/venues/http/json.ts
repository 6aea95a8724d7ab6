/**
 * JSON whose numbers keep the digits they were written with. `JSON.parse` turns 0.1 and 12345678901234567890 into the nearest
 * float; here each number arrives as its source text, and only a reader that knows its decimals makes an amount of it.
 */

/** A number of a JSON text, as it was written. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  /** Where it is shown or stored again it is text, and still exact. */
  toJSON(): string {
    return this.text;
  }
}

/** What `JSON.parse` and `JSON.rawJSON` do since V8 11.4 (the proposal "JSON.parse source text access"). */
interface SourceJson {
  parse(text: string, revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}
const sourceJson = JSON as unknown as SourceJson;
const NUMBER = /^-?\d{1,200}(\.\d{1,200})?([eE][+-]?\d{1,4})?$/;

/**
 * Undefined where the text is no JSON: the shape that is read next refuses it.
 * @example parseJson('{"v":0.10}') // { v: NumberText("0.10") }
 */
export function parseJson(text: string): unknown {
  try {
    return sourceJson.parse(text, (_key, value, context) =>
      typeof value === "number" ? new NumberText(context.source ?? String(value)) : value,
    );
  } catch {
    return undefined;
  }
}

/**
 * JSON text in which a `NumberText` is written as the number it is.
 * @example writeJson({ amount: new NumberText("0.00000001") }) // {"amount":0.00000001}
 */
export function writeJson(value: unknown): string {
  return JSON.stringify(rawNumbers(value));
}

function rawNumbers(value: unknown): unknown {
  if (value instanceof NumberText) {
    if (!NUMBER.test(value.text)) throw new RangeError(`not a JSON number: ${value.text.slice(0, 40)}`);
    return sourceJson.rawJSON(value.text);
  }
  if (Array.isArray(value)) return value.map(rawNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rawNumbers(item)]));
}
