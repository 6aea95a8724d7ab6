/** docs/reference/config.md: every key of the configuration, and the options of each type of venue, from their schemas. */
import { z } from "zod";
import { VENUE_TYPES } from "../../src/compose/venue_types.ts";
import { configJsonSchema } from "../../src/config/index.ts";
import { ChainlinkOptions, MarketOptions, PRICE_SOURCE_TYPES } from "../../src/venues/prices/index.ts";
import { code, GENERATED_NOTE, table } from "./markdown.ts";

/** What of JSON Schema the configuration uses. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

interface Row {
  readonly path: string;
  readonly node: SchemaNode;
  readonly required: boolean;
}

/** No bound worth a word. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

export function configReference(): string {
  const root = configJsonSchema() as SchemaNode;
  return `${GENERATED_NOTE}
# Configuration

One YAML file; [the sandbox's](../../examples/sandbox/tidegate.yaml) and [that of a hot wallet with a Safe](../../examples/evm-safe/tidegate.yaml) are complete examples. \`./tidegate check -c tidegate.yaml\` names every mistake with its line and prints what the file came to. Editors complete it with [the JSON Schema](../../schema/config.schema.json): \`# yaml-language-server: $schema=...\` in the first line.

Keys are strict. Amounts carry their asset (\`10000 USDT\`), levels are \`5%\`, \`150000 USDT\` or \`10000 USD\`, durations \`30m\`, \`24h\`, \`1h30m\`. Secrets are references, \`env:NAME\` or \`file:path\` (relative to the file; in a sandbox to its data directory), and never stand in the file. \`TIDEGATE_PORT\` and \`TIDEGATE_DATA\` override the port and the data directory. \`[]\` stands for each entry of a list, \`<name>\` for a key of your own.

${keysTable(flatten(root))}

## Options of a venue

Beside \`id\` and \`type\` a venue has the options of its connector. What each connector can do is in [venues](venues.md).

${VENUE_TYPES.map(
  ({ type, summary, options }) => `### ${type}

${summary}

${keysTable(flatten(toNode(options)))}`,
).join("\n\n")}

## Options of a price source

Beside \`id\` and \`type\`. Sources of type \`sandbox\` have no options. A source that quotes in another asset (\`quoted_in\`) counts only while that asset has a fresh price of its own: one USDT is not taken for one USD.

${PRICE_SOURCE_TYPES.map(({ type, summary }) => `- \`${type}\`: ${summary}`).join("\n")}

### markets

${keysTable(flatten(toNode(MarketOptions)))}

### chainlink

${keysTable(flatten(toNode(ChainlinkOptions)))}
`;
}

/** Every key below `node` with its path, in the order of the schema. */
export function flatten(node: SchemaNode, path = ""): readonly Row[] {
  const inner = node.anyOf?.find((form) => form.properties !== undefined) ?? node;
  const below = (child: SchemaNode, at: string): readonly Row[] => flatten(child, at);
  if (inner.items !== undefined) return below(inner.items, `${path}[]`);
  if (typeof inner.additionalProperties === "object" && isKeyed(inner)) {
    return below(inner.additionalProperties, `${path}.<name>`);
  }
  return Object.entries(inner.properties ?? {}).flatMap(([key, child]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return [{ path: at, node: child, required: inner.required?.includes(key) === true }, ...below(child, at)];
  });
}

/** A mapping with names of the user's own, unlike an object that merely lets more keys pass. */
function isKeyed(node: SchemaNode): boolean {
  return node.properties === undefined;
}

function keysTable(rows: readonly Row[]): string {
  return table(
    ["key", "type", "default", "meaning"],
    rows.map(({ path, node, required }) => [
      code(path),
      typeOf(node),
      required ? "required" : defaultOf(node),
      node.description ?? "",
    ]),
  );
}

function typeOf(node: SchemaNode): string {
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(" or ");
  if (node.const !== undefined) return code(String(node.const));
  if (node.enum !== undefined) return node.enum.map((value) => code(String(value))).join(", ");
  if (node.type === "array") return `list of ${plural(typeOf(node.items ?? {}))}`;
  if (node.type === "object") return "mapping";
  if (node.type === "integer") return rangeOf(node);
  return node.type === undefined || node.type === "string" ? "text" : node.type;
}

function plural(type: string): string {
  return /^[a-z]+$/.test(type) ? `${type}s` : type;
}

function rangeOf({ minimum, maximum = UNBOUNDED, exclusiveMinimum }: SchemaNode): string {
  const least = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  if (least === undefined) return "integer";
  return maximum === UNBOUNDED ? `integer from ${least}` : `integer, ${least} to ${maximum}`;
}

function defaultOf({ default: fallback }: SchemaNode): string {
  if (fallback === undefined) return "";
  if (Array.isArray(fallback)) return "none";
  return typeof fallback === "object" ? "" : code(String(fallback));
}

/** The schema for editors: with the options of each type of venue, required and with their meaning. */
export function configSchemaWithVenues(): object {
  const root = configJsonSchema() as {
    properties: { venues: { items: { properties: Record<string, object>; required: string[] } } };
  };
  const item = root.properties.venues.items;
  const { properties, required, ...rest } = item;
  const anyOf = VENUE_TYPES.map(({ type, summary, options }) => {
    const own = toNode(options);
    const named = { ...properties, type: { ...properties.type, const: type }, ...own.properties };
    return { ...rest, description: summary, properties: named, required: [...required, ...(own.required ?? [])] };
  });
  const items = { description: (item as { description?: string }).description, anyOf };
  return { ...root, properties: { ...root.properties, venues: { ...root.properties.venues, items } } };
}

/** What JSON Schema cannot say (a checked address) is text there. */
function toNode(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: "input", target: "draft-2020-12", unrepresentable: "any" }) as SchemaNode;
}
