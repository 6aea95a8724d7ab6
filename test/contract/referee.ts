/**
 * The judge between a connector and a fake: an independent validator (openapi-backend) with the vendor's own contract files. It
 * is given what was asked and what was answered, and says everything in either that the contract does not allow.
 */
import { readFileSync } from "node:fs";
import addFormats from "ajv-formats";
import { OpenAPIBackend } from "openapi-backend";
import { parse } from "yaml";
import { type Schema, undeclared, unknownWords, type Words } from "./names.ts";

/** Answers that every operation may give, whether or not the contract lists them: who are you, and not so fast. */
const IMPLIED: ReadonlySet<number> = new Set([401, 429]);

export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly reply: string;
}

export interface Violation {
  readonly operation: string;
  readonly side: "request" | "response";
  readonly message: string;
}

interface Operation {
  readonly operationId?: string;
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

type Document = Record<string, unknown>;

export class Referee {
  readonly violations: Violation[] = [];
  /** Operations that were exercised, with how often. */
  readonly exercised = new Map<string, number>();
  readonly #contracts: Contract[];
  readonly #words: Words;

  private constructor(contracts: Contract[], words: Words) {
    this.#contracts = contracts;
    this.#words = words;
  }

  /** @example await Referee.create(["bitgo-api.yaml", "express-api.yaml"], {}) */
  static async create(files: readonly string[], words: Words): Promise<Referee> {
    const contracts = await Promise.all(files.map((file) => Contract.load(file)));
    return new Referee(contracts, words);
  }

  judge(exchange: Exchange): void {
    const found = this.#contracts.map((contract) => contract.match(exchange)).find((match) => match !== null);
    if (!found) {
      const operation = `${exchange.method} ${exchange.target.split("?")[0]}`;
      this.violations.push({ operation, side: "request", message: "the contract has no such operation" });
      return;
    }
    const { contract, operation, id } = found;
    this.exercised.set(id, (this.exercised.get(id) ?? 0) + 1);
    const say = (side: Violation["side"]) => (message: string) =>
      this.violations.push({ operation: id, side, message });
    // What the other side refuses as malformed may be malformed.
    if (exchange.status < 400) contract.judgeRequest(exchange, operation).forEach(say("request"));
    contract.judgeResponse(exchange, operation).forEach(say("response"));
    unknownWords(json(exchange.reply), this.#words).forEach(say("response"));
  }
}

class Contract {
  readonly #backend: OpenAPIBackend;
  readonly #document: Document;

  private constructor(backend: OpenAPIBackend, document: Document) {
    this.#backend = backend;
    this.#document = document;
  }

  static async load(file: string): Promise<Contract> {
    // Large files repeat parts by thousands of aliases.
    const document = mended(parse(readFileSync(file, "utf8"), { maxAliasCount: -1 })) as Document;
    const backend = new OpenAPIBackend({
      definition: document as never,
      quick: true,
      coerceTypes: true,
      ajvOpts: { strict: false, unicodeRegExp: false },
      customizeAjv: (ajv) => {
        addFormats.default(ajv as never);
        return ajv;
      },
    });
    await backend.init();
    return new Contract(backend, document);
  }

  match({ method, target, headers }: Exchange): { contract: Contract; operation: Operation; id: string } | null {
    const [path = "", query = ""] = target.split("?");
    const operation = this.#backend.router.matchOperation({ method, path, query, headers }) as Operation | undefined;
    return operation?.operationId ? { contract: this, operation, id: operation.operationId } : null;
  }

  judgeRequest({ method, target, headers, body }: Exchange, operation: Operation): string[] {
    const [path = "", query = ""] = target.split("?");
    const request = { method, path, query, headers, ...(body === "" ? {} : { body: json(body) }) };
    const result = this.#backend.validateRequest(request as never, operation as never);
    const schema = operation.requestBody?.content?.["application/json"]?.schema;
    const named = body === "" || !schema ? [] : undeclared(json(body), schema, this.#resolve);
    return [...texts(result.errors), ...named.map((key) => `the body's key ${key} is not in the contract`)];
  }

  judgeResponse({ status, reply }: Exchange, operation: Operation): string[] {
    if (IMPLIED.has(status)) return [];
    const response = operation.responses?.[String(status)];
    if (!response) return [`it answered ${status}, which the contract does not list`];
    const body = json(reply);
    const result = this.#backend.validateResponse(body, operation as never, status);
    const schema = response.content?.["application/json"]?.schema;
    const named = schema ? undeclared(body, schema, this.#resolve) : [];
    return [...texts(result.errors), ...named.map((key) => `the answer's key ${key} is not in the contract`)];
  }

  readonly #resolve = (ref: string): Schema => {
    const steps = ref.replace(/^#\//, "").split("/");
    const name = (step: string): string => step.replaceAll("~1", "/").replaceAll("~0", "~");
    return steps.reduce<unknown>((at, step) => (at as Document)[name(step)], this.#document) as Schema;
  };
}

function texts(
  errors:
    | readonly { readonly instancePath: string; readonly message?: string; readonly params?: unknown }[]
    | null
    | undefined,
): string[] {
  return (errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath || "/"} ${message ?? "is wrong"} ${JSON.stringify(params ?? {})}`,
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Vendors' slips that would refuse everything: branches of `oneOf` that overlap (any of them will do), and patterns in quotes. */
function mended(value: unknown): unknown {
  const done = new Map<object, unknown>();
  const walk = (node: unknown): unknown => {
    if (node === null || typeof node !== "object") return node;
    const known = done.get(node);
    if (known !== undefined) return known;
    const copy: unknown[] | Record<string, unknown> = Array.isArray(node) ? [] : {};
    done.set(node, copy);
    for (const [key, item] of Object.entries(node)) Object.assign(copy, mendedEntry(key, item, walk));
    return copy;
  };
  return walk(value);
}

function mendedEntry(key: string, item: unknown, walk: (node: unknown) => unknown): Record<string, unknown> {
  if (key === "oneOf" && Array.isArray(item)) return { anyOf: walk(item) };
  const quoted = key === "pattern" && typeof item === "string" ? /^"(.*)"$/.exec(item) : null;
  return { [key]: quoted ? quoted[1] : walk(item) };
}
