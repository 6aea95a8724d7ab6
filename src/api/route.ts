/**
 * Routes are data: from this one table come the server, OpenAPI, the permission matrix and the contract tests. A route that
 * can move money demands an Idempotency-Key.
 */
import { z } from "zod";
import type { Permission } from "./permissions.ts";
import type { RouteContext } from "./types.ts";

const Nothing = z.strictObject({});

export interface Route {
  readonly method: "get" | "post";
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly permission: Permission;
  readonly moves_money: boolean;
  readonly sandbox_only: boolean;
  /** Status of a successful answer. */
  readonly status: number;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | null;
  readonly out: z.ZodType;
  /** Media type of a successful answer; anything but JSON is streamed as it is. */
  readonly media: readonly string[];
  readonly handler: (context: RouteContext<never, never, never>) => Promise<unknown>;
}

interface RouteInput<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType> {
  readonly method: "get" | "post";
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly permission: Permission;
  readonly moves_money?: boolean;
  readonly sandbox_only?: boolean;
  readonly status?: number;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly out: R;
  readonly handler: (context: RouteContext<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<R>>;
}

/** A route that answers JSON. The handler's types follow from its schemas. */
export function defineRoute<
  R extends z.ZodType,
  P extends z.ZodObject = typeof Nothing,
  Q extends z.ZodObject = typeof Nothing,
  B extends z.ZodType = z.ZodUndefined,
>(input: RouteInput<P, Q, B, R>): Route {
  return {
    method: input.method,
    path: input.path,
    summary: input.summary,
    tag: input.tag,
    permission: input.permission,
    moves_money: input.moves_money ?? false,
    sandbox_only: input.sandbox_only ?? false,
    status: input.status ?? 200,
    params: input.params ?? Nothing,
    query: input.query ?? Nothing,
    body: input.body ?? null,
    out: input.out,
    media: ["application/json"],
    handler: input.handler as Route["handler"],
  };
}

/** A body that is written piece by piece. */
export class StreamedAnswer {
  readonly media: string;
  readonly filename: string | null;
  readonly chunks: AsyncIterable<string>;

  constructor(media: string, chunks: AsyncIterable<string>, filename: string | null = null) {
    this.media = media;
    this.chunks = chunks;
    this.filename = filename;
  }
}

interface StreamRouteInput<Q extends z.ZodObject> {
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly permission: Permission;
  readonly query?: Q;
  readonly media: readonly string[];
  readonly handler: (context: RouteContext<Record<string, never>, z.output<Q>, undefined>) => Promise<StreamedAnswer>;
}

/** A GET whose answer is a stream of text: exports. */
export function defineStreamRoute<Q extends z.ZodObject = typeof Nothing>(input: StreamRouteInput<Q>): Route {
  return {
    method: "get",
    path: input.path,
    summary: input.summary,
    tag: input.tag,
    permission: input.permission,
    moves_money: false,
    sandbox_only: false,
    status: 200,
    params: Nothing,
    query: input.query ?? Nothing,
    body: null,
    out: z.string(),
    media: input.media,
    handler: input.handler as Route["handler"],
  };
}
