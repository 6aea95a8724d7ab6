/** What a payment out of the allowance really does, read out of its raw bytes. Pure. */
import { decodeFunctionData, getAddress, type Hex, isAddressEqual, zeroAddress } from "viem";
import type { PreparedSubmit } from "../../transfers/types.ts";
import {
  exclusiveOf,
  fromChain,
  type OpenedTransaction,
  openTransaction,
  type ReadPayment,
  readSignedTransaction,
  refused,
} from "../onchain/index.ts";
import type { DecodedEffect } from "../port.ts";
import { ALLOWANCE_ABI } from "./abi.ts";
import { encodeAllowanceCall } from "./allowance.ts";
import type { SafeParts } from "./propose.ts";

export interface OpenedAllowance {
  readonly opened: OpenedTransaction;
  readonly payment: ReadPayment;
}

/** True when these bytes call the module, and not the Safe. @throws VenueError */
export function isAllowance({ chain, expected }: SafeParts, prepared: PreparedSubmit): boolean {
  const { allowance_module } = expected;
  return allowance_module !== null && isAddressEqual(openTransaction(prepared, chain.settings).to, allowance_module);
}

/** @throws VenueError venue_policy_denied for anything but one plain payment out of this Safe by this delegate */
export function openAllowance(parts: SafeParts, prepared: PreparedSubmit): OpenedAllowance {
  const { chain, registry, expected, executor } = parts;
  const opened = openTransaction(prepared, chain.settings);
  if (opened.value !== 0n) throw refused("it sends coin to the allowance module");
  const [safe, token, to, units, , , delegate] = readCall(opened.data);
  if (!isAddressEqual(safe, expected.safe)) throw refused(`it pays out of ${safe}, which is not the Safe`);
  if (!isAddressEqual(delegate, executor.account.address)) throw refused(`it is in the name of ${delegate}`);
  if (!isAddressEqual(readSignedTransaction(prepared).sender, delegate)) {
    throw refused("its sender is not the delegate");
  }
  // Encoding again proves that there is no payment for gas, no signature and nothing hidden beside the arguments.
  if (encodeAllowanceCall({ safe, token, to, units, delegate }) !== opened.data) {
    throw refused("it holds more than one plain payment out of the allowance");
  }
  const item = registry.ofContract(isAddressEqual(token, zeroAddress) ? null : token);
  return { opened, payment: { item, destination: getAddress(to), chain_units: units } };
}

/** @throws VenueError venue_policy_denied */
export function decodeAllowance(parts: SafeParts, prepared: PreparedSubmit): DecodedEffect {
  const { payment } = openAllowance(parts, prepared);
  const { item, destination, chain_units } = payment;
  const { chain, expected } = parts;
  return {
    ...{ from_account: expected.safe, to_address: destination, to_memo: null },
    ...{ asset: item.asset.id, network: chain.settings.network, amount: fromChain(item, chain_units) },
    // The delegate pays for gas.
    fee_max: 0n,
    reference: prepared.reference,
    ...{ chain_id: chain.settings.chain_id, contract: item.contract },
    exclusive: exclusiveOf(readSignedTransaction(prepared)),
  };
}

function readCall(data: Hex) {
  try {
    const { functionName, args } = decodeFunctionData({ abi: ALLOWANCE_ABI, data });
    if (functionName === "executeAllowanceTransfer") return args;
  } catch {
    // Falls through to the refusal.
  }
  throw refused("it calls something other than executeAllowanceTransfer");
}
