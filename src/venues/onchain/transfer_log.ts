/** The ERC-20 `Transfer` event (ERC-20, section Events): what a token says it moved. */
import { decodeAbiParameters, type Hex, isAddressEqual, pad, parseAbiItem, slice, toEventSelector } from "viem";
import type { ReceiptLog } from "./types.ts";

export const TRANSFER_EVENT = parseAbiItem("event Transfer(address indexed from, address indexed to, uint256 value)");
const TOPIC = toEventSelector(TRANSFER_EVENT);
const WORD_BYTES = 32;
const ADDRESS_OFFSET = 12;

export interface TokenTransfer {
  readonly from: Hex;
  readonly to: Hex;
  readonly value: bigint;
}

/** The transfers of one token in a receipt; logs of other contracts and of other shapes are passed over. */
export function tokenTransfers(logs: readonly ReceiptLog[], contract: Hex): TokenTransfer[] {
  return logs.filter((log) => isAddressEqual(log.address, contract)).flatMap(readTransfer);
}

/** What arrived at `to` from `from`, net: a token that keeps a fee delivers less than was sent. */
export function receivedOf(logs: readonly ReceiptLog[], contract: Hex, from: Hex, to: Hex): bigint {
  return tokenTransfers(logs, contract)
    .filter((moved) => isAddressEqual(moved.from, from) && isAddressEqual(moved.to, to))
    .reduce((sum, moved) => sum + moved.value, 0n);
}

function readTransfer({ topics, data }: ReceiptLog): TokenTransfer[] {
  const [topic, from, to] = topics;
  if (topic !== TOPIC || from === undefined || to === undefined || topics.length !== 3) return [];
  if (data.length !== 2 + 2 * WORD_BYTES) return [];
  const [value] = decodeAbiParameters([{ type: "uint256" }], data);
  return [{ from: addressOf(from), to: addressOf(to), value }];
}

function addressOf(topic: Hex): Hex {
  return slice(pad(topic, { size: WORD_BYTES }), ADDRESS_OFFSET);
}
