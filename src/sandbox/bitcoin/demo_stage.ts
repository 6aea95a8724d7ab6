/** Everything the Bitcoin demonstration stands on, started in order and stopped in the opposite order. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DaemonProcess, LocalChainError, startDaemonProcess } from "../chain/index.ts";
import { BITCOIN_CONFIG, BITCOIN_KEYS, writeBitcoinKeys } from "./demo_keys.ts";
import type { BitcoinStage } from "./demo_story.ts";
import { startWorld } from "./demo_world.ts";

export interface BitcoinStageOptions {
  /** Port of the node; 0 takes a free one. */
  readonly node_port: number;
  /** Port of the daemon; 0 takes a free one. */
  readonly daemon_port: number;
  say(sentence: string): void;
}

export interface BuiltBitcoinStage extends BitcoinStage {
  /** Stops the daemon that was started last and the node, and removes the daemon's data. */
  stop(): Promise<void>;
}

/** @throws LocalChainError when a part cannot be had */
export async function buildBitcoinStage({
  node_port,
  daemon_port,
  say,
}: BitcoinStageOptions): Promise<BuiltBitcoinStage> {
  await writeBitcoinKeys(BITCOIN_KEYS);
  const world = await startWorld(node_port);
  const { node } = world;
  const data_dir = mkdtempSync(join(tmpdir(), "tidegate-bitcoin-"));
  let daemon: DaemonProcess | null = null;
  let stopped = false;
  say(`A Bitcoin node in regtest with a hot wallet and custody of 2 of 3 runs at ${node.url}.`);
  return {
    world,
    say,
    async startDaemon() {
      if (stopped) throw new LocalChainError("chain_demo_failed", "The demonstration was stopped.");
      const env = { TIDEGATE_BTC_RPC_URL: node.url, TIDEGATE_BTC_COOKIE: node.cookie_file };
      daemon = await startDaemonProcess({ config: BITCOIN_CONFIG, env, data_dir, port: daemon_port });
      say(`./tidegate run -c examples/bitcoin/tidegate.yaml: ready at ${daemon.url}.`);
      return daemon;
    },
    async stop() {
      stopped = true;
      await daemon?.stop();
      await world.stop();
      rmSync(data_dir, { recursive: true, force: true });
    },
  };
}
