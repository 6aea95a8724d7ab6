import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { flatten } from "../../scripts/generate/config.ts";
import { GENERATED_FILES } from "../../scripts/generate/files.ts";
import { fillBlock, table } from "../../scripts/generate/markdown.ts";
import { REASON_CODES } from "../../scripts/generate/reasons.ts";
import { GenerationError, productSources, readText, unionOf } from "../../scripts/generate/sources.ts";
import { driftSentence, writeDrifted } from "../../scripts/generate/write.ts";
import { ROUTES } from "../../src/api/index.ts";
import { EDGES } from "../../src/transfers/states.ts";

const NAMES = Object.keys(GENERATED_FILES);

describe("generated files", () => {
  it.each(NAMES)("%s is what its sources say, every time", async (name) => {
    const make = GENERATED_FILES[name] ?? (() => "");
    expect(await make(name)).toBe(readText(name));
    expect(await make(name)).toBe(await make(name));
  });

  it("hold no path of a machine", () => {
    for (const name of NAMES) expect(readText(name)).not.toMatch(/(?:^|[\s"'`])\/(?:home|root|Users)\//);
  });
});

describe("writeDrifted", () => {
  const root = mkdtempSync(join(tmpdir(), "tidegate-generate-"));
  const read = (name: string): string => readFileSync(join(root, name), "utf8");
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("writes what drifted, and with check only says so", async () => {
    const files = { "docs/a.md": () => "a\n", "b.json": async () => "b\n" };
    expect(await writeDrifted(files, root, true)).toEqual(["docs/a.md", "b.json"]);
    expect(() => read("b.json")).toThrow("ENOENT");
    expect(await writeDrifted(files, root, false)).toEqual(["docs/a.md", "b.json"]);
    expect(read("docs/a.md")).toBe("a\n");
    expect(await writeDrifted(files, root, false)).toEqual([]);
    writeFileSync(join(root, "b.json"), "edited by hand\n");
    const drifted = await writeDrifted(files, root, true);
    expect(driftSentence(drifted)).toBe(
      "Not what the sources say: b.json. Run npm run generate and commit the result.",
    );
    expect(read("b.json")).toBe("edited by hand\n");
  });
});

describe("markdown", () => {
  it("escapes what would end a cell", () => {
    expect(table(["a"], [["x | y\nz"]])).toBe("| a |\n|---|\n| x \\| y z |");
  });

  it("fills a block and leaves the page around it alone", () => {
    const page = "before\n<!-- generated: t -->\nold\n<!-- end: t -->\nafter\n";
    const filled = fillBlock(page, "t", "new");
    expect(filled).toBe("before\n<!-- generated: t -->\nnew\n<!-- end: t -->\nafter\n");
    expect(fillBlock(filled, "t", "new")).toBe(filled);
    expect(() => fillBlock("before", "t", "new")).toThrow(GenerationError);
  });
});

describe("the reference", () => {
  const tableRows = (name: string): readonly string[] =>
    readText(name)
      .split("\n")
      .filter((line) => /^\| `/.test(line));

  it("says of every key of the configuration what it means", () => {
    const rows = tableRows("docs/reference/config.md");
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter((row) => row.endsWith("|  |"))).toEqual([]);
  });

  it("walks lists, names of one's own and forms of a schema", () => {
    const leaf = { type: "string" };
    const rows = flatten({
      properties: {
        list: { items: { properties: { id: leaf }, required: ["id"] } },
        named: { additionalProperties: { properties: { decimals: leaf } } },
        either: { anyOf: [leaf, { properties: { id: leaf } }] },
      },
    });
    expect(rows.map(({ path, required }) => `${path}${required ? "!" : ""}`)).toEqual([
      "list",
      "list[].id!",
      "named",
      "named.<name>.decimals",
      "either",
      "either.id",
    ]);
  });

  it("has every reason a decision can carry", () => {
    const types = productSources().find(({ path }) => path === "src/policy/decision_types.ts") ?? {
      path: "",
      text: "",
    };
    expect([...REASON_CODES].sort()).toEqual([...unionOf(types, "ReasonCode")].sort());
    expect(tableRows("docs/reference/reasons.md")).toHaveLength(REASON_CODES.length);
  });

  it("has every route and every edge", () => {
    const api = readText("docs/reference/api.md");
    for (const { method, path } of ROUTES) expect(api).toContain(`| \`${method.toUpperCase()}\` | \`${path}\` |`);
    const transfers = readText("docs/explanation/transfers.md");
    for (const { from, to } of EDGES) {
      expect(transfers).toContain(`  ${from} --> ${to}\n`);
      expect(transfers).toContain(`| \`${from}\` | \`${to}\` |`);
    }
  });

  it("has a column for every type of venue, and no empty cell", () => {
    const rows = readText("docs/reference/venues.md")
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .slice(0, 12);
    // The capabilities stand before the table of conformance.
    expect(rows.at(-1)).toContain("| networks |");
    for (const row of rows.slice(1))
      expect(
        row
          .split("|")
          .slice(1, -1)
          .every((cell) => cell.trim() !== ""),
      ).toBe(true);
    for (const type of ["evm", "safe", "sandbox exchange", "sandbox custodian_with_approval"]) {
      expect(rows[0]).toContain(`\`${type}\``);
    }
  });
});
