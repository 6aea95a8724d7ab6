import { beforeEach, describe, expect, it } from "vitest";
import type { WalletConfig } from "../config/types.ts";
import { tables } from "../store/index.ts";
import { type Desk, OPENING, openDesk } from "../transfers/suite_transfers.ts";
import { type DaemonState, newState } from "./state.ts";
import { GAS_TRANSACTIONS_MIN, watchGas } from "./watch_gas.ts";

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

  it("that covers nothing makes its venue's ways wait with a reason, until it is filled", async () => {
    await look(0n);
    expect(state.gas_empty.get("hot-venue")).toBe("the gas wallet hot does not cover one transaction");
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
