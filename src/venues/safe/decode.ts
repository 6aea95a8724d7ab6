/**
 * What the executing transaction really does. The theft this stops: signers saw a transfer, and the bytes carried a
 * DELEGATECALL that replaced the Safe's own code (Bybit, February 2025). Pure.
 */
import { decodeFunctionData, type Hash, type Hex, isAddressEqual, isHash, size, zeroAddress } from "viem";
import { z } from "zod";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import {
  type ChainRegistry,
  type ChainSettings,
  decodePayment,
  exclusiveOf,
  fromChain,
  type OpenedTransaction,
  openTransaction,
  type ReadPayment,
  readSignedTransaction,
  refused,
} from "../onchain/index.ts";
import type { DecodedEffect } from "../port.ts";
import { OPERATION_CALL, SAFE_ABI } from "./abi.ts";
import { encodeExecution } from "./propose.ts";
import type { ExpectedSafe } from "./safe_reader.ts";
import { type SafeTx, safeTxHash } from "./safe_tx.ts";

const SIGNATURE_BYTES = 65;

const SafeBodyShape = z.object({
  safe_tx_hash: z.custom<Hash>((value) => typeof value === "string" && isHash(value)),
  safe_nonce: z.string().regex(/^\d{1,30}$/),
});

export interface OpenedExecution {
  readonly opened: OpenedTransaction;
  readonly payment: ReadPayment;
  readonly safe_tx_hash: Hash;
  readonly safe_nonce: bigint;
}

/** @throws VenueError venue_policy_denied for anything but one plain payment out of this Safe */
export function openExecution(
  settings: ChainSettings,
  registry: ChainRegistry,
  expected: ExpectedSafe,
  prepared: PreparedSubmit,
): OpenedExecution {
  const opened = openTransaction(prepared, settings);
  if (!isAddressEqual(opened.to, expected.safe)) throw refused(`it calls ${opened.to}, which is not the Safe`);
  if (opened.value !== 0n) throw refused("it sends coin to the Safe");
  const { inner, signatures } = readExecution(opened.data);
  const count = size(signatures) / SIGNATURE_BYTES;
  if (count !== expected.threshold) throw refused(`it carries ${count} signatures, not ${expected.threshold}`);
  const body = readBody(prepared);
  const tx: SafeTx = { ...inner, chain_id: settings.chain_id, safe: expected.safe, nonce: BigInt(body.safe_nonce) };
  if (safeTxHash(tx) !== body.safe_tx_hash) throw refused("it is not the Safe transaction that was signed");
  // Encoding again proves that nothing hides beside the arguments.
  if (encodeExecution(tx, signatures) !== opened.data) throw refused("its call data holds more than its arguments");
  return { opened, payment: decodePayment(registry, inner), safe_tx_hash: body.safe_tx_hash, safe_nonce: tx.nonce };
}

/** @throws VenueError venue_policy_denied */
export function decodeExecution(
  settings: ChainSettings,
  registry: ChainRegistry,
  expected: ExpectedSafe,
  prepared: PreparedSubmit,
): DecodedEffect {
  const { payment } = openExecution(settings, registry, expected, prepared);
  return {
    from_account: expected.safe,
    to_address: payment.destination,
    to_memo: null,
    asset: payment.item.asset.id,
    network: settings.network,
    amount: fromChain(payment.item, payment.chain_units),
    // The executor pays for gas; the Safe refunds nothing.
    fee_max: 0n,
    reference: prepared.reference,
    chain_id: settings.chain_id,
    contract: payment.item.contract,
    // The executor's nonce, and under it the Safe's own: the Safe transaction itself is the same in every attempt.
    exclusive: exclusiveOf(readSignedTransaction(prepared)),
  };
}

type Inner = Pick<SafeTx, "to" | "value" | "data" | "safe_tx_gas">;

function readExecution(data: Hex): { inner: Inner; signatures: Hex } {
  const call = decodeCall(data);
  const [to, value, inner_data, operation, safe_tx_gas, base_gas, gas_price, gas_token, refund_receiver, signatures] =
    call;
  if (operation !== OPERATION_CALL) throw refused("its operation is not CALL: it would run foreign code as the Safe");
  if (base_gas !== 0n || gas_price !== 0n || gas_token !== zeroAddress || refund_receiver !== zeroAddress) {
    throw refused("it refunds gas out of the Safe");
  }
  return { inner: { to, value, data: inner_data, safe_tx_gas }, signatures };
}

function decodeCall(data: Hex) {
  try {
    const { functionName, args } = decodeFunctionData({ abi: SAFE_ABI, data });
    if (functionName === "execTransaction") return args;
  } catch {
    // Falls through to the refusal.
  }
  throw refused("it calls something other than execTransaction");
}

function readBody(prepared: PreparedSubmit): z.output<typeof SafeBodyShape> {
  const parsed = SafeBodyShape.safeParse(prepared.body);
  if (parsed.success) return parsed.data;
  throw new VenueError("venue_invalid", `The stored request of ${prepared.reference} is no execution of a Safe.`);
}
