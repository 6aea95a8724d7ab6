/** `venues exercise` against a server of every type of venue: the file names an address where nobody is, the command another. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HDKey } from "viem/accounts";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type Io, runCli, type VenueExercise } from "../../src/cli/index.ts";
import { createComposition } from "../../src/compose/index.ts";
import * as bitgo from "../../src/sandbox/bitgo/suite_stage.ts";
import { localAccount, OWNER_NAMES, OWNERS_NEEDED, privateKeyOf } from "../../src/sandbox/chain/index.ts";
import { type ExchangeKind, startFakeExchange } from "../../src/sandbox/exchanges/index.ts";
import { startSandbox } from "../../src/sandbox/index.ts";
import * as komainu from "../../src/sandbox/komainu/suite_stage.ts";
import { createSystemClock } from "../../src/system/index.ts";
import { createVaultVenue } from "../../src/venues/bitcoin/index.ts";
import { EXCHANGES } from "../../src/venues/ccxt/index.ts";
import { HurriedClock } from "../../src/venues/conformance/hurried_clock.ts";
import { ManualClock } from "../../src/venues/conformance/manual_clock.ts";
import { startTestChain } from "../parts/anvil.ts";
import { CONFIRMATIONS, HOT, masterKeyOf, NETWORK, startTestBitcoin } from "../parts/bitcoind.ts";
import { makeWorkplace } from "../parts/process_config.ts";

const STORY_LIMIT_MS = 120_000;
const HOUR_MS = 3_600_000;
/** Nobody listens there. */
const NOWHERE = "http://127.0.0.1:9";

