/**
 * Takes the pictures of the documentation.
 * @example node test/browser/take_pictures.ts docs/images
 * @example node test/browser/take_pictures.ts pictures http://127.0.0.1:8420
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { startChromium } from "../parts/chromium.ts";
import { startFixtureServer } from "./fixtures/server.ts";
import { startLoanBook } from "./loan_book.ts";

const SIZE = { width: 1280, height: 800 };
/** Where what is beside the loans has room. */
const WIDE = { width: 1440, height: 900 };
const SETTLE_MS = 600;

type Theme = "light" | "dark";
type Prepare = (page: Page) => Promise<unknown>;

const nothing: Prepare = () => Promise.resolve();

/** The pool that has something to say. */
const pickBusyPool: Prepare = async (page) => {
  const busy = page.getByRole("button", { name: /low|below|above|high/i }).first();
  if ((await busy.count()) > 0) await busy.click();
};

const openFirstApproval: Prepare = async (page) => {
  await page.getByRole("button", { name: /^All/ }).click();
  await page.locator("[data-row]").first().click();
  await page.getByText("Digest matches").waitFor();
};

const runPreset: Prepare = async (page) => {
  await page.getByRole("button", { name: /bank run/ }).click();
  await page.getByRole("button", { name: "Run the simulation" }).click();
  await page.getByRole("heading", { name: "Path of the liquidity share" }).waitFor();
};

const slideDown: Prepare = async (page) => {
  await page.getByLabel("All collateral falls by").fill("12");
  await page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)");
};

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly theme: Theme;
  readonly prepare: Prepare;
  /** Of a treasury that lends. */
  readonly lending?: boolean;
}

const PICTURES: readonly Picture[] = [
  { name: "overview-light", path: "/", theme: "light", prepare: pickBusyPool },
  { name: "overview-dark", path: "/", theme: "dark", prepare: pickBusyPool },
  { name: "transfers", path: "/transfers", theme: "light", prepare: nothing },
  { name: "approvals", path: "/approvals", theme: "dark", prepare: openFirstApproval },
  { name: "books", path: "/books", theme: "light", prepare: nothing },
  { name: "simulate", path: "/simulate", theme: "light", prepare: runPreset },
  { name: "audit", path: "/audit", theme: "light", prepare: nothing },
  { name: "credit", path: "/credit", theme: "light", prepare: slideDown, lending: true },
];

const [dir = "docs/images", given] = process.argv.slice(2);
mkdirSync(dir, { recursive: true });
const fixture = given === undefined ? await startFixtureServer() : null;
const book = given === undefined ? await startLoanBook() : null;
const browser = await startChromium();
try {
  for (const { name, path, theme, prepare, lending } of PICTURES) {
    const page = await browser.newPage({
      viewport: lending === true ? WIDE : SIZE,
      colorScheme: theme,
      reducedMotion: "reduce",
    });
    await page.goto(`${given ?? (lending === true ? book?.api.url : fixture?.url)}${path}`);
    await page.getByText("venues fresh").first().waitFor();
    await prepare(page);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(dir, `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  await fixture?.stop();
  await book?.close();
}
