import { describe, expect, it } from "vitest";
import { TidegateError } from "../../errors/index.ts";
import { atCommit, beforeCommit, readPlace } from "../postgres/postgres_errors.ts";
import { statementError } from "./sql_errors.ts";

function answer(code: string, severity = "ERROR", message = "said the server"): Error {
  return Object.assign(new Error(message), {
    code,
    severity,
    table: "hold",
    params: ["0xsecret"],
    detail: "(id)=(0xsecret)",
  });
}
const lost = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
const place = { host: "db:5432", database: "treasury" };
const codeOf = (error: unknown) => (error instanceof TidegateError ? error.code : error);

describe("a failed statement", () => {
  it.each([
    ["40001", "store_conflict"],
    ["40P01", "store_conflict"],
    ["23505", "store_duplicate"],
    ["53100", "store_unavailable"],
    ["23514", "store_failed"],
    ["42P01", "store_failed"],
  ])("%s is %s, without what was written", (state, code) => {
    const error = statementError(answer(state));
    expect(error).toMatchObject({ code, facts: { sqlstate: state } });
    const all = error instanceof TidegateError ? JSON.stringify([error.message, error.facts, error.cause]) : "";
    expect(all).not.toContain("0xsecret");
  });

  it("leaves alone what the database did not say", () => {
    const own = new TidegateError("denied", "not_allowed", "No.");
    expect([statementError(own), statementError(lost), statementError("text")]).toEqual([own, lost, "text"]);
  });
});

describe("a failure before the commit", () => {
  it.each([
    ["08006", "FATAL"],
    ["28P01", "FATAL"],
    ["3D000", "FATAL"],
    ["53300", "FATAL"],
    ["57014", "ERROR"],
    ["57P01", "FATAL"],
  ])("%s means that the database cannot be used now", (state, severity) => {
    expect(beforeCommit(place, answer(state, severity))).toMatchObject({
      code: "store_unavailable",
      message: expect.stringContaining('PostgreSQL at db:5432, database "treasury", cannot be used: said the server.'),
    });
  });

  it("of the line means the same", () => {
    expect(codeOf(beforeCommit(place, lost))).toBe("store_unavailable");
  });
});

describe("a failure at the commit", () => {
  it("that the server answered was rolled back", () => {
    expect(codeOf(atCommit(place, answer("40001")))).toBe("store_conflict");
    expect(codeOf(atCommit(place, answer("23505")))).toBe("store_duplicate");
  });

  it("is unknown in every other case", () => {
    const others = [
      lost,
      answer("57P01", "FATAL"),
      answer("40003"),
      answer("XX000", "PANIC"),
      new Error("Query read timeout"),
    ];
    expect(others.map((error) => codeOf(atCommit(place, error)))).toEqual(others.map(() => "store_commit_unknown"));
  });
});

describe("readPlace", () => {
  it("keeps host and database, and nothing about who may enter", () => {
    expect(readPlace("postgresql://user:secret@db.internal:5433/treasury?sslmode=require")).toEqual({
      host: "db.internal:5433",
      database: "treasury",
    });
    expect(readPlace("postgres:///treasury?host=/run/postgresql")).toEqual({
      host: "/run/postgresql",
      database: "treasury",
    });
  });
});
