/**
 * How BitGo knows who asks: the long-lived token as a bearer, or, as its own SDK does, the token's hash as a bearer with an HMAC
 * by the token over time, path and body (versions 2.0 and 3.0). Facts: BitGo's published SDK, module sdk-hmac.
 */
import { createHash, createHmac } from "node:crypto";
import type { Instant } from "../../ports/index.ts";
import type { SandboxRequest } from "../http/index.ts";
import { sameText } from "../http/index.ts";

/** Requests signed further back, or further ahead, are refused. */
export const BACKWARD_MS: number = 5 * 60_000;
export const FORWARD_MS = 60_000;

export interface BitgoUser {
  readonly id: string;
  readonly token: string;
}

/** The user behind the request; null: nobody known. */
export function userOf(request: SandboxRequest, users: readonly BitgoUser[], now: Instant): BitgoUser | null {
  const bearer = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  if (request.headers.hmac === undefined) return users.find(({ token }) => sameText(bearer, token)) ?? null;
  const user = users.find(({ token }) => sameText(bearer, createHash("sha256").update(token).digest("hex")));
  return user && isSigned(request, user.token, now) ? user : null;
}

function isSigned(request: SandboxRequest, token: string, now: Instant): boolean {
  const { method, target, raw, headers } = request;
  const stamp = headers["auth-timestamp"] ?? "";
  if (!/^\d{1,15}$/.test(stamp)) return false;
  if (Number(stamp) < now - BACKWARD_MS || Number(stamp) > now + FORWARD_MS) return false;
  const version = headers["bitgo-auth-version"];
  const subject = version === "3.0" ? [method, stamp, "3.0", target, raw] : [stamp, target, raw];
  return sameText(headers.hmac ?? "", createHmac("sha256", token).update(subject.join("|")).digest("hex"));
}
