/** How heavy a transaction is (BIP 141 weight units), before it is signed. Never too low: the fee is computed from it. Pure. */
import type { AccountParts } from "./account.ts";

/** version 4, marker and flag 2/4, counts of inputs and outputs, locktime 4. */
const BASE_WEIGHT = 4n * (4n + 4n) + 2n;
/** txid 32, vout 4, empty scriptSig 1, sequence 4. */
const INPUT_WEIGHT = 4n * (32n + 4n + 1n + 4n);
/** DER signature with low S: at most 71 bytes, and the sighash byte. */
const SIGNATURE_BYTES = 72n;
const SCHNORR_BYTES = 64n;
const PUBKEY_BYTES = 33n;
const WITHIN_ONE_BYTE = 252n;

/** A count or length as Bitcoin writes it. */
function sizeOfNumber(value: bigint): bigint {
  return value <= WITHIN_ONE_BYTE ? 1n : value <= 0xffffn ? 3n : 5n;
}

/** A whole input with its witness. */
export function inputWeight({ kind, threshold, keys }: Pick<AccountParts, "kind" | "threshold" | "keys">): bigint {
  switch (kind) {
    case "wpkh":
      return INPUT_WEIGHT + 1n + 1n + SIGNATURE_BYTES + 1n + PUBKEY_BYTES;
    case "tr":
      return INPUT_WEIGHT + 1n + 1n + SCHNORR_BYTES;
    case "wsh": {
      const script = 3n + BigInt(keys.length) * (1n + PUBKEY_BYTES);
      const signatures = BigInt(threshold) * (1n + SIGNATURE_BYTES);
      return INPUT_WEIGHT + 1n + 1n + signatures + sizeOfNumber(script) + script;
    }
  }
}

export function outputWeight(script: Uint8Array): bigint {
  const length = BigInt(script.length);
  return 4n * (8n + sizeOfNumber(length) + length);
}

/** Everything but inputs and outputs. */
export function baseWeight(inputs: number, outputs: number): bigint {
  return BASE_WEIGHT + 4n * (sizeOfNumber(BigInt(inputs)) + sizeOfNumber(BigInt(outputs)));
}

/** Satoshi per 1,000 virtual bytes at which the network calls an output dust (bitcoin: src/policy/policy.h). */
const DUST_RATE = 3_000n;
/** What spending a SegWit output is taken to weigh in that rule: 41 bytes and a quarter of 107, rounded down. */
const DUST_INPUT_VBYTES = 67n;
const DUST_LEGACY_INPUT_VBYTES = 148n;

/** An output below this is not relayed. @example a P2WPKH output: 294n */
export function dustLimit(script: Uint8Array): bigint {
  const input = isWitnessProgram(script) ? DUST_INPUT_VBYTES : DUST_LEGACY_INPUT_VBYTES;
  return ((outputWeight(script) / 4n + input) * DUST_RATE) / 1_000n;
}

/** BIP 141: a version and 2 to 40 bytes. */
function isWitnessProgram(script: Uint8Array): boolean {
  const [version = 0, length = 0] = script;
  const versioned = version === 0 || (version >= 0x51 && version <= 0x60);
  return versioned && length >= 2 && length <= 40 && script.length === length + 2;
}
