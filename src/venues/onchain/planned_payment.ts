/** The payment of a plan, checked: the right wallet, network and instrument, a plain address that can receive. */
import { getAddress, type Hex, isAddress, isAddressEqual, zeroAddress } from "viem";
import type { TransferPlan } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import { encodePayment, type Payment } from "./payment.ts";
import { type ChainRegistry, toChain } from "./registry.ts";
import type { ChainInstrument, ChainSettings } from "./types.ts";

export interface PlannedPayment {
  readonly item: ChainInstrument;
  readonly destination: Hex;
  readonly chain_units: bigint;
  readonly payment: Payment;
}

function isSameContract(planned: string | null, known: Hex | null): boolean {
  if (planned === null || known === null) return planned === known;
  return isAddress(planned) && isAddressEqual(planned, known);
}

/** @throws VenueError venue_invalid */
export function paymentOf(
  plan: TransferPlan,
  settings: ChainSettings,
  registry: ChainRegistry,
  own_address: Hex,
): PlannedPayment {
  const invalid = (why: string): VenueError =>
    new VenueError("venue_invalid", `Transfer ${plan.id} cannot be built: ${why}.`);
  if (plan.network !== settings.network) throw invalid(`it is planned on ${plan.network}, not on ${settings.network}`);
  if (plan.to.memo !== null) throw invalid("addresses of this chain take no memo");
  if (!isAddress(plan.to.address)) throw invalid(`"${plan.to.address}" is not an address with a valid checksum`);
  const item = registry.ofAsset(plan.asset);
  if (item.instrument.id !== plan.instrument)
    throw invalid(`${plan.instrument} is not the instrument of ${plan.asset}`);
  if (plan.chain_id !== settings.chain_id)
    throw invalid(`it is planned on chain ${plan.chain_id}, not ${settings.chain_id}`);
  if (!isSameContract(plan.contract, item.contract)) throw invalid(`it is planned in the token ${plan.contract}`);
  if (plan.decimals !== item.asset.decimals || plan.contract_decimals !== item.instrument.decimals)
    throw invalid("its decimals are not those of the instrument");
  const destination = getAddress(plan.to.address);
  const impossible = [own_address, zeroAddress, ...(item.contract === null ? [] : [item.contract])];
  if (impossible.some((address) => isAddressEqual(address, destination))) {
    throw invalid(`${destination} is the wallet itself, the token's contract or nobody's address`);
  }
  const chain_units = toChain(item, BigInt(plan.amount));
  if (chain_units <= 0n) throw invalid("its amount is not above zero");
  return { item, destination, chain_units, payment: encodePayment(item, destination, chain_units) };
}
