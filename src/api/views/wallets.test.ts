import { describe, expect, it } from "vitest";
import type { WalletConfig } from "../../config/types.ts";
import { type BalanceRow, MemoryStore, tables } from "../../store/index.ts";
import { freshnessOf, readBalances } from "./wallets.ts";

const NOW = Date.UTC(2026, 0, 5, 12);
const row = (wallet_id: string, as_of: number): BalanceRow => ({
  ...{ wallet_id, venue_id: "northvault", asset: "BTC", total: 0n, available: 0n, pending_in: 0n, pending_out: 0n },
  ...{ locked: 0n, as_of, height: null, pending_readable: true, received_at: NOW, source: "poll", error: null },
  ...{ movement_cursor: null },
});

describe("the balances that screens show", () => {
  it("regression: a wallet that was just made and nobody has read is unknown, not stale since 1970", async () => {
    const store = new MemoryStore({ clock: { now: () => NOW } });
    await store.tx("test", async (tx) => {
      await tx.insert(tables.balance, row("made", 0));
      await tx.insert(tables.balance, row("read", NOW - 1_000));
      await tx.insert(tables.balance, row("old", NOW - 3_600_000));
    });
    const balances = await store.read("test", readBalances);
    const fresh = (id: string) => freshnessOf({ stale_after_ms: 60_000 } as WalletConfig, balances.get(id), NOW);
    expect([fresh("made"), fresh("read"), fresh("old"), fresh("never")]).toEqual([
      ...["unknown", "fresh", "stale", "unknown"],
    ]);
  });
});
