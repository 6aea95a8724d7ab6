import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aPolicy, aPool, aPrice, aSnapshot, aTransfer, aWallet, USD, USDT, usdt, withWallet } from "./fixtures.ts";
import { parseLevel } from "./parse_level.ts";
import { fundsOf, healthPercent, positionOf } from "./position.ts";

fc.configureGlobal({ seed: 1 });

const amount = fc.bigInt({ min: 0n, max: 10n ** 12n });

describe("positionOf", () => {
  it("adds up both sides as projected", () => {
    const hot = { available: usdt("100"), reserved: usdt("10"), pending_out: usdt("5"), in_flight_in: usdt("40") };
    const vault = { available: usdt("900"), reserved: usdt("40"), in_flight_in: usdt("10") };
    const pool = withWallet(withWallet(aPool("0", "0"), "hot", hot), "vault", vault);
    const open_transfers = [
      aTransfer("vault", "hot", { amount: usdt("40") }),
      aTransfer("hot", "vault", { amount: usdt("10") }),
    ];
    expect(positionOf({ ...pool, open_transfers }, aPolicy())).toEqual({
      total: usdt("995"),
      liquidity: usdt("125"),
      reserve: usdt("870"),
      in_flight_to_liquidity: usdt("40"),
      in_flight_to_reserve: usdt("10"),
      awaiting_to_liquidity: 0n,
      awaiting_to_reserve: 0n,
      health_percent: null,
      share_percent: "12.5628",
      counted: { liquidity: usdt("85"), reserve: usdt("860"), total: usdt("995"), share_percent: "8.5427" },
    });
  });

  it("leaves what was only asked for where it lies, and keeps the sum", () => {
    const pool = withWallet(aPool("100", "900"), "hot", { in_flight_in: usdt("70") });
    const asked = aTransfer("vault", "hot", { amount: usdt("40"), state: "awaiting_approval" });
    const sent = aTransfer("vault", "hot", { amount: usdt("30"), transfer_id: "sent" });
    const both = withWallet(pool, "vault", { reserved: usdt("70") });
    expect(positionOf({ ...both, open_transfers: [asked, sent] }, aPolicy())).toMatchObject({
      total: usdt("1000"),
      liquidity: usdt("130"),
      reserve: usdt("870"),
      in_flight_to_liquidity: usdt("30"),
      awaiting_to_liquidity: usdt("40"),
      awaiting_to_reserve: 0n,
    });
  });

  it("counts nothing that is earmarked, on either side", () => {
    const hot = withWallet(aPool("100", "900"), "hot", { earmarked: usdt("30") });
    const both = withWallet(hot, "vault", { earmarked: usdt("500") });
    expect(positionOf(both, aPolicy())).toMatchObject({ liquidity: usdt("70"), reserve: usdt("400") });
  });

  it("is null while a balance is not known, whatever the others are", () => {
    expect(positionOf(withWallet(aPool("1", "1"), "vault", { available: null }), aPolicy())).toBeNull();
  });

  it("keeps a last known balance in the sum however old it is, and leaves out wallets that are not there yet", () => {
    const old = withWallet(aPool("100", "900"), "vault", { freshness: "stale" });
    const opening = aWallet("vault-2", { status: "requested", available: null, freshness: "unknown" });
    expect(positionOf({ ...old, wallets: [...old.wallets, opening] }, aPolicy())).toMatchObject({
      total: usdt("1000"),
      share_percent: "10.0000",
    });
    expect(positionOf(aSnapshot(), aPolicy())).toMatchObject({ total: 0n, share_percent: null });
  });

  it("measures health against a floor in any unit", () => {
    const floor = parseLevel("100 USD", { asset: USDT, currency: USD });
    const policy = aPolicy({ floor });
    expect(positionOf({ ...aPool("150", "0"), price: aPrice() }, policy)?.health_percent).toBe("75.00");
    expect(positionOf(aPool("150", "0"), policy)?.health_percent).toBeNull();
  });

  it("keeps the total when a move of its own is on its way", () => {
    fc.assert(
      fc.property(amount, amount, amount, (hot, vault, moving) => {
        const still = withWallet(withWallet(aPool("0", "0"), "hot", { available: hot }), "vault", { available: vault });
        const moved = withWallet(withWallet(still, "vault", { reserved: moving }), "hot", { in_flight_in: moving });
        const open = { ...moved, open_transfers: [aTransfer("vault", "hot", { amount: moving })] };
        expect(positionOf(open, aPolicy())?.total).toBe(positionOf(still, aPolicy())?.total);
        expect(fundsOf(open).liquidity_cash).toBe(hot);
        const undone = fundsOf(open, new Set(["trf-vault-hot"]));
        expect({ ...undone, wallets: [] }).toEqual({ ...fundsOf(still), wallets: [] });
      }),
    );
  });
});

describe("healthPercent", () => {
  it("is 0 at nothing, 50 at the floor, 100 at twice the floor and never outside", () => {
    expect([-5n, 0n, 10n, 15n, 20n, 10n ** 30n].map((liquidity) => healthPercent(liquidity, 10n))).toEqual([
      "0.00",
      "0.00",
      "50.00",
      "75.00",
      "100.00",
      "100.00",
    ]);
  });

  it("is 100 exactly when there is twice the floor", () => {
    fc.assert(
      fc.property(amount, fc.bigInt({ min: 1n, max: 10n ** 12n }), (liquidity, floor) => {
        expect(healthPercent(liquidity, floor) === "100.00").toBe(liquidity >= 2n * floor);
      }),
    );
  });

  it("says nothing without a floor, or with one of zero", () => {
    expect([healthPercent(5n, null), healthPercent(5n, 0n), healthPercent(5n, -1n)]).toEqual([null, null, null]);
  });
});
