/** What people do, with the keyboard alone: freeze, resume, approve, deny, propose, export. */
import { createPrivateKey, createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SignedVoteBody } from "../../src/api/schemas/index.ts";
import { voteMessage } from "../../src/authority/index.ts";
import { startChromium } from "../parts/chromium.ts";
import { demoPerson } from "./fixtures/people.ts";
import { type FixtureServer, type Posted, startFixtureServer } from "./fixtures/server.ts";
import { axeViolations, focused, openPage, settle } from "./support.ts";

const WAITING = "tr_01J9ZK7Q4MX8";
const ED25519_PKCS8_HEAD = "302e020100300506032b657004220420";
const ED25519_SPKI_HEAD = "302a300506032b6570032100";

let browser: Browser;
let server: FixtureServer;
let page: Page;
const dir = mkdtempSync(join(tmpdir(), "tidegate-journey-"));

beforeAll(async () => {
  browser = await startChromium();
});
beforeEach(async () => {
  server = await startFixtureServer();
  ({ page } = await openPage(browser));
});
afterEach(async () => {
  await page.close();
  await server.stop();
});
afterAll(async () => {
  await browser.close();
  rmSync(dir, { recursive: true });
});

async function open(path: string): Promise<void> {
  await page.goto(server.url + path);
  await settle(page);
}

