/**
 * Small parts of which codecs are made: each turns a value into plain JSON and back, checking every field on the way in.
 * A `bigint` is a decimal string outside. A codec of an object names every member of its type, so that a new member without
 * its codec does not compile.
 */
import { TidegateError } from "../errors/index.ts";

export interface Codec<T> {
  encode(value: T): unknown;
  /** @throws TidegateError record_malformed, naming the place. */
  decode(json: unknown, path: string): T;
}

const INTEGER = /^-?(?:0|[1-9]\d{0,159})$/;

export const units: Codec<bigint> = {
  encode: (value) => value.toString(),
  decode: (json, path) => {
    if (typeof json !== "string" || !INTEGER.test(json)) throw malformed(path, "an integer in a string");
    return BigInt(json);
  },
};

export const text: Codec<string> = plain("text", (json) => typeof json === "string");
export const flag: Codec<boolean> = plain("true or false", (json) => typeof json === "boolean");
/** Counts, instants and parts per million; never an amount. */
export const number: Codec<number> = plain("a finite number", (json) => Number.isFinite(json));

export function oneOf<const T extends string>(...words: readonly T[]): Codec<T> {
  return plain(words.join(", "), (json) => words.some((word) => word === json));
}

/** A member that a record of an older version does not have reads as null. */
export function orNull<T>(inner: Codec<T>): Codec<T | null> {
  return {
    encode: (value) => (value === null ? null : inner.encode(value)),
    decode: (json, path) => (json === null || json === undefined ? null : inner.decode(json, path)),
  };
}

/** A member that may be missing stays missing, so that the digest of what was written before it existed stays what it was. */
export function orAbsent<T>(inner: Codec<T>): Codec<T> {
  return {
    encode: (value: T | undefined) => (value === undefined ? undefined : inner.encode(value)),
    decode: (json, path) => (json === undefined ? (undefined as T) : inner.decode(json, path)),
  };
}

/** An amount that records of an older version do not have: nothing. */
export const unitsOrZero: Codec<bigint> = {
  encode: (value: bigint | undefined) => units.encode(value ?? 0n),
  decode: (json, path) => (json === undefined ? 0n : units.decode(json, path)),
};

export function list<T>(inner: Codec<T>): Codec<readonly T[]> {
  return {
    encode: (values) => values.map((value) => inner.encode(value)),
    decode: (json, path) => {
      if (!Array.isArray(json)) throw malformed(path, "a list");
      return json.map((item, index) => inner.decode(item, `${path}.${index}`));
    },
  };
}

export function map<T>(inner: Codec<T>): Codec<Readonly<Record<string, T>>> {
  return {
    encode: (value) => Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner.encode(item)])),
    decode: (json, path) =>
      Object.fromEntries(
        Object.entries(membersOf(json, path)).map(([key, item]) => [key, inner.decode(item, `${path}.${key}`)]),
      ),
  };
}

export function record<T extends object>(members: { readonly [K in keyof T]-?: Codec<T[K]> }): Codec<T> {
  const names = Object.keys(members) as (keyof T & string)[];
  return {
    encode: (value) => Object.fromEntries(names.map((name) => [name, members[name].encode(value[name])])),
    decode: (json, path) => {
      const found = membersOf(json, path);
      return Object.fromEntries(
        names.map((name) => [name, members[name].decode(found[name], `${path}.${name}`)]),
      ) as unknown as T;
    },
  };
}

export function malformed(path: string, expected: string): TidegateError {
  return new TidegateError("invalid", "record_malformed", `${path} in a stored record is not ${expected}.`, { path });
}

export function membersOf(json: unknown, path: string): Record<string, unknown> {
  if (json === null || typeof json !== "object" || Array.isArray(json)) throw malformed(path, "an object");
  return json as Record<string, unknown>;
}

function plain<T>(expected: string, isValid: (json: unknown) => boolean): Codec<T> {
  return {
    encode: (value) => value,
    decode: (json, path) => {
      if (!isValid(json)) throw malformed(path, expected);
      return json as T;
    },
  };
}
