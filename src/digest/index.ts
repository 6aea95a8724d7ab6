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
  | "decision"
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
  const text = canonicalize(plain(value));
  assert(text !== undefined, "canonicalJson needs a JSON value");
  return text;
}

/** Lower-case hex SHA-256 of the domain string and the canonical JSON of `value`. */
export function digestOf(kind: DigestKind, value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(`tidegate/${kind}/v1\n${canonicalJson(value)}`)));
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === "object") {
    const out: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) if (member !== undefined) out[key] = plain(member);
    return out;
  }
  return value;
}
