/** One line for what has one cause; every wallet of its own where they differ. */
import { describe, expect, it } from "vitest";
import type { Wallet } from "../schemas/index.ts";
import { walletExceptions } from "./exceptions_wallets.ts";

function wallet(id: string, over: Partial<Wallet> = {}): Wallet {
  return {
    ...{ id, label: `Wallet ${id}`, venue: "northvault", side: "liquidity", error: null },
    ...{ freshness: "stale", as_of: "2026-01-05T10:00:00.000Z", ...over },
  } as Wallet;
}

describe("wallets that are not read", () => {
  it("are said one by one while there are few, and not at all while they are fresh", () => {
    expect(walletExceptions([wallet("a"), wallet("b", { freshness: "fresh" })])).toEqual([
      {
        code: "stale_balance",
        severity: "normal",
        ref: "a",
        sentence: "Wallet a was last read at 2026-01-05T10:00:00.000Z; nothing moves on it when it is stale.",
        since: "2026-01-05T10:00:00.000Z",
      },
    ]);
  });

  it("are one line for a venue from three on, with the oldest of them", () => {
    const many = ["a", "b", "c", "d", "e"].map((id, hour) =>
      wallet(id, { as_of: `2026-01-05T1${9 - hour}:00:00.000Z` }),
    );
    const [found, ...others] = walletExceptions(many);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ code: "stale_balance", ref: "e", since: "2026-01-05T15:00:00.000Z" });
    expect(found?.sentence).toBe(
      "5 wallets at northvault were not read in time, the oldest at 2026-01-05T15:00:00.000Z: Wallet a, Wallet b, Wallet c and 2 more. Nothing moves on them while they are stale.",
    );
  });

  it("stay apart by venue, by consequence and by what the venue said", () => {
    const found = walletExceptions([
      ...["a", "b", "c"].map((id) => wallet(id, { error: "The venue is silent." })),
      ...["d", "e", "f"].map((id) => wallet(id, { side: "reserve" })),
      ...["g", "h", "i"].map((id) => wallet(id, { venue: "kraken", freshness: "unknown", as_of: null })),
      wallet("j", { error: "The key was revoked." }),
    ]);
    expect(found.map(({ code, ref }) => [code, ref])).toEqual([
      ["venue_error", "a"],
      ["stale_balance", "d"],
      ["unknown_balance", "g"],
      ["venue_error", "j"],
    ]);
    expect(found[0]?.sentence).toMatch(/ The venue is silent\.$/);
    expect(found[1]?.sentence).toContain("Custody does not pay out on them");
    expect(found[2]?.sentence).toContain("have never been read");
  });
});
