/** The example of a hot wallet and a Safe, run by the real daemon code in this process on a local chain, on a clock that a test moves. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { daemonDeps } from "../../src/compose/start_daemon.ts";
import { loadConfig } from "../../src/config/index.ts";
import { createTreasury, type RunnableTreasury } from "../../src/daemon/index.ts";
import type { Clock, Notice } from "../../src/ports/index.ts";
import { EXAMPLE_CONFIG, type LocalWorld, writeKeyFiles } from "../../src/sandbox/chain/index.ts";
import { MemoryStore, tables } from "../../src/store/index.ts";
import { createLog, ed25519SignerFromSeed, sleep } from "../../src/system/index.ts";
import type { TransferRow } from "../../src/transfers/index.ts";

const MS_PER_SECOND = 1_000;

export interface ChainTreasury {
  readonly treasury: RunnableTreasury;
  readonly store: MemoryStore;
  readonly notices: Notice[];
  /** Lets `ms` pass, makes a block at the new time, and runs one cycle. */
  pass(ms: number): Promise<void>;
  transfers(): Promise<TransferRow[]>;
  close(): Promise<void>;
}

/** `change` gets the text of the example and gives the one that is run. */
export async function openChainTreasury(
  world: LocalWorld,
  rpc_url: string,
  change: (yaml: string) => string = (yaml) => yaml,
): Promise<ChainTreasury> {
  const dir = mkdtempSync(join(tmpdir(), "tidegate-chain-treasury-"));
  await writeKeyFiles(join(dir, "keys"));
  const yaml = readFileSync(EXAMPLE_CONFIG, "utf8")
    .replaceAll("../../data/evm-safe", dir)
    .replaceAll('"env:TIDEGATE_EVM_RPC_URL"', JSON.stringify(rpc_url));
  const path = join(dir, "tidegate.yaml");
  writeFileSync(path, change(yaml));
  const config = loadConfig(path, { overrides: { data_dir: dir, port: 0 } });
  const { timestamp } = await world.client.getBlock();
  let now = Number(timestamp) * MS_PER_SECOND;
  const clock: Clock = { now: () => now, sleep: (_ms, signal) => sleep(5, signal) };
  const store = new MemoryStore({ clock });
  const log_signer = ed25519SignerFromSeed("0f".repeat(32));
  const deps = daemonDeps(config, { clock, store, sandbox: null, log: createLog("silent"), log_signer });
  const notices: Notice[] = [];
  const treasury = createTreasury({ ...deps, notifier: { notify: (notice) => notices.push(notice) } });
  return {
    treasury,
    store,
    notices,
    pass: async (ms) => {
      const { timestamp: last } = await world.client.getBlock();
      now = Math.max(now + ms, (Number(last) + 1) * MS_PER_SECOND);
      await world.client.setNextBlockTimestamp({ timestamp: BigInt(Math.trunc(now / MS_PER_SECOND)) });
      await world.mine(1);
      await treasury.cycleOnce();
    },
    transfers: () =>
      store.read("test", (tx) => tx.find(tables.transfer, { order_by: [["created_at", "asc"]], limit: 100 })),
    close: async () => {
      for (const venue of treasury.deps.venues.values()) await venue.close();
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
