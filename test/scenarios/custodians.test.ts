/**
 * The whole daemon over two custodians: custody at BitGo, liquidity at Komainu. A refill from decision over quorum and BitGo's own
 * pending approval to settlement, and the double-entry books equal to both.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { voteMessage } from "../../src/authority/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { createTreasury, type RunnableTreasury } from "../../src/daemon/index.ts";
import { type Stage as BitgoStage, startStage as startBitgo } from "../../src/sandbox/bitgo/suite_stage.ts";
import { type Stage as KomainuStage, startStage as startKomainu } from "../../src/sandbox/komainu/suite_stage.ts";
import { MemoryStore, tables } from "../../src/store/index.ts";
import { createIds, createLog, createRandom, ed25519SignerFromSeed, ed25519Verifier } from "../../src/system/index.ts";
import type { TransferRow } from "../../src/transfers/types.ts";
import { HurriedClock } from "../../src/venues/conformance/hurried_clock.ts";
import type { Venue } from "../../src/venues/index.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const CYCLES_MAX = 400;
const SIGNERS = ["01", "02"].map((seed) => ed25519SignerFromSeed(seed.repeat(32)));
const PEOPLE = ["ana", "ben"];

let directory: string;
let clock: HurriedClock;
let bitgo: BitgoStage;
let komainu: KomainuStage;
let treasury: RunnableTreasury;
let store: MemoryStore;
const delivered = new Set<string>();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "tidegate-custodians-"));
  clock = new HurriedClock(Date.UTC(2026, 0, 7, 12));
  const local = { id: "btc-bitcoin", asset: "BTC", network: "local", contract: null, decimals: 8 };
  const coins = [{ coin: "btc", instrument: local.id, fee: "utxo", confirmations: 6 }];
  bitgo = await startBitgo({ clock, instruments: [local], venue: { coins } });
  komainu = await startKomainu({ clock, instruments: [local] });
  const file = join(directory, "tidegate.yaml");
  writeFileSync(file, configText());
  const config = loadConfig(file, { env: {} });
  store = new MemoryStore({ clock });
  treasury = createTreasury({
    config,
    clock,
    random: createRandom(),
    ids: createIds(clock),
    store,
    venues: new Map<string, Venue>([
      ["bitgo", bitgo.venue],
      ["komainu", komainu.venue],
    ]),
    price_sources: [],
    verifier: ed25519Verifier,
    log_signer: ed25519SignerFromSeed("0f".repeat(32)),
    notifier: { notify: () => undefined },
    log: createLog("silent"),
    instance_id: "test",
  });
});
afterAll(async () => {
  await store.close();
  await komainu.stop();
  await bitgo.stop();
  rmSync(directory, { recursive: true });
});

const configText = (): string => `
name: Two custodians
mode: auto
store: { engine: memory }
assets: { BTC: { decimals: 8 } }
instruments: [{ id: btc-bitcoin, asset: BTC, network: local, decimals: 8 }]
venues: [{ id: bitgo, type: bitgo }, { id: komainu, type: komainu }] # built by the stages
wallets:
  - { id: custody-btc, venue: bitgo, asset: BTC, kind: custody, account: btc/${bitgo.btc.id}, poll_interval: 10m }
  - { id: hot-btc, venue: komainu, asset: BTC, kind: hot, account: ${komainu.custody.id}, poll_interval: 5m }
address_book:
  - { wallet: custody-btc, network: local, address: ${bitgo.btc.address} }
  - { wallet: hot-btc, network: local, address: ${komainu.custody.address} }
pools:
  - id: btc
    asset: BTC
    liquidity: [hot-btc]
    reserve: [custody-btc]
    networks: [local]
    levels: { emergency_low: 10%, low: 52%, target: 60%, high: 80%, emergency_high: 90% }
    move: { min: 0.01 BTC, max: 100 BTC }
    fee: { max: 0.001 BTC, max_share: 1% }
    windows:
      - { direction: to_liquidity, window: 24h, amount_max: 500 BTC, count_max: 20 }
      - { direction: to_reserve, window: 24h, amount_max: 500 BTC, count_max: 20 }
people:
${PEOPLE.map((id, at) => `  - { id: ${id}, roles: [approver, admin], keys: [{ scheme: ed25519, public_key: "${SIGNERS[at]?.public_key}" }] }`).join("\n")}
quorum:
  tiers: [{ direction: reserve_to_liquidity, from: 0, approvals_needed: 2, roles: [approver] }]
`;

const rows = (): Promise<TransferRow[]> =>
  store.read("test", (tx) => tx.find(tables.transfer, { where: {}, limit: 10 }));

/** A quarter of an hour of both worlds, and a cycle. What BitGo broadcasts to Komainu's address arrives there. */
async function turn(): Promise<void> {
  clock.advance(5 * MINUTE_MS);
  bitgo.bitgo.world.advance(clock.now());
  komainu.komainu.world.advance(clock.now());
  for (const row of bitgo.bitgo.world.transfers.values()) {
    if (row.state !== "confirmed" || row.address !== komainu.custody.address || delivered.has(row.id)) continue;
    delivered.add(row.id);
    komainu.komainu.world.deposit(komainu.custody, row.amount, row.txid);
  }
  await treasury.cycleOnce();
}

async function turnUntil(done: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < CYCLES_MAX; count += 1) {
    if (await done()) return;
    await turn();
  }
  throw new Error(
    `it did not come to it: ${JSON.stringify((await rows()).map(({ state, stage, note }) => ({ state, stage, note })))}`,
  );
}

async function approve(row: TransferRow): Promise<void> {
  for (const [at, person_id] of PEOPLE.entries()) {
    const payload = { object_kind: "transfer", object_id: row.id, digest: row.digest, vote: "approve" } as const;
    const signer = SIGNERS[at];
    if (signer === undefined) throw new Error("no key");
    const signature = Buffer.from(await signer.sign(voteMessage(payload))).toString("hex");
    await treasury.castVote({
      payload,
      person_id,
      key_id: `ed25519:${signer.public_key}`,
      scheme: "ed25519",
      signature,
    });
  }
}

describe("custody at BitGo, liquidity at Komainu", () => {
  it("refills through both quorums, and the books are those of the custodians", async () => {
    await turnUntil(async () => (await rows()).some(({ state }) => state === "awaiting_approval"));
    const [planned] = await rows();
    if (planned === undefined) throw new Error("nothing was planned");
    await approve(planned);
    await turnUntil(async () => (await rows()).some(({ stage }) => stage === "pending_approval"));
    expect(bitgo.bitgo.world.approvals.size).toBe(1);
    await turnUntil(async () => (await rows()).every(({ state }) => state === "settled"));
    const all = await rows();
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ state: "settled", from_wallet: "custody-btc", to_wallet: "hot-btc" });
    const sends = [...bitgo.bitgo.world.transfers.values()].filter(({ type }) => type === "send");
    expect(sends).toMatchObject([{ sequence_id: planned.id, amount: planned.amount, state: "confirmed" }]);

    await turnUntil(async () => (await treasury.reconcile()).every(({ state }) => state === "equal"));
    clock.advance(HOUR_MS);
    await turn();
    const books = new Map((await treasury.reconcile()).map(({ wallet_id, ledger }) => [wallet_id, ledger]));
    expect(books.get("custody-btc")).toBe(bitgo.bitgo.world.balance(bitgo.btc, "btc").confirmed);
    expect(books.get("hot-btc")).toBe(komainu.custody.total);
  });
});
