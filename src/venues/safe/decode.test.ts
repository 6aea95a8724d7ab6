import { encodeFunctionData, type Hex, keccak256, zeroAddress } from "viem";
import { describe, expect, it } from "vitest";
import { localAccount } from "../../sandbox/chain/index.ts";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { createRegistry, encodePayment } from "../onchain/index.ts";
import { SAFE_ABI } from "./abi.ts";
import { decodeExecution } from "./decode.ts";
import { type SafeTx, safeTxHash } from "./safe_tx.ts";

const TOKEN = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
const SAFE = "0xFBb641282327fBFf6418e60d55bb906f34584Ce5";
const HOT = localAccount("hot").address;
const executor = localAccount("executor");
const settings = {
  network: "ethereum",
  chain_id: 1,
  rpc_urls: [],
  second_rpc_url: null,
  finality: { kind: "tag", tag: "finalized" },
  reopening_ms: 0,
  endpoints_agree: 1,
  replacement: null,
  gas_price_max: 1n,
  start_block: 0n,
  log_range_blocks: 1n,
} as const;
const expected = { safe: SAFE, owners: [], threshold: 2, allowance_module: null } as const;
const registry = createRegistry("ethereum", new Map([["USDT", { id: "USDT", decimals: 6 }]]), [
  { id: "usdt-ethereum", asset: "USDT", network: "ethereum", contract: TOKEN, decimals: 6 },
]);
const payment = encodePayment(registry.ofAsset("USDT"), HOT, 5_000000n);
const honest: SafeTx = { ...payment, chain_id: 1, safe: SAFE, safe_tx_gas: 100_000n, nonce: 7n };
const SIGNATURES: Hex = `0x${"11".repeat(130)}`;

interface Fields {
  readonly to: Hex;
  readonly value: bigint;
  readonly data: Hex;
  readonly operation: number;
  readonly gas_price: bigint;
  readonly refund_receiver: Hex;
  readonly signatures: Hex;
}
const FIELDS: Fields = {
  ...payment,
  operation: 0,
  gas_price: 0n,
  refund_receiver: zeroAddress,
  signatures: SIGNATURES,
};

function execution(change: Partial<Fields> = {}): Hex {
  const { to, value, data, operation, gas_price, refund_receiver, signatures } = { ...FIELDS, ...change };
  return encodeFunctionData({
    abi: SAFE_ABI,
    functionName: "execTransaction",
    args: [to, value, data, operation, 100_000n, 0n, gas_price, zeroAddress, refund_receiver, signatures],
  });
}

interface Outer {
  readonly to: Hex;
  readonly value: bigint;
  readonly data: Hex;
  readonly chainId: number;
}

async function prepared(change: Partial<Outer> = {}, body: Record<string, unknown> = {}): Promise<PreparedSubmit> {
  const outer = { to: SAFE, value: 0n, data: execution(), chainId: 1, ...change } as const;
  const raw_tx = await executor.signTransaction({
    type: "eip1559",
    nonce: 3,
    gas: 200_000n,
    maxFeePerGas: 2n,
    ...outer,
  });
  return {
    reference: "trf_1",
    body: {
      kind: "evm_transaction",
      raw_tx,
      chain_id: 1,
      sender: executor.address,
      nonce: 3,
      from_block: "1",
      safe_tx_hash: safeTxHash(honest),
      safe_nonce: "7",
      ...body,
    },
    tx_hash: keccak256(raw_tx),
    prepared_at: 0,
  };
}

const decode = (submit: PreparedSubmit) => decodeExecution(settings, registry, expected, submit);
const denied = expect.objectContaining({ code: "venue_policy_denied" });

describe("an execution read back", () => {
  it("says what leaves the Safe", async () => {
    expect(decode(await prepared())).toEqual({
      from_account: SAFE,
      chain_id: 1,
      contract: TOKEN,
      exclusive: expect.stringMatching(/^1:0x[0-9a-fA-F]{40}:3$/),
      to_address: HOT,
      to_memo: null,
      asset: "USDT",
      network: "ethereum",
      amount: 5_000000n,
      fee_max: 0n,
      reference: "trf_1",
    });
  });

  const thief = localAccount("customer").address;
  const theft = encodePayment(registry.ofAsset("USDT"), thief, 5_000000n);
  it.each<[string, Partial<Outer>]>([
    ["bybit: a DELEGATECALL", { data: execution({ operation: 1 }) }],
    ["another recipient than was signed", { data: execution(theft) }],
    ["a call of an unknown contract", { data: execution({ to: thief }) }],
    ["an approval instead of a transfer", { data: execution({ data: `0x095ea7b3${payment.data.slice(10)}` }) }],
    ["coin beside the token", { data: execution({ value: 1n }) }],
    ["a refund of gas out of the Safe", { data: execution({ gas_price: 1n, refund_receiver: thief }) }],
    ["one signature", { data: execution({ signatures: `0x${"11".repeat(65)}` }) }],
    ["a signature with a tail", { data: execution({ signatures: `0x${"11".repeat(195)}` }) }],
    ["bytes beyond the arguments", { data: `${execution()}00` as Hex }],
    ["another contract than the Safe", { to: thief }],
    ["coin to the Safe", { value: 1n }],
    ["another chain", { chainId: 5 }],
    ["no execution at all", { data: payment.data }],
  ])("is refused: %s", async (_, change) => {
    const submit = await prepared(change);
    expect(() => decode(submit)).toThrow(denied);
  });

  it("is refused when the record and the bytes are not one", async () => {
    const honest_submit = await prepared();
    for (const submit of [
      { ...honest_submit, tx_hash: `0x${"00".repeat(32)}` },
      await prepared({}, { safe_nonce: "8" }),
      await prepared({}, { nonce: 4 }),
    ]) {
      expect(() => decode(submit)).toThrow(denied);
    }
    const foreign = { ...honest_submit, body: { kind: "other" } };
    expect(() => decode(foreign)).toThrow(expect.objectContaining({ code: "venue_invalid" }));
  });
});
