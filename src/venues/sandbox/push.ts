/**
 * Listens to a venue's WebSocket and passes hints on. It opens with the first listener and closes with the last; a lost
 * line is opened again after a pause, and what was missed meanwhile is one hint to read everything.
 */
import type { Clock } from "../../ports/index.ts";
import { parseJson } from "../http/index.ts";
import type { Dialect } from "./types.ts";

const RECONNECT_MS = 1_000;

export type HintListener = (wallet_account: string | null) => void;

export class PushListener {
  readonly #base_url: string;
  readonly #dialect: Dialect;
  readonly #clock: Clock;
  readonly #listeners = new Set<HintListener>();
  #socket: WebSocket | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(base_url: string, dialect: Dialect, clock: Clock) {
    this.#base_url = base_url.replace(/^http/, "ws");
    this.#dialect = dialect;
    this.#clock = clock;
  }

  subscribe(listener: HintListener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#open();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  close(): void {
    this.#listeners.clear();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#socket?.close();
    this.#socket = null;
  }

  #open(): void {
    const target = this.#dialect.pushTarget(this.#clock.now());
    if (target === null || this.#listeners.size === 0) return;
    const socket = new WebSocket(this.#base_url + target);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#tell(null));
    socket.addEventListener("message", (event) => this.#hear(event.data));
    socket.addEventListener("error", () => undefined);
    socket.addEventListener("close", () => this.#reopen(socket));
  }

  #reopen(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#timer = setTimeout(() => this.#open(), RECONNECT_MS);
    this.#timer.unref();
  }

  #hear(data: unknown): void {
    const account = typeof data === "string" ? this.#dialect.readPush(parseJson(data)) : null;
    if (account !== null) this.#tell(account);
  }

  #tell(account: string | null): void {
    for (const listener of this.#listeners) listener(account);
  }
}
