/** What every browser test does: look for what breaks accessibility, for sideways scrolling, for errors on the console. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";

const REDRAW_MS_MAX = 2_000;
const FRAME_MS = 50;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

export type Theme = "light" | "dark";

export interface Look {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
}

/** A page with a profile of its own; `errors` collects what the page complains about. */
export async function openPage(browser: Browser, look: Look = {}): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({
    viewport: { width: look.width ?? 1_280, height: look.height ?? 720 },
    colorScheme: look.theme ?? "light",
    reducedMotion: "reduce",
  });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // A failed request is the screen's to show; the browser's own line about it is no error of the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      errors.push(message.text());
  });
  return { page, errors };
}

/** Until nothing loads any more. */
export async function settle(page: Page): Promise<void> {
  await page.locator("#main").waitFor();
  await page.locator('[aria-label="Loading"]').first().waitFor({ state: "detached" });
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
  }[];
}

/** What runs inside the page is text: the DOM's types stay out of a project that has no DOM. */
const axeRun = (type: "tag" | "rule", values: readonly string[]): string =>
  `axe.run(document, { runOnly: { type: "${type}", values: ${JSON.stringify(values)} }, resultTypes: ["violations"] })`;
const OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth";
const SMALL_TARGETS = `[...document.querySelectorAll("button, a[href], select, summary, input:not(.sr-only):not([type=checkbox])")]
  .filter((element) => element.checkVisibility() && !element.classList.contains("sr-only"))
  .map((element) => ({ element, box: element.getBoundingClientRect() }))
  .filter(({ box }) => box.width < 24 || box.height < 24)
  .map(({ element, box }) => element.tagName + " " + element.textContent + " " + Math.round(box.width) + "x" + Math.round(box.height))`;
const PROTRUDING = `[...document.querySelectorAll("section table, dialog table")]
  .filter((table) => table.getBoundingClientRect().right > table.closest("section, dialog").getBoundingClientRect().right + 1)
  .map((table) => table.caption.textContent + " " + window.innerWidth)`;
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (!element || !/^(A|BUTTON|INPUT|SELECT|SUMMARY)$/.test(element.tagName)) return "";
  return [element.getAttribute("aria-label"), element.textContent, element.labels?.[0]?.textContent].join(" ");
})()`;

/** Every violation as one line: the rule, the element, why. */
export function axeViolations(page: Page): Promise<string[]> {
  return violationsOf(page, axeRun("tag", TAGS));
}

/** Text that its background swallows, in the colours that the page shows now. */
export function lowContrast(page: Page): Promise<string[]> {
  return violationsOf(page, axeRun("rule", ["color-contrast"]));
}

async function violationsOf(page: Page, run: string): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResult>(run);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`),
  );
}

/** How far the page is wider than its window. */
export async function overflow(page: Page): Promise<number> {
  // What is drawn to the width of its place is drawn anew a frame or two after the place changed.
  const deadline = performance.now() + REDRAW_MS_MAX;
  for (;;) {
    const pixels = await page.evaluate<number>(OVERFLOW);
    if (pixels <= 0 || performance.now() > deadline) return pixels;
    await page.waitForTimeout(FRAME_MS);
  }
}

/** Tables that stick out of the part of the screen they stand in, and would lie under what is beside it. */
export function protruding(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(PROTRUDING);
}

/** Pressable things smaller than 24 by 24 px (WCAG 2.5.8). */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(SMALL_TARGETS);
}

/** Name and text of what has the focus; empty when nothing that can be pressed has it. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(FOCUSED);
}
