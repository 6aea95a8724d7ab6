/**
 * The one way to an HTTP venue. Reads are tried again, a few times and with growing pauses; a submit is one attempt, and what
 * became of it stays unknown until it is looked up. Every request takes its turn in the venue's rate budget and asks its
 * breaker; every answer is bounded in bytes and time, and comes back as data or as a VenueError.
 */
import type { Clock, Instant, Random } from "../../ports/index.ts";
import { Counters, VenueError } from "../index.ts";
import type { VenueHealth } from "../port.ts";
import { Breaker } from "./breaker.ts";
import { HttpLineError } from "./errors.ts";
import { parseJson } from "./json.ts";
import { errorOf } from "./outcome.ts";
import { RateBudget } from "./rate_budget.ts";
import { SkewEstimate } from "./skew.ts";
import type {
  HttpPort,
  HttpReply,
  HttpRequest,
  PortReply,
  Priority,
  RateLimit,
  ReadVendorError,
  SendResult,
} from "./types.ts";

export const REQUEST_TIMEOUT_MS = 10_000;
export const BODY_BYTES_MAX = 10 * 1024 * 1024;
/** Attempts of one read, the first included. */
export const READ_ATTEMPTS_MAX = 3;
/** First pause between attempts; it doubles, and chance takes up to half of it away. */
const BACKOFF_MS = 200;
/** A venue that asks for more patience than this gets it, and the caller an error that says so. */
const RETRY_AFTER_IN_CALL_MS_MAX = 2_000;
/** After a 429 that names no time. */
const PAUSE_MS_DEFAULT = 1_000;
const PAUSE_MS_MAX = 15 * 60_000;
/** Offset of the clocks beyond which nothing is signed. */
export const SKEW_MS_MAX = 60_000;
/** Until clocks that are too far apart are compared again. */
export const SKEW_AGAIN_MS = 30_000;

