import { describe, expect, it } from "vitest";
import { CustodianDialect } from "./custodian.ts";
import { bodyOf, readSubmit } from "./outcome.ts";
import type { SendResult } from "./transport.ts";

const USDT = new Map([["USDT", { id: "USDT", decimals: 6 }]]);
const dialect = new CustodianDialect({ key_id: "k", secret: "s" }, USDT, true);
const TRANSFER = {
  id: "t-1",
  external_id: "trf_1",
  asset: "USDT",
  network: "tron",
  address: "a",
  amount: "1.000000",
  network_fee: "1.000000",
  status: "PENDING_APPROVAL",
  tx_hash: null,
  confirmations: { seen: 0, needed: 20 },
};

function replied(status: number, body: unknown, retry_after_ms: number | null = null): SendResult {
  return { answered: true, reply: { status, body, retry_after_ms } };
}

describe("readSubmit", () => {
  const own = { error: { code: "BELOW_MINIMUM", message: "Too little." } };
  it.each<[string, SendResult, string]>([
    ["a good answer", replied(201, TRANSFER), "accepted"],
    ["a duplicate that shows what it belongs to", replied(409, duplicate(TRANSFER)), "accepted"],
    ["a duplicate that shows nothing", replied(409, { error: { code: "KEY_CONFLICT", message: "." } }), "unknown"],
    ["a good status with a body from elsewhere", replied(201, { ok: true }), "unknown"],
    ["a redirect", replied(302, undefined), "unknown"],
    ["a refusal in the venue's own words", replied(422, own), "rejected"],
    ["a refusal in a proxy's words", replied(422, undefined), "unknown"],
    ["a time-out told by a proxy", replied(408, own), "unknown"],
    ["a limit that proves nothing", replied(429, own), "unknown"],
    ["a limit that proves that nothing was taken", replied(429, { ...own, taken: false }), "rejected"],
    ["a limit that says that it was taken", replied(429, { ...own, taken: true }), "unknown"],
    ["a server error in the venue's own words", replied(500, { ...own, taken: false }), "unknown"],
    ["no answer", { answered: false, message: "No answer: reset.", cause: null }, "unknown"],
  ])("%s", (_name, result, outcome) => {
    expect(readSubmit(dialect, result).outcome).toBe(outcome);
  });
});

describe("bodyOf", () => {
  it.each([
    [401, "venue_auth"],
    [403, "venue_auth"],
    [404, "venue_not_found"],
    [410, "venue_invalid"],
    [429, "venue_rate_limited"],
    [503, "venue_transient"],
  ])("%i is %s", (status, code) => {
    expect(() => bodyOf(dialect, replied(status, {}, 5_000))).toThrow(
      expect.objectContaining({ code, retry_after_ms: 5_000 }),
    );
  });

  it("keeps what broke the line as the cause", () => {
    const cause = new Error("reset");
    const result: SendResult = { answered: false, message: "No answer: reset.", cause };
    expect(() => bodyOf(dialect, result)).toThrow(expect.objectContaining({ code: "venue_transient", cause }));
  });
});

function duplicate(existing: unknown) {
  return { error: { code: "DUPLICATE_EXTERNAL_ID", message: "Used before." }, existing };
}
