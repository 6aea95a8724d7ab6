/** What makes an OpenAPI 3.1 document usable by a generator: the rules of the specification that a mistake would break. */

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly responses?: Readonly<Record<string, { readonly description?: string }>>;
}

export interface OpenApi {
  readonly openapi: string;
  readonly info?: { readonly title?: string; readonly version?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Sentences about everything that is wrong; none for a valid document. */
export function openApiProblems(document: OpenApi): string[] {
  const operations = operationsOf(document);
  const ids = operations.map(({ operation }) => operation.operationId ?? "");
  return [
    ...(/^3\.1\.\d+$/.test(document.openapi) ? [] : [`openapi is ${document.openapi}`]),
    ...(document.info?.title && document.info.version ? [] : ["info has no title or no version"]),
    ...ids
      .filter((id, index) => id === "" || ids.indexOf(id) !== index)
      .map((id) => `operationId "${id}" is not unique`),
    ...operations.flatMap(operationProblems),
    ...referencesIn(document)
      .filter((ref) => resolve(document, ref) === undefined)
      .map((ref) => `${ref} leads nowhere`),
  ];
}

export function operationsOf({ paths }: OpenApi): { name: string; path: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
  );
}

function operationProblems({ name, path, operation }: ReturnType<typeof operationsOf>[number]): string[] {
  const in_path = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
  const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
  const missing = in_path.filter(
    (each) => !declared.some(({ name: id, required }) => id === each && required === true),
  );
  const surplus = declared.filter(({ name: id }) => !in_path.includes(id)).map(({ name: id }) => id);
  const responses = Object.entries(operation.responses ?? {});
  return [
    ...(path.startsWith("/") ? [] : [`${name}: a path begins with a slash`]),
    ...missing.map((each) => `${name}: {${each}} is not declared as required`),
    ...surplus.map((each) => `${name}: ${each} is declared and not in the path`),
    ...(responses.length > 0 ? [] : [`${name} answers nothing`]),
    ...responses.filter(([, { description }]) => !description).map(([status]) => `${name}: ${status} is not described`),
    ...responses
      .filter(([status]) => !/^([1-5](\d\d|XX)|default)$/.test(status))
      .map(([status]) => `${name}: ${status}`),
  ];
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "$ref" && typeof item === "string" ? [item] : referencesIn(item),
  );
}

function resolve(document: OpenApi, ref: string): unknown {
  if (!ref.startsWith("#/")) return undefined;
  let at: unknown = document;
  for (const step of ref.slice(2).split("/")) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  }
  return at;
}
