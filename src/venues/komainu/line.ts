/**
 * The line to Komainu: a token that is fetched once and kept until shortly before its end, and a P-256 signature on every request
 * over host, method, path, hashes of body and token, and the time.
 */
import { createHash, createPrivateKey, type KeyObject, sign } from "node:crypto";
import type { z } from "zod";
import type { Clock, Instant, Random } from "../../ports/index.ts";
import {
  collectPages,
  get,
  HttpClient,
  type HttpPort,
  type HttpReply,
  type HttpRequest,
  readShape,
  type VendorError,
} from "../http/index.ts";
import { VenueError } from "../index.ts";
import type { KomainuSettings } from "./options.ts";
import { errorShape, pageShape, tokenShape } from "./shapes.ts";

const PAGE_SIZE = 100;
/** A token is not used in the last part of its life. */
const TOKEN_MARGIN_MS = 60_000;

export class KomainuLine {
  readonly client: HttpClient;
  readonly settings: KomainuSettings;
  readonly #tokens: HttpClient;
  readonly #key: KeyObject;
  readonly #host: string;
  readonly #now: () => Instant;
  #token: { readonly text: string; readonly until: Instant } | null = null;

  /** @throws VenueError venue_invalid for a key that is no P-256 key */
  constructor(
    venue: string,
    settings: KomainuSettings,
    { clock, random, http: port }: { readonly clock: Clock; readonly random: Random; readonly http: HttpPort },
  ) {
    this.settings = settings;
    this.#key = readKey(venue, settings.private_key);
    const base_url = settings.base_url.replace(/\/$/, "");
    this.#host = new URL(base_url).host;
    this.#now = () => clock.now();
    const { request_timeout_ms } = settings;
    const shared = { venue, base_url, port, clock, random, limits: [], request_timeout_ms };
    this.#tokens = new HttpClient({ ...shared, readError });
    this.client = new HttpClient({
      ...shared,
      readError: (reply) => {
        // Whoever says so has taken our token back.
        if (reply.status === 401) this.#token = null;
        return readError(reply);
      },
      sign: async (request, now) => this.#headers(request, await this.#tokenNow(), now),
    });
  }

  signChallenge(challenge: string): string {
    return sign("sha256", Buffer.from(challenge), { key: this.#key, dsaEncoding: "der" }).toString("base64");
  }

  /** Every row of a list. @throws VenueError */
  list<Row extends z.ZodType>(
    path: string,
    query: Readonly<Record<string, string>>,
    row: Row,
  ): Promise<z.output<Row>[]> {
    return collectPages(async (cursor) => {
      const index = cursor === null ? 0 : Number(cursor);
      const body = await this.client.read(get(path, { ...query, ...this.#place(index) }), "lookup");
      const page = readShape(pageShape(row), body, "list");
      return { rows: page.data as z.output<Row>[], next: page.has_next ? String(index + 1) : null };
    });
  }

  #place(index: number): Record<string, string> {
    if (this.settings.paging === "page") return { page: String(index + 1), page_size: String(PAGE_SIZE) };
    return { offset: String(index), limit: String(PAGE_SIZE) };
  }

  #headers({ method, target, body }: HttpRequest, token: string, now: Instant): Readonly<Record<string, string>> {
    const digest = (text: string): string => `sha256=${createHash("sha256").update(text).digest("base64")}`;
    const stamp = String(now);
    const text = [this.#host, method.toLowerCase(), target, digest(body), digest(token), stamp].join(",");
    return {
      authorization: `Bearer ${token}`,
      "x-timestamp": stamp,
      "x-signature": sign("sha256", Buffer.from(text), { key: this.#key, dsaEncoding: "der" }).toString("base64"),
    };
  }

  /** @throws VenueError */
  async #tokenNow(): Promise<string> {
    if (this.#token !== null && this.#now() < this.#token.until) return this.#token.text;
    const { api_user, api_secret } = this.settings;
    const body = JSON.stringify({ api_user, api_secret });
    const reply = await this.#tokens.read({ method: "POST", target: "/v1/auth/token", body, headers: {} }, "lookup");
    const { access_token, expires_in } = readShape(tokenShape, reply, "token");
    this.#token = { text: access_token, until: this.#now() + expires_in * 1_000 - TOKEN_MARGIN_MS };
    return access_token;
  }
}

/** Komainu's errors come with any status, good ones among them. */
export function readError(reply: HttpReply): VendorError | null {
  const found = errorShape.safeParse(reply.body).data;
  if (found === undefined) return null;
  const message = found.errors.join("; ").slice(0, 300);
  const untaken = reply.status === 429;
  return {
    code: found.error_code,
    message,
    untaken,
    ...(reply.status < 300 ? { kind: "venue_invalid" as const } : {}),
  };
}

function readKey(venue: string, pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === "prime256v1") return key;
  } catch {
    // Said below, without the key.
  }
  throw new VenueError("venue_invalid", `Venue "${venue}", private_key: must be a P-256 key in PEM.`, { venue });
}
