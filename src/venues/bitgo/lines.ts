/** The two lines of a BitGo venue: the platform, and Express, which signs. What BitGo says in an error is read here. */
import type { Clock, Random } from "../../ports/index.ts";
import {
  HttpClient,
  type HttpPort,
  type HttpReply,
  type RateLimit,
  type VendorError,
  type VendorErrorKind,
} from "../http/index.ts";
import type { BitgoSettings } from "./options.ts";
import { errorShape } from "./shapes.ts";
import { signRequest } from "./sign.ts";

/** BitGo's limit per user (venues' documentation): 360 requests in 60 seconds; what Express asks for us counts too. */
const PLATFORM_LIMIT: RateLimit = { requests: 300, per_ms: 60_000, burst: 60 };
const EXPRESS_LIMIT: RateLimit = { requests: 20, per_ms: 60_000 };

const KINDS: Readonly<Record<string, VendorErrorKind>> = {
  Unauthorized: "venue_auth",
  InvalidToken: "venue_auth",
  InsufficientBalance: "venue_insufficient",
  PolicyDenied: "venue_policy_denied",
};

export interface Lines {
  readonly platform: HttpClient;
  /** Null: nothing can be sent. */
  readonly express: HttpClient | null;
}

export function openLines(
  venue: string,
  settings: BitgoSettings,
  parts: { readonly clock: Clock; readonly random: Random; readonly http: HttpPort },
): Lines {
  const { clock, random, http: port } = parts;
  const { access_token, access_token_expires, base_url, express_url } = settings;
  const client = (url: string, auth: BitgoSettings["auth"], limit: RateLimit): HttpClient =>
    new HttpClient({
      venue,
      base_url: url.replace(/\/$/, ""),
      port,
      clock,
      random,
      sign: (request, now) => signRequest(request, access_token, auth, now),
      readError,
      limits: [limit],
      request_timeout_ms: settings.request_timeout_ms,
      credentials_expire_at: access_token_expires === undefined ? null : Date.parse(access_token_expires),
    });
  return {
    platform: client(base_url, settings.auth, PLATFORM_LIMIT),
    express: express_url === undefined ? null : client(express_url, "bearer", EXPRESS_LIMIT),
  };
}

/** Null when it is not BitGo that speaks. */
export function readError(reply: HttpReply): VendorError | null {
  const found = errorShape.safeParse(reply.body).data;
  if (found === undefined) return null;
  const message = "error" in found ? found.error : found.message;
  const code = found.name ?? "BitgoError";
  const kind = KINDS[code] ?? (reply.status < 300 ? ("venue_invalid" as const) : undefined);
  // The limit is checked before a request is looked at.
  const untaken = reply.status === 429;
  return { code, message, untaken, ...(kind === undefined ? {} : { kind }) };
}

/** Express was asked with a sequence id that BitGo has seen: the look-up by it says what became of it. */
export function isReuse(reply: HttpReply): boolean {
  const error = readError(reply);
  if (error === null || reply.status < 400 || reply.status >= 500) return false;
  return /sequence.?id/i.test(`${error.code} ${error.message}`);
}

/** BitGo looked, and there is no such transfer; any other 404 (a wallet that is gone) says nothing about it. */
export function saysAbsent(reply: HttpReply): boolean {
  const error = readError(reply);
  if (error === null || (reply.status !== 404 && reply.status !== 400)) return false;
  return error.code === "TransferNotFound" || /transfer not found/i.test(error.message);
}

/** When what an answer shows was true: its own date where that is behind (a cache that stands still), else now. */
export function asOf(headers: Readonly<Record<string, string>>, now: number): number {
  const date = Date.parse(headers.date ?? "");
  return Number.isNaN(date) || now - date < STALE_MS ? now : date;
}
/** A `Date` is cut to the second; less than this is no age. */
const STALE_MS = 2_000;
