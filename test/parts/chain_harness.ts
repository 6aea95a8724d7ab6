/**
 * A real chain for the conformance suite: blocks are made when the suite lets things settle, the line breaks between connector and
 * node, and the referee counts what the node was given and what the chain logged.
 */
import { decodeFunctionData, type Hex, keccak256, parseAbi, parseAbiItem, parseTransaction } from "viem";
import {
  type AccountName,
  deployAllowance,
  type LocalAllowance,
  localAccount,
  SAFE_START,
  startRpcProxy,
} from "../../src/sandbox/chain/index.ts";
import { startFaultProxy } from "../../src/sandbox/index.ts";
import { sleep } from "../../src/system/index.ts";
import type { TransferPlan } from "../../src/transfers/types.ts";
import type { FarSide, VenueHarness } from "../../src/venues/conformance/harness.ts";
import { boundVenue, CALL_MS_MAX, VenueError } from "../../src/venues/index.ts";
import type { Venue } from "../../src/venues/port.ts";
import { FINALITY_BLOCKS, planOf, SCALE, startTestChain, type TestChain, usdt, walletRef } from "./anvil.ts";

const TRANSFER = parseAbiItem("event Transfer(address indexed from, address indexed to, uint256 value)");
const TOKEN_ABI = parseAbi(["function transfer(address to, uint256 amount)", "function setFee(uint256 basisPoints)"]);
const ALLOWANCE_ABI = parseAbi([
  "function executeAllowanceTransfer(address safe, address token, address to, uint96 amount, address paymentToken, uint96 payment, address delegate, bytes signature)",
]);
const EXECUTION_ABI = parseAbi([
  "function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool)",
]);
/** Real time after which a call to a silent node is given up; one that answers, however slowly, is waited for. */
const SILENCE_MS = 500;
const RAISE = 2n;
const FEE_BASIS_POINTS = 100n;
/** What a submit asks the node after the broadcast is part of the submit: who breaks one breaks both. */
const SUBMITS = /eth_sendRawTransaction|eth_getTransactionByHash/;

export const CHAIN_CANNOT = {
  fee_limit: "Gas is paid in the chain's coin and is no fee of the token; its limit is gas_price_max.",
  "hook:rate_limit_body": "A node cannot prove that a broadcast was not taken.",
  "hook:freezeBalance": "A balance carries the time of the node's newest block; venue.test.ts shows it.",
  "hook:useUnknownStatus": "A receipt has no status words.",
  "hook:skewClock": "Nothing that is signed carries a time.",
  "hook:retry": "A chain pays by the transaction that it was given.",
  "hook:rejectApproval": "A chain has no approvers of its own.",
  "hook:expireApproval": "A chain has no approvers of its own.",
  "hook:webhookOf": "A node sends no webhooks.",
  "hook:forgeWebhook": "A node sends no webhooks.",
} as const;

interface Parts {
  readonly chain: TestChain;
  readonly payer: AccountName;
  readonly from: Hex;
  /** Broadcasts that reached the node, by the payment's amount, which no two plans share. */
  readonly taken: Map<bigint, Hex[]>;
  readonly logged: Map<bigint, number>;
  /** The token keeps a part of the next payment. */
  fee: "off" | "on" | "used";
}

/** `safe_allowance`: payments of a Safe inside what its owners allowed in advance. */
type Kind = "evm" | "safe" | "safe_allowance";

