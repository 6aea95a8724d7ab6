import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readWebhook } from "./webhook.ts";

const SECRET = "It's a Secret to Everybody";
const sign = (body: string): string => createHmac("sha256", SECRET).update(body).digest("hex");
const read = (body: string, signature: string | undefined = sign(body), secret: string | undefined = SECRET) =>
  readWebhook(Buffer.from(body), signature === undefined ? {} : { "x-signature-sha256": signature }, secret);
const TRANSFER = JSON.stringify({ type: "transfer", coin: "btc", wallet: "0a", state: "confirmed", simulation: false });

describe("readWebhook", () => {
  it("computes the published vector", () => {
    expect(sign("Hello, World!")).toBe("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  });

  it("says whose wallet to read again", () => {
    expect(read(TRANSFER)).toMatchObject({ accepted: true, account: "btc/0a" });
    expect(read(`{"type":"block"}`)).toMatchObject({ accepted: true, account: null });
  });

  it("gives the same delivery the same id, and another another", () => {
    expect(read(TRANSFER).delivery_id).toBe(read(TRANSFER).delivery_id);
    expect(read(`${TRANSFER} `).delivery_id).not.toBe(read(TRANSFER).delivery_id);
  });

  it("accepts nothing forged, unsigned, changed by a byte, simulated, or that is no JSON", () => {
    const forged = createHmac("sha256", "guess").update(TRANSFER).digest("hex");
    expect(read(TRANSFER, forged).accepted).toBe(false);
    expect(readWebhook(Buffer.from(TRANSFER), {}, SECRET).accepted).toBe(false);
    expect(read(TRANSFER, sign(`${TRANSFER} `)).accepted).toBe(false);
    expect(read(TRANSFER, "zz").accepted).toBe(false);
    expect(read(JSON.stringify({ coin: "btc", wallet: "0a", simulation: true })).accepted).toBe(false);
    expect(read("hello").accepted).toBe(false);
  });

  it("accepts nothing while no secret is configured", () => {
    expect(readWebhook(Buffer.from(TRANSFER), { "x-signature-sha256": sign(TRANSFER) }, undefined).accepted).toBe(
      false,
    );
  });
});
