/** The line to an exchange: ccxt signs, the shared transport sends, and nothing is tried again but reads. */
import type { Clock, Instant, Random } from "../../ports/index.ts";
import { HttpClient } from "../http/index.ts";
import type { HttpPort, HttpRequest, Priority, SendResult } from "../http/types.ts";
import { VenueError } from "../index.ts";
import type { VenueHealth } from "../port.ts";
import type { Call, ExchangeApi, ExchangeFacts } from "./dialect.ts";
import { type CcxtExchange, loadExchange } from "./load.ts";
import type { CcxtOptions } from "./options.ts";

export interface ApiInput {
  readonly id: string;
  readonly options: CcxtOptions;
  readonly facts: ExchangeFacts;
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpPort;
  /** Of one request; the transport's own limit where absent. */
  readonly request_timeout_ms?: number;
}

export class CcxtApi implements ExchangeApi {
  readonly #input: ApiInput;
  readonly #client: HttpClient;
  readonly #base_url: string;
  #signer: Promise<CcxtExchange> | null = null;
  #last_nonce = 0;

  constructor(input: ApiInput) {
    const { id, options, facts, clock, random, http } = input;
    this.#input = input;
    this.#base_url = options.base_url ?? facts.base_url;
    this.#client = new HttpClient({
      venue: id,
      base_url: this.#base_url,
      port: http,
      clock,
      random,
      limits: facts.limits,
      readError: facts.readError,
      ...(input.request_timeout_ms !== undefined && { request_timeout_ms: input.request_timeout_ms }),
    });
  }

  async read(call: Call, priority: Priority = "poll"): Promise<unknown> {
    try {
      return await this.#client.read(await this.#request(call), priority);
    } catch (error) {
      // A read that is tried again carries the number of its first attempt, which may have arrived after all.
      if (!this.#input.facts.rising_nonce || !isUsedNonce(error)) throw error;
      return this.#client.read(await this.#request(call), priority);
    }
  }

  async submit(call: Call): Promise<SendResult> {
    let request: HttpRequest;
    try {
      request = await this.#request(call);
    } catch (cause) {
      return { answered: false, sent: false, message: cause instanceof Error ? cause.message : "Not signed.", cause };
    }
    return this.#client.submit(request);
  }

  now(): Instant {
    return this.#client.venueTime();
  }

  health(): VenueHealth {
    return this.#client.health();
  }

  async #request({ api, method, path, params }: Call): Promise<HttpRequest> {
    const signer = await this.#loadedSigner();
    const signed = signer.sign(path, api, method, { ...params });
    if (!signed.url.startsWith(`${this.#base_url}/`)) {
      throw new VenueError("venue_invalid", `ccxt would call ${new URL(signed.url).host}, which is not this venue.`);
    }
    const headers = Object.fromEntries(
      Object.entries(signed.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    return { method, target: signed.url.slice(this.#base_url.length), body: signed.body ?? "", headers };
  }

  #loadedSigner(): Promise<CcxtExchange> {
    this.#signer ??= this.#load();
    return this.#signer;
  }

  async #load(): Promise<CcxtExchange> {
    const signer = await loadExchange(this.#input.options.exchange, credentialsOf(this.#input.options));
    pointAt(signer, this.#base_url);
    signer.milliseconds = () => this.now();
    signer.nonce = () => {
      const now = this.now();
      this.#last_nonce = this.#input.facts.rising_nonce ? Math.max(this.#last_nonce + 1, now) : now;
      return this.#last_nonce;
    };
    return signer;
  }
}

function isUsedNonce(error: unknown): boolean {
  return error instanceof VenueError && error.code === "venue_transient" && /nonce/i.test(error.message);
}

export function credentialsOf({ api_key, secret, passphrase }: CcxtOptions) {
  return { apiKey: api_key, secret, ...(passphrase !== undefined && { password: passphrase }) };
}

/** Every address of the exchange becomes one of ours, HTTP and WebSocket alike. */
export function pointAt(exchange: CcxtExchange, base_url: string): void {
  const moved = (value: unknown): unknown => {
    if (typeof value === "string") {
      const base = /^wss?:/.test(value) ? base_url.replace(/^http/, "ws") : base_url;
      return value.replace(/^[a-z]+:\/\/[^/]+/, base);
    }
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, moved(item)]));
  };
  exchange.urls = { ...exchange.urls, api: moved(exchange.urls.api) };
}
