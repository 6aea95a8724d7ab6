import { beforeEach, describe, expect, it } from "vitest";
import type { WalletReconciliation } from "../daemon/types.ts";
import { tables } from "../store/index.ts";
import { openBreak, openBreaks, recordBreak } from "./breaks.ts";
import { ASSET, type TestBooks, testBooks } from "./fixtures.ts";

const seen = (difference: bigint | null, wallet_id = "hot"): WalletReconciliation => ({
  wallet_id,
  asset: ASSET,
  venue: difference === null ? null : 100n + difference,
  ledger: 100n,
  expected: 100n,
  difference,
  as_of: 1,
  state: difference === null ? "unknown" : difference === 0n ? "equal" : "break",
});

describe("breaks", () => {
  let books: TestBooks;
  const record = (reconciliation: WalletReconciliation, at: number) =>
    books.run((tx) => recordBreak(tx, books.ids, { reconciliation, actor: "daemon", at, cause: "unexplained" }));
  const events = () => books.run((tx) => tx.find(tables.event, { order_by: [["id", "asc"]], limit: 10 }));
  beforeEach(() => {
    books = testBooks();
  });

  it("open once, follow the difference, and close when agreement returns", async () => {
    expect(await record(seen(0n), 10)).toEqual({ change: "none", row: null });
    expect(await record(seen(-5n), 20)).toMatchObject({ change: "opened", row: { difference: -5n, opened_at: 20 } });
    expect(await record(seen(-7n), 30)).toMatchObject({
      change: "refreshed",
      row: { difference: -7n, last_seen_at: 30 },
    });
    expect(await books.run((tx) => openBreak(tx, "hot"))).toMatchObject({ opened_at: 20, difference: -7n });
    expect(await record(seen(0n), 50)).toMatchObject({ change: "closed", row: { closed_at: 50 } });
    expect(await books.run(openBreaks)).toEqual([]);
    expect((await events()).map(({ kind, ref, payload }) => [kind, ref, payload])).toEqual([
      [
        "break.opened",
        "hot",
        { wallet_id: "hot", asset: ASSET, difference: "-5", expected: "100", venue: "95", cause: "unexplained" },
      ],
      ["break.closed", "hot", { wallet_id: "hot", asset: ASSET, difference: "-7", open_ms: 30 }],
    ]);
  });

  it("are not touched by a balance that is not known", async () => {
    expect(await record(seen(null), 10)).toEqual({ change: "none", row: null });
    await record(seen(3n), 20);
    expect(await record(seen(null), 30)).toMatchObject({ change: "none", row: { closed_at: null, last_seen_at: 20 } });
  });

  it("are one per wallet, and a new one after the old is closed", async () => {
    await record(seen(3n, "hot"), 20);
    await record(seen(4n, "vault"), 10);
    expect((await books.run(openBreaks)).map(({ wallet_id }) => wallet_id)).toEqual(["vault", "hot"]);
    await record(seen(0n, "hot"), 30);
    await record(seen(3n, "hot"), 40);
    expect(await books.run((tx) => openBreak(tx, "hot"))).toMatchObject({ opened_at: 40 });
    expect(await books.run((tx) => tx.count(tables.breaks))).toBe(3);
  });
});
