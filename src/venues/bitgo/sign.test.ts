/** Vectors: those of BitGo's published SDK (module sdk-hmac, its test file), by value. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signRequest } from "./sign.ts";

const AT = 1_672_531_200_000;

describe("signRequest", () => {
  it("sends the token as it is, as a bearer", () => {
    expect(signRequest({ method: "GET", target: "/", body: "" }, "test-token", "bearer", AT)).toEqual({
      authorization: "Bearer test-token",
    });
  });

  it("signs version 3 as the SDK does, and never shows the token", () => {
    const headers = signRequest(
      { method: "POST", target: "/api/test", body: "request-body" },
      "test-token",
      "hmac_v3",
      AT,
    );
    expect(headers).toEqual({
      authorization: `Bearer ${createHash("sha256").update("test-token").digest("hex")}`,
      "auth-timestamp": String(AT),
      "bitgo-auth-version": "3.0",
      hmac: "56b7c2bb722ebfa55600a0201af42ad5cd926340d9df5735005d91db452386d1",
    });
  });

  it("signs another subject in version 2", () => {
    const request = { method: "POST", target: "/api/test", body: "request-body" };
    const [two, three] = (["hmac_v2", "hmac_v3"] as const).map((auth) => signRequest(request, "test-token", auth, AT));
    expect(two?.hmac).not.toBe(three?.hmac);
    expect(two?.["bitgo-auth-version"]).toBe("2.0");
  });
});
