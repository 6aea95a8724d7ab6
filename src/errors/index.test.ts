import { describe, expect, it } from "vitest";
import { AssertionError, assert, type ErrorKind, EXIT_CODES, TidegateError } from "./index.ts";

describe("TidegateError", () => {
  it("carries code, facts and cause", () => {
    const cause = new Error("socket closed");
    const error = new TidegateError("unavailable", "store_unavailable", "The database is down.", { host: "db" }, cause);
    expect(error).toMatchObject({ code: "store_unavailable", message: "The database is down.", facts: { host: "db" } });
    expect(error.cause).toBe(cause);
    expect(error.name).toBe("TidegateError");
  });

  it.each<[ErrorKind, number, number]>([
    ["usage", EXIT_CODES.usage, 400],
    ["invalid", EXIT_CODES.usage, 422],
    ["not_found", EXIT_CODES.error, 404],
    ["conflict", EXIT_CODES.error, 409],
    ["denied", EXIT_CODES.denied, 403],
    ["needs_approval", EXIT_CODES.needs_approval, 403],
    ["stale", EXIT_CODES.stale, 409],
    ["unavailable", EXIT_CODES.error, 503],
    ["internal", EXIT_CODES.error, 500],
  ])("%s exits with %i and answers %i", (kind, exit_code, status) => {
    const error = new TidegateError(kind, "some_code", "A sentence.");
    expect(error.exit_code).toBe(exit_code);
    expect(error.http_status).toBe(status);
  });
});

describe("assert", () => {
  it("lets the truth pass and crashes on the rest, with the sentence", () => {
    expect(() => assert(true, "fine")).not.toThrow();
    expect(() => assert(0, "zero is not fine")).toThrow(new AssertionError("zero is not fine"));
  });

  it("is not an expected failure", () => {
    expect(new AssertionError("x")).not.toBeInstanceOf(TidegateError);
  });
});
