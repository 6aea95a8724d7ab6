/** The hot wallet, and custody of two of three, through the shared suite, on a real node: through a line that breaks, reorganisations, double spends and higher fees. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import {
  signBeside,
  signedVault,
  VAULT_OPTIONS,
  vaultAccount,
  vaultRef,
} from "../../../test/parts/bitcoin_cosigners.ts";
import { startRecorder } from "../../../test/parts/bitcoin_recorder.ts";
import { HOT, masterKeyOf, NETWORK, planOf, sats, startTestBitcoin, walletRef } from "../../../test/parts/bitcoind.ts";
import { startFaultProxy } from "../../sandbox/index.ts";
import type { PreparedSubmit, TransferPlan } from "../../transfers/types.ts";
import type { Line, VenueHarness } from "../conformance/harness.ts";
import { HurriedClock } from "../conformance/hurried_clock.ts";
import { describeVenue } from "../conformance/suite.ts";
import { createFetchPort } from "../http/index.ts";
import { type BitcoinChain, findChain } from "./chains.ts";
import { assemble } from "./draft.ts";
import { createBitcoinVenue } from "./index.ts";
import { readMasterKey } from "./master_key.ts";
import { signDraft } from "./sign.ts";
import { openSigned, parseRaw } from "./signed.ts";
import type { Coin } from "./types.ts";

/** A silent node is given up after this, of real time; a busy machine is no silent node. */
const SILENCE_MS = 400;
const PATIENCE_MS = 20_000;
const AMOUNT = 10_000n;
const COINS = 40;
const CONFIRMATIONS = 2;
/** What asks for a broadcast, and what asks at once whether it arrived. */
const carriesSubmit = (request: string): boolean => /"method":"(?:sendrawtransaction|getmempoolentry)"/.test(request);

/** What makes custody another venue than the hot wallet. */
type Kind = "bitcoin" | "bitcoin_multisig";
/** Coins of a request that people are asked to sign wait for it so long. */
const EXPIRES_MS = 60_000;

