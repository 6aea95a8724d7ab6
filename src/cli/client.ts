/** The running daemon over HTTP. A problem it answers becomes the error it was, with the same code and exit code. */
import { readFileSync } from "node:fs";
import type { Problem } from "../api/index.ts";
import type { TreasuryConfig } from "../config/types.ts";
import { TidegateError } from "../errors/index.ts";
import { CliError } from "./errors.ts";
import type { Io } from "./io.ts";

const REQUEST_TIMEOUT_MS = 30_000;
const PORT_DEFAULT = 8420;

export interface Client {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown, idempotency_key?: string): Promise<T>;
  /** As `post`, and whether it was asked with this key before: then the answer is the one of then. */
  ask<T>(
    path: string,
    body: unknown,
    idempotency_key: string,
  ): Promise<{ readonly answer: T; readonly replayed: boolean }>;
  /** The body of a long answer, piece by piece. */
  stream(path: string): Promise<AsyncIterable<string>>;
}

export interface ClientOptions {
  readonly url?: string | undefined;
  /** The token itself, `env:NAME` or `file:path`. */
  readonly token?: string | undefined;
  readonly config?: TreasuryConfig | null;
}

/** `--url`, else TIDEGATE_URL, else where the configuration listens, else loopback. */
export function createClient(options: ClientOptions, io: Io): Client {
  const url = (options.url ?? io.env.TIDEGATE_URL ?? configUrl(options.config) ?? defaultUrl(io)).replace(/\/$/, "");
  const token = readToken(options.token ?? io.env.TIDEGATE_TOKEN, io);
  // A line of its own for each request: a person thinks between two of them, and a line that the daemon closes just then looks as if it did
  // not answer.
  const base: Record<string, string> = {
    connection: "close",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await reach(url, path, init);
    if (!response.ok) throw await failureOf(response);
    return response;
  };
  const timed = (path: string, init: RequestInit): Promise<Response> =>
    send(path, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
  const json = async <T>(response: Response): Promise<T> => (await response.json()) as T;
  const posted = (path: string, body: unknown, idempotency_key: string | undefined): Promise<Response> =>
    timed(path, {
      method: "POST",
      headers: {
        ...base,
        "content-type": "application/json",
        ...(idempotency_key === undefined ? {} : { "idempotency-key": idempotency_key }),
      },
      body: JSON.stringify(body),
    });
  return {
    url,
    get: async (path) => json(await timed(path, { headers: base })),
    post: async (path, body, idempotency_key) => json(await posted(path, body, idempotency_key)),
    ask: async (path, body, idempotency_key) => {
      const response = await posted(path, body, idempotency_key);
      return { answer: await json(response), replayed: response.headers.get("idempotency-hit") === "true" };
    },
    stream: async (path) => textOf(await send(path, { headers: base })),
  };
}

function configUrl(config: TreasuryConfig | null | undefined): string | undefined {
  if (config === null || config === undefined) return undefined;
  const { host, port } = config.api;
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

function defaultUrl(io: Io): string {
  return `http://127.0.0.1:${io.env.TIDEGATE_PORT ?? PORT_DEFAULT}`;
}

function readToken(given: string | undefined, io: Io): string | null {
  if (given === undefined || given === "") return null;
  if (given.startsWith("env:")) return io.env[given.slice("env:".length)] ?? null;
  if (!given.startsWith("file:")) return given;
  const path = given.slice("file:".length);
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new CliError("usage", `The token file ${path} cannot be read.`, { path }, error);
  }
}

async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url + path, init);
  } catch (error) {
    const message = `No daemon answers at ${url}; start one with ./tidegate run, or name another with --url.`;
    throw new CliError("daemon_unreachable", message, { url }, error);
  }
}

async function failureOf(response: Response): Promise<TidegateError> {
  const problem = (await response.json().catch(() => null)) as Partial<Problem> | null;
  if (problem?.code === undefined || problem.kind === undefined) {
    return new CliError("daemon_answer_unreadable", `The daemon answered ${response.status} without saying why.`);
  }
  return new TidegateError(problem.kind, problem.code, problem.detail ?? problem.code);
}

async function* textOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return;
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) yield chunk;
}