const dir = mkdtempSync(join(tmpdir(), "tidegate-exercise-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A server to ask, and a file that has its venue, at an address where nobody is. */
interface Far {
  readonly url: string;
  /** The venue in that file. */
  readonly venue: string;
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<unknown>;
}

interface Holding {
  readonly venue: Readonly<Record<string, unknown>>;
  /** Options that the file only refers to. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly asset: "BTC" | "USDT";
  readonly network: string;
  readonly account: string;
  readonly kind?: string;
  readonly contract?: string;
}

/** A treasury whose pool is on paper, and that has this holding besides. */
function fileOf({
  venue,
  secrets = {},
  asset,
  network,
  account,
  kind = "hot",
  contract,
}: Holding): Record<string, unknown> {
  const decimals = asset === "BTC" ? 8 : 6;
  const id = `${asset.toLowerCase()}-${network}`;
  const paper = ["hot", "custody"].map((each) => ({
    id: each,
    venue: "paper",
    asset: "EUR",
    kind: each,
    account: each,
  }));
  return {
    ...{ name: "One venue", mode: "observe", store: { engine: "memory" } },
    assets: { EUR: { decimals: 2 }, BTC: { decimals: 8 }, USDT: { decimals: 6 } },
    instruments: [
      { id: "eur-paper", asset: "EUR", network: "paper", decimals: 2 },
      { id, asset, network, decimals, ...(contract === undefined ? {} : { contract }) },
    ],
    venues: [
      { id: "paper", type: "manual" },
      { id: "far", ...venue, ...Object.fromEntries(Object.keys(secrets).map((name) => [name, `env:${name}`])) },
    ],
    wallets: [...paper, { id: "held", venue: "far", asset, kind, account }],
    address_book: paper.map((wallet) => ({ wallet: wallet.id, network: "paper", address: wallet.id })),
    pools: [
      {
        ...{ id: "eur", asset: "EUR", liquidity: ["hot"], reserve: ["custody"], networks: ["paper"] },
        ...{
          levels: { profile: "custody-10-90" },
          move: { min: "1 EUR", max: "2 EUR" },
          fee: { max: "0 EUR", max_share: "1%" },
        },
        windows: ["to_liquidity", "to_reserve"].map((direction) => ({
          ...{ direction, window: "24h", amount_max: "2 EUR", count_max: 1 },
        })),
      },
    ],
    people: [{ id: "ana", roles: ["approver", "admin"], keys: [{ scheme: "ed25519", public_key: "ab".repeat(32) }] }],
    quorum: { tiers: [{ direction: "reserve_to_liquidity", from: 0, approvals_needed: 1, roles: ["approver"] }] },
  };
}

function farAt(url: string, holding: Holding, stop: Far["stop"]): Far {
  const path = join(mkdtempSync(join(dir, "far-")), "tidegate.yaml");
  writeFileSync(path, stringify(fileOf(holding)));
  return { url, venue: "far", path, env: holding.secrets ?? {}, stop };
}

async function bitgoFar(): Promise<Far> {
  // The stage lets an hour pass before it begins.
  const { btc, ...stage } = await bitgo.startStage({ clock: new HurriedClock(Date.now() - HOUR_MS) });
  const coins = [{ coin: "btc", instrument: "btc-bitcoin", fee: "utxo", confirmations: 6 }];
  const venue = { type: "bitgo", base_url: NOWHERE, enterprise: bitgo.ENTERPRISE, coins };
  const secrets = { access_token: bitgo.TOKEN };
  const holding = { asset: "BTC", network: "bitcoin", account: `btc/${btc.id}`, kind: "custody" } as const;
  return farAt(stage.bitgo.url, { venue, secrets, ...holding }, () => stage.stop());
}

async function komainuFar(): Promise<Far> {
  const keys = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const public_key = keys.publicKey.export({ type: "spki", format: "pem" }).toString();
  const user = { api_user: "treasury", api_secret: komainu.API_SECRET };
  const clock = new HurriedClock(Date.now() - HOUR_MS);
  const stage = await komainu.startStage({ clock, fake: { users: [{ ...user, public_key }] } });
  const private_key = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const secrets = { ...user, private_key };
  const assets = [{ asset: "BTC", instrument: "btc-bitcoin" }];
  const venue = { type: "komainu", base_url: NOWHERE, assets };
  const holding = { asset: "BTC", network: "bitcoin", account: stage.custody.id, kind: "custody" } as const;
  return farAt(stage.komainu.url, { venue, secrets, ...holding }, () => stage.stop());
}

async function exchangeFar(kind: ExchangeKind): Promise<Far> {
  const far = await startFakeExchange(kind, createSystemClock());
  const account = EXCHANGES.find(({ exchange }) => exchange === kind)?.account ?? "";
  const { api_key, secret, passphrase, ...options } = far.options;
  const secrets = Object.fromEntries(
    Object.entries({ api_key, secret, passphrase }).flatMap(([name, text]) => (text ? [[name, String(text)]] : [])),
  );
  const venue = { type: "ccxt", ...options, base_url: NOWHERE };
  return farAt(far.base_url, { venue, secrets, asset: "USDT", network: "tron", account }, () => far.server.stop());
}

async function chainFar(type: "evm" | "safe"): Promise<Far> {
  const chain = await startTestChain();
  const { network, chain_id, gas_price_max, start_block, rpc_urls } = chain.connector().options as {
    network: string;
    rpc_urls: string[];
  } & Record<string, unknown>;
  const line = { type, network, chain_id, gas_price_max, start_block, rpc_urls: [NOWHERE] };
  const { safe, token: contract } = chain.world;
  const owners = OWNER_NAMES.map((name) => localAccount(name).address);
  const [own, secrets, account] =
    type === "evm"
      ? [{}, { private_key: privateKeyOf("hot") }, localAccount("hot").address]
      : [{ safe, owners, threshold: OWNERS_NEEDED }, { executor_private_key: privateKeyOf("executor") }, safe];
  const holding = { venue: { ...line, ...own }, secrets, asset: "USDT", network, account, contract } as const;
  return farAt(rpc_urls[0] ?? "", holding, () => chain.stop());
}

async function bitcoinFar(type: "bitcoin" | "bitcoin_multisig"): Promise<Far> {
  const chain = await startTestBitcoin();
  const { cookie_file } = chain.node;
  const versions = { private: 0x04358394, public: 0x043587cf };
  const cosigners = [10, 11, 12].map((seed) => {
    const master = HDKey.fromExtendedKey(masterKeyOf(seed), versions);
    const key = master.derive("m/48'/1'/0'/2'").publicExtendedKey;
    return `[${master.fingerprint.toString(16).padStart(8, "0")}/48h/1h/0h/2h]${key}`;
  });
  const vault = createVaultVenue({ ...chain.input({ threshold: 2, cosigners }), wallets: [] });
  const [own, secrets, account] =
    type === "bitcoin"
      ? [{}, { master_key: masterKeyOf(1) }, HOT]
      : [{ threshold: 2, cosigners }, {}, (await vault.listWallets())[0]?.account ?? ""];
  const line = { type, network: NETWORK, rpc_url: NOWHERE, cookie_file, confirmations: CONFIRMATIONS };
  const venue = { ...line, fee_rate_fallback: "5 sat/vB", ...own };
  return farAt(chain.node.url, { venue, secrets, asset: "BTC", network: NETWORK, account }, () => chain.stop());
}

/** A sandbox beside the one that the command starts for itself: the same seed, so the same keys. */
async function sandboxFar(venue: string): Promise<Far> {
  const place = makeWorkplace();
  // Its time is that of the other one, give or take the seconds of a test.
  const path = place.writeConfig((file) => void Object.assign(file.sandbox, { speed: "1s/s" }));
  const treasury = await createComposition({}).loadConfig(path, {});
  if (treasury.sandbox === null) throw new Error("the shipped file is a sandbox");
  const clock = new ManualClock(Date.UTC(2026, 0, 5));
  const sandbox = await startSandbox({ config: treasury.sandbox, treasury, data_dir: null, clock });
  const stop = async (): Promise<void> => {
    await sandbox.stop();
    place.remove();
  };
  return { url: sandbox.venues.get(venue)?.base_url ?? "", venue, path, env: {}, stop };
}

/** Server by server, and what a look-up comes to of a reference that nobody used: who signs looks up only what it signed. */
const CASES: readonly (readonly [string, () => Promise<Far>, "ok" | "skipped"])[] = [
  ["bitgo", bitgoFar, "ok"],
  ["komainu", komainuFar, "ok"],
  ["ccxt binance", () => exchangeFar("binance"), "ok"],
  ["ccxt kraken", () => exchangeFar("kraken"), "ok"],
  ["ccxt okx", () => exchangeFar("okx"), "ok"],
  ["evm", () => chainFar("evm"), "skipped"],
  ["safe", () => chainFar("safe"), "skipped"],
  ["bitcoin", () => bitcoinFar("bitcoin"), "skipped"],
  ["bitcoin_multisig", () => bitcoinFar("bitcoin_multisig"), "skipped"],
  ["sandbox exchange", () => sandboxFar("exchange"), "ok"],
  ["sandbox chain", () => sandboxFar("chain"), "skipped"],
  ["sandbox northvault", () => sandboxFar("northvault"), "ok"],
  ["sandbox southvault", () => sandboxFar("southvault"), "ok"],
];
/** So many of them, the first ones, know who asks by a key that the file refers to. */
const KEYED = 5;

/** Another key of the same kind. */
function otherKey(text: string): string {
  if (!text.startsWith("-----BEGIN")) return text.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

async function exercise(env: Readonly<Record<string, string>>, ...args: string[]) {
  const said = { out: [] as string[], err: [] as string[] };
  const io: Io = {
    ...{ env: {}, is_tty: false, ask: () => Promise.reject(new Error("nobody is asked")) },
    out: (text) => void said.out.push(text),
    err: (text) => void said.err.push(text),
    untilSignal: () => Promise.reject(new Error("it ends by itself")),
  };
  const code = await runCli(["venues", "exercise", ...args, "--json"], createComposition(env), io);
  const { steps } = JSON.parse(said.out.join("")) as VenueExercise;
  const outcomes = Object.fromEntries(steps.map((step) => [step.call, step.outcome]));
  return { code, err: said.err.join(""), steps, outcomes, verify: steps[0] };
}

const READS = { verify: "ok", list_wallets: "ok", balance: "ok", fee_estimate: "ok", address: "ok" } as const;

describe("venues exercise", { timeout: STORY_LIMIT_MS }, () => {
  it.each(CASES)("asks everything that reads of %s, wherever it is told to", async (_name, start, find) => {
    const far = await start();
    try {
      const there = await exercise(far.env, far.venue, "-c", far.path, "--base-url", far.url);
      expect(there.steps.filter(({ code }) => code !== null)).toEqual([]);
      expect(there.outcomes).toEqual({ ...READS, submit: "skipped", find, list_movements: "ok" });
      expect({ code: there.code, err: there.err }).toEqual({ code: 0, err: "" });
    } finally {
      await far.stop();
    }
  });

  it.each(CASES.slice(0, KEYED))("says that %s refuses other keys", async (_name, start) => {
    const far = await start();
    try {
      const env = Object.fromEntries(Object.entries(far.env).map(([name, text]) => [name, otherKey(text)]));
      const there = await exercise(env, far.venue, "-c", far.path, "--base-url", far.url);
      expect(there.verify).toMatchObject({ outcome: "failed", code: "venue_auth" });
      expect(there).toMatchObject({ code: 1, err: expect.stringContaining("venue_exercise_failed") });
      for (const text of Object.values(env)) expect(JSON.stringify(there.steps)).not.toContain(text);
    } finally {
      await far.stop();
    }
  });

  it("asks a server of the sandbox nowhere else than it was told", async () => {
    const far = await sandboxFar("northvault");
    try {
      const there = await exercise({}, "northvault", "-c", far.path, "--base-url", NOWHERE);
      expect(there.verify).toMatchObject({ outcome: "failed", code: "venue_transient" });
      expect(there.code).toBe(1);
    } finally {
      await far.stop();
    }
  });

  it("needs no configuration for a type whose options say everything", async () => {
    const far = await startFakeExchange("kraken", createSystemClock());
    try {
      const secrets = join(dir, "secrets.yaml");
      writeFileSync(secrets, stringify(far.options));
      const there = await exercise({}, "ccxt", "--base-url", far.base_url, "--secrets", secrets);
      expect(there.outcomes).toEqual({ ...READS, submit: "skipped", find: "ok", list_movements: "ok" });
    } finally {
      await far.server.stop();
    }
  });

  it("has a case for every type that has an address", async () => {
    const types = new Set(CASES.map(([name]) => name.split(" ")[0]));
    const listed = await createComposition({}).venueTypes();
    expect(types).toEqual(new Set(listed.map(({ type }) => type).filter((type) => type !== "manual")));
  });
});
