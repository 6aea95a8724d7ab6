/**
 * The live stream: sealed events in the order of their numbers, as server-sent events. The id of a message is the number, so a
 * client that comes back with Last-Event-ID misses nothing. Fed by reading the event table; a silent line gets a heartbeat.
 */
import type { EventRow } from "../audit/types.ts";
import { type Store, tables } from "../store/index.ts";
import { ApiError } from "./errors.ts";
import type { StreamEvent } from "./schemas/index.ts";
import { printTime } from "./views/index.ts";

const POLL_INTERVAL_MS = 250;
export const HEARTBEAT_INTERVAL_MS = 15_000;
const BATCH_MAX = 500;
/** A client that was away for longer reads the state anew instead of every event. */
const REPLAY_MAX = 10_000;
export const STREAMS_MAX = 64;

export class LiveStream {
  readonly #store: Store;
  readonly #stopped = new AbortController();
  #open = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws ApiError api_too_many_streams */
  async answer(request: Request): Promise<Response> {
    if (this.#open >= STREAMS_MAX) {
      throw new ApiError("api_too_many_streams", `${STREAMS_MAX} streams are open already; poll instead.`);
    }
    const from = await this.#firstSeq(request.headers.get("last-event-id"));
    const signal = AbortSignal.any([request.signal, this.#stopped.signal]);
    const release = this.#take(signal);
    const messages = this.#messages(from, signal);
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { value, done } = await messages.next();
        if (done === true) {
          release();
          controller.close();
        } else controller.enqueue(encoder.encode(value));
      },
      cancel: async () => {
        release();
        await messages.return(undefined);
      },
    });
    return new Response(body, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      },
    });
  }

  /** Ends every stream. */
  close(): void {
    this.#stopped.abort();
  }

  /** One of the places for streams; given back once, however the stream ends. */
  #take(signal: AbortSignal): () => void {
    this.#open += 1;
    let held = true;
    const release = (): void => {
      if (held) this.#open -= 1;
      held = false;
    };
    signal.addEventListener("abort", release, { once: true });
    return release;
  }

  /** The number after which this client reads: where it stopped, or now. */
  async #firstSeq(last_event_id: string | null): Promise<number> {
    const [newest] = await this.#store.read("api.stream_head", (tx) =>
      tx.find(tables.event, { where: { seq: { gte: 0 } }, order_by: [["seq", "desc"]], limit: 1 }),
    );
    const head = newest?.seq ?? -1;
    if (last_event_id === null || !/^\d{1,15}$/.test(last_event_id)) return head;
    return Math.max(Math.min(Number(last_event_id), head), head - REPLAY_MAX);
  }

  async *#messages(after: number, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    let last = after;
    let silent_ms = 0;
    yield ": tidegate\n\n";
    while (!signal.aborted) {
      const rows = await this.#read(last);
      if (rows.length > 0) {
        last = rows.at(-1)?.seq ?? last;
        silent_ms = 0;
        yield rows.map(message).join("");
      } else if (silent_ms >= HEARTBEAT_INTERVAL_MS) {
        silent_ms = 0;
        yield ": heartbeat\n\n";
      }
      await pause(POLL_INTERVAL_MS, signal);
      silent_ms += POLL_INTERVAL_MS;
    }
  }

  #read(last: number): Promise<EventRow[]> {
    return this.#store.read("api.stream", (tx) =>
      tx.find(tables.event, { where: { seq: { gt: last } }, order_by: [["seq", "asc"]], limit: BATCH_MAX }),
    );
  }
}

function message(row: EventRow): string {
  const { kind, ref, actor } = row;
  const data: StreamEvent = {
    seq: row.seq ?? 0,
    kind,
    ref,
    at: printTime(row.at),
    type: row.type as StreamEvent["type"],
    actor,
  };
  return `id: ${data.seq}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
