/** YAML text to a plain value, remembering where each value stands. */
import { isMap, isNode, isScalar, LineCounter, type Pair, parseDocument } from "yaml";
import { ConfigError } from "./errors.ts";

export type Path = readonly (string | number)[];

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface ConfigDocument {
  readonly value: unknown;
  /** Place of the value at `path`, or of the nearest enclosing value that exists. With `key`: of its key. */
  locate(path: Path): Place | null;
}

/** Files beyond this are not configurations. */
export const CONFIG_BYTES_MAX = 2 * 1024 * 1024;
/** Guards against alias bombs. */
const ALIASES_MAX = 100;

/** @throws ConfigError config_syntax | config_too_large */
export function parseConfigText(file: string, text: string): ConfigDocument {
  if (text.length > CONFIG_BYTES_MAX) {
    const message = `This file is larger than ${CONFIG_BYTES_MAX} bytes.`;
    throw new ConfigError(file, [{ code: "config_too_large", message, path: "", line: null, column: null }]);
  }
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, version: "1.2" });
  const [error] = document.errors;
  if (error !== undefined) {
    const place = error.linePos?.[0];
    const message = `This is not valid YAML: ${firstLine(error.message)}`;
    throw new ConfigError(
      file,
      [{ code: "config_syntax", message, path: "", line: place?.line ?? null, column: place?.col ?? null }],
      error,
    );
  }
  const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
  return { value, locate: (path) => locate(document.contents, path, counter) };
}

function locate(root: unknown, path: Path, counter: LineCounter): Place | null {
  let node: unknown = root;
  let offset = isNode(root) ? root.range?.[0] : undefined;
  for (const step of path) {
    const next = child(node, step);
    if (next === null) break;
    node = next.node;
    offset = next.offset ?? offset;
  }
  if (offset === undefined) return null;
  const { line, col } = counter.linePos(offset);
  return { line, column: col };
}

function child(node: unknown, step: string | number): { node: unknown; offset: number | undefined } | null {
  if (isMap(node)) {
    const pair = node.items.find((item: Pair) => isScalar(item.key) && String(item.key.value) === String(step));
    if (pair === undefined) return null;
    return { node: pair.value, offset: isNode(pair.key) ? pair.key.range?.[0] : undefined };
  }
  if (!hasItems(node) || typeof step !== "number") return null;
  const item = node.items[step];
  return item === undefined ? null : { node: item, offset: isNode(item) ? item.range?.[0] : undefined };
}

function hasItems(node: unknown): node is { items: unknown[] } {
  return typeof node === "object" && node !== null && "items" in node && Array.isArray(node.items);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? text;
}

/** @example printPath(["pools", 0, "levels", "low"]) // "pools[0].levels.low" */
export function printPath(path: Path): string {
  return path.map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`)).join("");
}
