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
  const members: [string, Json][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) members.push([checkText(name, where), copy(member, where, depth - 1, budget)]);
  }
  members.sort(([a], [b]) => compareNames(a, b));
  // fromEntries defines own properties, so a member named __proto__ stays data.
  return Object.freeze(Object.fromEntries(members));
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
