/** The configuration against what people really get wrong: every mistake has its code, its sentence and its place. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeConfig } from "./describe.ts";
import { ConfigError } from "./errors.ts";
import { listSandboxKeys, loadConfig } from "./load.ts";

const EXAMPLE = "examples/sandbox/tidegate.yaml";
const TEXT = readFileSync(EXAMPLE, "utf8");
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "tidegate-config-"));
  mkdirSync(join(dir, "data", "keys"), { recursive: true });
  ["ana", "ben", "chen"].forEach((person, at) => {
    writeFileSync(join(dir, "data", "keys", `${person}.pub`), `${String(at + 1).repeat(64)}\n`);
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const options = (env: Record<string, string> = {}) => ({ env, overrides: { data_dir: join(dir, "data") } });

function load(text: string, env: Record<string, string> = {}) {
  const file = join(dir, "tidegate.yaml");
  writeFileSync(file, text);
  return loadConfig(file, options(env));
}

/** The example with `from` replaced by `to`; the text must occur. */
function changed(from: string | RegExp, to: string): string {
  const text = TEXT.replace(from, to);
  expect(text).not.toBe(TEXT);
  return text;
}

function failureOf(work: () => unknown): ConfigError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("it loaded");
}

describe("the sandbox example", () => {
  it("loads, with amounts as integers and levels from the profile", () => {
    const config = loadConfig(EXAMPLE, options());
    const [usdt, btc] = config.pools;
    expect(usdt?.policy).toMatchObject({ move_min: 10_000_000_000n, fee_max: 100_000_000n, fee_max_ppm: 5_000 });
    expect(usdt?.policy.levels.low).toMatchObject({ kind: "percent", text: "5%" });
    expect(btc?.policy.floor).toMatchObject({ kind: "amount", units: 2_000_000_000n });
    expect(config.wallets[0]).toMatchObject({ poll_interval_ms: 1_800_000, stale_after_ms: 7_200_000 });
    expect(config.sandbox).toEqual({ seed: 7, speed: 0.25, scenario: "calm", manual: false, borrowers: true });
    expect(config.authority.tiers[0]).toMatchObject({ asset: "*", from_amount: 0n, approvals_needed: 2 });
    expect(config.prices.policy).toEqual({ quorum: 2, max_age_ms: 7_200_000, outlier_ppm: 50_000 });
  });

  it("names the key files that must exist first", () => {
    const keys = listSandboxKeys(EXAMPLE, options());
    expect(keys?.keys.map((key) => key.file)).toEqual(
      ["ana", "ben", "chen"].map((person) => join(dir, "data", "keys", `${person}.pub`)),
    );
    writeFileSync(join(dir, "real.yaml"), TEXT.replace(/sandbox:\n(?: {2}.+\n)+/, ""));
    expect(listSandboxKeys(join(dir, "real.yaml"), options())).toBeNull();
  });

  it("keeps the same digest for the same policy, whatever else changes", () => {
    const digest = load(TEXT).pools[0]?.policy_digest;
    expect(load(changed("name: Sandbox treasury", "name: Another")).pools[0]?.policy_digest).toBe(digest);
    expect(load(changed("floor: 500000 USDT", "floor: 500001 USDT")).pools[0]?.policy_digest).not.toBe(digest);
  });

  it("takes port and data directory from the environment, and flags over both", () => {
    const config = loadConfig(EXAMPLE, { ...options(), env: { TIDEGATE_PORT: "9001", TIDEGATE_DATA: "/nowhere" } });
    expect(config.api.port).toBe(9001);
    expect(config.store.data_dir).toBe(join(dir, "data"));
    expect(failureOf(() => load(TEXT, { TIDEGATE_PORT: "http" })).message).toContain("TIDEGATE_PORT");
  });
});

