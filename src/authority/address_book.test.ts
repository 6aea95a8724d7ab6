import { describe, expect, it } from "vitest";
import type { TransferPlan } from "../transfers/types.ts";
import type { DecodedEffect } from "../venues/port.ts";
import { assertDestination, assertSameEffect, type Destinations, lookUpAddress, sameAddress } from "./address_book.ts";
import type { AuthorityError } from "./errors.ts";
import { DESTINATIONS, PLAN } from "./suite.ts";

const [HOT, , VAULT] = DESTINATIONS.address_book;
const sweep: TransferPlan = {
  ...PLAN,
  from: PLAN.to,
  to: { venue: "custodian", wallet: "vault", role: "custody", address: "T-vault", memo: null },
  direction: "liquidity_to_reserve",
};
const code = (plan: TransferPlan, known: Destinations = DESTINATIONS): string => {
  try {
    assertDestination(plan, known);
    return "passes";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("assertDestination", () => {
  it("passes what is registered and plays its part", () => {
    expect([code(PLAN), code(sweep)]).toEqual(["passes", "passes"]);
    const to = { venue: "exchange", wallet: "exchange", role: "hot", address: "T-exchange", memo: "77" };
    expect(code({ ...PLAN, to })).toBe("passes");
    expect(code({ ...PLAN, from: PLAN.to, to, direction: "internal" })).toBe("passes");
  });

  it("dmm: refuses an address that is not the registered one, or another memo", () => {
    expect(code({ ...PLAN, to: { ...PLAN.to, address: "T-attacker" } })).toBe("authority_destination_changed");
    expect(code({ ...PLAN, to: { ...PLAN.to, memo: "1" } })).toBe("authority_destination_changed");
    const changed = {
      ...DESTINATIONS,
      address_book: [{ wallet: "hot", network: "tron", address: "T-new", memo: null }],
    };
    expect(code(PLAN, changed)).toBe("authority_destination_changed");
  });

  it("refuses a destination nobody registered, on this network, or registered twice", () => {
    expect(code(PLAN, { ...DESTINATIONS, address_book: [] })).toBe("authority_destination_unknown");
    expect(code({ ...PLAN, network: "ethereum" })).toBe("authority_destination_unknown");
    const twice = { ...DESTINATIONS, address_book: [...DESTINATIONS.address_book, ...(HOT ? [HOT] : [])] };
    expect(code(PLAN, twice)).toBe("authority_destination_unknown");
    const empty = { ...DESTINATIONS, address_book: [{ wallet: "hot", network: "tron", address: "", memo: null }] };
    expect(code({ ...PLAN, to: { ...PLAN.to, address: "" } }, empty)).toBe("authority_destination_unknown");
  });

  it("crypto.com: refuses a registered address of the wrong role: a sweep to custody that would go to the exchange", () => {
    const to = { venue: "exchange", wallet: "exchange", role: "hot", address: "T-exchange", memo: "77" };
    expect(code({ ...sweep, to })).toBe("authority_wrong_destination_role");
    expect(code({ ...sweep, to: { ...to, role: "custody" } })).toBe("authority_wrong_destination_role");
    expect(code({ ...sweep, direction: "internal" })).toBe("authority_wrong_destination_role");
    expect(code({ ...PLAN, direction: "liquidity_to_reserve" })).toBe("authority_wrong_destination_role");
  });

  it.each<[string, Partial<TransferPlan>]>([
    ["of another pool", { pool_id: "btc" }],
    ["of another asset", { asset: "BTC" }],
    ["of another venue", { to: { ...PLAN.to, venue: "exchange" } }],
    ["into itself", { from: PLAN.to, direction: "internal" }],
    ["from a wallet outside the pool", { from: { ...PLAN.from, wallet: "other" } }],
  ])("refuses a move %s", (_name, change) => {
    expect(code({ ...PLAN, ...change })).toBe("authority_wrong_destination_role");
  });

  it("lets a pool with a rule of its own move its one way, and never out of custody", () => {
    const [pool] = DESTINATIONS.pools;
    const withTask = (kind: string) => ({
      ...DESTINATIONS,
      pools: [{ ...pool, policy: { task: { kind } } } as unknown as (typeof DESTINATIONS.pools)[number]],
    });
    const internal = { ...PLAN, direction: "internal" as const };
    const warm = { ...internal, from: { ...PLAN.from, role: "warm" as const } };
    const wallets = DESTINATIONS.wallets.map((one) => (one.id === "vault" ? ({ ...one, kind: "warm" } as const) : one));
    expect(code(warm, { ...withTask("gas"), wallets })).toBe("passes");
    expect(code(warm, { ...withTask("deposits"), wallets })).toBe("authority_wrong_destination_role");
    expect(code(internal, withTask("gas"))).toBe("authority_wrong_destination_role");
    expect(code({ ...warm, direction: "reserve_to_liquidity" }, { ...withTask("gas"), wallets })).toBe(
      "authority_wrong_destination_role",
    );
  });

  it("refuses a wallet that is not active any more", () => {
    const wallets = DESTINATIONS.wallets.map(
      (one) => ({ ...one, status: one.id === "hot" ? "suspended" : one.status }) as const,
    );
    expect(code(PLAN, { ...DESTINATIONS, wallets })).toBe("authority_wrong_destination_role");
  });

  it("finds the entry of a wallet on a network", () => {
    expect(lookUpAddress(DESTINATIONS.address_book, "vault", "tron")).toEqual(VAULT);
  });
});

const decodedOf = (plan: TransferPlan): DecodedEffect => ({
  from_account: "account-vault",
  to_address: plan.to.address,
  to_memo: plan.to.memo,
  asset: plan.asset,
  network: plan.network,
  amount: BigInt(plan.amount),
  fee_max: BigInt(plan.fee_max),
  reference: plan.id,
});

describe("assertSameEffect", () => {
  const decoded = decodedOf(PLAN);
  const check = (change: Partial<DecodedEffect>) => () =>
    assertSameEffect(PLAN, { ...decoded, ...change }, "account-vault");

  it("passes what was approved, also with a lower fee", () => {
    expect(check({})).not.toThrow();
    expect(check({ fee_max: 0n })).not.toThrow();
  });

  it.each<[keyof DecodedEffect, Partial<DecodedEffect>]>([
    ["from_account", { from_account: "account-hot" }],
    ["to_address", { to_address: "T-attacker" }],
    ["to_address", { to_address: "t-hot" }],
    ["to_address", { to_address: "" }],
    ["to_memo", { to_memo: "1" }],
    ["asset", { asset: "BTC" }],
    ["network", { network: "ethereum" }],
    ["amount", { amount: 501n }],
    ["amount", { amount: 499n }],
    ["fee_max", { fee_max: 11n }],
    ["fee_max", { fee_max: -1n }],
    ["reference", { reference: "trf_2" }],
    ["chain_id", { chain_id: 1 }],
    ["contract", { contract: "T-worthless" }],
    ["contract", { contract: null }],
  ])("bybit: names %s when the built bytes say %o", (field, change) => {
    expect(check(change)).toThrow(
      expect.objectContaining({ code: "authority_effect_mismatch", facts: expect.objectContaining({ field }) }),
    );
  });
});

describe("assertSameEffect on an EVM chain", () => {
  const token = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
  const plan: TransferPlan = { ...PLAN, chain_id: 1, contract: token };
  const built = { ...decodedOf(PLAN), chain_id: 1, contract: token.toLowerCase() };
  const field = (change: Partial<DecodedEffect>, of = plan): unknown => {
    try {
      assertSameEffect(of, { ...built, ...change }, "account-vault");
    } catch (error) {
      return (error as AuthorityError).facts.field;
    }
    return null;
  };

  it("the bytes name the chain and the token that were approved", () => {
    expect(field({})).toBeNull();
    expect(field({ chain_id: 10 })).toBe("chain_id");
    expect(field({ contract: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48" })).toBe("contract");
    expect(field({ contract: null })).toBe("contract");
    expect(field({ contract: null }, { ...plan, contract: null })).toBeNull();
  });

  it("bytes that name neither are not what was approved", () => {
    const { chain_id: _, contract: __, ...silent } = built;
    expect(() => assertSameEffect(plan, silent, "account-vault")).toThrow(/chain_id/);
    expect(() => assertSameEffect(plan, { ...silent, chain_id: 1 }, "account-vault")).toThrow(/contract/);
  });
});

describe("sameAddress", () => {
  it("ignores the case of EVM addresses alone", () => {
    const evm = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
    expect(sameAddress(evm, evm.toLowerCase())).toBe(true);
    expect(sameAddress("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "tr7nhqjekqxgtci8q8zy4pl8otszgjlj6t")).toBe(false);
    expect(sameAddress("", "")).toBe(false);
  });
});
