/** A private key as it stands in a key file: `{"scheme", "address", "private_key"}`, or the bare hex. Never printed. */
import { getAddress, isAddressEqual, isHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { z } from "zod";
import { VenueError } from "../index.ts";
import type { KeyAccount } from "./types.ts";

const PRIVATE_KEY_LENGTH = 66;

const KeyFile = z.object({
  scheme: z.enum(["secp256k1", "eip712_safe"]),
  address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  private_key: z.string(),
});

/**
 * The account of a key. The address written beside the key must be the key's own: a swapped file is found at start.
 * @throws VenueError venue_auth; the message never holds any part of the key
 */
export function readKey(text: string, name: string): KeyAccount {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{")) return toAccount(trimmed, name);
  const parsed = KeyFile.safeParse(parseJson(trimmed));
  if (!parsed.success) throw unusable(name, 'it must be {"scheme", "address", "private_key"} or a hex key');
  const account = toAccount(parsed.data.private_key, name);
  if (!isAddressEqual(account.address, getAddress(parsed.data.address.toLowerCase()))) {
    throw unusable(name, `its key belongs to ${account.address}, not to ${parsed.data.address}`);
  }
  return account;
}

function toAccount(key: string, name: string): KeyAccount {
  if (!isHex(key) || key.length !== PRIVATE_KEY_LENGTH) throw unusable(name, "its key is not 0x and 64 hex digits");
  try {
    return privateKeyToAccount(key);
  } catch {
    throw unusable(name, "its key is outside the curve's order");
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unusable(name: string, why: string): VenueError {
  return new VenueError("venue_auth", `The key of ${name} cannot be used: ${why}.`);
}
