import { beforeEach, describe, expect, it } from "vitest";
import type { WalletConfig } from "../../config/types.ts";
import { tables } from "../../store/index.ts";
import { type Desk, OPENING, openDesk } from "../../transfers/suite_transfers.ts";
import { type DaemonState, newState } from "../state.ts";
import { GAS_TRANSACTIONS_MIN, gasEmptyOn, watchGas } from "./watch_gas.ts";

let desk: Desk;
let state: DaemonState;
let wallet: WalletConfig;
beforeEach(async () => {
  desk = await openDesk();
  state = newState();
  const hot = desk.config.wallets.find(({ id }) => id === "hot");
  if (hot === undefined) throw new Error("the desk has a hot wallet");
  wallet = { ...hot, kind: "gas" };
});

/** The price of one transaction at which the wallet covers so many. */
async function look(covered: bigint): Promise<string[]> {
  const before = desk.notices.length;
  const network = {
    ...{ network: "tron", enabled: true, fee_fixed: 1_000n, fee_ppm: 0 },
    ...{ minimum: 1n, maximum: null, step: 1n, lead_time_ms: 0 },
  };
  state.networks.set("hot", { networks: [network], at: desk.now, fees: new Map() });
  await desk.tx((tx) => tx.update(tables.balance, { wallet_id: "hot" }, { available: covered * 1_000n + 999n }));
  await watchGas(desk.deps, state, wallet);
  return desk.notices.slice(before).map(({ code, severity }) => `${code} ${severity}`);
}

describe("a gas wallet", () => {
  it("is told of once when it covers fewer transactions than it should, and again when it covers none", async () => {
    expect(await look(GAS_TRANSACTIONS_MIN)).toEqual([]);
    expect(await look(GAS_TRANSACTIONS_MIN - 1n)).toEqual(["gas_low warning"]);
    expect(await look(3n)).toEqual([]);
    expect(await look(0n)).toEqual(["gas_empty page"]);
    expect(await look(0n)).toEqual([]);
    expect(desk.notices.at(-1)?.message).toContain("covers 0 more transactions");
  });

  it("that is supplied on demand is empty by design: nobody is called, and no way waits for it", async () => {
    const [pool] = desk.config.pools;
    if (pool === undefined) throw new Error("the desk has a pool");
    const task = { kind: "gas", on_demand: ["hot"] } as unknown as Required<typeof pool.policy>["task"];
    const config = { ...desk.config, pools: [{ ...pool, policy: { ...pool.policy, task } }] };
    await look(GAS_TRANSACTIONS_MIN);
    await desk.tx((tx) => tx.update(tables.balance, { wallet_id: "hot" }, { available: 0n }));
    await watchGas({ ...desk.deps, config }, state, wallet);
    expect(desk.notices.map(({ code }) => code)).not.toContain("gas_empty");
    expect(state.gas_empty.size).toBe(0);
  });

  it("that covers nothing makes the ways it pays for wait with a reason, until it is filled", async () => {
    await look(0n);
    expect(state.gas_empty).toEqual(new Map([["hot", "tron"]]));
    expect(await look(1n)).toEqual([]);
    expect(state.gas_empty.size).toBe(0);
    expect(await look(GAS_TRANSACTIONS_MIN)).toEqual([]);
    expect(await look(1n)).toEqual(["gas_low warning"]);
  });

  it("of which nothing is known yet says nothing, and other wallets are none", async () => {
    await watchGas(desk.deps, state, wallet);
    wallet = { ...wallet, kind: "hot" };
    expect(await look(0n)).toEqual([]);
    expect((await desk.wallet("hot")).posted).toBe(OPENING);
  });
});

describe("an empty gas wallet", () => {
  const at = (id: string, account: string, kind: WalletConfig["kind"] = "gas"): WalletConfig => ({
    ...{ ...wallet, id, account, kind },
    venue: "chain",
  });
  const why = (from: WalletConfig, network: string, gas?: Record<string, string>): string | null =>
    gasEmptyOn({ wallets: [at("g1", "a"), at("g2", "b")] }, state, gas === undefined ? {} : { gas }, { from, network });

  it("makes wait what it pays for, and nothing on another network, from another account or at another venue", () => {
    state.gas_empty.set("g1", "ethereum");
    expect(why(at("w", "a", "hot"), "ethereum")).toBe("the gas wallet g1 does not cover one transaction");
    expect(why(at("w", "a", "hot"), "bitcoin")).toBeNull();
    expect(why(at("w", "b", "hot"), "ethereum")).toBeNull();
    expect(why({ ...at("w", "a", "hot"), venue: "vault" }, "ethereum")).toBeNull();
  });

  it("is the one that the pool names, before any other; where nobody knows, any of them may be it", () => {
    state.gas_empty.set("g2", "ethereum");
    expect(why(at("w", "a", "hot"), "ethereum", { w: "g2" })).toContain("g2");
    expect(why(at("w", "b", "hot"), "ethereum", { w: "g1" })).toBeNull();
    expect(why(at("w", "c", "hot"), "ethereum")).toContain("g2");
  });

  it("stays empty when another one at its venue is full", async () => {
    state.gas_empty.set("other", "tron");
    await look(GAS_TRANSACTIONS_MIN);
    expect(state.gas_empty.get("other")).toBe("tron");
  });
});
