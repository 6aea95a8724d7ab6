/**
 * How Komainu knows who asks: a token for user and secret, and on every request a P-256 signature (ECDSA, DER, base64) over host,
 * method, path, hashes of body and token, and the time. Source: a public client of its interface, version 1.6.0; see the how-to.
 */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Instant } from "../../ports/index.ts";
import { type SandboxRequest, sameText } from "../http/index.ts";

export const TOKEN_SECONDS = 3_600;
/** Requests signed further away than this are refused. Ours: Komainu names no figure. */
const WINDOW_MS: number = 5 * 60_000;

export interface KomainuUser {
  readonly api_user: string;
  readonly api_secret: string;
  /** P-256, PEM. */
  readonly public_key: string;
}

export class Tokens {
  readonly #issued = new Map<string, { readonly user: KomainuUser; readonly until: Instant }>();
  #count = 0;

  issue(user: KomainuUser, now: Instant): string {
    this.#count += 1;
    const token = createHash("sha256").update(`${user.api_user} ${this.#count}`).digest("base64url");
    this.#issued.set(token, { user, until: now + TOKEN_SECONDS * 1_000 });
    return token;
  }

  /** Takes every token back. */
  revoke(): void {
    this.#issued.clear();
  }

  /** Null: nobody that we know, or nobody who signed this. */
  userOf(request: SandboxRequest, now: Instant): KomainuUser | null {
    const token = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    const issued = this.#issued.get(token);
    if (!issued || issued.until <= now) return null;
    return isSigned(request, token, createPublicKey(issued.user.public_key), now) ? issued.user : null;
  }
}

export function userBySecret(users: readonly KomainuUser[], api_user: string, api_secret: string): KomainuUser | null {
  return users.find((user) => sameText(user.api_user, api_user) && sameText(user.api_secret, api_secret)) ?? null;
}

export function isSignedBy(text: string, signature: string, public_key: string): boolean {
  return verify(
    "sha256",
    Buffer.from(text),
    { key: createPublicKey(public_key), dsaEncoding: "der" },
    Buffer.from(signature, "base64"),
  );
}

function isSigned(
  { headers, method, target, raw }: SandboxRequest,
  token: string,
  key: KeyObject,
  now: Instant,
): boolean {
  const stamp = headers["x-timestamp"] ?? "";
  if (!/^\d{1,15}$/.test(stamp) || Math.abs(Number(stamp) - now) > WINDOW_MS) return false;
  const digest = (text: string): string => `sha256=${createHash("sha256").update(text).digest("base64")}`;
  const text = [headers.host ?? "", method.toLowerCase(), target, digest(raw), digest(token), stamp].join(",");
  const signature = Buffer.from(headers["x-signature"] ?? "", "base64");
  return verify("sha256", Buffer.from(text), { key, dsaEncoding: "der" }, signature);
}
