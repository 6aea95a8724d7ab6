/** Somebody with the custodian's keys takes money: noticed within one poll, the asset stops, and a quorum ends it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { voteMessage } from "../../src/authority/index.ts";
import { daemonDeps } from "../../src/compose/start_daemon.ts";
import { loadConfig } from "../../src/config/index.ts";
import { createTreasury, type RunnableTreasury } from "../../src/daemon/index.ts";
import type { Clock, Notice } from "../../src/ports/index.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { MemoryStore, tables } from "../../src/store/index.ts";
import { createLog, ed25519SignerFromSeed, sleep } from "../../src/system/index.ts";

const HOUR = 3_600_000;
const LOOT = 5_000_000n * 1_000_000n;
const WALLET = "northvault-usdt";
const PEOPLE = ["ana", "ben", "chen"].map((id, at) => ({ id, signer: ed25519SignerFromSeed(`0${at + 1}`.repeat(32)) }));

const data_dir = mkdtempSync(join(tmpdir(), "tidegate-theft-"));
const notices: Notice[] = [];
let now = Date.UTC(2026, 0, 7, 12);
/** Moves only when the story does; whoever waits looks again in real time. */
const clock: Clock = { now: () => now, sleep: (_ms, signal) => sleep(5, signal) };
let sandbox: Sandbox;
let treasury: RunnableTreasury;
const store = new MemoryStore({ clock });

beforeAll(async () => {
  mkdirSync(join(data_dir, "keys"));
  for (const { id, signer } of PEOPLE) writeFileSync(join(data_dir, "keys", `${id}.pub`), signer.public_key);
  const config = loadConfig("examples/sandbox/tidegate.yaml", { overrides: { data_dir, port: 0, manual: true } });
  const { sandbox: local } = config;
  if (local === null) throw new Error("the example is a sandbox");
  sandbox = await startSandbox({ config: local, treasury: config, data_dir: null, clock });
  const log_signer = ed25519SignerFromSeed("0f".repeat(32));
  const deps = daemonDeps(config, { clock, store, sandbox, log: createLog("silent"), log_signer });
  treasury = createTreasury({ ...deps, notifier: { notify: (notice) => notices.push(notice) } });
  await treasury.cycleOnce();
});
afterAll(async () => {
  for (const venue of treasury.deps.venues.values()) await venue.close();
  await sandbox.stop();
  await store.close();
  rmSync(data_dir, { recursive: true, force: true });
});

async function cycle(after_ms: number): Promise<void> {
  now += after_ms;
  sandbox.world.advance(now);
  await treasury.cycleOnce();
}

const openBreaks = () =>
  store.read("test", (tx) =>
    tx.find(tables.breaks, { where: { closed_at: null }, order_by: [["id", "asc"]], limit: 9 }),
  );
const usdt = async () => (await treasury.planNow()).find(({ pool_id }) => pool_id === "usdt")?.snapshot;

describe("a withdrawal from the custodian that Tidegate never asked for", () => {
  it("stops the asset at the first poll that shows it, and not the other asset", async () => {
    const asset = treasury.deps.config.assets.get("USDT");
    if (asset === undefined) throw new Error("the sandbox has USDT");
    const asked = sandbox.world.submit({
      venue: sandbox.world.venue("northvault"),
      ...{ key: "northvault/usdt", reference: "invoice-4711", body_digest: "d", asset, network: "tron" },
      ...{ to_address: "sandbox:tron:thief", to_memo: null, amount: LOOT, fee_limit: LOOT, tx_hash: null },
    });
    expect(asked.taken).toBe(true);
    let left_at: number | null = null;
    const before = sandbox.world.account("northvault", "usdt")?.total ?? 0n;
    while (left_at === null) {
      await cycle(HOUR / 2);
      if ((sandbox.world.account("northvault", "usdt")?.total ?? 0n) <= before - LOOT) left_at = now;
    }
    // One poll of this wallet is an hour.
    if ((await openBreaks()).length === 0) await cycle(HOUR / 2);
    const [found, ...more] = await openBreaks();
    expect(more).toEqual([]);
    expect(found).toMatchObject({ wallet_id: WALLET, kind: "movement", freezes: true });
    expect(found?.difference).toBeLessThanOrEqual(-LOOT);
    expect(found?.causes[0]).toMatchObject({ code: "outflow_without_transfer" });
    expect((found?.opened_at ?? 0) - left_at).toBeLessThanOrEqual(HOUR);
    expect(notices.filter(({ severity }) => severity === "page").map(({ code }) => code)).toEqual([
      "break_opened",
      "asset_frozen",
    ]);
    expect((await usdt())?.frozen_reason).toContain(WALLET);
    expect((await treasury.planNow()).find(({ pool_id }) => pool_id === "btc")?.snapshot.frozen_reason).toBeNull();
  });

  it("goes on only when two others than the proposer have signed what it was", async () => {
    const [found] = await openBreaks();
    const { id: object_id, digest } = await treasury.proposeBreakResolution({
      ...{ break_id: found?.id ?? "", remedy: "suspense", transfer_id: null, references: ["case 17/26"] },
      ...{ evidence: "The custodian confirms that its session was taken over.", proposed_by: "person:ana" },
    });
    const vote = async (person: string) => {
      const signer = PEOPLE.find(({ id }) => id === person)?.signer;
      if (signer === undefined) throw new Error(`there is no ${person}`);
      const payload = { object_kind: "break", object_id, digest, vote: "approve" } as const;
      const signature = Buffer.from(await signer.sign(voteMessage(payload))).toString("hex");
      const key_id = `ed25519:${signer.public_key}`;
      return treasury.voteOnBreak({ payload, person_id: person, key_id, scheme: "ed25519", signature });
    };
    await expect(vote("ana")).rejects.toMatchObject({ code: "authority_initiator" });
    await vote("ben");
    expect((await usdt())?.frozen_reason).toContain(WALLET);
    expect(await vote("chen")).toMatchObject({ resolution: { state: "applied" }, brk: { closed_by: "resolved" } });
    expect((await usdt())?.frozen_reason).toBeNull();
    await cycle(HOUR);
    expect(await openBreaks()).toEqual([]);
    const wallet = (await treasury.reconcile()).find(({ wallet_id }) => wallet_id === WALLET);
    expect(wallet).toMatchObject({ difference: 0n, unexplained: [] });
    expect(wallet?.venue).toBe(sandbox.world.account("northvault", "usdt")?.total);
  });
});
