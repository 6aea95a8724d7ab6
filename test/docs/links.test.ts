import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, readText } from "../../scripts/generate/sources.ts";
import { anchorsOf, linksOf, listPages } from "./pages.ts";

const PAGES = listPages();
const EXTERNAL = /^(?:https?:|mailto:)/;

function faultOf(page: string, link: string): string | null {
  const [target = "", anchor] = link.split("#");
  const path = target === "" ? page : normalize(join(dirname(page), target));
  if (!existsSync(join(ROOT, path))) return `${page}: ${link} leads nowhere`;
  if (anchor === undefined) return null;
  return anchorsOf(readText(path)).has(anchor) ? null : `${page}: ${path} has no heading #${anchor}`;
}

describe("links of the documentation", () => {
  it("finds the pages and their links", () => {
    expect(PAGES.map(({ path }) => path)).toEqual(expect.arrayContaining(["docs/README.md", "ARCHITECTURE.md"]));
    expect(PAGES.flatMap(linksOf).length).toBeGreaterThan(40);
  });

  it.each(PAGES.map((page) => [page.path, page] as const))("%s leads only to what exists", (path, page) => {
    const links = linksOf(page).filter((link) => !EXTERNAL.test(link));
    expect(links.flatMap((link) => faultOf(path, link) ?? [])).toEqual([]);
  });

  it("lead from the index to every page of the documentation", () => {
    const index = { path: "docs/README.md", text: readText("docs/README.md") };
    const reached = new Set(linksOf(index).map((link) => normalize(join("docs", link.split("#")[0] ?? ""))));
    const lost = PAGES.map(({ path }) => path).filter(
      (path) => path.startsWith("docs/") && path !== index.path && !reached.has(path),
    );
    expect(lost).toEqual([]);
  });

  it("show images that are images", () => {
    const images = PAGES.flatMap((page) =>
      linksOf(page)
        .filter((link) => link.endsWith(".png"))
        .map((link) => join(ROOT, dirname(page.path), link)),
    );
    for (const image of images) {
      expect(statSync(image).size).toBeLessThan(2_000_000);
      expect(readFileSync(image).subarray(1, 4).toString()).toBe("PNG");
    }
  });

  it("are judged by their file and their heading", () => {
    expect(faultOf("docs/README.md", "nowhere.md")).toBe("docs/README.md: nowhere.md leads nowhere");
    expect(faultOf("docs/README.md", "../ARCHITECTURE.md#no-such-thing")).toContain("has no heading");
    expect(faultOf("docs/README.md", "reference/errors.md#notes-on-a-transfer")).toBeNull();
    expect(linksOf({ path: "x.md", text: "[a](b.md) `[c](d.md)`\n```\n[e](f.md)\n```\n" })).toEqual(["b.md"]);
    expect([...anchorsOf("## Findings of `audit verify`\n")]).toEqual(["findings-of-audit-verify"]);
  });
});