export interface HttpClientOptions {
  /** The venue's id, for messages. */
  readonly venue: string;
  /** Without a slash at the end: the targets begin with one. */
  readonly base_url: string;
  readonly port: HttpPort;
  readonly clock: Clock;
  readonly random: Random;
  /** Headers that authenticate a request; `now` is the venue's time as far as it is known. Absent: nobody asks who we are. */
  readonly sign?: (
    request: HttpRequest,
    now: Instant,
  ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  readonly readError: ReadVendorError;
  /** As the vendor publishes them; empty: it publishes none. */
  readonly limits: readonly RateLimit[];
  /** False where the venue's `Date` says nothing about the time it checks signatures by. */
  readonly follow_date?: boolean;
  /** When the credentials end, where that is known. */
  readonly credentials_expire_at?: Instant | null;
  readonly request_timeout_ms?: number;
  /** Longest answer that is read; default `BODY_BYTES_MAX`. */
  readonly body_bytes_max?: number;
  /** Time of budgets, pauses and latencies, where it is not `clock`: tests that stop treasury time. */
  readonly timer?: Clock;
}

/** Too many requests; 418 is how Binance says it to those who went on. */
const LIMITED: ReadonlySet<number> = new Set([429, 418]);

/** How venues refuse a signature, whose time may be what is wrong with it. */
const REFUSED: ReadonlySet<number> = new Set([400, 401, 403]);

/** What an attempt came to, before anybody judges it. */
type Attempt = { readonly reply: HttpReply } | { readonly error: unknown; readonly sent: boolean };

export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #timer: Clock;
  readonly #budget: RateBudget;
  readonly #breaker: Breaker;
  readonly #skew = new SkewEstimate();
  readonly #counters = new Counters();

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#timer = options.timer ?? options.clock;
    this.#budget = new RateBudget(options.venue, this.#timer, options.limits);
    this.#breaker = new Breaker(this.#timer);
  }

  /** The body of a good answer. Tried again where that may help. @throws VenueError */
  async read(request: HttpRequest, priority: Priority = "poll"): Promise<unknown> {
    return (await this.readReply(request, priority)).body;
  }

  /** A good answer with its headers. Tried again where that may help. @throws VenueError */
  async readReply(request: HttpRequest, priority: Priority = "poll"): Promise<HttpReply> {
    const result = await this.look(request, priority);
    if (!result.answered) throw asVenueError(result, this.#options.venue);
    const { reply } = result;
    const error = errorOf(this.#options.readError, reply);
    if (error !== null) throw error;
    if (isCut(reply)) throw new VenueError("venue_transient", "The venue's answer ends in its middle.");
    return reply;
  }

  /** A read whose answer the caller judges, error statuses included. Tried again where that may help. Never throws. */
  async look(request: HttpRequest, priority: Priority = "lookup"): Promise<SendResult> {
    for (let attempt = 1; ; attempt += 1) {
      const admit_ms = this.#breaker.admitMs();
      if (admit_ms > 0) return this.#notAsked(admit_ms);
      const ended = await this.#attempt(request, priority);
      const failed = this.#judge(ended);
      const wait_ms = failed ? this.#waitBefore(attempt, ended) : null;
      if (wait_ms === null) return toResult(ended);
      await this.#timer.sleep(wait_ms);
    }
  }

  /** One attempt, whatever comes of it. Never throws: without an answer nobody knows. */
  async submit(request: HttpRequest): Promise<SendResult> {
    const open_ms = this.#breaker.openMs();
    if (open_ms > 0) return this.#notAsked(open_ms);
    const ended = await this.#attempt(request, "money");
    if ("reply" in ended) this.#heed(ended.reply);
    return toResult(ended);
  }

  /**
   * The venue's time, as far as it is known. Clocks that were found too far apart are measured anew after a while, by a request signed
   * by ours: nobody would learn otherwise that one of them was set.
   * @throws VenueError venue_auth when the clocks are too far apart to sign
   */
  venueTime(): Instant {
    const { skew_ms, measured_at } = this.#skew.state();
    if (Math.abs(skew_ms) <= SKEW_MS_MAX) return this.#options.clock.now() + skew_ms;
    if (this.#timer.now() - (measured_at ?? 0) >= SKEW_AGAIN_MS) {
      this.#skew.forget();
      return this.#options.clock.now();
    }
    const { venue } = this.#options;
    const message = `This machine's clock is ${Math.round(Math.abs(skew_ms) / 1_000)} s ${skew_ms > 0 ? "behind" : "ahead of"} that of "${venue}": what it signs would be refused. Set its time (NTP).`;
    throw new VenueError("venue_auth", message, { venue, skew_ms });
  }

  health(): VenueHealth {
    const { requests, ...figures } = this.#counters.figures();
    return {
      ...figures,
      requests,
      breaker: this.#breaker.state(),
      retry_in_ms: Math.max(this.#breaker.openMs(), this.#budget.pausedMs()),
      budget_left_ppm: toPpm(this.#budget.shareLeft()),
      clock_skew_ms: this.#skew.state().measured_at === null ? null : this.#skew.state().skew_ms,
      credentials_expire_at: this.#options.credentials_expire_at ?? null,
    };
  }

  async #attempt(request: HttpRequest, priority: Priority): Promise<Attempt> {
    const { port, base_url, request_timeout_ms = REQUEST_TIMEOUT_MS, body_bytes_max = BODY_BYTES_MAX } = this.#options;
    let release: (() => void) | null = null;
    let sent = false;
    let sent_at = this.#timer.now();
    try {
      release = await this.#budget.acquire(priority, request.cost);
      const headers = await this.#headersOf(request);
      sent_at = this.#timer.now();
      sent = true;
      const limits = { timeout_ms: request_timeout_ms, body_bytes_max };
      const body = request.body === "" ? null : request.body;
      const raw = await port.send({ method: request.method, url: base_url + request.target, headers, body, ...limits });
      const now = this.#timer.now();
      if (this.#options.follow_date !== false) this.#skew.observe(raw.headers.date, sent_at, now);
      if (REFUSED.has(raw.status)) this.#skew.keepNewest();
      if (raw.status >= 500) this.#counters.failed(now, this.#realMs(sent_at, now), `It answered ${raw.status}.`);
      else this.#counters.succeeded(now, this.#realMs(sent_at, now));
      return { reply: toReply(raw) };
    } catch (error) {
      const now = this.#timer.now();
      if (sent) {
        const message = error instanceof Error ? error.message : "No answer.";
        this.#counters.failed(now, this.#realMs(sent_at, now), message);
      }
      return { error, sent };
    } finally {
      release?.();
    }
  }

  /** A line is as slow as it is for whoever waits, however fast treasury time passes. */
  #realMs(from: Instant, to: Instant): number {
    return Math.round((to - from) / (this.#timer.rate ?? 1));
  }

  async #headersOf(request: HttpRequest): Promise<Readonly<Record<string, string>>> {
    const { sign } = this.#options;
    const signed = sign === undefined ? {} : await sign(request, this.venueTime());
    const accept = { accept: "application/json" };
    const type = request.body === "" ? {} : { "content-type": "application/json" };
    return { ...accept, ...type, ...request.headers, ...signed };
  }

  /** Tells the breaker; says whether it was a failure that may pass. */
  #judge(ended: Attempt): boolean {
    if ("reply" in ended) {
      const { reply } = ended;
      if (reply.status >= 500 || isCut(reply)) {
        this.#breaker.failed();
        return true;
      }
      this.#breaker.succeeded();
      return this.#heed(reply);
    }
    if (!ended.sent) this.#breaker.released();
    else if (!(ended.error instanceof HttpLineError) || ended.error.reason === "too_large") this.#breaker.succeeded();
    else {
      this.#breaker.failed();
      return true;
    }
    return false;
  }

  /** Leaves the venue alone for as long as it asks; says whether it asked. */
  #heed({ status, retry_after_ms }: HttpReply): boolean {
    if (!LIMITED.has(status)) return false;
    this.#budget.pause(Math.min(retry_after_ms ?? PAUSE_MS_DEFAULT, PAUSE_MS_MAX));
    return true;
  }

  /** Pause before the next attempt; null: no more. */
  #waitBefore(attempt: number, ended: Attempt): number | null {
    if (attempt >= READ_ATTEMPTS_MAX) return null;
    const asked_ms = "reply" in ended ? (ended.reply.retry_after_ms ?? 0) : 0;
    if (asked_ms > RETRY_AFTER_IN_CALL_MS_MAX) return null;
    const backoff_ms = BACKOFF_MS * 2 ** (attempt - 1) * (1 - this.#options.random.next() / 2);
    return Math.max(asked_ms, Math.ceil(backoff_ms));
  }

  #notAsked(wait_ms: number): SendResult {
    const { venue } = this.#options;
    const message = `"${venue}" did not answer several times; it is asked again in ${Math.ceil(wait_ms / 1_000)} s. Nothing was sent.`;
    const cause = new VenueError("venue_transient", message, { venue }, { retry_after_ms: wait_ms });
    return { answered: false, sent: false, message, cause };
  }
}

