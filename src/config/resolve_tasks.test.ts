import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, describeConfig, loadConfig } from "./index.ts";

const dir = mkdtempSync(join(tmpdir(), "tidegate-tasks-"));
const example = readFileSync("examples/sandbox/tidegate.yaml", "utf8");
const load = (text: string) => {
  const path = join(dir, "tidegate.yaml");
  writeFileSync(path, text);
  return loadConfig(path, { overrides: { data_dir: dir, port: 0 } });
};
const problemsOf = (from: string, to: string): string[] => {
  expect(example).toContain(from);
  try {
    load(example.replace(from, to));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ code, path }) => `${path}: ${code}`);
  }
};

beforeAll(() => {
  mkdirSync(join(dir, "keys"));
  ["ana", "ben", "chen"].forEach((person, at) => {
    writeFileSync(join(dir, "keys", `${person}.pub`), `0${at + 1}`.repeat(32));
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("gas wallets and deposit addresses in the file", () => {
  it("become pools with a rule of their own", () => {
    const config = load(example);
    const of = (id: string) => config.pools.find((pool) => pool.id === id);
    expect(of("gas")).toMatchObject({
      liquidity: ["hot-gas", "deposit-1-gas", "deposit-2-gas"],
      reserve: ["gas-reserve"],
      policy: {
        move_max: 10n ** 18n,
        windows: [{ direction: "to_liquidity", amount_max: 5n * 10n ** 18n }],
        task: {
          kind: "gas",
          transactions_low: 60,
          transaction_cost: 5n * 10n ** 14n,
          on_demand: ["deposit-1-gas", "deposit-2-gas"],
        },
      },
    });
    expect(of("deposits")).toMatchObject({
      liquidity: ["deposit-1", "deposit-2"],
      reserve: ["hot-usdt"],
      gas: { "deposit-1": "deposit-1-gas" },
      policy: { fee_max_ppm: 1_000, task: { kind: "deposits", sweep_min: 20_000_000_000n, batch_max: 5 } },
    });
    expect(of("usdt")?.fed_by).toEqual(["deposit-1", "deposit-2"]);
    expect(of("btc")).not.toHaveProperty("fed_by");
    expect(describeConfig(config).pools.at(-1)).toMatchObject({ task: { sweep_min: "20000.000000 USDT" } });
  });

  it.each([
    [
      "a source in custody",
      "reserve: [gas-reserve]",
      "reserve: [northvault-usdt]",
      "gas_pools[0].reserve[0]: config_wallet_misplaced",
    ],
    [
      "a source that it supplies itself",
      "reserve: [gas-reserve]",
      "reserve: [hot-gas]",
      "gas_pools[0].reserve[0]: config_wallet_misplaced",
    ],
    [
      "a wallet of another kind",
      "wallets: [hot-gas]",
      "wallets: [gas-reserve]",
      "gas_pools[0].wallets[0]: config_wallet_misplaced",
    ],
    [
      "a wallet that does not exist",
      "wallets: [hot-gas]",
      "wallets: [cold-gas]",
      "gas_pools[0].wallets[0]: config_unknown_reference",
    ],
    ["a target that is not above low", "target: 240", "target: 60", "gas_pools[0].target: config_levels_out_of_order"],
    [
      "a most that cannot hold low",
      "wallet_max: 1 ETH",
      "wallet_max: 0.009 ETH",
      "gas_pools[0].wallet_max: config_limit_out_of_order",
    ],
    [
      "a transaction that costs nothing",
      "transaction_cost: 0.0005 ETH",
      "transaction_cost: 0 ETH",
      "gas_pools[0].wallet_max: config_limit_out_of_order",
    ],
    [
      "an address that is a hot wallet",
      "deposits: [deposit-1, deposit-2]",
      "deposits: [deposit-1, hot-usdt]",
      "deposit_pools[0].deposits[1]: config_wallet_misplaced",
    ],
    [
      "a hot wallet that another pool empties",
      "deposits: [deposit-1, deposit-2]",
      "deposits: [deposit-1, hot-usdt]",
      "deposit_pools[0].deposits[1]: config_duplicate_id",
    ],
    [
      "gas of an address elsewhere",
      "gas: { deposit-1: ",
      "gas: { hot-usdt: ",
      "deposit_pools[0].gas.hot-usdt: config_unknown_reference",
    ],
    [
      "gas that no pool supplies",
      "gas: { deposit-1: deposit-1-gas",
      "gas: { deposit-1: gas-reserve",
      "deposit_pools[0].gas.deposit-1: config_unknown_reference",
    ],
    [
      "a smallest sweep above the largest",
      "sweep_min: 20000 USDT",
      "sweep_min: 3000000 USDT",
      "deposit_pools[0].sweep_min: config_limit_out_of_order",
    ],
    [
      "a smallest sweep of nothing",
      "sweep_min: 20000 USDT",
      "sweep_min: 0 USDT",
      "deposit_pools[0].sweep_min: config_limit_out_of_order",
    ],
    [
      "an amount of another asset",
      "sweep_min: 20000 USDT",
      "sweep_min: 2 BTC",
      "deposit_pools[0].sweep_min: config_amount_wrong_asset",
    ],
    [
      "a window of no length",
      "window: { length: 24h, amount_max: 5 ETH",
      "window: { length: 0s, amount_max: 5 ETH",
      "gas_pools[0].window: config_limit_out_of_order",
    ],
    ["the id of another pool", "- id: deposits", "- id: usdt", "pools[3]: config_duplicate_id"],
  ])("refuses %s, at its place", (_what, from, to, problem) => {
    expect(problemsOf(from, to)).toContain(problem);
  });
});