/** @example describeVenue("evm", () => startChainHarness("evm"), { not_applicable: CHAIN_CANNOT }) */
export async function startChainHarness(kind: Kind): Promise<VenueHarness> {
  const chain = await startTestChain();
  const allowance = kind === "safe_allowance" ? await allowEverything(chain) : null;
  const { client, safe, url } = chain.world;
  const proxy = await startRpcProxy(url);
  const fault = await startFaultProxy(proxy.url, (request) => SUBMITS.test(request));
  await client.setAutomine(false);
  const hot = localAccount("hot").address;
  const [from, to] = kind === "evm" ? [hot, safe] : [safe, hot];
  const parts: Parts = {
    chain,
    payer: kind === "evm" ? "hot" : "executor",
    from,
    taken: new Map(),
    logged: new Map(),
    fee: "off",
  };
  let gate: Promise<unknown> = Promise.resolve();
  proxy.onBroadcast(async (raw) => {
    await gate;
    if (parts.fee === "on") parts.fee = "used";
    const amount = amountIn(raw as Hex, kind);
    parts.taken.set(amount, [...(parts.taken.get(amount) ?? []), raw as Hex]);
  });
  let silent = false;
  const far_side: FarSide = {
    line: {
      breakSubmits: (how) => {
        silent = how.kind === "black_hole";
        fault.line.breakSubmits(how);
      },
      breakAll: (how) => {
        silent = how.kind === "black_hole";
        fault.line.breakAll(how);
      },
      mend: () => {
        silent = false;
        fault.line.mend();
      },
    },
    effects: (reference) => {
      const amount = amountOf(reference);
      const places = new Set((parts.taken.get(amount) ?? []).map((raw) => opened(raw).nonce));
      return Math.max(places.size, parts.logged.get(amount) ?? 0);
    },
    settle: () => settle(parts),
    wait: async (ms) => {
      chain.now.value += ms;
    },
    now: () => chain.now.value,
    answerNext: ({ to: what, status, body, retry_after_s }) => {
      const headers: Record<string, string> = { "content-type": "text/plain" };
      if (retry_after_s !== undefined) headers["retry-after"] = String(retry_after_s);
      const canned = { status, body: typeof body === "string" ? body : JSON.stringify(body), headers };
      if (what === "submit") proxy.answerNext("eth_sendRawTransaction", canned);
      else proxy.answerReads(canned);
    },
    clearAnswers: () => proxy.clearAnswers(),
    reorganize: async () => {
      await client.mine({ blocks: 1 });
      await client.request({ method: "anvil_reorg", params: [1, []] } as never);
    },
    remove: async (reference) => {
      for (const raw of parts.taken.get(amountOf(reference)) ?? []) {
        await client.dropTransaction({ hash: keccak256(raw) });
      }
      parts.taken.delete(amountOf(reference));
    },
    replace: async (reference) => {
      for (const raw of parts.taken.get(amountOf(reference)) ?? []) await outbid(parts, raw);
    },
    takeFeeFromAmount: () => {
      gate = setFee(chain, FEE_BASIS_POINTS);
      parts.fee = "on";
    },
  };
  const options = { rpc_urls: [fault.url] };
  const bare =
    kind === "evm"
      ? chain.evm(options)
      : allowance === null
        ? withOwners(chain, fault.url, parts)
        : chain.safe({ ...options, allowance_module: allowance.module });
  // What a payment costs in gas is asked here: of a token that takes its fee already, or the payment runs out of it.
  const venue: Venue = { ...bare, prepare: (plan, context) => gate.then(() => bare.prepare(plan, context)) };
  let number = 0;
  return {
    venue: boundVenue(venue, {
      now: () => chain.now.value,
      sleep: (_ms, signal) => sleep(silent ? SILENCE_MS : CALL_MS_MAX, signal),
    }),
    wallet: walletRef(from),
    amount: usdt(1n),
    far_side,
    plan: ({ amount, fee_max, to_address } = {}): TransferPlan => {
      number += 1;
      const id = `run_${number}`;
      const payment = planOf({ id, from, to: to_address ?? to, amount: amount ?? amountOf(id) * SCALE });
      const plan = allowance === null ? payment : { ...payment, envelope: { id: "env_1", digest: "d" } };
      return fee_max === undefined ? plan : { ...plan, fee_max: fee_max.toString() };
    },
    stop: async () => {
      await fault.stop();
      await proxy.stop();
      await chain.stop();
    },
  };
}

/** Each plan has an amount of its own, by which the chain's log tells them apart. */
function amountOf(reference: string): bigint {
  return 1_000_000n + BigInt(reference.replace(/\D/g, ""));
}

function opened(raw: Hex) {
  return parseTransaction(raw as `0x02${string}`);
}

/** Read out of the bytes by the referee, with code of its own. */
function amountIn(raw: Hex, kind: Kind): bigint {
  const { data = "0x" } = opened(raw);
  if (kind === "safe_allowance") return decodeFunctionData({ abi: ALLOWANCE_ABI, data }).args[3];
  const inner = kind === "evm" ? data : decodeFunctionData({ abi: EXECUTION_ABI, data }).args[2];
  const { functionName, args } = decodeFunctionData({ abi: TOKEN_ABI, data: inner });
  if (functionName !== "transfer") throw new Error(`the connector called ${functionName}`);
  return args[1];
}

