/** A real Bitcoin chain on this machine: bitcoind in regtest as a child process, on loopback, ended by its own process id. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseJson } from "../../venues/http/index.ts";
import { LocalChainError, stopChild } from "../chain/index.ts";
import { findBitcoind } from "./binary.ts";

const START_LIMIT_MS = 30_000;
const LOOK_MS = 20;
const MEMORY_DIRECTORY = "/dev/shm";
const OUTPUT_LENGTH_MAX = 20_000;
/** Code of a node that is still loading. */
const WARMING_UP = -28;

export interface BitcoinNode {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** `user:password`; the file changes with each start. */
  readonly cookie_file: string;
  /** A call as an administrator of the node. @throws Error with the node's words */
  call(method: string, params?: readonly unknown[], wallet?: string): Promise<unknown>;
  /** The same with every number as the text that the node wrote: amounts are read so. */
  read(method: string, params?: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

export interface BitcoinNodeOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  readonly args?: readonly string[];
}

/**
 * Starts a node without peers and without a wallet; it forgets everything when it is stopped.
 * @throws LocalChainError chain_tool_missing | chain_not_started
 * @example const node = await startBitcoind(); await node.call("getblockcount"); await node.stop();
 */
export async function startBitcoind(options: BitcoinNodeOptions = {}): Promise<BitcoinNode> {
  const { command, args } = findBitcoind();
  const datadir = makeDirectory();
  const port = options.port || (await freePort());
  const child = spawn(command, [...args, ...nodeArguments(datadir, port), ...(options.args ?? [])], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A process that ends without stopping its node leaves none behind.
  const endWithUs = (): void => {
    child.kill("SIGKILL");
    rmSync(datadir, { recursive: true, force: true });
  };
  process.once("exit", endWithUs);
  const url = `http://127.0.0.1:${port}`;
  const cookie_file = join(datadir, "regtest", ".cookie");
  const call = (method: string, params: readonly unknown[] = [], wallet?: string): Promise<unknown> =>
    callNode(wallet === undefined ? url : `${url}/wallet/${wallet}`, cookie_file, method, params).then((text) =>
      resultOf(method, text),
    );
  const read = async (method: string, params: readonly unknown[] = []): Promise<unknown> => {
    const text = await callNode(url, cookie_file, method, params);
    resultOf(method, text);
    return (parseJson(text) as { result: unknown }).result;
  };
  const stop = async (): Promise<void> => {
    await stopChild(child);
    process.removeListener("exit", endWithUs);
    rmSync(datadir, { recursive: true, force: true });
  };
  try {
    await untilReady(child, call);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, port, pid: child.pid ?? 0, cookie_file, call, read, stop };
}

function nodeArguments(datadir: string, port: number): string[] {
  return [
    "-regtest",
    `-datadir=${datadir}`,
    `-rpcport=${port}`,
    "-rpcbind=127.0.0.1",
    "-rpcallowip=127.0.0.1",
    "-rpcthreads=8",
    "-rpcworkqueue=256",
    "-listen=0",
    "-dnsseed=0",
    "-fixedseeds=0",
    "-server=1",
    "-fallbackfee=0.0002",
    // Knots defaults to legacy addresses, for which a wallet of script hashes has no answer.
    "-addresstype=bech32",
    "-changetype=bech32",
    // A short chain is read again in no time, and the disk is spared.
    "-dbcache=16",
    "-maxmempool=20",
    "-printtoconsole=0",
    "-debuglogfile=0",
  ];
}

async function untilReady(child: ChildProcess, call: BitcoinNode["call"]): Promise<void> {
  let output = "";
  const read = (chunk: Buffer): void => {
    if (output.length < OUTPUT_LENGTH_MAX) output += chunk.toString("utf8");
  };
  // Both pipes are read to the end: a full pipe would stop the node.
  child.stdout?.on("data", read);
  child.stderr?.on("data", read);
  let failure: string | null = null;
  child.once("error", (error) => {
    failure = error.message;
  });
  const until = performance.now() + START_LIMIT_MS;
  for (;;) {
    if (child.exitCode !== null) failure = `it ended with code ${child.exitCode}`;
    if (failure !== null || performance.now() > until) break;
    try {
      await call("getblockcount");
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  throw new LocalChainError("chain_not_started", `bitcoind did not start: ${failure ?? "no answer in time"}`, {
    output: output.slice(-500),
  });
}

async function callNode(url: string, cookie_file: string, method: string, params: readonly unknown[]): Promise<string> {
  const authorization = `Basic ${Buffer.from(readFileSync(cookie_file, "utf8").trim()).toString("base64")}`;
  const body = JSON.stringify({ jsonrpc: "1.0", id: method, method, params });
  const reply = await fetch(url, { method: "POST", headers: { authorization }, body });
  return reply.text();
}

/** @throws Error with the node's words */
function resultOf(method: string, text: string): unknown {
  const { result, error } = JSON.parse(text) as {
    result: unknown;
    error: { code: number; message: string } | null;
  };
  if (error === null) return result;
  throw new Error(`${method}: ${error.code === WARMING_UP ? "warming up" : `${error.code} ${error.message}`}`);
}

/** In memory where the machine has such a place: the node writes to disk with every block, and nothing of it is kept. */
function makeDirectory(): string {
  for (const parent of [MEMORY_DIRECTORY, tmpdir()]) {
    try {
      return mkdtempSync(join(parent, "tidegate-bitcoind-"));
    } catch {
      // The next one.
    }
  }
  throw new LocalChainError("chain_not_started", `bitcoind did not start: nothing can be written in ${tmpdir()}.`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : 0));
    });
  });
}
