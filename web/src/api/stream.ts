/** The live stream (`/v1/events`), read by fetch so that it can carry a token; resumes after the last event it saw. */
import { authorization } from "./client.ts";

/** A heartbeat comes every 15 s; three missed ones mean that the line is dead. */
const SILENCE_MAX_MS = 45_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** Failures in a row before the terminal says that it polls. */
const FAILURES_BEFORE_POLLING = 2;
const LINE_CHARS_MAX = 1_000_000;

export type StreamState = "connecting" | "live" | "polling";

export interface StreamHandlers {
  onEvent(kind: string): void;
  onState(state: StreamState): void;
}

export interface StreamMessage {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

/**
 * Takes whole messages off the front of `buffer`.
 * @example takeMessages("id: 7\nevent: mode.changed\ndata: {}\n\nid: 8") // one message, rest "id: 8"
 */
export function takeMessages(buffer: string): { messages: StreamMessage[]; rest: string } {
  const blocks = buffer.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  return { messages: blocks.map(readBlock).filter((message) => message !== null), rest };
}

function readBlock(block: string): StreamMessage | null {
  const fields: Record<string, string> = {};
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, "");
    fields[name] = name === "data" && fields.data !== undefined ? `${fields.data}\n${value}` : value;
  }
  if (fields.data === undefined) return null;
  return { id: fields.id ?? null, event: fields.event ?? "message", data: fields.data };
}

/** Follows the stream until `signal` aborts. */
export async function followStream(handlers: StreamHandlers, signal: AbortSignal): Promise<void> {
  let lastId: string | null = null;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await readStream(lastId, signal, {
        open: () => {
          failures = 0;
          handlers.onState("live");
        },
        message: (message) => {
          lastId = message.id ?? lastId;
          handlers.onEvent(message.event);
        },
      });
    } catch {
      // Counted below: a stream that ended and a stream that failed are the same to the person.
    }
    if (signal.aborted) return;
    failures += 1;
    handlers.onState(failures >= FAILURES_BEFORE_POLLING ? "polling" : "connecting");
    await pause(Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (failures - 1)), signal);
  }
}

interface ReadHandlers {
  open(): void;
  message(message: StreamMessage): void;
}

async function readStream(lastId: string | null, signal: AbortSignal, handlers: ReadHandlers): Promise<void> {
  const line = new AbortController();
  const stop = (): void => line.abort();
  signal.addEventListener("abort", stop, { once: true });
  let silence = setTimeout(stop, SILENCE_MAX_MS);
  try {
    const headers = {
      accept: "text/event-stream",
      ...authorization(),
      ...(lastId === null ? {} : { "last-event-id": lastId }),
    };
    const response = await fetch("/v1/events", { headers, signal: line.signal });
    const type = response.headers.get("content-type") ?? "";
    if (!response.ok || !response.body || !type.startsWith("text/event-stream")) throw new Error("no stream");
    handlers.open();
    let buffer = "";
    for await (const chunk of chunks(response.body)) {
      clearTimeout(silence);
      silence = setTimeout(stop, SILENCE_MAX_MS);
      const taken = takeMessages(buffer + chunk);
      buffer = taken.rest.length > LINE_CHARS_MAX ? "" : taken.rest;
      taken.messages.forEach(handlers.message);
    }
  } finally {
    clearTimeout(silence);
    signal.removeEventListener("abort", stop);
    line.abort();
  }
}

async function* chunks(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    yield value;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
