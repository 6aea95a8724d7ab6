/**
 * Canonical JSON (RFC 8785) and domain-separated SHA-256 over it. One domain string per kind of object, so that a
 * signature over one kind can never serve another.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalizeModule from "canonicalize";
import { assert } from "../errors/index.ts";

/** Kinds of object that are ever digested; the domain string is `tidegate/<kind>/v1\n`. */
export type DigestKind =
  | "transfer"
  | "policy"
  | "resume"
  | "resolution"
  | "break"
  | "envelope"
  | "facility"
  | "extension"
  | "substitution"
  | "decision"
  | "forecast"
  | "snapshot"
  | "event"
  | "request"
  | "posting"
  | "wallet";

const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/**
 * Canonical JSON text of a value. `bigint` is written as a decimal string; `undefined` members are left out.
 * @example canonicalJson({ b: 1n, a: "x" }) // '{"a":"x","b":"1"}'
 */
export function canonicalJson(value: unknown): string {
  const shape = { is_simple: true };
  const written = write(value, shape);
  // Whatever is out of the ordinary is the library's to judge.
  const text = shape.is_simple ? written : canonicalize(plainOf(value));
  assert(text !== undefined, "canonicalJson needs a JSON value");
  return text;
}

/** Lower-case hex SHA-256 of the domain string and the canonical JSON of `value`. */
export function digestOf(kind: DigestKind, value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(`tidegate/${kind}/v1\n${canonicalJson(value)}`)));
}

/** Printable ASCII that JSON writes as it is. */
const PLAIN_TEXT = /^[ !#-[\]-~]*$/;

/** The text itself; `is_simple` becomes false where the library has to say what it is. */
function write(value: unknown, shape: { is_simple: boolean }): string {
  switch (typeof value) {
    case "string":
      if (PLAIN_TEXT.test(value)) return `"${value}"`;
      if (!value.isWellFormed()) shape.is_simple = false;
      return JSON.stringify(value);
    case "bigint":
      return `"${value}"`;
    case "number":
      if (!Number.isFinite(value)) shape.is_simple = false;
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      return Array.isArray(value)
        ? `[${value.map((item) => write(item, shape)).join(",")}]`
        : writeObject(value, shape);
    case "undefined":
    case "function":
    case "symbol":
      shape.is_simple = false;
      return "";
  }
}

function writeObject(value: object, shape: { is_simple: boolean }): string {
  const given = value as Readonly<Record<string, unknown>>;
  const members = membersOf(Object.keys(given));
  if (members === null) {
    shape.is_simple = false;
    return "";
  }
  let text = "";
  for (const { name, head } of members) {
    const member = given[name];
    if (member !== undefined) text += `${text === "" ? "" : ","}${head}${write(member, shape)}`;
  }
  return `{${text}}`;
}

interface Member {
  readonly name: string;
  /** `"name":` */
  readonly head: string;
}

/** Orders that were worked out once: what is digested has few shapes. */
const orders = new Map<string, readonly Member[]>();
const ORDERS_MAX = 2_000;
const ORDER_NAMES_MAX = 64;

/** The names in the order of RFC 8785 (UTF-16 units); null where one of them is not plain text. */
function membersOf(names: readonly string[]): readonly Member[] | null {
  const kept = names.length <= ORDER_NAMES_MAX;
  const order = kept ? `${names.length} ${names.join()}` : "";
  const known = kept ? orders.get(order) : undefined;
  if (known !== undefined) return known;
  if (!names.every((name) => NAME.test(name) && name !== "toJSON")) return null;
  const members = [...names].sort().map((name) => ({ name, head: `"${name}":` }));
  if (kept && orders.size < ORDERS_MAX) orders.set(order, members);
  return members;
}

/** No comma, so that joined names say what they are; `__proto__` and names like an array index are the library's to write. */
const NAME = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_.:/-]*$/;

/**
 * The value as plain data: a bigint as its digits, members that are undefined left out.
 * @example plainOf({ amount: 1n, memo: undefined }) // { amount: "1" }
 */
export function plainOf(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plainOf);
  const given = value as Readonly<Record<string, unknown>>;
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    const member = given[name];
    if (member === undefined) continue;
    // Defined, not set: a member named __proto__ stays data.
    if (name === "__proto__") Object.defineProperty(out, name, { value: plainOf(member), enumerable: true });
    else out[name] = plainOf(member);
  }
  return out;
}