const MISTAKES: readonly [title: string, from: string | RegExp, to: string, code: string, says: RegExp][] = [
  ["an unknown key", "mode: auto", "mode: auto\nwalets: []", "config_unknown_key", /Did you mean "wallets"\?/],
  ["a mistyped key deep inside", "cooldown: 2h", "cooldwon: 2h", "config_unknown_key", /Did you mean "cooldown"\?/],
  [
    "a key of a level that does not exist",
    "{ profile: custody-10-90 }",
    "{ taregt: 10% }",
    "config_unknown_key",
    /"target"/,
  ],
  ["a missing key", "name: Sandbox treasury\n", "", "config_missing_key", /"name" is missing/],
  ["a missing level", "low: 5%, target", "target", "config_missing_key", /The level "low" is missing/],
  ["a mode that does not exist", "mode: auto", "mode: autp", "config_wrong_type", /Did you mean "auto"\?/],
  ["text where a number belongs", "port: 8420", "port: http", "config_wrong_type", /"port" must be a number/],
  ["a hexadecimal contract without quotes", /"(0xdAC17F\w+)"/, "$1", "config_wrong_type", /Write it in quotes/],
  ["broken YAML", "people:\n", "people: [\n", "config_syntax", /not valid YAML/],
  ["a key twice", "mode: auto", "mode: auto\nmode: observe", "config_syntax", /unique/],
  ["two wallets of one name", "id: hot-usdt,", "id: exchange-usdt,", "config_duplicate_id", /defined twice/],
  ["a wallet on both sides", "reserve: [northvault-btc]", "reserve: [hot-btc]", "config_duplicate_id", /in one pool/],
  [
    "one account as two wallets",
    "venue: chain, asset: USDT, kind: hot,",
    "venue: exchange, asset: USDT, kind: hot,",
    "config_duplicate_id",
    /"usdt of USDT at exchange" is defined twice/,
  ],
  [
    "a real venue in a sandbox",
    "{ id: chain, type: sandbox, kind: chain }",
    "{ id: chain, type: evm, network: ethereum }",
    "config_sandbox_mixed",
    /its people's keys are open to everybody/,
  ],
  [
    "a sandbox's venue without a sandbox",
    /^sandbox:\n(?: .*\n)+/m,
    "",
    "config_sandbox_mixed",
    /exists only in a sandbox/,
  ],
  [
    "a venue that does not exist",
    "venue: chain,",
    "venue: chian,",
    "config_unknown_reference",
    /Did you mean "chain"\?/,
  ],
  [
    "a wallet that does not exist",
    "[exchange-usdt, hot-usdt]",
    "[exchange-usdt, hot-usd]",
    "config_unknown_reference",
    /"hot-usdt"/,
  ],
  [
    "a network without an instrument",
    "networks: [bitcoin]",
    "networks: [lightning]",
    "config_unknown_reference",
    /lightning/,
  ],
  [
    "a wallet of another asset",
    "liquidity: [hot-btc]",
    "liquidity: [northvault-usdt]",
    "config_wallet_misplaced",
    /holds USDT/,
  ],
  ["no address for a wallet", /.*address: sandbox:bitcoin:chain-btc.*\n/, "", "config_address_missing", /address_book/],
  ["a wrong checksum", "0xdAC17F", "0xDAC17F", "config_address_checksum", /checksum/],
  ["a short address", "0xdAC17F", "0x", "config_address_malformed", /40 hex digits/],
  [
    "wrong decimals of a known token",
    /contract: (TR7\w+), decimals: 6/,
    "contract: $1, decimals: 8",
    "config_wrong_decimals",
    /USDT on tron has 6/,
  ],
  [
    "more decimals than the asset",
    "BTC: { decimals: 8 }",
    "BTC: { decimals: 7 }",
    "config_wrong_decimals",
    /give the asset 8/,
  ],
  ["an amount with too many decimals", "min: 10000 USDT", "min: 0.0000001 USDT", "config_amount_too_precise", /6/],
  ["an amount without its asset", "min: 10000 USDT", 'min: "10000"', "config_amount_malformed", /write it like/],
  ["an amount of another asset", "min: 10000 USDT", "min: 1 BTC", "config_amount_wrong_asset", /USDT/],
  ["a level that is no level", "low: 5%", "low: five", "config_level_malformed", /not a level/],
  [
    "levels out of order",
    "low: 5%",
    "low: 12%",
    "config_levels_out_of_order",
    /target \(10%\) must be above low \(12%\)/,
  ],
  ["two equal levels", "high: 15%", "high: 10%", "config_levels_out_of_order", /must be above/],
  ["a malformed duration", "cooldown: 2h", "cooldown: 2 hours", "config_duration_malformed", /like 30m/],
  ["a malformed share", "max_share: 0.5%", "max_share: 0.5", "config_wrong_type", /Write it in quotes/],
  ["no outbound window", /.*direction: to_liquidity, window.*\n/, "", "config_limit_missing", /to_liquidity/],
  [
    "customers in a custody wallet",
    "account: usdt, label: Northvault USDT,",
    "account: usdt, label: Northvault USDT, flows: customers,",
    "config_flows_not_allowed",
    /moved by transfers alone/,
  ],
  ["a maximum below the minimum", "max: 20000000 USDT", "max: 1 USDT", "config_limit_out_of_order", /move\.max/],
  [
    "no quorum for custody",
    "direction: reserve_to_liquidity",
    "direction: internal",
    "config_quorum_missing",
    /out of custody/,
  ],
  [
    "a quorum nobody can meet",
    "approvals_needed: 2",
    "approvals_needed: 4",
    "config_quorum_impossible",
    /only 3 people/,
  ],
  ["one key for two people", "file:keys/ben.pub", "file:keys/ana.pub", "config_duplicate_id", /same key/],
  ["a key that is no key", '"file:keys/ben.pub"', '"abc"', "config_key_malformed", /32 bytes/],
  ["a key file that is missing", "keys/chen.pub", "keys/dora.pub", "config_secret_missing", /dora\.pub is missing/],
  [
    "a secret written into the file",
    "kind: exchange }",
    "kind: exchange, api_secret: hunter2 }",
    "config_secret_inline",
    /env:NAME/,
  ],
  [
    "a master key written into the file",
    "kind: exchange }",
    "kind: exchange, master_key: tprv8ZgxMBicQKsPd }",
    "config_secret_inline",
    /"master_key" is a secret/,
  ],
  [
    "a secret that is not set",
    "kind: exchange }",
    'kind: exchange, api_secret: "env:NO_SUCH" }',
    "config_secret_missing",
    /NO_SUCH/,
  ],
  [
    "a price quorum nobody can meet",
    "quorum: 2\n  max_age",
    "quorum: 9\n  max_age",
    "config_quorum_impossible",
    /9 sources/,
  ],
  ["PostgreSQL without an address", "engine: pglite", "engine: postgres", "config_missing_key", /database_url/],
];

