/**
 * What schemas leave open: vendors seldom close their objects, so a misspelt or invented key passes every validator. Here each key
 * of a message must be one that the contract names at that place, and listed words must be among those that are known.
 */

export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly type?: string;
}

export type Resolve = (ref: string) => Schema;
/** Words by the name of their field, where the contract has only `string`. */
export type Words = Readonly<Record<string, readonly string[]>>;

/** Deepest nesting that is looked into: schemas may refer to themselves. */
const DEPTH_MAX = 12;

/** Paths of keys that the contract does not name. @example undeclared({ a: 1, b: 2 }, schema, resolve) // ["b"] */
export function undeclared(value: unknown, schema: Schema, resolve: Resolve, path = "", depth = 0): string[] {
  if (depth > DEPTH_MAX || value === null || typeof value !== "object") return [];
  const forms = flatten(schema, resolve, 0);
  if (Array.isArray(value)) {
    const items = forms.flatMap(({ items: item }) => (item ? [item] : []));
    if (items.length === 0) return [];
    return value.flatMap((item, at) => undeclared(item, { anyOf: items }, resolve, `${path}[${at}]`, depth + 1));
  }
  const objects = forms.filter(({ properties }) => properties !== undefined);
  const open =
    objects.length === 0 || forms.some(({ additionalProperties: more }) => more === true || typeof more === "object");
  return Object.entries(value).flatMap(([key, item]) => {
    const here = path === "" ? key : `${path}.${key}`;
    const named = objects.flatMap(({ properties }) => (properties?.[key] ? [properties[key]] : []));
    if (named.length === 0) return open ? [] : [here];
    return undeclared(item, { anyOf: named }, resolve, here, depth + 1);
  });
}

/** `field=word` of every listed field whose word is not known. */
export function unknownWords(value: unknown, words: Words): string[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap((item) => unknownWords(item, words));
  return Object.entries(value).flatMap(([key, item]) => {
    const known = Object.hasOwn(words, key) ? words[key] : undefined;
    const bad = typeof item === "string" && known !== undefined && !known.includes(item);
    return [...(bad ? [`${key}=${item}`] : []), ...unknownWords(item, words)];
  });
}

function flatten(schema: Schema, resolve: Resolve, depth: number): Schema[] {
  if (depth > DEPTH_MAX) return [];
  if (schema.$ref !== undefined) return flatten(resolve(schema.$ref), resolve, depth + 1);
  const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  return [schema, ...parts.flatMap((part) => flatten(part, resolve, depth + 1))];
}
