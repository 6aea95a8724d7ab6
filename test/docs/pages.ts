/** The pages people read: their texts, links, headings and commands. */
import { readdirSync } from "node:fs";
import { listFiles, ROOT, readText } from "../../scripts/generate/sources.ts";

export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Markdown at the root, of the documentation and of the examples. */
export function listPages(): readonly Page[] {
  const isPage = (path: string): boolean => path.endsWith(".md");
  const paths = [
    ...readdirSync(ROOT).filter(isPage),
    ...listFiles("docs").filter(isPage),
    ...listFiles("examples").filter(isPage),
  ];
  return paths.map((path) => ({ path, text: readText(path) }));
}

/** Targets of links and images; code is no link. */
export function linksOf({ text }: Page): readonly string[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
}

/** Anchors of a page's headings, as the renderers of repositories make them. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = withoutFences(text).matchAll(/^#{1,6} (.+)$/gm);
  return new Set(
    [...headings].map((match) =>
      (match[1] ?? "")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Command lines of a page that begin with `start`: of code blocks and of code in sentences. */
export function commandsOf({ text }: Page, start: string): readonly string[] {
  const blocks = [...text.matchAll(/```[a-z]*\n([\s\S]*?)```/g)].flatMap((match) => (match[1] ?? "").split("\n"));
  const spans = [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  return [...blocks, ...spans]
    .map((line) =>
      line
        .trim()
        .replace(/^\$ /, "")
        .replace(/^(?:[A-Z_]+=\S+ )+/, ""),
    )
    .filter((line) => line.startsWith(start));
}

function withoutFences(text: string): string {
  return text.replaceAll(/```[\s\S]*?```/g, "");
}

function withoutCode(text: string): string {
  return withoutFences(text).replaceAll(/`[^`\n]*`/g, "code");
}
