/** Every screen in every state, light and dark, wide and narrow: readable by everybody, never sideways, never complaining. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startChromium } from "../parts/chromium.ts";
import { type FixtureServer, startFixtureServer } from "./fixtures/server.ts";
import { axeViolations, lowContrast, openPage, overflow, settle, smallTargets } from "./support.ts";

const SCREENS = [
  "/",
  "/decisions",
  "/decisions/dec_01J9ZK7Q4M",
  "/transfers",
  "/transfers/tr_01J9Z9C6E7A0",
  "/transfers/tr_01J9ZEM5D3C2",
  "/transfers/new",
  "/approvals",
  "/approvals/tr_01J9ZK7Q4MX8",
  "/approvals/brs_01J9ZAA1",
  "/breaks/brk_01J9ZAB7",
  "/credit",
  "/credit/new",
  "/envelopes",
  "/expected",
  "/wallets",
  "/books",
  "/books?account=wallet%2Fhot-usdt%2FUSDT",
  "/venues",
  "/simulate",
  "/audit",
] as const;
const STATES = ["normal", "stale", "empty", "error"] as const;
const WIDE = { width: 1_280, height: 720 };
const NARROW = { width: 400, height: 800 };
/** 400 % zoom of a 1280 px window (WCAG 1.4.10): it reflows, and what can be pressed keeps its 24 px. */
const REFLOW = { width: 320, height: 640 };

let browser: Browser;
let server: FixtureServer;
beforeAll(async () => {
  [browser, server] = await Promise.all([startChromium(), startFixtureServer()]);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

describe.each(STATES)("with %s data", (state) => {
  let page: Page;
  let errors: string[];
  beforeAll(async () => {
    server.show(state);
    ({ page, errors } = await openPage(browser));
  });
  afterAll(() => page.close());

  // One object has no screen of its own when there is nothing, or nothing can be read.
  const screens = state === "normal" || state === "stale" ? SCREENS : SCREENS.filter((path) => !path.includes("_"));
  it.each(screens)("%s", async (path) => {
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize(WIDE);
    await page.goto(server.url + path);
    await settle(page);
    expect(await axeViolations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    // The same page in the dark differs in nothing but its colours.
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await lowContrast(page)).toEqual([]);
    await page.setViewportSize(NARROW);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    if (state === "normal") {
      expect(await axeViolations(page)).toEqual([]);
      await page.setViewportSize(REFLOW);
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await smallTargets(page)).toEqual([]);
    }
    expect(errors).toEqual([]);
  });
});

describe("everywhere", () => {
  it("says how fast a sandbox's time goes, and why it is slower than asked where it is", async () => {
    const { page } = await openPage(browser);
    await page.setViewportSize(WIDE);
    const ribbon = async (state: "normal" | "stale") => {
      server.show(state);
      await page.goto(server.url);
      return page.getByText("of treasury time per second").textContent();
    };
    expect(await ribbon("normal")).toContain("1 h of treasury time per second · people");
    expect(await ribbon("stale")).toContain("24 min of treasury time per second (1 h asked: time waits for the daemon");
    await page.close();
  });

  it("shows a loading state of its own and then what came", async () => {
    server.show("loading");
    const { page } = await openPage(browser);
    await page.goto(`${server.url}/transfers`);
    await page.locator('[aria-label="Loading"]').first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.close();
  });

  it("keeps the last known numbers, and says so, when the daemon stops answering", async () => {
    server.show("normal");
    const { page } = await openPage(browser);
    await page.goto(server.url);
    await page.getByText("27,904,000.00").first().waitFor();
    server.show("error");
    await page.keyboard.press(".");
    await page.keyboard.press(".");
    await page.getByText("The present state could not be read.").waitFor({ timeout: 25_000 });
    expect(await page.getByText("27,904,000.00").first().isVisible()).toBe(true);
    await page.close();
  });

  it("says that it polls when the live stream fails", async () => {
    server.show("normal");
    const { page } = await openPage(browser);
    await page.route("**/v1/events", (route) => route.abort());
    await page.goto(server.url);
    await page.getByText("Polling every 5 s").waitFor();
    await page.close();
  });
});
