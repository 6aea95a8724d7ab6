/** From a plan to what the owners sign, and from their signatures to the transaction that executes it. */
import { encodeFunctionData, type Hex, keccak256, slice, stringToHex } from "viem";
import { assert } from "../../errors/index.ts";
import type { PreparedSubmit, SigningRequest, TransferPlan } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import {
  type Chain,
  type ChainRegistry,
  type Payment,
  paymentOf,
  reading,
  readSignedTransaction,
  type SigningAccount,
  signCall,
} from "../onchain/index.ts";
import type { PrepareContext } from "../port.ts";
import { SAFE_ABI } from "./abi.ts";
import { packSignatures } from "./owner_signatures.ts";
import { demandQuorum, type ExpectedSafe, readSafeNonce, readTransactionHash } from "./safe_reader.ts";
import { execArguments, readTypedData, type SafeTx, safeTxHash, toTypedData } from "./safe_tx.ts";

/** Spare gas of the inner call over its estimate, in per cent: it is approved hours before it runs. */
const INNER_GAS_SPARE_PERCENT = 100n;
/** Up to 65,535 units of gas that are demanded and never used. */
const MARK_BYTES = 2;

export interface SafeParts {
  readonly chain: Chain;
  readonly registry: ChainRegistry;
  readonly expected: ExpectedSafe;
  /** Pays for gas and has no say, beyond what the owners may have allowed it in the module. */
  readonly executor: SigningAccount;
}

/**
 * What the owners sign, at the Safe's current nonce; the hash is computed here and by the contract and must be one.
 * @throws VenueError
 */
export async function requestSigning(parts: SafeParts, plan: TransferPlan): Promise<SigningRequest> {
  const { chain, registry, expected } = parts;
  const { item, payment } = paymentOf(plan, chain.settings, registry, expected.safe);
  await chain.assertDecimals(item);
  await demandQuorum(chain, expected);
  const tx: SafeTx = {
    chain_id: chain.settings.chain_id,
    safe: expected.safe,
    ...payment,
    safe_tx_gas: (await innerGas(chain, expected.safe, payment)) + markOf(plan),
    nonce: await readSafeNonce(chain, expected.safe),
  };
  const hash = safeTxHash(tx);
  const on_chain = await readTransactionHash(chain, tx);
  if (hash !== on_chain) {
    const message = `The Safe computes another hash for this transaction (${on_chain}, not ${hash}); nothing is proposed.`;
    throw new VenueError("venue_invalid", message);
  }
  return { scheme: "eip712_safe", hash, typed_data: toTypedData(tx) };
}

/**
 * The executing transaction with the owners' signatures, signed by the executor.
 * @throws VenueError venue_policy_denied with too few signatures, or when what was signed is not the plan any more
 */
export async function prepareExecution(
  parts: SafeParts,
  plan: TransferPlan,
  { signing, signatures, now }: PrepareContext,
): Promise<PreparedSubmit> {
  const { chain, registry, expected, executor } = parts;
  assert(signing !== null, `${plan.id} was signed by its owners before it is prepared`);
  const tx = readTypedData(signing.typed_data);
  const hash = safeTxHash(tx);
  const { payment } = paymentOf(plan, chain.settings, registry, expected.safe);
  demandSame(plan, hash === signing.hash, "the hash is not that of the signed transaction");
  demandSame(plan, tx.safe === expected.safe && tx.chain_id === chain.settings.chain_id, "it is for another Safe");
  demandSame(plan, samePayment(tx, payment), "the signed payment is not the planned one");
  const quorum = await demandQuorum(chain, expected);
  const packed = await packSignatures(hash, signatures, quorum);
  const nonce = await readSafeNonce(chain, expected.safe);
  demandSame(plan, nonce === tx.nonce, `the Safe's nonce is ${nonce} now, and ${tx.nonce} was signed`);
  const call = { reference: plan.id, to: expected.safe, value: 0n, data: encodeExecution(tx, packed), cost_max: null };
  const prepared = await signCall(chain, executor, call, now);
  return {
    ...prepared,
    body: { ...readSignedTransaction(prepared), safe_tx_hash: hash, safe_nonce: tx.nonce.toString() },
  };
}

export function encodeExecution(tx: SafeTx, signatures: Hex): Hex {
  const fields = execArguments(tx);
  const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = fields;
  return encodeFunctionData({
    abi: SAFE_ABI,
    functionName: "execTransaction",
    args: [to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, signatures],
  });
}

async function innerGas(chain: Chain, safe: Hex, { to, value, data }: Payment): Promise<bigint> {
  const estimate = await reading("make this transfer", () =>
    chain.client.estimateGas({ account: safe, to, value, data }),
  );
  return estimate + (estimate * INNER_GAS_SPARE_PERCENT) / 100n;
}

/**
 * Some gas more, another amount for every transfer. Two requests for the same payment at the same nonce would otherwise have
 * one hash, and a signature given for a request that was denied or expired would be a vote for the one that follows it.
 */
function markOf(plan: TransferPlan): bigint {
  return BigInt(slice(keccak256(stringToHex(`${plan.id}/${plan.nonce}`)), 0, MARK_BYTES));
}

function samePayment(a: Payment, b: Payment): boolean {
  return a.to === b.to && a.value === b.value && a.data === b.data;
}

function demandSame(plan: TransferPlan, same: boolean, why: string): void {
  if (!same) throw new VenueError("venue_policy_denied", `Transfer ${plan.id} cannot be executed: ${why}.`);
}
