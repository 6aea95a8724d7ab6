/** The books over HTTP: accounts now and at an instant, statements page by page. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bookMovement } from "../ledger/index.ts";
import { tables } from "../store/index.ts";
import type { LedgerAccount, LedgerAccountPage, Problem, StatementView, TrialBalance } from "./index.ts";
import { createTestTreasury, type TestTreasury } from "./suite_treasury.ts";

const WALLET = "books";
const ACCOUNT = `wallet/${WALLET}/USDT`;
const DAY = 86_400_000;
let test: TestTreasury;

beforeAll(async () => {
  test = await createTestTreasury({ hot: 400_000n, cold: 9_600_000n });
  const { store, ids } = test.treasury.deps;
  const book = (movement_id: string, direction: "in" | "out", amount: bigint, at: number) =>
    store.tx("test", (tx) => {
      const flow = { wallet_id: WALLET, movement_id, direction, asset: "USDT", amount, fee: 0n, at, transfer_id: null };
      return bookMovement(tx, ids, flow);
    });
  await book("m1", "in", 5_000_000n, DAY);
  await book("m2", "out", 1_000_000n, 2 * DAY);
  await book("m3", "in", 250_000n, 3 * DAY);
  await book("m4", "in", 1n, 4 * DAY);
});
afterAll(() => test.close());

async function get<T>(path: string): Promise<T> {
  return (await (await test.request("GET", path)).json()) as T;
}

const day = (number: number): string => new Date(number * DAY).toISOString();

describe("GET /v1/ledger/accounts", () => {
  it("pages through every account by id", async () => {
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const page = await get<LedgerAccountPage>(`/v1/ledger/accounts?limit=2${cursor}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ id }) => id));
      if (page.next_cursor === null) break;
      cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
    }
    const rows = await test.treasury.deps.store.read("test", (tx) => tx.find(tables.account, { limit: 999 }));
    expect(seen).toEqual(rows.map(({ id }) => id).sort());
    expect(seen).toContain(ACCOUNT);
  });

  it("gives balances of now, and of an instant", async () => {
    const find = async (query: string): Promise<LedgerAccount | undefined> => {
      const { items } = await get<LedgerAccountPage>(`/v1/ledger/accounts?kind=wallet&asset=USDT${query}`);
      expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(["wallet"]));
      return items.find(({ id }) => id === ACCOUNT);
    };
    const money = (amount: string) => ({ amount, asset: "USDT" });
    expect(await find("")).toMatchObject({
      ...{ side: "debit", owner: WALLET, entries: 4, balance: money("4.250001"), held: money("0.000000") },
      available: money("4.250001"),
    });
    expect(await find(`&at=${day(2)}`)).toMatchObject({
      ...{ balance: money("4.000000"), held: null, available: null, entries: 2 },
    });
  });
});

describe("GET /v1/ledger/trial-balance", () => {
  const path = "/v1/ledger/trial-balance";
  const usdt = (trial: TrialBalance) => trial.assets.find(({ asset }) => asset === "USDT");

  it("shows where value is and whose it is, by kind of account, and that both come to the same", async () => {
    const trial = await get<TrialBalance>(path);
    expect(trial.balanced).toBe(true);
    const found = usdt(trial);
    expect(found).toMatchObject({ balanced: true, debits: found?.credits });
    expect(found?.lines.find(({ kind }) => kind === "wallet")).toMatchObject({ side: "debit", meaning: "in wallets" });
    expect(found?.lines.find(({ kind }) => kind === "customers")).toMatchObject({ side: "credit", accounts: 1 });
  });

  it("shows it at an instant: what came later is not there", async () => {
    const trial = await get<TrialBalance>(`${path}?at=${day(2)}`);
    expect(trial).toMatchObject({ as_of: day(2), balanced: true });
    expect(usdt(trial)).toMatchObject({ debits: { amount: "4.000000" }, credits: { amount: "4.000000" } });
    expect(await get<Problem>(`${path}?at=yesterday`)).toMatchObject({ code: "api_input_invalid" });
  });

  it("says so when the sides differ", async () => {
    const { store } = test.treasury.deps;
    const broken = { kind: "fee" as const, owner: "nobody", asset: "BTC", side: "debit" as const, held: 0n };
    const row = { ...broken, id: "fee/nobody/BTC", posted: 1n, entry_count: 0 };
    await store.tx("test", (tx) => tx.insert(tables.account, row));
    const trial = await get<TrialBalance>(path);
    await store.tx("test", (tx) => tx.delete(tables.account, { id: row.id }));
    expect(trial.balanced).toBe(false);
    expect(trial.assets.find(({ asset }) => asset === "BTC")).toMatchObject({ balanced: false });
    expect(usdt(trial)?.balanced).toBe(true);
  });
});

describe("GET /v1/ledger/statements", () => {
  const path = (more: string) => `/v1/ledger/statements?account=${encodeURIComponent(ACCOUNT)}${more}`;

  it("says opening, entries and closing of a period", async () => {
    const view = await get<StatementView>(path(`&from=${day(2)}&to=${day(4)}`));
    expect(view).toMatchObject({ opening: { amount: "5.000000" }, closing: { amount: "4.250000" }, has_more: false });
    expect(
      view.items.map(({ seq, kind, side, amount, balance }) => [seq, kind, side, amount.amount, balance.amount]),
    ).toEqual([
      [1, "withdrawal", "credit", "1.000000", "4.000000"],
      [2, "deposit", "debit", "0.250000", "4.250000"],
    ]);
    expect(view.items[0]).toMatchObject({ key: `movement/${WALLET}/m2`, ref: "m2", memo: WALLET, at: day(2) });
  });

  it("pages without a seam", async () => {
    const first = await get<StatementView>(path("&limit=3"));
    expect(first).toMatchObject({ has_more: true, opening: { amount: "0.000000" }, closing: { amount: "4.250001" } });
    const rest = await get<StatementView>(path(`&limit=3&cursor=${first.next_cursor}`));
    expect(rest.items.map(({ seq, balance }) => [seq, balance.amount])).toEqual([[3, "4.250001"]]);
    expect(rest.next_cursor).toBeNull();
  });

  it("is a file of the whole period", async () => {
    const answer = await test.request("GET", `/v1/ledger/statements/export?account=${ACCOUNT}&from=${day(2)}`);
    expect(answer.headers.get("content-type")).toContain("text/csv");
    expect(answer.headers.get("content-disposition")).toContain("statement.csv");
    const [head, ...lines] = (await answer.text()).trimEnd().split("\r\n");
    expect(head).toBe("seq,at,kind,ref,memo,debit,credit,balance");
    expect(lines.map((line) => line.split(",").at(-1))).toEqual([
      ...["5.000000", "4.000000", "4.250000", "4.250001", "4.250001"],
    ]);
    expect(lines[0]).toContain(`${day(2)},opening,${ACCOUNT}`);
    expect(await get<Problem>("/v1/ledger/statements/export?account=wallet/none/USDT")).toMatchObject({
      code: "api_not_found",
    });
  });

  it("refuses what is not there, and what makes no sense", async () => {
    expect(await get<Problem>("/v1/ledger/statements?account=wallet/none/USDT")).toMatchObject({
      code: "api_not_found",
    });
    expect(await get<Problem>(path(`&from=${day(4)}&to=${day(2)}`))).toMatchObject({ code: "api_input_invalid" });
    expect(await get<Problem>(path("&cursor=1"))).toMatchObject({ code: "api_cursor_malformed" });
    expect(await get<Problem>(path("&limit=501"))).toMatchObject({ code: "api_input_invalid" });
  });
});
