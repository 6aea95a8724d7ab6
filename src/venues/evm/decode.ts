/** What the signed transaction really does, read out of its raw bytes. Pure. */
import { type Hex, isAddressEqual } from "viem";
import type { PreparedSubmit } from "../../transfers/types.ts";
import {
  type ChainRegistry,
  type ChainSettings,
  decodePayment,
  exclusiveOf,
  fromChain,
  openTransaction,
  readSignedTransaction,
  refused,
} from "../onchain/index.ts";
import type { DecodedEffect } from "../port.ts";

/** @throws VenueError venue_policy_denied for anything but one plain payment by this wallet */
export function decodeTransfer(
  settings: ChainSettings,
  registry: ChainRegistry,
  address: Hex,
  prepared: PreparedSubmit,
): DecodedEffect {
  const body = readSignedTransaction(prepared);
  const { sender } = body;
  if (!isAddressEqual(sender, address)) throw refused(`it is recorded for ${sender}`);
  const opened = openTransaction(prepared, settings);
  const { item, destination, chain_units } = decodePayment(registry, opened);
  return {
    from_account: address,
    to_address: destination,
    to_memo: null,
    asset: item.asset.id,
    network: settings.network,
    amount: fromChain(item, chain_units),
    // Gas counts as a fee only where it is paid in the asset that moves.
    fee_max: item.contract === null ? fromChain(item, opened.gas_cost_max) : 0n,
    reference: prepared.reference,
    chain_id: settings.chain_id,
    contract: item.contract,
    exclusive: exclusiveOf(body),
  };
}
