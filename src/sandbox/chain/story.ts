/**
 * The main job, told on a real chain by the real daemon: too much in the hot wallet goes to the Safe by itself; too little
 * is refilled only when two of three owners have signed; and a daemon that dies between sending and recording pays once.
 */
import { setTimeout as wait } from "node:timers/promises";
import { encodeFunctionData, parseAbi } from "viem";
import { localAccount, type OwnerName } from "./accounts.ts";
import { type DaemonProcess, EXAMPLE_KEYS, runTidegate } from "./daemon_process.ts";
import { type LocalWorld, sendAs } from "./deploy.ts";
import { LocalChainError } from "./errors.ts";
import type { RpcProxy } from "./rpc_proxy.ts";
import { awaitTransfer, listBooks, listTransfers, type SeenTransfer, until } from "./treasury_api.ts";
import { booksEqualChain, paymentsOf, unexplained } from "./truth.ts";

const TOKEN_ABI = parseAbi(["function transfer(address to, uint256 amount)"]);
const SAFE_ABI = parseAbi([
  "function nonce() view returns (uint256)",
  "function getThreshold() view returns (uint256)",
]);
/** Several rounds of the daemon: enough for a payment that should not happen to happen. */
const QUIET_MS = 4_000;
/** Base units of six decimals. */
const DEPOSIT = 80_000_000000n;
const SECOND_DEPOSIT = 75_000_000000n;
const PAYOUT = 70_000_000000n;

export interface Story {
  readonly hot_to_custody: Told;
  readonly custody_to_hot: Told & { readonly after_one_of_three: string; readonly approved_by: readonly OwnerName[] };
  readonly killed_between_submit_and_record: Told & { readonly first_seen_after_restart: string };
  readonly signatures_needed: number;
  readonly payments: number;
  readonly double_payments: number;
  readonly books_equal_chain: boolean;
}

export interface Told {
  readonly transfer: string;
  readonly amount: string;
  readonly tx_hash: string | null;
  readonly state: string;
}

export interface Stage {
  readonly world: LocalWorld;
  readonly proxy: RpcProxy;
  /** Starts the daemon, again after a crash, on the same data. */
  startDaemon(): Promise<DaemonProcess>;
  say(sentence: string): void;
}

/** @throws LocalChainError when something did not happen, or happened that must not */
export async function tellStory(stage: Stage): Promise<Story> {
  const { world } = stage;
  let daemon = await stage.startDaemon();
  try {
    await until("the books are opened", async () => ((await booksAgree(stage, daemon)) ? true : null));
    const hot_to_custody = await relieve(stage, daemon);
    const custody_to_hot = await refill(stage, daemon);
    const crash = await dieWhileSending(stage, daemon);
    daemon = crash.daemon;
    const books_equal_chain = await until("books and chain agree", async () =>
      (await booksAgree(stage, daemon)) ? true : null,
    );
    const payments = await paymentsOf(world);
    const double_payments = unexplained(payments, await listTransfers(daemon.url)).length;
    const threshold = await world.client.readContract({
      address: world.safe,
      abi: SAFE_ABI,
      functionName: "getThreshold",
    });
    return {
      hot_to_custody,
      custody_to_hot,
      killed_between_submit_and_record: crash.told,
      signatures_needed: Number(threshold),
      payments: payments.length,
      double_payments,
      books_equal_chain,
    };
  } finally {
    await daemon.stop();
  }
}

export async function booksAgree({ world }: Pick<Stage, "world">, daemon: DaemonProcess): Promise<boolean> {
  return booksEqualChain(world, await listBooks(daemon.url));
}

/** Customers' deposits lift the hot wallet above its high level; the surplus leaves by itself. */
export async function relieve(stage: Stage, daemon: DaemonProcess): Promise<Told> {
  const known = await knownIds(daemon);
  stage.say("Customers deposit 80,000: the hot wallet is above its high level of 15 %.");
  await stage.world.issue(stage.world.hot, DEPOSIT);
  const settled = await awaitTransfer(daemon.url, "liquidity_to_reserve", ["settled", "failed", "held"], known);
  stage.say(`${settled.amount.amount} USDT went to the Safe by itself: ${settled.state}, ${settled.tx_hash}.`);
  return told(settled);
}

