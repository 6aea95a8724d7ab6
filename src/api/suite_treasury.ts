/** A whole treasury in memory for the tests of the faces: the real daemon, store, books and votes over venues that keep their word. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SignedVote, type Vote, type VotePayload, voteMessage } from "../authority/index.ts";
import { loadConfig, type TreasuryConfig } from "../config/index.ts";
import { createTreasury, type RunnableTreasury } from "../daemon/index.ts";
import type { NoticeChannel } from "../lending/index.ts";
import type { Clock, Ids, Signer } from "../ports/index.ts";
import type { PriceSource } from "../prices/types.ts";
import { MemoryStore } from "../store/index.ts";
import { createLog, createRandom, ed25519SignerFromSeed, ed25519Verifier } from "../system/index.ts";
import type { TransferRow } from "../transfers/types.ts";
import { type App, createApp } from "./app.ts";
import { TestClock, TestWorld, testVenue } from "./suite_venue.ts";
import type { ApiDeps } from "./types.ts";

const PEOPLE: readonly string[] = ["ana", "ben", "chen"];

/** What a source says: a price in base units of the currency per whole asset, as of now or of `at`; null: nothing. */
export interface TestQuote {
  readonly units: bigint;
  /** The units are of so many whole assets; one when left out. */
  readonly per?: bigint;
  readonly at?: number;
}

export type TestPrices = (asset: string, source: string) => TestQuote | null;

const usualPrice: TestPrices = (asset) => ({ units: asset === "BTC" ? 9_000_000n : 100n });

function testPrice(id: string, clock: Clock, prices: TestPrices): PriceSource {
  return {
    id,
    fetchQuote: async (asset) => {
      const said = prices(asset, id);
      if (said === null) throw new Error("This source is silent.");
      const price = { num: said.units, den: said.per ?? 1n };
      return { source: id, price, source_time: said.at ?? clock.now(), received_at: clock.now() };
    },
    close: async () => undefined,
  };
}

function countingIds(): Ids {
  let count = 0;
  return {
    next: (prefix) => {
      count += 1;
      return `${prefix}_${String(count).padStart(8, "0")}`;
    },
  };
}

export interface TestTreasury {
  readonly app: App;
  readonly config: TreasuryConfig;
  readonly treasury: RunnableTreasury;
  readonly world: TestWorld;
  readonly clock: TestClock;
  readonly deps: ApiDeps;
  readonly signers: ReadonlyMap<string, Signer>;
  readonly config_path: string;
  readonly data_dir: string;
  /** One request, as a client on this machine sends it. */
  request(method: string, path: string, init?: { body?: unknown; headers?: Record<string, string> }): Promise<Response>;
  /** A signed vote of a person on a transfer. */
  vote(person: string, row: Pick<TransferRow, "id" | "digest">, vote?: Vote): Promise<SignedVote>;
  sign(person: string, payload: VotePayload): Promise<SignedVote>;
  cycles(count: number): Promise<void>;
  close(): Promise<void>;
}

export interface TestOptions {
  /** Changes the configuration after it was loaded. */
  readonly change?: (config: TreasuryConfig) => TreasuryConfig;
  /** Whole USDT on the two liquidity wallets and the two custody wallets together. */
  readonly hot?: bigint;
  readonly cold?: bigint;
  readonly prices?: TestPrices;
  readonly notice_channels?: readonly NoticeChannel[];
}

