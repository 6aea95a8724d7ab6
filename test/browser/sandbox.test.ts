/** The terminal on the real daemon: two people approve what custody pays, the stop stops, the log comes along. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ApprovalList, ModeState, Overview, TransferDetail } from "../../src/api/schemas/index.ts";
import { startChromium } from "../parts/chromium.ts";
import { type Demo, startDemo } from "./demo.ts";
import { axeViolations, openPage, overflow, settle } from "./support.ts";

/** Half an hour of treasury time per second: an approval comes up within seconds and stays open for most of a minute. */
const STORY = ["--manual", "--scenario", "bank-run", "--seed", "7", "--speed", "30m/s"];
const WAIT_MS = 90_000;
const ASK_EVERY_MS = 300;

let browser: Browser;
let demo: Demo;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [browser, demo] = await Promise.all([startChromium(), startDemo(...STORY)]);
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
});
beforeEach(async () => {
  ({ page, errors } = await openPage(browser));
});
afterEach(async () => {
  await page.close();
});

async function until<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  for (let waited = 0; waited < WAIT_MS; waited += ASK_EVERY_MS) {
    const answer = await ask();
    if (answer !== null) return answer;
    await sleep(ASK_EVERY_MS);
  }
  throw new Error(`${what} did not happen within ${WAIT_MS} ms`);
}

async function signAs(id: string, person: string): Promise<void> {
  await page.goto(`${demo.url}/approvals/${id}`);
  await page.getByText("Digest matches").waitFor();
  await page.getByRole("button", { name: `${person} (demo key)` }).click();
  await page.getByText("Signing as").waitFor();
  const amount = page.getByLabel(/Type the amount/);
  await amount.fill((await amount.getAttribute("placeholder")) ?? "");
  await page.getByRole("button", { name: "Sign and approve" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

describe("on the real sandbox", () => {
  it("lets custody pay after two people have signed in the browser, and not after one", async () => {
    const id = await until("an approval", async () => {
      const { items } = await demo.get<ApprovalList>("/v1/approvals");
      return items[0]?.object_id ?? null;
    });
    await signAs(id, "Ana Ruiz");
    const one = await demo.get<TransferDetail>(`/v1/transfers/${id}`);
    expect([one.transfer.state, one.quorum.approvals]).toEqual(["awaiting_approval", ["ana"]]);
    await signAs(id, "Chen Wei");
    const paid = await until("the dispatch", async () => {
      const { transfer, quorum } = await demo.get<TransferDetail>(`/v1/transfers/${id}`);
      return transfer.state === "awaiting_approval" ? null : { state: transfer.state, quorum };
    });
    expect(paid.quorum.approvals).toEqual(["ana", "chen"]);
    expect(["approved", "submitting", "submitted", "settled"]).toContain(paid.state);
    expect(errors).toEqual([]);
  }, 120_000);

  it("freezes by keyboard within a second and resumes with an admin's signature", async () => {
    await page.goto(demo.url);
    await page.getByText("venues fresh").first().waitFor();
    await page.keyboard.press("Shift+F");
    await page.getByText("Frozen", { exact: true }).first().waitFor();
    expect((await demo.get<Overview>("/v1/overview")).mode).toBe("frozen");
    await page.getByRole("button", { name: "Resume…" }).click();
    await page.getByRole("button", { name: "Ana Ruiz (demo key)" }).click();
    await page.getByRole("button", { name: "Sign and resume" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const state = await until("auto mode", async () => {
      const { mode } = await demo.get<ModeState>("/v1/overview");
      return mode === "auto" ? mode : null;
    });
    expect(state).toBe("auto");
    expect(errors).toEqual([]);
  });

  it("hands over the log as it is", async () => {
    await page.goto(`${demo.url}/audit`);
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export CSV" }).click();
    const lines = readFileSync(await (await coming).path(), "utf8")
      .trim()
      .split("\n");
    expect(lines[0]).toMatch(/^seq,timestamp,type,/);
    expect(lines.some((line) => line.includes("mode.changed"))).toBe(true);
    expect(lines.some((line) => line.includes("approval.voted"))).toBe(true);
  });

  it("simulates on a copy: nothing is planned by it", async () => {
    await page.goto(`${demo.url}/simulate`);
    await page.getByRole("button", { name: /bank run/ }).click();
    await page.getByRole("button", { name: "Run the simulation" }).click();
    await page.getByRole("heading", { name: "Path of the liquidity share" }).waitFor();
    // What lies half under the sticky strip is not what is measured.
    await page.evaluate("scrollTo(0, 0)");
    expect(await axeViolations(page)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it.each(["/", "/decisions", "/transfers", "/approvals", "/credit", "/wallets", "/books", "/audit"])(
    "%s is readable by everybody",
    async (path) => {
      await page.goto(demo.url + path);
      await page.getByText("venues").first().waitFor();
      await settle(page);
      expect(await axeViolations(page)).toEqual([]);
      await page.setViewportSize({ width: 400, height: 800 });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(errors).toEqual([]);
    },
  );
});
