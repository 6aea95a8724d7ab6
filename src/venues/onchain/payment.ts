/**
 * A payment as a call: the ERC-20 `transfer` (ERC-20, section Methods) or a plain transfer of the chain's coin; and back.
 * Reading back accepts exactly these two forms and nothing else: not another selector, not a value beside a token call,
 * not one byte more or less than the two arguments.
 */
import { decodeFunctionData, encodeFunctionData, getAddress, type Hex, size } from "viem";
import { VenueError } from "../index.ts";
import type { ChainRegistry } from "./registry.ts";
import type { ChainInstrument } from "./types.ts";

const TRANSFER_ABI = [
  {
    type: "function",
    name: "transfer",
    stateMutability: "nonpayable",
    // No outputs: some tokens (USDT) return nothing, and success is judged by the receipt and its log.
    inputs: [
      { name: "to", type: "address" },
      { name: "amount", type: "uint256" },
    ],
    outputs: [],
  },
] as const;

/** Selector and two words. */
const TRANSFER_BYTES = 4 + 32 + 32;

export interface Payment {
  readonly to: Hex;
  readonly value: bigint;
  readonly data: Hex;
}

/** @example encodePayment(usdt, "0xSafe…", 5_000000n) // { to: contract, value: 0n, data: "0xa9059cbb…" } */
export function encodePayment(item: ChainInstrument, destination: Hex, chain_units: bigint): Payment {
  if (item.contract === null) return { to: destination, value: chain_units, data: "0x" };
  const data = encodeFunctionData({ abi: TRANSFER_ABI, functionName: "transfer", args: [destination, chain_units] });
  return { to: item.contract, value: 0n, data };
}

export interface ReadPayment {
  readonly item: ChainInstrument;
  readonly destination: Hex;
  readonly chain_units: bigint;
}

/** @throws VenueError venue_policy_denied for anything but one plain payment of a registered instrument */
export function decodePayment(registry: ChainRegistry, call: Payment): ReadPayment {
  if (call.data === "0x") {
    return { item: registry.ofContract(null), destination: getAddress(call.to), chain_units: call.value };
  }
  if (call.value !== 0n) throw refused("it sends the chain's coin to a contract");
  const item = registry.ofContract(call.to);
  if (size(call.data) !== TRANSFER_BYTES) throw refused("its call data is not that of a plain transfer");
  const [destination, chain_units] = decodeTransfer(call.data);
  return { item, destination: getAddress(destination), chain_units };
}

function decodeTransfer(data: Hex): readonly [Hex, bigint] {
  try {
    const { args } = decodeFunctionData({ abi: TRANSFER_ABI, data });
    // Encoding again proves that no bit beyond the arguments was set.
    if (encodeFunctionData({ abi: TRANSFER_ABI, functionName: "transfer", args }) === data.toLowerCase()) return args;
  } catch {
    // Falls through to the refusal.
  }
  throw refused("it calls something other than transfer(address,uint256)");
}

export function refused(why: string): VenueError {
  return new VenueError("venue_policy_denied", `The built transaction is refused: ${why}.`);
}
