/** Everything the demonstration stands on, started in order and stopped in the opposite order. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAnvil } from "./anvil.ts";
import { type DaemonProcess, EXAMPLE_CONFIG, EXAMPLE_KEYS, startDaemonProcess } from "./daemon_process.ts";
import { deployWorld } from "./deploy.ts";
import { LocalChainError } from "./errors.ts";
import { writeKeyFiles } from "./key_files.ts";
import { type RpcProxy, startRpcProxy } from "./rpc_proxy.ts";
import type { Stage } from "./story.ts";

const BLOCK_TIME_S = 1;
/** Blocks by which everything deployed is final before the daemon looks. */
const SETTLE_BLOCKS = 6;

export interface StageOptions {
  /** Port of the chain; 0 takes a free one. */
  readonly chain_port: number;
  /** Port of the daemon; 0 takes a free one. */
  readonly daemon_port: number;
  say(sentence: string): void;
}

export interface BuiltStage extends Stage {
  readonly chain_url: string;
  /** Stops the daemon that was started last, the line and the chain, and removes the daemon's data. */
  stop(): Promise<void>;
}

/** @throws LocalChainError when a part cannot be had */
export async function buildStage({ chain_port, daemon_port, say }: StageOptions): Promise<BuiltStage> {
  await writeKeyFiles(EXAMPLE_KEYS);
  const anvil = await startAnvil({ port: chain_port });
  const data_dir = mkdtempSync(join(tmpdir(), "tidegate-chain-"));
  let proxy: RpcProxy | null = null;
  let daemon: DaemonProcess | null = null;
  let stopped = false;
  const stop = async (): Promise<void> => {
    stopped = true;
    await daemon?.stop();
    await proxy?.stop();
    await anvil.stop();
    rmSync(data_dir, { recursive: true, force: true });
  };
  try {
    const world = await deployWorld(anvil.url);
    await world.mine(SETTLE_BLOCKS);
    await world.client.setIntervalMining({ interval: BLOCK_TIME_S });
    proxy = await startRpcProxy(anvil.url);
    const rpc_url = proxy.url;
    say(`A chain with a dollar, a hot wallet and a 2-of-3 Safe runs at ${anvil.url}.`);
    const startDaemon = async (): Promise<DaemonProcess> => {
      if (stopped) throw new LocalChainError("chain_demo_failed", "The demonstration was stopped.");
      const env = { TIDEGATE_EVM_RPC_URL: rpc_url };
      daemon = await startDaemonProcess({ config: EXAMPLE_CONFIG, env, data_dir, port: daemon_port });
      say(`./tidegate run -c examples/evm-safe/tidegate.yaml: ready at ${daemon.url}.`);
      return daemon;
    };
    return { world, proxy, chain_url: anvil.url, say, startDaemon, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