/** Customers' withdrawals drain the hot wallet below its low level; the refill waits for two owners. */
async function refill(stage: Stage, daemon: DaemonProcess): Promise<Story["custody_to_hot"]> {
  const known = await knownIds(daemon);
  const proposed = await drain(stage, daemon);
  await approve(proposed, "ana", daemon, stage);
  const nonce = await safeNonce(stage.world);
  await wait(QUIET_MS);
  const after_one = (await listTransfers(daemon.url)).find((item) => item.id === proposed.id)?.state ?? "gone";
  const moved = (await safeNonce(stage.world)) !== nonce;
  if (moved || after_one !== "awaiting_approval") {
    throw new LocalChainError(
      "chain_demo_failed",
      `With 1 of 3 signatures the transfer is ${after_one}; it must wait.`,
    );
  }
  stage.say("1 of 3 has signed: nothing moves.");
  await approve(proposed, "ben", daemon, stage);
  const settled = await awaitTransfer(
    daemon.url,
    "reserve_to_liquidity",
    ["settled", "failed", "held", "denied"],
    known,
  );
  stage.say(
    `2 of 3 have signed: ${settled.amount.amount} USDT came from the Safe: ${settled.state}, ${settled.tx_hash}.`,
  );
  return { ...told(settled), after_one_of_three: after_one, approved_by: ["ana", "ben"] };
}

/** Brings the hot wallet below its low level and waits until the daemon asks the owners. */
export async function drain(stage: Stage, daemon: DaemonProcess): Promise<SeenTransfer> {
  const known = await knownIds(daemon);
  const { world } = stage;
  stage.say("Customers withdraw 70,000: the hot wallet is below its low level of 5 %.");
  const args = [localAccount("customer").address, PAYOUT] as const;
  await sendAs(
    world.client,
    "hot",
    world.token,
    encodeFunctionData({ abi: TOKEN_ABI, functionName: "transfer", args }),
  );
  return awaitTransfer(daemon.url, "reserve_to_liquidity", ["awaiting_approval"], known);
}

async function approve({ id }: SeenTransfer, owner: OwnerName, daemon: DaemonProcess, stage: Stage): Promise<void> {
  stage.say(`./tidegate approve ${id} --key data/evm-safe/keys/${owner}.json`);
  await runTidegate(["approve", id, "--key", `${EXAMPLE_KEYS}/${owner}.json`, "--yes"], daemon.url);
}

/** The chain takes the transaction; before the reply is delivered, the daemon is killed. */
async function dieWhileSending(
  stage: Stage,
  daemon: DaemonProcess,
): Promise<{ daemon: DaemonProcess; told: Story["killed_between_submit_and_record"] }> {
  const known = await knownIds(daemon);
  const killed = new Promise<void>((resolve) => {
    stage.proxy.cutNextBroadcast(async () => {
      await daemon.kill();
      resolve();
    });
  });
  stage.say("Customers deposit again; when the transaction has left, the daemon is killed (kill -9).");
  await stage.world.issue(stage.world.hot, SECOND_DEPOSIT);
  await until("the daemon dies while it sends", () =>
    Promise.race([killed.then(() => true), wait(100).then(() => null)]),
  );
  const again = await stage.startDaemon();
  try {
    const [pending] = (await listTransfers(again.url)).filter((item) => !known.has(item.id));
    const settled = await awaitTransfer(again.url, "liquidity_to_reserve", ["settled", "failed", "held"], known);
    stage.say(`Restarted: the payment is found on the chain and not made again: ${settled.state}, ${settled.tx_hash}.`);
    return { daemon: again, told: { ...told(settled), first_seen_after_restart: pending?.state ?? "gone" } };
  } catch (error) {
    await again.stop();
    throw error;
  }
}

async function knownIds(daemon: DaemonProcess): Promise<ReadonlySet<string>> {
  return new Set((await listTransfers(daemon.url)).map((item) => item.id));
}

async function safeNonce({ client, safe }: LocalWorld): Promise<bigint> {
  return client.readContract({ address: safe, abi: SAFE_ABI, functionName: "nonce" });
}

function told({ id, amount, tx_hash, state }: SeenTransfer): Told {
  return { transfer: id, amount: amount.amount, tx_hash, state };
}