function toReply({ status, headers, text }: PortReply): HttpReply {
  const is_html = /^\s*</.test(text) || /html/i.test(headers["content-type"] ?? "");
  const body = is_html ? undefined : parseJson(text);
  return { status, headers, body, is_html, retry_after_ms: retryAfter(headers["retry-after"]) };
}

/** A good answer whose JSON ends in its middle, where the line could not tell. */
function isCut({ status, body, is_html, headers }: HttpReply): boolean {
  if (status >= 300 || status === 204 || is_html || body !== undefined) return false;
  return /json/i.test(headers["content-type"] ?? "json");
}

/** Seconds, or a date (RFC 9110, 10.2.3); of a date nobody knows by whose clock, so it counts as absent. */
function retryAfter(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : null;
}

function toResult(ended: Attempt): SendResult {
  if ("reply" in ended) return { answered: true, reply: ended.reply };
  const { error, sent } = ended;
  return { answered: false, sent, message: error instanceof Error ? error.message : "No answer.", cause: error };
}

function asVenueError(result: Extract<SendResult, { answered: false }>, venue: string): VenueError {
  const { cause, message } = result;
  if (cause instanceof VenueError) return cause;
  if (cause instanceof HttpLineError && cause.reason === "too_large")
    return new VenueError("venue_invalid", message, { venue }, { cause });
  if (cause instanceof HttpLineError) return new VenueError("venue_transient", message, { venue }, { cause });
  throw cause;
}

function toPpm(share: number | null): number | null {
  return share === null ? null : Math.round(share * 1_000_000);
}
