/** What crosses between a connector and the wire: a request, a whole answer, or no answer. */
import type { Instant } from "../../ports/index.ts";

/** One exchange with a server, whatever carries it: `fetch` in production, a world of its own in a simulation. */
export interface HttpPort {
  /** One attempt, no redirects. @throws HttpLineError when no whole answer came */
  send(request: PortRequest): Promise<PortReply>;
}

export interface PortRequest {
  readonly method: HttpMethod;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: no body. */
  readonly body: string | null;
  readonly timeout_ms: number;
  readonly body_bytes_max: number;
}

export interface PortReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface HttpRequest {
  readonly method: HttpMethod;
  /** Path and query, exactly as they are signed. */
  readonly target: string;
  /** The exact bytes; empty for none. */
  readonly body: string;
  /** Headers of the protocol beside the authentication. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it costs of the venue's rate budget; 1 where absent. */
  readonly cost?: number;
}

/** A whole answer of the venue, as it came. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Read by `parseJson`: each number is a `NumberText`. Undefined: it is no JSON. */
  readonly body: unknown;
  /** The body is a page for people: a proxy, a log-in or a maintenance page answered. */
  readonly is_html: boolean;
  readonly retry_after_ms: number | null;
}

export type SendResult =
  | { readonly answered: true; readonly reply: HttpReply }
  /** Nobody knows what the venue did, unless `sent` is false: then nothing left this process. */
  | { readonly answered: false; readonly sent: boolean; readonly message: string; readonly cause: unknown };

/** Who goes first when the rate budget is short. Money never waits for a poll. */
export type Priority = "money" | "lookup" | "poll";

/** At most `requests` in any `per_ms`, and never more than `burst` at once (default: all of them). */
export interface RateLimit {
  readonly requests: number;
  readonly per_ms: number;
  readonly burst?: number;
}

/** What a vendor says in an error, read by its connector's one hook. */
export interface VendorError {
  readonly code: string;
  readonly message: string;
  /** Where the vendor's own code says more than the HTTP status (an error inside a 200, for one). */
  readonly kind?: VendorErrorKind;
  /** The vendor states that the request had no effect; a 429 to a submit counts as a refusal only with this. */
  readonly untaken?: boolean;
}

export type VendorErrorKind =
  | "venue_auth"
  | "venue_not_found"
  | "venue_rate_limited"
  | "venue_invalid"
  | "venue_insufficient"
  | "venue_policy_denied"
  | "venue_transient";

/** Null when the answer is no error of the vendor's own: a good answer, or a proxy's. Called for answers below 300 too. */
export type ReadVendorError = (reply: HttpReply) => VendorError | null;

export interface SkewState {
  /** The venue's clock minus ours; 0 until it is surely something else. */
  readonly skew_ms: number;
  readonly samples: number;
  readonly measured_at: Instant | null;
}
