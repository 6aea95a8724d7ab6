/** Lending and refills in advance on a real API over a treasury in memory: what people see, what they sign, and what follows. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startChromium } from "../parts/chromium.ts";
import { type LoanBook, startLoanBook } from "./loan_book.ts";
import { axeViolations, openPage, overflow, protruding, settle, type Theme } from "./support.ts";

const WIDE = { width: 1_440, height: 900 };
const NARROW = { width: 390, height: 844 };

let browser: Browser;
let book: LoanBook;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [browser, book] = await Promise.all([startChromium(), startLoanBook()]);
});
afterAll(async () => {
  await browser.close();
  await book.close();
});
beforeEach(async () => {
  ({ page, errors } = await openPage(browser, WIDE));
});
afterEach(async () => {
  expect(errors).toEqual([]);
  await page.close();
});

async function open(path: string): Promise<void> {
  await page.goto(book.api.url + path);
  await settle(page);
}

/** Signs what is on the sheet with the demo key of a person. */
async function sign(path: string, person: string): Promise<void> {
  await open(path);
  await page.getByText("Digest matches").waitFor();
  await page.getByRole("button", { name: `${person} (demo key)` }).click();
  await page.getByText("Signing as").waitFor();
  const amount = page.getByLabel(/Type the amount/);
  if ((await amount.count()) > 0) await amount.fill((await amount.getAttribute("placeholder")) ?? "");
  await page.getByRole("button", { name: "Sign and approve" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function idOf(path: string): Promise<string> {
  const { items } = (await (await fetch(book.api.url + path)).json()) as {
    items: { object_id?: string; id?: string }[];
  };
  return items[0]?.object_id ?? items[0]?.id ?? "none";
}

/** As it stands on the screen, in one line. */
async function textOf(place: Locator): Promise<string> {
  return (await place.allInnerTexts()).join(" ").replaceAll(/\s+/g, " ");
}

const loan = (reference: string): string => `/credit/${book.ids[reference]}`;
const rows = (caption: string): Promise<string[]> =>
  page.getByRole("table", { name: caption, exact: true }).getByRole("row").allInnerTexts();

describe.each<Theme>(["light", "dark"])("in %s, wide and narrow", (theme) => {
  it("every screen of lending and the refills in advance are readable by everybody", async () => {
    const looked = await openPage(browser, { ...WIDE, theme });
    const [sale, extension] = [await idOf("/v1/liquidations"), await idOf("/v1/extensions")];
    const all = ["/credit", loan("L-101"), `${loan("L-104")}/sales/${sale}`, "/envelopes"];
    // What only light shows is the same pieces in other states.
    const screens =
      theme === "dark"
        ? all
        : [...all, "/credit/new", loan("L-105"), loan("L-107"), `/approvals/${extension}`, "/approvals"];
    const narrow = ["/credit", loan("L-101")];
    for (const path of screens) {
      await looked.page.setViewportSize(WIDE);
      await looked.page.goto(book.api.url + path);
      await settle(looked.page);
      expect([path, await axeViolations(looked.page)]).toEqual([path, []]);
      expect([path, await overflow(looked.page)]).toEqual([path, 0]);
      await looked.page.setViewportSize(NARROW);
      expect([path, await overflow(looked.page)]).toEqual([path, 0]);
      if (theme === "light" && narrow.includes(path))
        expect([path, await axeViolations(looked.page)]).toEqual([path, []]);
    }
    expect(looked.errors).toEqual([]);
    await looked.page.close();
  }, 120_000);
});

describe("at every width", () => {
  it("no table sticks out of its part of the screen", async () => {
    for (const path of ["/credit", loan("L-101"), loan("L-104"), "/envelopes", "/approvals"]) {
      await open(path);
      for (const width of [1_440, 1_280, 1_024, 800, 390]) {
        await page.setViewportSize({ width, height: 900 });
        expect([path, await protruding(page)]).toEqual([path, []]);
      }
    }
  });
});

describe("the credit screen", () => {
  it("sorts loans by what is left to their next level, and names why there is no ratio", async () => {
    await open("/credit");
    const [, ...shown] = await rows("Loans");
    const references = shown.map((text) => /L-\d+/.exec(text)?.[0]);
    expect(references).toEqual(["L-104", "L-108", "L-101", "L-102", "L-105", "L-103", "L-106", "L-107", "L-109"]);
    expect(shown[0]).toContain("past the last");
    expect(shown[4]).toMatch(/CVL\s*155/);
    expect(shown[6]).toContain("No loan");
    expect(await page.getByRole("meter", { name: "Loan to value of L-101" }).getAttribute("aria-valuetext")).toBe(
      "80.3\u00a0%, margin call",
    );
    expect(await page.getByText("581,650.00").first().isVisible()).toBe(true);
  });

  it("shows each open call with what would cure it", async () => {
    await open("/credit");
    const [, ...calls] = await rows("Open margin calls");
    expect(calls).toHaveLength(3);
    expect(calls.find((text) => text.includes("L-101"))).toContain(
      "deposit 0.13978495\u00a0BTC or repay 6,500.01\u00a0USD",
    );
  });

  it("redraws who is reached while prices are slid down, with the server's own figures", async () => {
    await open("/credit");
    await page.getByLabel("All collateral falls by").fill("20");
    const reached = page.getByRole("list", { name: "Who reaches another level" });
    await reached.waitFor();
    expect(await textOf(reached)).toMatch(/L-101 100\.3 % Liquidation .*L-103/);
    expect(await page.getByText("17,346.00").isVisible()).toBe(true);
    await page.getByRole("button", { name: "Back to now" }).click();
    await reached.waitFor({ state: "detached" });
  });
});

describe("people", () => {
  it("find a loan by keyboard and give its call more time with two signatures", async () => {
    await open("/credit");
    await page.keyboard.press("Control+k");
    await page.getByLabel("Go to, do, or find").fill("L-101");
    await page.getByRole("option", { name: /L-101 of acme/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "L-101 of acme" }).waitFor();
    await page.getByText("A proposal of a later deadline waits for votes.").waitFor();
    const extension = await idOf("/v1/extensions");
    for (const person of ["Ana Ruiz", "Chen Wei"]) await sign(`/approvals/${extension}`, person);
    await open(loan("L-101"));
    await page.getByText("to cure it, until").waitFor();
    expect(await page.getByText("2026-01-06 18:00:00").first().isVisible()).toBe(true);
    expect(await textOf(page.getByRole("list", { name: "Way of the call" }))).toContain("Notified");
  }, 60_000);

  it("record a repayment once and see what it went to", async () => {
    await open(loan("L-102"));
    const form = page.getByRole("region", { name: "Do" });
    await form.getByLabel("Amount in USD").fill("1,000");
    await form.getByLabel("Reference").fill("wire-77");
    await form.getByLabel("You are").selectOption("ben");
    await form.getByRole("button", { name: "Record the repayment" }).click();
    await form.getByText("Recorded.").waitFor();
    const [, ...payments] = await rows("Payments");
    expect(payments.filter((text) => text.includes("wire-77"))).toHaveLength(1);
    expect(payments.join(" ")).toMatch(/1,000\.00\s+USD/);
  });

  it("say that a deposit which waits is collateral after all", async () => {
    await open(loan("L-107"));
    await page.getByRole("button", { name: "It does…" }).click();
    const form = page.getByRole("region", { name: "Deposits" });
    await form.getByLabel("You are").selectOption("ana");
    await form.getByRole("button", { name: "Count it as collateral" }).click();
    await page.getByRole("button", { name: "It does…" }).waitFor({ state: "detached" });
    expect((await rows("Deposits")).join(" ")).toContain("Accepted");
  });

  it("sign a sale on a sheet that shows the formula with its numbers, and see it done", async () => {
    const [sale] = (
      (await (await fetch(`${book.api.url}/v1/liquidations`)).json()) as {
        items: { id: string; transfer_id: string }[];
      }
    ).items;
    await open(`/approvals/${sale?.transfer_id}`);
    const sheet = page.getByRole("region", { name: "Sale of collateral" });
    await sheet.waitFor();
    const text = await textOf(sheet);
    expect(text).toContain("never below 59,520.00 USDT a BTC");
    expect(text).toContain("57,000.00 − 60 % × (62,000.00 − fee of the move)");
    expect(text).toContain("= 0.89782441 BTC");
    expect(text).toContain("Still owed 3,485.57 USD");
    for (const person of ["Ana Ruiz", "Ben Okafor"]) await sign(`/approvals/${sale?.transfer_id}`, person);
    await book.desk.hours(3);
    await open(`${loan("L-104")}/sales/${sale?.id}`);
    await page.getByRole("table", { name: "Orders" }).getByText("Filled", { exact: true }).first().waitFor();
    await page.getByRole("dialog").getByText("Done", { exact: true }).waitFor();
  }, 60_000);

  it("propose a loan with all its terms; two others sign it, the proposer cannot", async () => {
    await open("/credit/new");
    const form = page.getByRole("dialog");
    for (const [label, text] of [
      ["Reference", "L-200"],
      ["Customer", "ivory"],
      ["Principal in USD", "10,000"],
      ["Rate, % a year", "9.5"],
      ["Matures on (UTC)", "2026-12-31"],
      ["Goes back to", "sandbox:bitcoin:ivory"],
      ["Why", "stock for the season"],
    ] as const) {
      await form.getByLabel(label, { exact: true }).fill(text);
    }
    await form.getByLabel("You are").selectOption("ben");
    await form.getByRole("button", { name: "Propose", exact: true }).click();
    await page.waitForURL(/\/approvals\/fac_/);
    const path = new URL(page.url()).pathname;
    await page.getByText("stock for the season").first().waitFor();
    expect(await page.getByRole("button", { name: "Ben Okafor (demo key)" }).count()).toBe(0);
    for (const person of ["Ana Ruiz", "Chen Wei"]) await sign(path, person);
    await open(path.replace("/approvals/", "/credit/"));
    await page.getByText("Its collateral wallets are being opened.").waitFor();
  }, 60_000);
});

describe("prices that are not trusted", () => {
  it("are said on the loan: unknown since when, and that nothing is sold on them", async () => {
    await book.desk.t.clock.sleep(3 * 3_600_000);
    await open(loan("L-103"));
    await page
      .getByText(/^Unknown since/)
      .first()
      .waitFor();
    expect(await page.getByText("Nothing is sold and nothing released until it is known again.").isVisible()).toBe(
      true,
    );
    expect(await axeViolations(page)).toEqual([]);
    await open("/credit");
    expect(await page.getByText("at the last price: not trusted").isVisible()).toBe(true);
    await book.desk.hours(1);
  });
});

describe("refills in advance", () => {
  it("are proposed, signed by two others, used from then on, and taken back by one", async () => {
    await open("/envelopes");
    await page.getByText("Nothing is approved in advance").waitFor();
    await page.getByRole("button", { name: "Propose one…" }).click();
    await page.getByLabel("Each at most, in USDT").fill("50000");
    await page.getByLabel("All together, in USDT").fill("120000");
    await page.getByLabel("Why").fill("weekend cover");
    await page.getByRole("region", { name: "A new envelope" }).getByLabel("You are").selectOption("ana");
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Propose", exact: true }).click();
    await page.waitForURL(/\/approvals\/env_/);
    const path = new URL(page.url()).pathname;
    await open("/approvals");
    await page.getByRole("button", { name: /^All/ }).click();
    expect((await rows("Proposals")).join(" ")).toContain("weekend cover");
    for (const person of ["Ben Okafor", "Chen Wei"]) await sign(path, person);
    await open("/envelopes");
    expect((await rows("Envelopes")).join(" ")).toMatch(/weekend cover.*120,000\.00/s);
    await page.getByRole("link", { name: "weekend cover" }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText("3 of 3").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await sheet.getByLabel("Why").fill("back at the desk");
    await sheet.getByRole("button", { name: "Take it back" }).click();
    await sheet.getByRole("button", { name: "Take it back" }).waitFor({ state: "detached" });
    await page.setViewportSize(NARROW);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  }, 60_000);
});
