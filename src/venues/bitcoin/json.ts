/** JSON whose numbers stay the text that was sent: the node writes amounts as decimal numbers, and a float would round them. */

/** @throws SyntaxError */
export function parseExact(text: string): unknown {
  return JSON.parse(text, keepNumber);
}

/** `context.source` is the number's own text (ECMAScript, JSON.parse source text access). */
function keepNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number") return value;
  if (context?.source === undefined) throw new SyntaxError("this runtime does not show the text of a number");
  return context.source;
}
