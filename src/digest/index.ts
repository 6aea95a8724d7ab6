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
  | "decision"
  | "forecast"
  | "snapshot"
  | "event"
  | "request"
  | "posting";

const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/**
 * Canonical JSON text of a value. `bigint` is written as a decimal string; `undefined` members are left out.
 * @example canonicalJson({ b: 1n, a: "x" }) // '{"a":"x","b":"1"}'
 */
export function canonicalJson(value: unknown): string {
  const shape = { is_simple: true };
  const data = plain(value, shape);
  // JSON.stringify writes numbers and texts as RFC 8785 asks. Whatever is out of the ordinary is the library's to judge.
  const text = shape.is_simple ? JSON.stringify(data) : canonicalize(data);
  assert(text !== undefined, "canonicalJson needs a JSON value");
  return text;
}

/** Lower-case hex SHA-256 of the domain string and the canonical JSON of `value`. */
export function digestOf(kind: DigestKind, value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(`tidegate/${kind}/v1\n${canonicalJson(value)}`)));
}

/** Names that look like an array index come first in every object, whatever order they were set in. */
const INDEX_LIKE = /^\d/;

/** Plain data, names in the order of RFC 8785 (UTF-16 units). What JSON.stringify writes otherwise than the RFC is not simple. */
function plain(value: unknown, shape: { is_simple: boolean }): unknown {
  switch (typeof value) {
    case "bigint":
      return value.toString();
    case "string":
      if (!value.isWellFormed()) shape.is_simple = false;
      return value;
    case "number":
      if (!Number.isFinite(value)) shape.is_simple = false;
      return value;
    case "boolean":
      return value;
    case "object":
      return value === null ? null : plainObject(value, shape);
    case "undefined":
    case "function":
    case "symbol":
      shape.is_simple = false;
      return value;
  }
}

function plainObject(value: object, shape: { is_simple: boolean }): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item, shape));
  const given = value as Readonly<Record<string, unknown>>;
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(given).sort()) {
    const member = given[name];
    if (member === undefined) continue;
    if (INDEX_LIKE.test(name) || name === "__proto__" || name === "toJSON" || !name.isWellFormed()) {
      shape.is_simple = false;
    }
    // Defined, not set: a member named __proto__ stays data.
    if (name === "__proto__") Object.defineProperty(out, name, { value: plain(member, shape), enumerable: true });
    else out[name] = plain(member, shape);
  }
  return out;
}
