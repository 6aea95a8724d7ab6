/**
 * Who we are, to BitGo: the token as a bearer, or its hash with an HMAC by the token over time, path and body. Pure.
 * Source: BitGo's published SDK, module sdk-hmac (versions 2.0 and 3.0).
 */
import { createHash, createHmac } from "node:crypto";
import type { Instant } from "../../ports/index.ts";
import type { BitgoSettings } from "./options.ts";

export interface Signable {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string;
}

/** @example signRequest({ method: "GET", target: "/api/v2/wallets", body: "" }, "v2x...", "hmac_v3", Date.now()) */
export function signRequest(
  request: Signable,
  token: string,
  auth: BitgoSettings["auth"],
  now: Instant,
): Readonly<Record<string, string>> {
  if (auth === "bearer") return { authorization: `Bearer ${token}` };
  const stamp = String(now);
  const subject =
    auth === "hmac_v3"
      ? [request.method, stamp, "3.0", request.target, request.body]
      : [stamp, request.target, request.body];
  return {
    authorization: `Bearer ${createHash("sha256").update(token).digest("hex")}`,
    "auth-timestamp": stamp,
    "bitgo-auth-version": auth === "hmac_v3" ? "3.0" : "2.0",
    hmac: createHmac("sha256", token).update(subject.join("|")).digest("hex"),
  };
}
