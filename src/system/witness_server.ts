/**
 * A witness for other machines' logs: POST /add-checkpoint (C2SP tlog-witness) and GET /checkpoint?origin=NAME. It keeps the newest
 * checkpoint of each log in a file, synced before the cosignature leaves, and signs none that does not continue it.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  AuditError,
  judgeSubmission,
  parseCheckpoint,
  parseNote,
  SUBMISSION_BYTES_MAX,
  type WitnessReply,
} from "../audit/index.ts";
import type { Signer } from "../ports/index.ts";
import { ed25519Verifier } from "./ed25519.ts";
import { writeWhole } from "./file_witness.ts";

export interface WitnessServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** It must exist. One process has it. */
  readonly data_dir: string;
  readonly name: string;
  readonly signer: Signer;
  /** Verifier keys of the logs. */
  readonly logs: readonly string[];
  readonly now: () => number;
}

export interface WitnessServer {
  readonly url: string;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 10_000;

/** @example await startWitness({ host: "0.0.0.0", port: 8421, data_dir, name: "witness.example", signer, logs, now: Date.now }) */
export async function startWitness(options: WitnessServerOptions): Promise<WitnessServer> {
  let turn: Promise<unknown> = Promise.resolve();
  /** One at a time: what is compared is what is replaced. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    serve(request, options, inTurn).then(
      (reply) => send(response, reply.status, reply.content_type, reply.body),
      // A disk that cannot be written signs nothing.
      () => send(response, 500, "text/plain", "The witness cannot do that now.\n"),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly content_type: string;
  readonly body: string;
}

async function serve(
  request: IncomingMessage,
  options: WitnessServerOptions,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Reply> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://witness");
  if (request.method === "GET" && pathname === "/checkpoint") {
    const note = await inTurn(() => readLast(options.data_dir, searchParams.get("origin") ?? ""));
    return note === null ? text(404, "No checkpoint of this log is kept here.\n") : text(200, note);
  }
  if (request.method !== "POST" || pathname !== "/add-checkpoint") return text(404, "There is nothing here.\n");
  const body = await readBody(request);
  return body === null ? text(413, "It is too large.\n") : inTurn(() => judge(body, options));
}

async function judge(body: string, options: WitnessServerOptions): Promise<WitnessReply> {
  const { logs, name, signer, data_dir, now } = options;
  const last = (origin: string) => readLast(data_dir, origin);
  const reply = await judgeSubmission(body, { logs, name, signer, verifier: ed25519Verifier, last, now });
  if (reply.keep !== null) await writeWhole(fileOf(data_dir, reply.keep.origin), reply.keep.note);
  return reply;
}

/** A name of its own for every log, whatever the log is called. */
function fileOf(data_dir: string, origin: string): string {
  return join(data_dir, `${createHash("sha256").update(origin).digest("hex")}.checkpoint`);
}

/** @throws AuditError when the file is not what was written: then nothing is signed */
async function readLast(data_dir: string, origin: string): Promise<string | null> {
  let note: string;
  try {
    note = await readFile(fileOf(data_dir, origin), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
  if (parseCheckpoint(parseNote(note).text).origin !== origin) {
    throw new AuditError("audit_note_malformed", "A kept checkpoint is of another log.");
  }
  return note;
}

/** Null when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > SUBMISSION_BYTES_MAX) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function text(status: number, body: string): Reply {
  return { status, content_type: "text/plain", body };
}

function send(response: ServerResponse, status: number, content_type: string, body: string): void {
  response.writeHead(status, { "content-type": content_type });
  response.end(body);
}