/** The sandbox's configuration over venues in memory: 10 % hot unless `hot` and `cold` say otherwise. */
export async function createTestTreasury(options: TestOptions = {}): Promise<TestTreasury> {
  const data_dir = mkdtempSync(join(tmpdir(), "tidegate-faces-"));
  const signers = writeKeys(data_dir);
  const config_path = "examples/sandbox/tidegate.yaml";
  const loaded = loadConfig(config_path, { overrides: { data_dir, port: 0 } });
  const config = options.change?.(loaded) ?? loaded;
  const clock = new TestClock();
  const accounts = new Map(config.address_book.map((entry) => [entry.address, keyOfWallet(config, entry.wallet)]));
  const world = new TestWorld(clock, accounts);
  fund(world, options.hot ?? 1_000_000n, options.cold ?? 9_000_000n);
  const store = new MemoryStore({ clock });
  const treasury = createTreasury({
    config,
    clock,
    random: createRandom(),
    ids: countingIds(),
    store,
    venues: new Map(config.venues.map(({ id }) => [id, testVenue(id, config, world, clock)])),
    price_sources: config.prices.sources.map(({ id }) => testPrice(id, clock, options.prices ?? usualPrice)),
    verifier: ed25519Verifier,
    log_signer: ed25519SignerFromSeed("0f".repeat(32)),
    notifier: { notify: () => undefined },
    log: createLog("silent"),
    instance_id: "test",
    notice_channels: options.notice_channels ?? [],
  });
  const deps: ApiDeps = {
    treasury,
    config: treasury.deps.config,
    sandbox: { demoKey: async (person) => demoKey(person, config) },
  };
  const app = createApp(deps);
  const sign = async (person_id: string, payload: VotePayload): Promise<SignedVote> => {
    const signer = signers.get(person_id);
    if (signer === undefined) throw new Error(`there is no ${person_id}`);
    const signature = Buffer.from(await signer.sign(voteMessage(payload))).toString("hex");
    return { payload, person_id, key_id: `ed25519:${signer.public_key}`, scheme: "ed25519", signature };
  };
  return {
    app,
    config,
    treasury,
    world,
    clock,
    deps,
    signers,
    config_path,
    data_dir,
    request: async (method, path, { body, headers = {} } = {}) => {
      const sent = {
        host: "127.0.0.1:8420",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      };
      const payload = body === undefined ? {} : { body: JSON.stringify(body) };
      return app.fetch(new Request(`http://127.0.0.1:8420${path}`, { method, headers: sent, ...payload }));
    },
    vote: (person, row, vote = "approve") =>
      sign(person, { object_kind: "transfer", object_id: row.id, digest: row.digest, vote }),
    sign,
    cycles: async (count) => {
      for (let done = 0; done < count; done++) {
        await treasury.cycleOnce();
        await clock.sleep(60_000);
      }
    },
    close: async () => {
      app.close();
      await store.close();
      rmSync(data_dir, { recursive: true, force: true });
    },
  };
}

function writeKeys(data_dir: string): Map<string, Signer> {
  mkdirSync(join(data_dir, "keys"), { recursive: true });
  return new Map(
    PEOPLE.map((person, at) => {
      const seed = `0${at + 1}`.repeat(32);
      const signer = ed25519SignerFromSeed(seed);
      writeFileSync(join(data_dir, "keys", `${person}.pub`), signer.public_key);
      writeFileSync(join(data_dir, "keys", `${person}.json`), seed, { mode: 0o600 });
      return [person, signer];
    }),
  );
}

function keyOfWallet(config: TreasuryConfig, id: string): string {
  const wallet = config.wallets.find((item) => item.id === id);
  return `${wallet?.venue}/${wallet?.account}`;
}

function fund(world: TestWorld, hot: bigint, cold: bigint): void {
  const usdt = 1_000_000n;
  const btc = 100_000_000n;
  world.flow("exchange/usdt", (hot * usdt) / 2n, "USDT");
  world.flow("chain/usdt", (hot * usdt) / 2n, "USDT");
  world.flow("northvault/usdt", (cold * usdt) / 2n, "USDT");
  world.flow("southvault/usdt", (cold * usdt) / 2n, "USDT");
  world.flow("chain/btc", 100n * btc, "BTC");
  world.flow("chain/eth", 10n ** 19n, "ETH");
  world.flow("chain/usdt-gas", 10n ** 17n, "ETH");
  world.flow("northvault/btc", 900n * btc, "BTC");
}

function demoKey(person_id: string, config: TreasuryConfig) {
  const key = config.authority.people.find((person) => person.id === person_id)?.keys[0];
  if (key === undefined) return null;
  const { key_id, public_key } = key;
  const private_key = `0${PEOPLE.indexOf(person_id) + 1}`.repeat(32);
  return { person_id, key_id, scheme: "ed25519" as const, public_key, private_key };
}