async function startHarness(kind: Kind): Promise<VenueHarness> {
  const is_vault = kind === "bitcoin_multisig";
  const chain = await startTestBitcoin();
  const recorder = await startRecorder(chain.node.url);
  const proxy = await startFaultProxy(recorder.url, carriesSubmit);
  const clock = new HurriedClock(chain.now.value);
  const fetch_port = createFetchPort();
  let is_silent = false;
  const line: Line = {
    breakSubmits(fault) {
      is_silent = fault.kind === "black_hole";
      proxy.line.breakSubmits(fault);
    },
    breakAll(fault) {
      is_silent = fault.kind === "black_hole";
      proxy.line.breakAll(fault);
    },
    mend() {
      is_silent = false;
      proxy.line.mend();
    },
  };
  const options = {
    rpc_url: proxy.url,
    confirmations: CONFIRMATIONS,
    ...(is_vault ? VAULT_OPTIONS : { master_key: masterKeyOf(7) }),
  };
  const input = {
    ...chain.input(options),
    clock,
    http: {
      send: (request: Parameters<typeof fetch_port.send>[0]) =>
        fetch_port.send({ ...request, timeout_ms: is_silent ? SILENCE_MS : PATIENCE_MS }),
    },
  };
  const create = is_vault ? signedVault : createBitcoinVenue;
  const venue = create(input);
  const wallet = is_vault ? vaultRef() : walletRef();
  // The same keys, past the broken line, and with no memory of what the first one reserved.
  const rival = () =>
    create({
      ...input,
      http: fetch_port,
      options: { ...(input.options as object), rpc_url: chain.node.url },
    });
  const syncClock = () => chain.node.call("setmocktime", [Math.floor(clock.now() / 1_000)]);
  const settle = async (): Promise<void> => {
    clock.advance(1_000);
    await syncClock();
    await chain.mine(CONFIRMATIONS);
  };
  const master = readMasterKey(masterKeyOf(7), chainOf(NETWORK), "the test");
  const account = is_vault ? vaultAccount() : master.account(HOT);
  const { address } = await rival().getAddress(wallet, NETWORK);
  for (let coin = 1; coin <= COINS; coin += 1) {
    await chain.pay(address, "0.01");
    // A pool takes no longer chain of unconfirmed payments than 25.
    if (coin % 20 === 0) await settle();
  }
  await settle();

  const prepared = new Map<string, { readonly plan: TransferPlan; readonly prepared: PreparedSubmit }>();
  const gone = new Set<string>();
  const spare = await Promise.all(Array.from({ length: 8 }, () => chain.address()));
  let number = 0;
  const watched = {
    ...venue,
    async prepare(plan: TransferPlan, context: Parameters<typeof venue.prepare>[1]) {
      const made = await venue.prepare(plan, context);
      prepared.set(plan.id, { plan, prepared: made });
      return made;
    },
  };
  const known = (reference: string) => {
    const found = prepared.get(reference);
    if (found === undefined) throw new Error(`nothing was prepared for ${reference}`);
    return found;
  };
  const idOf = (reference: string): string => known(reference).prepared.tx_hash ?? "";
  const rawOf = (one: PreparedSubmit): string => (one.body as { raw_tx: string }).raw_tx;
  const take = async (one: PreparedSubmit, reference: string): Promise<void> => {
    const txid = (await chain.node.call("sendrawtransaction", [rawOf(one)])) as string;
    (recorder.taken as Map<string, string>).set(rawOf(one), txid);
    gone.add(idOf(reference));
  };
  /** Distinct transactions that the node took for this reference's own mark and amount, and that nothing took the place of. */
  const paymentsOf = (reference: string): number => {
    const { prepared: own } = known(reference);
    const sequence = parseRaw(hexToBytes(rawOf(own))).getInput(0).sequence;
    const ids = new Set<string>();
    for (const [raw, txid] of recorder.taken) {
      if (!gone.has(txid) && parseRaw(hexToBytes(raw)).getInput(0).sequence === sequence) ids.add(txid);
    }
    return ids.size;
  };
  const replace = async (reference: string): Promise<void> => {
    const { plan, prepared: first } = known(reference);
    const dearer = await rival().prepareReplacement?.(plan, first, {
      now: clock.now(),
      signing: null,
      signatures: [],
    });
    if (dearer === undefined) throw new Error("no replacement");
    await take(dearer, reference);
  };
  return {
    venue: watched,
    wallet,
    amount: sats(AMOUNT),
    plan(change = {}) {
      number += 1;
      const to = change.to_address ?? spare[number % spare.length] ?? "";
      const plan = planOf({ id: `trf_${number}`, to, amount: AMOUNT, wallet: wallet.wallet_id });
      return {
        ...plan,
        ...(is_vault ? { expires_at: clock.now() + EXPIRES_MS } : {}),
        ...(change.amount === undefined ? {} : { amount: change.amount.toString() }),
        ...(change.fee_max === undefined ? {} : { fee_max: change.fee_max.toString() }),
      };
    },
    far_side: {
      effects: (reference) => (prepared.has(reference) ? paymentsOf(reference) : 0),
      settle,
      async wait(ms) {
        clock.advance(ms);
        await syncClock();
      },
      now: () => clock.now(),
      line,
      answerNext: recorder.answerNext,
      clearAnswers: recorder.clearAnswers,
      async reorganize() {
        await chain.mine();
        await chain.node.call("invalidateblock", [await chain.node.call("getbestblockhash")]);
      },
      async remove(reference) {
        // Its coins go back to the wallet itself, for a higher fee and under no mark of ours.
        const { inputs, fee } = openSigned(known(reference).prepared, account, NETWORK);
        const coins = inputs.map(
          (each): Coin => ({
            ...each,
            script: account.scriptAt(each.branch, each.index).script,
            confirmations: 0,
            trusted: true,
          }),
        );
        const total = coins.reduce((sum, { amount }) => sum + amount, 0n);
        const { script } = account.scriptAt(0, 0);
        const back = { script, amount: total - fee * 3n, own: { branch: 0, index: 0 } as const };
        const draft = assemble(account, coins, [back], 0xfffffffd);
        const raw = is_vault ? await signBeside(chain, draft) : bytesToHex(signDraft(draft, master).raw_tx);
        await chain.node.call("sendrawtransaction", [raw]);
        gone.add(idOf(reference));
      },
      ...(is_vault ? {} : { replace }),
    },
    async stop() {
      await proxy.stop();
      await recorder.stop();
      await chain.stop();
    },
  };
}

function chainOf(network: string): BitcoinChain {
  const found = findChain(network);
  if (found === null) throw new Error(`no ${network}`);
  return found;
}

const CANNOT = {
  "hook:freezeBalance": "A node's view that stands still shows in the age of its newest block; venue.test.ts shows it.",
  "hook:rate_limit_body": "A node of one's own limits nobody.",
  "hook:useUnknownStatus": "A chain has no status words: a payment is in the pool, in a block, or nowhere.",
  "hook:skewClock": "Nothing is signed by the node's clock.",
  "hook:takeFeeFromAmount": "The fee of a Bitcoin payment is paid beside its amount.",
  "hook:retry": "A node pays nothing by itself.",
  "hook:rejectApproval": "A node has no approvers.",
  "hook:expireApproval": "A node has no approvers.",
  "hook:webhookOf": "A node has no webhooks.",
  "hook:forgeWebhook": "A node has no webhooks.",
};

describeVenue("bitcoin", () => startHarness("bitcoin"), { not_applicable: CANNOT });
describeVenue("bitcoin_multisig", () => startHarness("bitcoin_multisig"), {
  not_applicable: {
    ...CANNOT,
    "hook:replace": "What cosigners signed is not sped up: a higher fee would be another transaction for them to sign.",
  },
});
