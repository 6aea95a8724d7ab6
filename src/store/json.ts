/**
 * What becomes of a JSON value in a json column, the same in every store: members in the order jsonb keeps them, `undefined`
 * members left out, negative zero made zero. The copy is frozen, so a row that was read can never change what is stored.
 */
import { assert } from "../errors/index.ts";
import { StoreError } from "./errors.ts";
import type { Json } from "./port.ts";
import { checkText, compareText } from "./text.ts";

export const JSON_DEPTH_MAX = 64;
/** Values and members of one json column together. */
export const JSON_NODES_MAX = 200_000;

/** Whole values that were copied once: deeply frozen and in order, so a row that is written back needs no second copy. */
const kept = new WeakSet<object>();

/**
 * A frozen copy of `value` as a json column keeps it.
 * @param where names the column in the error: `event.payload`
 * @throws StoreError store_invalid_value when it is too deep, too big, or holds text that PostgreSQL cannot keep
 * @example copyJson({ bb: 1, a: undefined, c: -0 }, "event.payload") // { c: 0, bb: 1 }
 */
export function copyJson(value: unknown, where: string): Json {
  if (typeof value === "object" && value !== null && kept.has(value)) return value as Json;
  const budget = { nodes: JSON_NODES_MAX };
  const made = copy(value, where, JSON_DEPTH_MAX, budget);
  if (typeof made === "object" && made !== null) kept.add(made);
  return made;
}

/**
 * A copy of a kept value that may be changed in place.
 * @example const state = thawJson(row.state) as unknown as FlowState
 */
export function thawJson(value: Json): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(thawJson);
  const made: Record<string, unknown> = {};
  for (const name of Object.keys(value)) made[name] = thawJson(value[name] ?? null);
  return made;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function copy(value: unknown, where: string, depth: number, budget: { nodes: number }): Json {
  budget.nodes -= 1;
  if (budget.nodes < 0) throw tooBig(where, `more than ${JSON_NODES_MAX} values`);
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return checkText(value, where);
  if (typeof value === "number") return copyNumber(value, where);
  if (depth === 0) throw tooBig(where, `more than ${JSON_DEPTH_MAX} levels`);
  assert(typeof value === "object", `${where} holds a ${typeof value}, which JSON has no place for`);
  if (Array.isArray(value)) return Object.freeze(value.map((item) => copy(item, where, depth - 1, budget)));
  return copyObject(value, where, depth, budget);
}

function copyObject(value: object, where: string, depth: number, budget: { nodes: number }): Json {
  const prototype: unknown = Object.getPrototypeOf(value);
  assert(prototype === Object.prototype || prototype === null, `${where} holds an object that is not plain data`);
  const given = value as Readonly<Record<string, unknown>>;
  const { names, blank } = inOrder(Object.keys(given), where);
  const out: Record<string, Json> = { ...blank };
  for (const name of names) {
    const member = given[name];
    if (member === undefined) {
      if (blank !== null) delete out[name];
      continue;
    }
    const kept_member = copy(member, where, depth - 1, budget);
    // Defined, not set: a member named __proto__ stays data.
    if (name === "__proto__") Object.defineProperty(out, name, { value: kept_member, enumerable: true });
    else out[name] = kept_member;
  }
  return Object.freeze(out);
}

interface Shape {
  /** In the order of jsonb. */
  readonly names: readonly string[];
  /** Of many names: an object that has them all, in the form that engines read and copy quickly; few names grow into it. */
  readonly blank: Readonly<Record<string, Json>> | null;
}

/** Orders that were worked out once: rows of a table have the same few shapes. */
const orders = new Map<string, Shape>();
const ORDERS_MAX = 2_000;
const ORDER_NAMES_MAX = 64;
/** An object that grows name by name stays in its quick form up to so many. */
const GROWN_MAX = 16;

function inOrder(names: readonly string[], where: string): Shape {
  if (names.length === 0) return { names, blank: null };
  const shape = names.length > ORDER_NAMES_MAX ? null : `${names.length} ${names.join("\u0000")}`;
  const known = shape === null ? undefined : orders.get(shape);
  if (known !== undefined) return known;
  for (const name of names) checkText(name, where);
  const sorted = [...names].sort(compareNames);
  const blank = shape === null || names.length <= GROWN_MAX ? null : blankOf(sorted);
  const order = { names: sorted, blank };
  if (shape !== null && orders.size < ORDERS_MAX) orders.set(shape, order);
  return order;
}

function blankOf(names: readonly string[]): Shape["blank"] {
  // A member named __proto__ is not copied by its name.
  if (names.includes("__proto__")) return null;
  return JSON.parse(`{${names.map((name) => `${JSON.stringify(name)}:null`).join()}}`) as Shape["blank"];
}

function copyNumber(value: number, where: string): number {
  assert(Number.isFinite(value), `${where} holds ${value}, which is not a JSON number`);
  return value === 0 ? 0 : value;
}

/** The order of jsonb: names of fewer bytes first, then by their bytes, which is by code point. */
function compareNames(a: string, b: string): number {
  return Buffer.byteLength(a) - Buffer.byteLength(b) || compareText(a, b);
}

function tooBig(where: string, what: string): StoreError {
  return new StoreError("store_invalid_value", `${where} holds ${what}; store less, or in several rows.`, { where });
}
