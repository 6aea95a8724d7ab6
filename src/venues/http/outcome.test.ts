import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { SubmitOutcome } from "../port.ts";
import { errorOf, readSubmit } from "./outcome.ts";
import type { HttpReply, ReadVendorError, SendResult } from "./types.ts";

const errorShape = z.object({
  error: z.string(),
  taken: z.boolean().optional(),
  kind: z.literal("venue_auth").optional(),
});
const readError: ReadVendorError = ({ body }) => {
  const found = errorShape.safeParse(body).data;
  if (!found) return null;
  return { code: "E", message: found.error, untaken: found.taken === false, ...(found.kind && { kind: found.kind }) };
};
const ACCEPTED: SubmitOutcome = { outcome: "accepted", venue_ref: "1", tx_hash: null, stage: "accepted" };
const vendor = {
  readError,
  readAccepted: ({ status, body }: HttpReply) => (status < 300 && body === "taken" ? ACCEPTED : null),
};

function reply(status: number, body: unknown, change: Partial<HttpReply> = {}): HttpReply {
  return { status, body, headers: {}, is_html: false, retry_after_ms: null, ...change };
}

describe("the outcome of a submit", () => {
  const answered = (status: number, body: unknown): SendResult => ({ answered: true, reply: reply(status, body) });
  const own = { error: "Too little." };
  it.each<[string, SendResult, string]>([
    ["a good answer", answered(201, "taken"), "accepted"],
    ["a good status with a body from elsewhere", answered(201, { ok: true }), "unknown"],
    ["a good status with the vendor's error in it", answered(200, own), "unknown"],
    ["the same, and the vendor says that nothing was taken", answered(200, { ...own, taken: false }), "rejected"],
    ["a conflict that shows nothing", answered(409, own), "unknown"],
    ["a redirect", answered(302, undefined), "unknown"],
    ["a refusal in the venue's own words", answered(422, own), "rejected"],
    ["a refusal in a proxy's words", answered(422, undefined), "unknown"],
    ["a time-out told by a proxy", answered(408, { ...own, taken: false }), "unknown"],
    ["a limit that proves nothing", answered(429, own), "unknown"],
    ["a limit that proves that nothing was taken", answered(429, { ...own, taken: false }), "rejected"],
    ["a limit that says that it was taken", answered(429, { ...own, taken: true }), "unknown"],
    ["a server error in the venue's own words", answered(500, { ...own, taken: false }), "unknown"],
    ["no answer", { answered: false, sent: true, message: "No answer: reset.", cause: null }, "unknown"],
  ])("%s", (_name, result, outcome) => {
    expect(readSubmit(vendor, result).outcome).toBe(outcome);
  });
});

describe("the error of a read", () => {
  it.each([
    [401, "venue_auth"],
    [403, "venue_auth"],
    [404, "venue_not_found"],
    [410, "venue_invalid"],
    [418, "venue_rate_limited"],
    [429, "venue_rate_limited"],
    [503, "venue_transient"],
  ])("%i is %s", (status, code) => {
    expect(errorOf(readError, reply(status, {}, { retry_after_ms: 5_000 }))).toMatchObject({
      code,
      retry_after_ms: 5_000,
    });
  });

  it("follows the vendor's own code where it says more than the status", () => {
    expect(errorOf(readError, reply(400, { error: "Key revoked.", kind: "venue_auth" }))).toMatchObject({
      code: "venue_auth",
      message: "The venue answered 400: Key revoked.",
    });
  });

  it("sees the error in a 200, and nothing in a good answer", () => {
    expect(errorOf(readError, reply(200, { error: "No such wallet." }))).toMatchObject({ code: "venue_invalid" });
    expect(errorOf(readError, reply(200, { balance: 1 }))).toBeNull();
  });

  it("says that a page for people is no data, and that a redirect is not followed", () => {
    expect(errorOf(readError, reply(200, undefined, { is_html: true }))?.message).toMatch(/a page for people/);
    expect(errorOf(readError, reply(301, undefined))?.message).toMatch(/check base_url/);
  });
});