describe("mistakes", () => {
  it.each(MISTAKES)("%s", (_title, from, to, code, says) => {
    const failure = failureOf(() => load(changed(from, to)));
    const found = failure.problems.find((problem) => problem.code === code);
    expect(failure.problems.map((problem) => problem.code)).toContain(code);
    expect(found?.message).toMatch(says);
    expect(failure.exit_code).toBe(2);
  });

  it("point at the line", () => {
    const failure = failureOf(() => load(changed("cooldown: 2h", "cooldwon: 2h")));
    const line = TEXT.split("\n").findIndex((text) => text.includes("cooldown: 2h")) + 1;
    expect(failure.problems[0]).toMatchObject({ line, column: 5, path: "pools[0].cooldwon" });
    expect(failure.message).toContain(`tidegate.yaml:${line}:5: Unknown key "cooldwon".`);
  });

  it("are all reported at once", () => {
    const text = changed("cooldown: 2h", "cooldown: soon").replace("min: 10000 USDT", "min: 1 BTC");
    expect(failureOf(() => load(text)).problems.map((problem) => problem.code)).toEqual([
      "config_amount_wrong_asset",
      "config_duration_malformed",
    ]);
  });

  it("in the file itself have their codes", () => {
    expect(failureOf(() => loadConfig(join(dir, "absent.yaml"))).code).toBe("config_not_found");
    expect(failureOf(() => loadConfig(dir)).code).toBe("config_unreadable");
    expect(failureOf(() => load("")).code).toBe("config_wrong_type");
    expect(failureOf(() => load(`# ${"x".repeat(3_000_000)}`)).code).toBe("config_too_large");
  });
});

it("resolves tokens to hashes and never shows a secret", () => {
  const text = changed(
    "port: 8420",
    'port: 8420\n  tokens: [{ person: ana, roles: [admin], token: "env:ANA_TOKEN" }]',
  ).replace("kind: exchange }", 'kind: exchange, api_secret: "env:SECRET" }');
  const config = load(text, { ANA_TOKEN: "a-long-token-of-chance", SECRET: "hunter2" });
  expect(config.api.tokens).toEqual([
    { person: "ana", roles: ["admin"], sha256: "104ff164aed2a557545945c413e6cc13c65f77499a8fb575a419d11ef510bfbd" },
  ]);
  expect(config.venues[0]?.options).toEqual({ kind: "exchange", api_secret: "hunter2" });
  expect(
    JSON.stringify(describeConfig(config), (_key, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    ),
  ).not.toContain("hunter2");
});

it("shows what is public of a venue, and of an address on the network only its host", () => {
  const written =
    'kind: exchange, finality: safe, gas_price_max: "80 gwei", start_block: 7, owners: [{ key: "file:k" }], url: "https://me:pw@node.example:8545/v3/hunter2?k=hunter2", base: "env:BASE", token: "env:SECRET" }';
  const env = { SECRET: "hunter2", BASE: "http://10.0.0.7/" };
  const text = changed("kind: exchange }", written);
  mkdirSync(join(dir, "data"), { recursive: true });
  writeFileSync(join(dir, "data", "k"), "hunter2");
  const config = load(text, env);
  expect(describeConfig(config).venues[0]?.options).toEqual({
    ...{ kind: "exchange", finality: "safe", gas_price_max: "80 gwei", start_block: 7 },
    ...{ owners: [{ key: "[redacted]" }], url: "https://node.example:8545/[redacted]" },
    ...{ base: "http://10.0.0.7", token: "[redacted]" },
  });
});
