import { describe, expect, it } from "vitest";
import { ERROR_MEANINGS } from "../../scripts/generate/error_meanings.ts";
import { collectErrors } from "../../scripts/generate/errors.ts";
import { ALERTS, FINDINGS, NOTES } from "../../scripts/generate/notes.ts";
import { productSources, readText, unionOf } from "../../scripts/generate/sources.ts";
import { EXIT_CODES } from "../../src/errors/index.ts";

const SOURCES = productSources();
const FAMILIES = await collectErrors();
const ENTRIES = FAMILIES.flatMap(({ entries }) => entries);
const PAGE = readText("docs/reference/errors.md");
/** First word of the codes that a class of errors has to itself. */
const PREFIXES = [
  "config",
  "api",
  "idempotency",
  "authority",
  "transfer",
  "ledger",
  "audit",
  "store",
  "venue",
  "chain",
];

/** Codes as the sources spell them where something is raised, found without the generator. */
function raisedCodes(): ReadonlySet<string> {
  const bare = /new TidegateError\(\s*[\w.]*"?[\w.]*"?,\s*"([a-z_]+)"/g;
  const raised = /new (?!Tidegate)[A-Z]\w+Error\(\s*"([a-z]+(?:_[a-z]+)*)"/g;
  const refused = /\b(?:refuse|refusal|problem|failure|invalid|finding)\([^"()]*"([a-z]+_[a-z_]+)"/g;
  const ofOwnClass = new RegExp(`^(?:${PREFIXES.join("|")})_`);
  return new Set(
    SOURCES.filter(({ path }) => !/^src\/(errors|policy|simulate)\//.test(path)).flatMap(({ text }) => [
      ...[...text.matchAll(bare), ...text.matchAll(raised)].map((match) => match[1] ?? ""),
      ...[...text.matchAll(refused)].map((match) => match[1] ?? "").filter((code) => ofOwnClass.test(code)),
    ]),
  );
}

const literals = (folder: string, pattern: RegExp): readonly string[] =>
  SOURCES.filter(({ path }) => path.startsWith(folder)).flatMap(({ text }) =>
    [...text.matchAll(pattern)].map((match) => match[1] ?? ""),
  );

describe("the reference of error codes", () => {
  it("lists every code that is raised in the sources", () => {
    const listed = new Set([...ENTRIES.map(({ code }) => code), ...Object.keys(FINDINGS)]);
    const codes = [...raisedCodes()];
    expect(codes.length).toBeGreaterThan(60);
    expect(codes.filter((code) => !listed.has(code))).toEqual([]);
  });

  it("lists every code of every union once, on the page too", () => {
    const codes = ENTRIES.map(({ code }) => code);
    expect(codes.length).toBe(new Set(codes).size);
    for (const code of codes) expect(PAGE).toContain(`\n| \`${code}\` | `);
    const unions = SOURCES.flatMap((source) =>
      [...source.text.matchAll(/export type (\w+ErrorCode) =/g)].map((match) => unionOf(source, match[1] ?? "")),
    );
    expect(unions.length).toBeGreaterThanOrEqual(10);
    expect(unions.flat().filter((code) => !codes.includes(code))).toEqual([]);
  });

  it("gives each an exit code of the table and a status", () => {
    for (const { code, exit_code, http_status } of ENTRIES) {
      expect(Object.values(EXIT_CODES), code).toContain(exit_code);
      expect(exit_code, code).not.toBe(EXIT_CODES.ok);
      expect(http_status, code).toBeGreaterThanOrEqual(400);
    }
    const byCode = new Map(ENTRIES.map((entry) => [entry.code, entry]));
    expect(byCode.get("store_locked")).toMatchObject({ kind: "conflict", exit_code: 1, http_status: 409 });
    expect(byCode.get("api_unauthenticated")).toMatchObject({ kind: "denied", exit_code: 3, http_status: 401 });
    expect(byCode.get("config_unknown_key")).toMatchObject({ kind: "invalid", exit_code: 2 });
    expect(byCode.get("authority_quorum_missing")).toMatchObject({ kind: "needs_approval", exit_code: 4 });
    expect(byCode.get("not_frozen")).toMatchObject({ kind: "conflict", http_status: 409 });
  });

  it("says of each in a sentence what it means", () => {
    for (const [code, meaning] of Object.entries(ERROR_MEANINGS)) expect(meaning, code).toMatch(/^[A-Z`].{10,}\.$/);
  });
});

describe("codes that are no errors", () => {
  it("explains every note a transfer can carry", () => {
    const written = [
      ...literals("src/transfers/", /note(?::| =) \{ code: "([a-z_]+)"/g),
      ...literals("src/transfers/", /holdTransfer\(deps, row, "([a-z_]+)"/g),
    ];
    expect(written.length).toBeGreaterThan(8);
    expect(written.filter((code) => NOTES[code] === undefined)).toEqual([]);
  });

  it("explains every alert", () => {
    const raised = [
      ...literals("src/", /notice = \{ code: "([a-z_]+)"/g),
      ...literals("src/", /notify\(\{\s*code: "([a-z_]+)"/g),
      ...literals("src/", /recordAlert\(tx, deps, \{ code: "([a-z_]+)"/g),
      ...literals("src/", /code: "([a-z_]+)", severity: "page"/g),
      ...literals("src/transfers/", /holdTransfer\(deps, row, "([a-z_]+)"/g).map((code) => `transfer_${code}`),
    ];
    expect(raised.length).toBeGreaterThan(6);
    expect(raised.filter((code) => code !== "pool_low" && ALERTS[code] === undefined)).toEqual([]);
  });

  it("explains exactly what audit verify finds", () => {
    const verify = SOURCES.find(({ path }) => path === "src/audit/verify.ts") ?? { path: "", text: "" };
    expect(Object.keys(FINDINGS).sort()).toEqual([...unionOf(verify, "ProblemCode")].sort());
  });

  it("explains nothing that the sources do not know", () => {
    const all = SOURCES.map(({ text }) => text).join("\n");
    const unknown = Object.keys(NOTES).filter((code) => !all.includes(`"${code}"`));
    expect(unknown).toEqual([]);
  });
});
