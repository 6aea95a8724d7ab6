/** Addresses by network: on EVM chains the EIP-55 checksum is demanded, because it is what catches a typing error. */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { TidegateError } from "../errors/index.ts";
import { BITCOIN_PREFIXES, base58Version, readBitcoinAddress } from "./bitcoin_address.ts";

/** Networks whose addresses are 20 bytes with an EIP-55 checksum. */
const EVM_NETWORKS: ReadonlySet<string> = new Set([
  "ethereum",
  "polygon",
  "arbitrum",
  "optimism",
  "base",
  "bsc",
  "avalanche",
  "gnosis",
  "sepolia",
  "anvil",
]);

export function isEvmNetwork(network: string): boolean {
  return EVM_NETWORKS.has(network);
}

const EVM_SHAPE = /^0x[0-9a-fA-F]{40}$/;
const TRON_NETWORKS: ReadonlySet<string> = new Set(["tron", "tron-nile", "tron-shasta"]);
/** First byte of every TRON address: https://developers.tron.network/docs/account */
const TRON_VERSION = 0x41;

/** Addresses of the local sandbox name themselves and exist nowhere else. */
const SANDBOX_PREFIX = "sandbox:";

export function isSandboxAddress(address: string): boolean {
  return address.startsWith(SANDBOX_PREFIX);
}

/**
 * Accepts a well-formed address of the network.
 * @throws TidegateError config_address_malformed | config_address_checksum
 */
export function checkAddress(network: string, address: string): void {
  if (isSandboxAddress(address)) return;
  const prefix = BITCOIN_PREFIXES.get(network);
  if (prefix !== undefined) {
    checkBitcoinAddress(network, prefix, address);
    return;
  }
  if (TRON_NETWORKS.has(network)) {
    checkTronAddress(network, address);
    return;
  }
  const shaped = EVM_SHAPE.test(address);
  if (!shaped && !isEvmNetwork(network)) return;
  if (!shaped) {
    throw new TidegateError(
      "invalid",
      "config_address_malformed",
      `"${address}" is not an address of ${network}: it needs 0x and 40 hex digits.`,
    );
  }
  if (checksumAddress(address) === address) return;
  const hex = address.slice(2);
  const unchecked = hex === hex.toLowerCase() || hex === hex.toUpperCase();
  throw new TidegateError(
    "invalid",
    "config_address_checksum",
    unchecked
      ? `"${address}" carries no checksum; verify it and write ${checksumAddress(address)}.`
      : `"${address}" has a wrong checksum: at least one character is mistyped. Copy it again from its source.`,
  );
}

/** TRON: Base58Check with a version byte of its own, so that neither a Bitcoin nor an EVM address passes for one. */
function checkTronAddress(network: string, address: string): void {
  if (base58Version(address) === TRON_VERSION) return;
  const malformed = (why: string): TidegateError =>
    new TidegateError("invalid", "config_address_malformed", `"${address}" ${why}`);
  if (EVM_SHAPE.test(address)) throw malformed(`is an address of an EVM chain, not of ${network}.`);
  if (readBitcoinAddress(address) !== null) throw malformed(`is an address of Bitcoin, not of ${network}.`);
  if (!/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(address)) {
    throw malformed(`is not an address of ${network}: those are T and 33 more characters.`);
  }
  throw new TidegateError(
    "invalid",
    "config_address_checksum",
    `"${address}" has a wrong checksum: at least one character is mistyped. Copy it again from its source.`,
  );
}

/** Bitcoin: the checksum is demanded, and the prefix says which of its networks an address belongs to. */
function checkBitcoinAddress(network: string, prefix: string, address: string): void {
  const read = readBitcoinAddress(address);
  if (read?.prefixes.includes(prefix)) return;
  const malformed = (why: string): TidegateError =>
    new TidegateError("invalid", "config_address_malformed", `"${address}" ${why}`);
  if (read !== null) {
    const others = [...BITCOIN_PREFIXES].filter(([, each]) => read.prefixes.includes(each)).map(([name]) => name);
    throw malformed(`is an address of ${others.join(" or ")}, not of ${network}.`);
  }
  if (EVM_SHAPE.test(address)) throw malformed(`is an address of an EVM chain, not of ${network}.`);
  const shaped = new RegExp(`^(?:${prefix}1[02-9ac-hj-np-z]{6,87}|[1-9A-HJ-NP-Za-km-z]{26,35})$`).test(address);
  if (!shaped) throw malformed(`is not an address of ${network}: those begin with ${prefix}1, in lower case.`);
  throw new TidegateError(
    "invalid",
    "config_address_checksum",
    `"${address}" has a wrong checksum: a character is mistyped, or it belongs to another chain. Copy it again from its source.`,
  );
}

/** EIP-55: a hex letter is upper case where the digest of the lower-case address has a nibble of 8 or more. */
export function checksumAddress(address: string): string {
  const lower = address.slice(2).toLowerCase();
  const digest = bytesToHex(keccak_256(utf8ToBytes(lower)));
  const mixed = Array.from(lower, (letter, at) => ((digest[at] ?? "0") >= "8" ? letter.toUpperCase() : letter));
  return `0x${mixed.join("")}`;
}
