/**
 * The main job on a real Bitcoin node, told by the real daemon: too much in the hot wallet goes to custody by itself; too little is
 * refilled only when two of three cosigners have signed the PSBT, each with a key that the daemon never sees.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  awaitTransfer,
  type DaemonProcess,
  LocalChainError,
  listBooks,
  listTransfers,
  runTidegate,
  type SeenTransfer,
  until,
} from "../chain/index.ts";
import { BITCOIN_KEYS, type CosignerName, SIGNATURES_NEEDED } from "./demo_keys.ts";
import { booksEqualChain, paymentsOf, unexplained } from "./demo_truth.ts";
import type { BitcoinWorld } from "./demo_world.ts";

/** Several rounds of the daemon: enough for a payment that should not happen to happen. */
const QUIET_MS = 4_000;
const DEPOSIT_BTC = "0.8";
const PAYOUT_BTC = "0.65";
const SMALL_BTC = "0.001";
/** More than the configuration's `coins_above`. */
const SMALL_DEPOSITS = 9;
const ENDED = ["settled", "failed", "held", "denied"];

export interface BitcoinStory {
  readonly hot_to_custody: Told;
  readonly custody_to_hot: Told & {
    readonly after_one_of_three: string;
    readonly approved_by: readonly CosignerName[];
  };
  /** Wallets that paid themselves: the hot one by its policy, custody because a person asked and two cosigners signed. */
  readonly put_together: { readonly hot: Told; readonly custody: Told };
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

export interface BitcoinStage {
  readonly world: BitcoinWorld;
  startDaemon(): Promise<DaemonProcess>;
  say(sentence: string): void;
}

/** @throws LocalChainError when something did not happen, or happened that must not */
export async function tellBitcoinStory(stage: BitcoinStage): Promise<BitcoinStory> {
  const { world } = stage;
  const daemon = await stage.startDaemon();
  try {
    await untilBooksAgree(stage, daemon);
    const hot_to_custody = await relieve(stage, daemon);
    await untilBooksAgree(stage, daemon);
    const custody_to_hot = await refill(stage, daemon);
    await untilBooksAgree(stage, daemon);
    const put_together = await tidy(stage, daemon);
    const books_equal_chain = await untilBooksAgree(stage, daemon);
    const payments = await paymentsOf(world);
    const double_payments = unexplained(payments, await listTransfers(daemon.url)).length;
    const counted = { payments: payments.length, double_payments, books_equal_chain };
    return { hot_to_custody, custody_to_hot, put_together, signatures_needed: SIGNATURES_NEEDED, ...counted };
  } finally {
    await daemon.stop();
  }
}

function untilBooksAgree({ world }: BitcoinStage, daemon: DaemonProcess): Promise<boolean> {
  return until("books and chain agree", async () =>
    (await booksEqualChain(world, await listBooks(daemon.url))) ? true : null,
  );
}

/** Customers' deposits lift the hot wallet above its high level; the surplus leaves by itself. */
export async function relieve(stage: BitcoinStage, daemon: DaemonProcess): Promise<Told> {
  const known = await knownIds(daemon);
  stage.say(`Customers deposit ${DEPOSIT_BTC} BTC: the hot wallet is above its high level of 15 %.`);
  await stage.world.deposit(DEPOSIT_BTC);
  const settled = await awaitTransfer(daemon.url, "liquidity_to_reserve", ENDED, known);
  stage.say(`${settled.amount.amount} BTC went to custody by itself: ${settled.state}, ${settled.tx_hash}.`);
  return told(settled);
}

/** Customers' withdrawals drain the hot wallet below its low level; the daemon asks the cosigners. */
export async function drain(stage: BitcoinStage, daemon: DaemonProcess): Promise<SeenTransfer> {
  const known = await knownIds(daemon);
  stage.say(`Customers withdraw ${PAYOUT_BTC} BTC: the hot wallet is below its low level of 5 %.`);
  await stage.world.payOut(PAYOUT_BTC);
  return awaitTransfer(daemon.url, "reserve_to_liquidity", ["awaiting_approval"], known);
}

/** Small deposits pile up in the hot wallet, and custody has several coins: each becomes one coin, and only the fee leaves. */
async function tidy(stage: BitcoinStage, daemon: DaemonProcess): Promise<BitcoinStory["put_together"]> {
  const known = await knownIds(daemon);
  stage.say(`${SMALL_DEPOSITS} customers deposit ${SMALL_BTC} BTC each: many small coins, and fees are low.`);
  for (let count = 0; count < SMALL_DEPOSITS; count += 1) await stage.world.deposit(SMALL_BTC);
  const hot = await awaitTransfer(daemon.url, "internal", ENDED, known);
  stage.say(`The hot wallet put them together by itself: ${hot.state}, ${hot.tx_hash}.`);
  await untilBooksAgree(stage, daemon);
  const asked = await knownIds(daemon);
  const order = ["transfers", "consolidate", "btc-vault", "--reason", "fees are low", "--as", "chen"];
  stage.say(`./tidegate ${order.join(" ").replace("fees are low", '"fees are low"')}`);
  await runTidegate(order, daemon.url);
  const waiting = await awaitTransfer(daemon.url, "internal", ["awaiting_approval"], asked);
  const desk = mkdtempSync(join(tmpdir(), "tidegate-cosigners-"));
  try {
    const psbt = join(desk, "trf.psbt");
    await runTidegate(["psbt", "export", waiting.id, "--out", psbt], daemon.url);
    for (const name of ["ana", "ben"] as const) await sign(stage, daemon, waiting.id, psbt, name);
  } finally {
    rmSync(desk, { recursive: true, force: true });
  }
  const custody = await awaitTransfer(daemon.url, "internal", ENDED, asked);
  stage.say(`Custody put its coins together with two signatures: ${custody.state}, ${custody.tx_hash}.`);
  return { hot: told(hot), custody: told(custody) };
}

async function refill(stage: BitcoinStage, daemon: DaemonProcess): Promise<BitcoinStory["custody_to_hot"]> {
  const known = await knownIds(daemon);
  const proposed = await drain(stage, daemon);
  const desk = mkdtempSync(join(tmpdir(), "tidegate-cosigners-"));
  try {
    const psbt = join(desk, "trf.psbt");
    stage.say(`./tidegate psbt export ${proposed.id} --out trf.psbt`);
    await runTidegate(["psbt", "export", proposed.id, "--out", psbt], daemon.url);
    await sign(stage, daemon, proposed.id, psbt, "ana");
    await wait(QUIET_MS);
    const after_one = (await listTransfers(daemon.url)).find(({ id }) => id === proposed.id)?.state ?? "gone";
    const moved = (await paymentsOf(stage.world)).some(({ direction }) => direction === "reserve_to_liquidity");
    if (moved || after_one !== "awaiting_approval") {
      const message = `With 1 of 3 signatures the transfer is ${after_one}; it must wait.`;
      throw new LocalChainError("chain_demo_failed", message);
    }
    stage.say("1 of 3 has signed: nothing moves.");
    await sign(stage, daemon, proposed.id, psbt, "ben");
    const settled = await awaitTransfer(daemon.url, "reserve_to_liquidity", ENDED, known);
    stage.say(
      `2 of 3 have signed: ${settled.amount.amount} BTC came from custody: ${settled.state}, ${settled.tx_hash}.`,
    );
    return { ...told(settled), after_one_of_three: after_one, approved_by: ["ana", "ben"] };
  } finally {
    rmSync(desk, { recursive: true, force: true });
  }
}

/** Each cosigner signs a copy of the PSBT, away from the daemon, and hands it in. */
async function sign(
  stage: BitcoinStage,
  daemon: DaemonProcess,
  id: string,
  psbt: string,
  name: CosignerName,
): Promise<void> {
  const out = psbt.replace(/\.psbt$/, `.${name}.psbt`);
  stage.say(`./tidegate psbt sign trf.psbt --key data/bitcoin/keys/${name}.json --out trf.${name}.psbt`);
  await runTidegate(
    ["psbt", "sign", psbt, "--key", join(BITCOIN_KEYS, `${name}.json`), "--out", out, "--yes"],
    daemon.url,
  );
  stage.say(`./tidegate psbt import ${id} trf.${name}.psbt --as ${name}`);
  await runTidegate(["psbt", "import", id, out, "--as", name], daemon.url);
}

async function knownIds(daemon: DaemonProcess): Promise<ReadonlySet<string>> {
  return new Set((await listTransfers(daemon.url)).map(({ id }) => id));
}

function told({ id, amount, tx_hash, state }: SeenTransfer): Told {
  return { transfer: id, amount: amount.amount, tx_hash, state };
}
