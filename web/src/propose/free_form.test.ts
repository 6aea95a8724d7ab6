import { describe, expect, it } from "vitest";
import type { Pool, Wallet } from "../api/types.ts";
import { NO_MOVE, networksOf, readFreeMove, walletsOf } from "./free_form.ts";

const usdt = (amount: string) => ({ amount, asset: "USDT" });
const wallet = (id: string, side: "liquidity" | "reserve", networks: readonly string[]): Wallet => ({
  id,
  label: id,
  venue: "chain",
  asset: "USDT",
  kind: side === "liquidity" ? "hot" : "custody",
  ...{ status: "active", declared: "active", standing: null, watch_only: false, actions: ["suspend"] },
  pool_id: "usdt",
  side,
  balance: {
    total: usdt("1000"),
    available: usdt("1900.50"),
    pending_in: usdt("0"),
    pending_out: usdt("0"),
    locked: usdt("0"),
  },
  share_percent: "50",
  freshness: "fresh",
  as_of: null,
  age_ms: 0,
  stale_after_ms: 1,
  source: null,
  height: null,
  error: null,
  allowance: null,
  pays_itself: false,
  addresses: networks.map((network) => ({ network, address: "x", memo: null })),
});
const POOL = {
  id: "usdt",
  asset: "USDT",
  decimals: 6,
  networks: ["tron", "ethereum"],
  wallets: [
    wallet("vault", "reserve", ["ethereum"]),
    wallet("hot", "liquidity", ["tron", "ethereum"]),
    { ...wallet("old", "reserve", ["tron"]), status: "suspended" },
  ],
} as unknown as Pool;
const MOVE = {
  pool_id: "usdt",
  from_wallet: "vault",
  to_wallet: "hot",
  network: "ethereum",
  amount: "25",
  reason: "why",
};
const errorsOf = (over: Partial<typeof MOVE>, initiator: string | null = "ana") => {
  const read = readFreeMove({ ...MOVE, ...over }, POOL, initiator);
  return "errors" in read ? Object.keys(read.errors) : [];
};

describe("a move that a person makes up", () => {
  it("becomes the request as it was typed, without its separators", () => {
    expect(readFreeMove({ ...MOVE, amount: " 10.5 ", reason: " why " }, POOL, "ana")).toEqual({
      request: { ...MOVE, amount: "10.5", initiator: "ana" },
    });
    expect(readFreeMove({ ...MOVE, amount: "1_900.50" }, POOL, "ana")).toHaveProperty("request.amount", "1900.50");
  });

  it("says what is missing, field by field", () => {
    const read = readFreeMove(NO_MOVE, undefined, null);
    expect("errors" in read && Object.keys(read.errors).sort()).toEqual(
      ["amount", "from_wallet", "initiator", "network", "pool_id", "reason", "to_wallet"].sort(),
    );
  });

  it.each([
    ["amount", { amount: "0" }],
    ["amount", { amount: "-5" }],
    ["amount", { amount: "+5" }],
    ["amount", { amount: "1e3" }],
    ["amount", { amount: "1.0000001" }],
    ["amount", { amount: "1900.51" }],
    ["amount", { amount: "1,5" }],
    ["to_wallet", { to_wallet: "vault" }],
    ["reason", { reason: "  " }],
  ])("refuses a wrong %s: %o", (field, over) => {
    expect(errorsOf(over)).toEqual([field]);
  });

  it("offers active wallets of the pool, and networks that both ends know", () => {
    expect(walletsOf(POOL).map(({ id }) => id)).toEqual(["hot", "vault"]);
    expect(networksOf(POOL, { ...NO_MOVE, from_wallet: "hot" })).toEqual(["tron", "ethereum"]);
    expect(networksOf(POOL, { ...MOVE })).toEqual(["ethereum"]);
  });
});
