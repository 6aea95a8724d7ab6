/** Who may be paid straight from custody: registered, somebody else, and never more than one move. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, describeConfig, loadConfig } from "./index.ts";

const dir = mkdtempSync(join(tmpdir(), "tidegate-payees-"));
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

describe("payees in the file", () => {
  it("become destinations of the pools of their asset that pay large ones straight from custody", () => {
    const config = load(example);
    expect(config.payees).toMatchObject([{ id: "acme-usdt", venue: "external", asset: "USDT", label: "Acme Trading" }]);
    expect(config.wallets.map(({ id }) => id)).not.toContain("acme-usdt");
    expect(config.address_book.filter(({ wallet }) => wallet === "acme-usdt").map(({ network }) => network)).toEqual([
      "tron",
      "ethereum",
    ]);
    const of = (id: string) => config.pools.find((pool) => pool.id === id);
    expect(of("usdt")).toMatchObject({
      payees: ["acme-usdt"],
      policy: { direct: { above: 1_000_000_000_000n, declared_ms: 43_200_000 } },
    });
    expect(of("btc")?.payees).toBeUndefined();
    expect(describeConfig(config)).toMatchObject({ payees: [{ id: "acme-usdt" }] });
  });

  it("regression: are paid from real custody only where a token says who asked for it", () => {
    const real = example.replace(/^sandbox:\n(?: .*\n)+/m, "");
    expect(real).not.toBe(example);
    const token = `  tokens: [{ person: ana, roles: [operator], sha256: "${"ab".repeat(32)}" }]\n`;
    const codes = (text: string): string[] => {
      try {
        load(text);
        return [];
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return error.problems.map(({ code, path }) => `${path}: ${code}`);
      }
    };
    const missing = "pools[0].direct_from_custody: config_tokens_missing";
    expect(codes(real)).toContain(missing);
    // That the venues of the example exist only in a sandbox is another problem.
    const told = codes(real.replace("  port: 8420\n", `  port: 8420\n${token}`));
    expect(told.filter((problem) => !problem.endsWith("config_sandbox_mixed"))).toEqual([]);
    expect(told.length).toBeGreaterThan(0);
  });

  it.each([
    ["the id of a wallet", "id: acme-usdt, asset", "id: hot-usdt, asset", "payees[0].id: config_duplicate_id"],
    [
      "an unknown asset",
      "acme-usdt, asset: USDT",
      "acme-usdt, asset: DOGE",
      "payees[0].asset: config_unknown_reference",
    ],
    [
      "a network without the asset",
      "{ network: tron, address: sandbox:tron:acme }",
      "{ network: bitcoin, address: sandbox:tron:acme }",
      "payees[0].addresses[0].network: config_unknown_reference",
    ],
    [
      "two addresses on one network",
      "{ network: ethereum, address: sandbox:ethereum:acme }",
      "{ network: tron, address: sandbox:tron:other }",
      "payees[0].addresses[1]: config_duplicate_id",
    ],
    [
      "an address of our own",
      "address: sandbox:tron:acme",
      "address: sandbox:tron:chain-usdt",
      "payees[0].addresses[0].address: config_wallet_misplaced",
    ],
    [
      "an address with a typing error",
      "address: sandbox:ethereum:acme",
      'address: "0x52908400098527886E0F7030069857D2E4169Ee7"',
      "payees[0].addresses[1].address: config_address_checksum",
    ],
    [
      "a size that no move reaches",
      "above: 1000000 USDT",
      "above: 20000000 USDT",
      "pools[0].direct_from_custody.above: config_limit_out_of_order",
    ],
    [
      "no declared time",
      "declared_time: 12h",
      "declared_time: 0s",
      "pools[0].direct_from_custody.declared_time: config_limit_out_of_order",
    ],
  ])("are refused with %s", (_name, from, to, problem) => {
    expect(problemsOf(from, to)).toContain(problem);
  });
});