/** What the node lost is given to it again, places in line that nobody took are filled, and everything becomes final. */
async function settle(parts: Parts): Promise<void> {
  const { chain, payer, taken } = parts;
  const { client } = chain.world;
  const account = localAccount(payer);
  const waiting = [...taken.values()].flat();
  const last = Math.max(-1, ...waiting.map((raw) => opened(raw).nonce ?? 0));
  const used = await client.getTransactionCount({ address: account.address });
  for (let nonce = used; nonce <= last; nonce += 1) {
    for (const raw of waiting.filter((one) => opened(one).nonce === nonce)) {
      await client.sendRawTransaction({ serializedTransaction: raw }).catch(() => undefined);
    }
    if (waiting.some((raw) => opened(raw).nonce === nonce)) continue;
    const fees = { maxFeePerGas: 40_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n };
    const filler = {
      type: "eip1559",
      chainId: client.chain.id,
      nonce,
      to: account.address,
      gas: 21_000n,
      ...fees,
    } as const;
    await client
      .sendRawTransaction({ serializedTransaction: await account.signTransaction(filler) })
      .catch(() => undefined);
  }
  await chain.world.mine(FINALITY_BLOCKS + 1);
  await readLog(parts);
  if (parts.fee !== "used") return;
  await setFee(chain, 0n);
  parts.fee = "off";
}

/** What truly left, by amount. */
async function readLog(parts: Parts): Promise<void> {
  const { chain } = parts;
  const { client } = chain.world;
  const logs = await client.getLogs({
    ...{
      address: chain.world.token,
      event: TRANSFER,
      args: { from: parts.from },
      fromBlock: 0n,
      toBlock: "latest",
      strict: true,
    },
  });
  parts.logged.clear();
  for (const { args } of logs) parts.logged.set(args.value, (parts.logged.get(args.value) ?? 0) + 1);
}

/** The same call at the same place, twice as dear, as somebody with the key would send it. */
async function outbid({ chain, payer }: Parts, raw: Hex): Promise<void> {
  const { r: _r, s: _s, v: _v, yParity: _y, ...tx } = opened(raw);
  const dearer = await localAccount(payer).signTransaction({
    ...tx,
    type: "eip1559",
    maxFeePerGas: (tx.maxFeePerGas ?? 0n) * RAISE,
    maxPriorityFeePerGas: (tx.maxPriorityFeePerGas ?? 0n) * RAISE,
  });
  await chain.world.client.sendRawTransaction({ serializedTransaction: dearer });
}

/** In basis points; everything that waits is mined under the old one. */
async function setFee({ world }: TestChain, basis_points: bigint): Promise<void> {
  await world.client.setAutomine(true);
  await world.setFee(basis_points);
  await world.client.setAutomine(false);
}

/** The owners let the executor pay all that there is. */
async function allowEverything(chain: TestChain): Promise<LocalAllowance> {
  const allowance = await deployAllowance(chain.world);
  const delegate = localAccount("executor").address;
  await allowance.enable();
  await allowance.addDelegate(delegate);
  await allowance.allow(delegate, chain.world.token, SAFE_START, 0);
  return allowance;
}

/** Two owners sign whatever the suite prepares; a Safe has one waiting proposal at a time, so what waits is executed first. */
function withOwners(chain: TestChain, rpc_url: string, parts: Parts): Venue {
  const venue = chain.safe({ rpc_urls: [rpc_url] });
  return {
    ...venue,
    prepare: async (plan, context) => {
      await settle(parts);
      const signing = await venue.requestSigning?.(plan);
      if (signing === undefined) throw new VenueError("venue_unsupported", "A Safe asks its owners.");
      const signatures = await Promise.all(
        (["ana", "ben"] as const).map(async (name) => ({
          signer: localAccount(name).address,
          signature: await localAccount(name).sign({ hash: signing.hash as Hex }),
        })),
      );
      return venue.prepare(plan, { ...context, signing, signatures });
    },
  };
}