/** Presses Tab until what is named has the focus: what a person without a mouse does. */
async function tabTo(name: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (name.test(await focused(page))) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached ${name}`);
}

function posted(path: string): Posted[] {
  return server.posted.filter((entry) => entry.path === path);
}

function isSignedBy(vote: SignedVoteBody, person: string): boolean {
  const key = createPublicKey({
    key: Buffer.from(ED25519_SPKI_HEAD + demoPerson(person).key.public_key, "hex"),
    format: "der",
    type: "spki",
  });
  return verify(null, voteMessage(vote.payload), key, Buffer.from(vote.signature, "hex"));
}

describe("the stop", () => {
  it("freezes on Shift+F from any screen, at once, and asks nothing", async () => {
    await open("/audit");
    await page.keyboard.press("Shift+F");
    await page.getByText("Frozen", { exact: true }).waitFor();
    expect(posted("/v1/freeze")).toHaveLength(1);
    expect(posted("/v1/freeze")[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("asks why behind its button, and Enter stops with or without an answer", async () => {
    await open("/");
    await tabTo(/^\s*Freeze/);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Freeze" }).waitFor();
    expect(posted("/v1/freeze")).toEqual([]);
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.type("a venue pays twice");
    await page.keyboard.press("Enter");
    await page.getByText("Frozen", { exact: true }).first().waitFor();
    expect(posted("/v1/freeze")).toMatchObject([{ body: { reason: "a venue pays twice" } }]);
  });

  it("never freezes while a person types", async () => {
    await open("/transfers");
    await page.keyboard.press("/");
    await page.keyboard.type("Fresh F");
    expect(await page.getByLabel("Filter").inputValue()).toBe("Fresh F");
    expect(posted("/v1/freeze")).toEqual([]);
  });

  it("resumes only with an admin's signature over this freeze", async () => {
    server.show("frozen");
    await open("/");
    await tabTo(/^ *Resume/);
    await page.keyboard.press("Enter");
    await page.getByText("Digest matches").waitFor();
    const pressed = page.getByRole("group", { name: "Go on in mode" }).locator('[aria-pressed="true"]');
    expect(await pressed.textContent()).toBe("Advise");
    await page.getByText("It is the mode before the freeze.").waitFor();
    await tabTo(/Ana Ruiz \(demo key\)/);
    await page.keyboard.press("Enter");
    await page.getByText("Signing as").waitFor();
    await tabTo(/Sign and resume/);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const body = posted("/v1/resume")[0]?.body as { mode: string; vote: SignedVoteBody };
    expect(body.mode).toBe("advise");
    expect(isSignedBy(body.vote, "ana")).toBe(true);
  });
});

describe("an approval", () => {
  it("is found, read, confirmed by typing, signed and sent without a mouse", async () => {
    await open("/");
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await page.getByRole("heading", { name: "Approvals" }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByText("Digest matches").waitFor();
    await tabTo(/Ben Okafor \(demo key\)/);
    await page.keyboard.press("Enter");
    await page.getByText("Signing as").waitFor();
    await tabTo(/Type the amount/);
    await page.keyboard.type("2,524,000");
    await tabTo(/Sign and approve/);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const [vote] = posted(`/v1/approvals/${WAITING}/votes`);
    expect(isSignedBy(vote?.body as SignedVoteBody, "ben")).toBe(true);
    expect(vote?.key).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("cannot be given before the amount is typed and a key is opened", async () => {
    await open(`/approvals/${WAITING}`);
    const approve = page.getByRole("button", { name: "Sign and approve" });
    expect(await approve.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Ana Ruiz (demo key)" }).click();
    await page.getByText("Signing as").waitFor();
    await page.getByLabel(/Type the amount/).fill("252400");
    expect(await approve.isDisabled()).toBe(true);
    expect(await page.getByText("This is not the amount above.").isVisible()).toBe(true);
  });

  const asJson = ({ seed, public_key }: { seed: string; public_key: string }): string =>
    JSON.stringify({ scheme: "ed25519", public_key, private_key: seed });
  /** As `openssl genpkey -algorithm ed25519` writes it, which is what the manual makes. */
  const asPem = ({ seed }: { seed: string }): string =>
    createPrivateKey({ key: Buffer.from(ED25519_PKCS8_HEAD + seed, "hex"), format: "der", type: "pkcs8" })
      .export({ format: "pem", type: "pkcs8" })
      .toString();

  it.each([
    ["ana.json", asJson],
    ["ana.pem", asPem],
  ])("signs with a key file that stays in the page: %s", async (name, write) => {
    const file = join(dir, name);
    const { key } = demoPerson("ana");
    const { seed } = key;
    writeFileSync(file, write(key));
    const sent: string[] = [];
    page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
    await open(`/approvals/${WAITING}`);
    await page.locator('input[type="file"]').setInputFiles(file);
    await page.getByText("Signing as").waitFor();
    await page.getByRole("button", { name: "Sign and deny" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const body = posted(`/v1/approvals/${WAITING}/votes`)[0]?.body as SignedVoteBody;
    expect([body.payload.vote, body.person_id]).toEqual(["deny", "ana"]);
    expect(isSignedBy(body, "ana")).toBe(true);
    const secrets = [seed, Buffer.from(seed, "hex").toString("base64").slice(0, 40), "PRIVATE KEY"];
    for (const secret of secrets) expect(sent.join("\n")).not.toContain(secret);
  });

  it("refuses a key of somebody who may not vote", async () => {
    const file = join(dir, "chen.key");
    const { seed, public_key } = demoPerson("chen").key;
    writeFileSync(file, JSON.stringify({ scheme: "ed25519", public_key, private_key: seed }));
    await open(`/approvals/${WAITING}`);
    await page.locator('input[type="file"]').setInputFiles(file);
    await page.getByText("Chen Wei has voted already. One vote counts once; another person has to sign.").waitFor();
  });

  it("cannot be given when the payload is not what the digest says", async () => {
    await page.route(`**/v1/approvals/${WAITING}`, async (route) => {
      const response = await route.fetch();
      const approval = (await response.json()) as { payload_text: string };
      approval.payload_text = approval.payload_text.replace("sandbox:tron:hot-usdt", "sandbox:tron:thief");
      await route.fulfill({ response, json: approval });
    });
    await open(`/approvals/${WAITING}`);
    await page.getByText("Digest does not match the payload").waitFor();
    await page.getByRole("button", { name: "Ana Ruiz (demo key)" }).click();
    await page.getByText("Signing as").waitFor();
    await page.getByLabel(/Type the amount/).fill("2524000");
    expect(await page.getByRole("button", { name: "Sign and approve" }).isDisabled()).toBe(true);
  });

  it("is not signed when the server's vote text is about something else", async () => {
    await page.route(`**/v1/approvals/${WAITING}`, async (route) => {
      const response = await route.fetch();
      const approval = (await response.json()) as { vote_message: { approve: string; deny: string } };
      approval.vote_message.deny = approval.vote_message.approve;
      await route.fulfill({ response, json: approval });
    });
    await open(`/approvals/${WAITING}`);
    await page.getByRole("button", { name: "Ana Ruiz (demo key)" }).click();
    await page.getByRole("button", { name: "Sign and deny" }).click();
    await page.getByText("Nothing was signed; report this.").waitFor();
    expect(server.posted).toEqual([]);
  });
});

describe("an expected flow", () => {
  it("is announced from the wallets, and listed with the others of its state", async () => {
    await open("/wallets");
    await page.getByRole("link", { name: "Expected flows" }).click();
    await page.getByRole("row", { name: /w-4711/ }).waitFor();
    expect(await page.getByRole("row", { name: /w-4702/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Overdue" }).click();
    await page.getByRole("row", { name: /w-4702/ }).waitFor();
    await page.getByRole("button", { name: "Announce one…" }).click();
    const announce = page.getByRole("button", { name: "Announce", exact: true });
    await page.getByLabel("Wallet", { exact: true }).selectOption("hot-usdt");
    await page.getByLabel("Amount in USDT").fill("25,000.50");
    expect(await announce.isDisabled()).toBe(true);
    await page.getByLabel("Reference").fill("w-4711");
    await page.getByText("./tidegate expected add --wallet hot-usdt --reference 'w-4711' --amount 25000.50").waitFor();
    await announce.click();
    await page.getByRole("row", { name: /d-0815/ }).waitFor();
    expect(posted("/v1/expected-flows").map(({ body }) => body)).toEqual([
      {
        ...{ wallet_id: "hot-usdt", direction: "out", amount: "25000.50", reference: "w-4711" },
        ...{ destination: null, tx_hash: null, from: null, until: null },
      },
    ]);
    expect(posted("/v1/expected-flows")[0]?.key).not.toBeNull();
  });
});

describe("the books", () => {
  it("lead from what an asset comes to, over the accounts of a kind, to the statement of one and its file", async () => {
    await open("/books");
    await page.getByText("both sides equal").waitFor();
    await page.getByRole("button", { name: /on its way between wallets/ }).click();
    await page.getByRole("button", { name: "Only transit: show all kinds" }).waitFor();
    expect(await page.getByRole("row", { name: /wallet\/hot-usdt/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Only transit: show all kinds" }).click();
    await page.getByRole("link", { name: "wallet/hot-usdt/USDT" }).click();
    await page.getByRole("row", { name: /transfer submitted/ }).waitFor();
    await page.getByLabel("From (UTC)").fill("2026-01-05T00:00");
    const file = page.getByRole("link", { name: "Export CSV" });
    expect(await file.getAttribute("href")).toBe(
      "/v1/ledger/statements/export?account=wallet%2Fhot-usdt%2FUSDT&from=2026-01-05T00%3A00%3A00.000Z",
    );
    await page.getByRole("link", { name: "its transfer" }).click();
    await page.waitForURL("**/transfers/trf_01J9Z9C6E7A0");
  });
});

describe("a wallet that holds coins one by one", () => {
  it("is asked to put them together, and to hasten what waits", async () => {
    await open("/wallets/hot-btc");
    await page.getByRole("button", { name: "Hasten a transaction" }).click();
    const ask = page.getByRole("button", { name: "Ask for it" });
    await page.getByRole("region", { name: "Its coins" }).getByLabel("You are").selectOption("ben");
    await page.getByLabel("Why", { exact: true }).fill("it waits since yesterday");
    expect(await ask.isDisabled()).toBe(true);
    await page.getByLabel("Transaction that waits").fill(` ${"ab".repeat(32)} `);
    await page.getByText(`./tidegate transfers hasten hot-btc ${"ab".repeat(32)} --reason`).waitFor();
    await page.getByRole("button", { name: "Put small coins together" }).click();
    await page.getByLabel("Why", { exact: true }).fill("fees are low");
    await page.getByText("only the fee leaves").waitFor();
    await ask.click();
    await page.waitForURL("**/transfers/tr_**");
    expect(posted("/v1/self-payments").map(({ body }) => body)).toEqual([
      { wallet: "hot-btc", purpose: "consolidate", reason: "fees are low", initiator: "ben" },
    ]);
  });

  it("is the only one that is offered it", async () => {
    await open("/wallets/hot-usdt");
    await page.getByRole("region", { name: "Change it" }).waitFor();
    expect(await page.getByRole("button", { name: "Put small coins together" }).count()).toBe(0);
  });
});

describe("what waits", () => {
  const order = (): Promise<string[]> =>
    page
      .locator("#main section")
      .evaluateAll((sections) => sections.map((section) => (section as unknown as { ariaLabel: string }).ariaLabel));

  it("stands first: proposals before a list of transfers that is empty", async () => {
    await open("/approvals");
    await page.getByRole("button", { name: /^All/ }).click();
    expect(await order()).toEqual(["Transfers that wait", "Proposals of people"]);
    await page.route("**/v1/approvals", (route) =>
      route.fulfill({ json: { as_of: "2026-11-21T14:00:00.000Z", items: [] } }),
    );
    await open("/approvals");
    await page.getByRole("button", { name: /^All/ }).click();
    await page.getByText("No transfer waits").waitFor();
    expect(await order()).toEqual(["Proposals of people", "Transfers that wait"]);
  });
});

describe("a proposal on a break", () => {
  it("is read from its payload and signed like a transfer", async () => {
    await open("/approvals");
    await page.getByRole("link", { name: /Break: it was a fee/ }).click();
    await page.getByText("Digest matches").waitFor();
    await page.getByText("-250.000000 USDT").first().waitFor();
    await page.getByRole("button", { name: "Ana Ruiz (demo key)" }).click();
    await page.getByText("Signing as").waitFor();
    await page.getByRole("button", { name: "Sign and approve" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const signed = posted("/v1/break-resolutions/brs_01J9ZAA1/votes").map(({ body }) => body as SignedVoteBody);
    expect(signed.map(({ payload }) => [payload.object_kind, payload.vote])).toEqual([["break", "approve"]]);
    expect(signed.every((vote) => isSignedBy(vote, "ana"))).toBe(true);
  });
});

describe("the command menu", () => {
  it("opens with Ctrl-K, finds a transfer by its id and goes there", async () => {
    await open("/");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /find a transfer/ }).waitFor();
    await page.keyboard.type("tr_01J9Z9C6E7A0");
    await page.getByRole("dialog").getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/transfers/tr_01J9Z9C6E7A0");
    await page.getByRole("button", { name: "Evidence" }).click();
    await page.getByRole("heading", { name: "References and digests" }).waitFor();
  });
});

describe("a transfer by hand", () => {
  const fill = async (): Promise<void> => {
    await open("/");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /find a transfer/ }).fill("by hand");
    await page.keyboard.press("Enter");
    const sheet = page.getByRole("dialog", { name: "A transfer by hand" });
    await sheet.getByLabel("From", { exact: true }).selectOption("northvault-usdt");
    await sheet.getByLabel("To", { exact: true }).selectOption("hot-usdt");
    await sheet.getByLabel("Network").selectOption("tron");
    await sheet.getByLabel("Amount in USDT").fill("25,000");
    await sheet.getByLabel("Reason, for the log").fill("a drill");
    await sheet.getByLabel("You are").selectOption("ben");
    await sheet.getByRole("button", { name: "Review" }).click();
    await sheet.getByLabel(/Type the amount/).fill("25000");
  };

  it("is written, reviewed, and sent once under one key, even when the first answer is lost", async () => {
    server.show("advise");
    let lost = 0;
    await page.route("**/v1/transfers", async (route) => {
      if (route.request().method() !== "POST" || lost > 0) return route.fallback();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await fill();
    const create = page.getByRole("button", { name: "Create transfer" });
    await create.click();
    await page.getByText("It may have arrived.").waitFor();
    expect(await page.getByRole("button", { name: "Back" }).isDisabled()).toBe(true);
    expect(await axeViolations(page)).toEqual([]);
    await create.click();
    await page.waitForURL("**/transfers/tr_**");
    const requests = posted("/v1/transfers");
    expect(requests).toHaveLength(2);
    expect(new Set(requests.map(({ key }) => key)).size).toBe(1);
    expect(requests[1]?.body).toEqual({
      pool_id: "usdt",
      from_wallet: "northvault-usdt",
      to_wallet: "hot-usdt",
      network: "tron",
      amount: "25000",
      reason: "a drill",
      initiator: "ben",
    });
  });

  it("shows what the daemon refuses, and can be mended", async () => {
    server.show("advise");
    await page.route("**/v1/transfers", (route) =>
      route.request().method() === "POST"
        ? route.fulfill({ status: 422, json: { code: "route_unknown", detail: "There is no such route." } })
        : route.fallback(),
    );
    await fill();
    await page.getByRole("button", { name: "Create transfer" }).click();
    await page.getByText("There is no such route.").waitFor();
    await page.getByRole("button", { name: "Back" }).click();
    expect(await page.getByLabel("Amount in USDT").inputValue()).toBe("25,000");
  });
});

describe("a held transfer", () => {
  it("leads to the proposal that waits for it", async () => {
    await open("/transfers/tr_01J9ZEM5D3C2");
    await page.getByRole("link", { name: "review and sign it" }).click();
    await page.waitForURL("**/approvals/res_**");
    await page.getByText("Digest matches").waitFor();
  });

  it("is said to have ended by a person, with evidence, in a proposal that others sign", async () => {
    await page.route("**/v1/resolutions", (route) => route.fulfill({ json: { as_of: null, items: [] } }));
    await open("/transfers/tr_01J9ZEM5D3C2");
    await page.getByLabel("Outcome").selectOption("settled");
    await page.getByLabel("Received, USDT").fill("419999");
    await page.getByLabel("Fee beside it, USDT").fill("1");
    await page.getByLabel("Evidence", { exact: true }).fill("statement of the venue");
    await page.getByRole("dialog").getByLabel("You are").selectOption("ana");
    await page.getByRole("button", { name: "Propose" }).click();
    await page.waitForURL("**/approvals/res_**");
    expect(posted("/v1/transfers/tr_01J9ZEM5D3C2/resolutions").map(({ body }) => body)).toEqual([
      {
        outcome: "settled",
        evidence: "statement of the venue",
        references: [],
        tx_hash: null,
        venue_ref: null,
        amount_received: "419999",
        fee: "1",
        proposed_by: "ana",
      },
    ]);
  });
});

describe("a decision", () => {
  it("says what changed, what it stood on and what the shadow would do, and is replayed", async () => {
    await open("/decisions/dec_01J9ZK7Q4M");
    await page.getByText("The model would have decided otherwise.").waitFor();
    await page.getByRole("heading", { name: "Why not the others" }).waitFor();
    await page.getByRole("button", { name: "Difference" }).click();
    await page.getByText(/between the two/).waitFor();
    await page.getByText("New", { exact: true }).first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Inputs" }).click();
    await page.getByText("Model hybrid").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText(/comes out the same, bit for bit/).waitFor();
  });
});

describe("a move that the advisor proposes", () => {
  it("is sent once under one key, even when the first answer is lost", async () => {
    server.show("advise");
    let lost = 0;
    await page.route("**/v1/transfers", async (route) => {
      if (route.request().method() !== "POST" || lost > 0) return route.fallback();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await open("/");
    await page.getByRole("button", { name: "Review…" }).click();
    await page.getByLabel("You are").last().selectOption("ben");
    await page.getByLabel(/Type the amount/).fill("2524000");
    const create = page.getByRole("button", { name: "Create transfer" });
    await create.click();
    await page.getByText("The transfer was not confirmed.").waitFor();
    await create.click();
    await page.waitForURL("**/transfers/**");
    const requests = posted("/v1/transfers");
    expect(requests).toHaveLength(2);
    expect(new Set(requests.map(({ key }) => key)).size).toBe(1);
    expect(requests[1]?.body).toMatchObject({ initiator: "ben", amount: "2524000.000000", network: "tron" });
  });

  it("is offered for reading only while Tidegate moves by itself", async () => {
    server.show("normal");
    await open("/");
    await page.getByText("Follow the transfer").first().waitFor();
    expect(await page.getByRole("button", { name: "Review…" }).count()).toBe(0);
  });
});

describe("a simulation", () => {
  it("runs from a preset and can execute nothing", async () => {
    await open("/simulate");
    await tabTo(/bank run/);
    await page.keyboard.press("Enter");
    await tabTo(/Run the simulation/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Path of the liquidity share" }).waitFor();
    expect(server.posted.map(({ path }) => path)).toEqual(["/v1/pools/usdt/what-if"]);
    expect(server.posted[0]?.body).toEqual({
      outflow: "3444000",
      over_hours: 12,
      horizon_hours: 48,
      approval_hours: 4,
    });
    expect(await page.getByRole("button", { name: /approve|create|execute|send/i }).count()).toBe(0);
  });
});

describe("a stress test", () => {
  const choose = async (): Promise<void> => {
    await open("/simulate");
    await page.getByRole("button", { name: "Stress test" }).click();
    await page.getByRole("combobox", { name: "Scenario" }).waitFor();
  };
  const run = () => page.getByRole("button", { name: "Run the stress test" }).click();

  it("runs what happened to others, draws it, and can execute nothing", async () => {
    await choose();
    await page.getByLabel(/With chance in it/).check();
    await run();
    await page.getByRole("heading", { name: "Hot balance and queue" }).waitFor();
    await page.getByText("in hour 28", { exact: true }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(server.posted.map(({ path }) => path)).toEqual(["/v1/stress"]);
    expect(server.posted[0]?.body).toEqual({
      pool_id: "usdt",
      scenario: "terra-anchor-2022-05",
      approval_hours: 4,
      monte_carlo: { runs: 20, seed: 1 },
    });
    expect(await page.getByRole("button", { name: /approve|create|execute|send/i }).count()).toBe(0);
    await page.getByRole("button", { name: "View as table" }).click();
    await page.getByRole("table", { name: /at most 3240000.* waiting/ }).waitFor();
  });

  it("slides a scenario of one's own, and keeps it in the browser", async () => {
    await choose();
    await page.getByRole("combobox", { name: "Scenario" }).selectOption({ label: "One of my own" });
    await page.getByLabel("Over", { exact: true }).fill("2");
    await page.getByLabel("Custodians out for").fill("12");
    await page.getByLabel("Name of this scenario").fill("Friday run");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Friday run", exact: true }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await choose();
    await page.getByRole("combobox", { name: "Scenario" }).selectOption({ label: "One of my own" });
    await page.getByRole("button", { name: "Friday run", exact: true }).click();
    await run();
    await page.getByRole("heading", { name: "Hot balance and queue" }).waitFor();
    expect(server.posted[0]?.body).toMatchObject({
      scenario: { curve_ppm: [150_000, 300_000], custody_outage: { from_hour: 0, hours: 12 } },
    });
  });

  it("says that it runs, and can be cancelled", async () => {
    await page.route("**/v1/stress", () => new Promise(() => undefined));
    await choose();
    await run();
    await page.getByRole("progressbar", { name: "The stress test runs" }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Run the stress test" }).isEnabled()).toBe(true);
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});

describe("the log", () => {
  it("is exported with the filter in force, by keyboard", async () => {
    await open("/audit");
    await page.getByRole("button", { name: "Manual", exact: true }).click();
    await page.keyboard.press("e");
    const download = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    const file = await download;
    expect(file.suggestedFilename()).toBe("tidegate-audit.csv");
    expect(file.url()).toBe(`${server.url}/v1/audit/export?type=Manual&important=true&format=csv`);
  });
});

describe("an event about something without a screen of its own", () => {
  it("narrows the log to it", async () => {
    await open("/audit");
    await page.getByRole("link", { name: /Mode changed from frozen/ }).click();
    await page.waitForURL("**/audit?ref=treasury");
    expect(await page.getByLabel("About").inputValue()).toBe("treasury");
  });
});

describe("sheets and shortcuts", () => {
  it("gives the focus back to the row that opened the sheet", async () => {
    await open("/transfers");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.evaluate<string>('document.activeElement.getAttribute("href")')).toBe(`/transfers/${WAITING}`);
  });

  it("can be turned off", async () => {
    await open("/");
    await page.keyboard.press("?");
    await page.getByLabel("Keys are on (this machine)").uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+F");
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    expect(new URL(page.url()).pathname).toBe("/");
    expect(posted("/v1/freeze")).toEqual([]);
  });

  it("keeps the chosen theme", async () => {
    await open("/");
    await page.getByRole("button", { name: "Theme: dark" }).click();
    await page.reload();
    await settle(page);
    expect(await page.evaluate<string>("document.documentElement.dataset.theme")).toBe("dark");
  });
});
