/** The Bitcoin networks by the names a configuration gives them, and addresses on each. Pure. */
import { Address, OutScript } from "@scure/btc-signer";
import { VenueError } from "../index.ts";

export interface BitcoinChain {
  /** Name in the configuration. */
  readonly network: string;
  /** `chain` of the node's `getblockchaininfo`. */
  readonly node_name: string;
  /** SLIP-44 coin type in BIP 44 paths. */
  readonly coin_type: 0 | 1;
  /** Version bytes of extended keys (BIP 32). */
  readonly versions: { readonly private: number; readonly public: number };
  readonly address: {
    readonly bech32: string;
    readonly pubKeyHash: number;
    readonly scriptHash: number;
    readonly wif: number;
  };
}

const MAIN_VERSIONS = { private: 0x0488ade4, public: 0x0488b21e };
const TEST_VERSIONS = { private: 0x04358394, public: 0x043587cf };
const MAIN_ADDRESS = { bech32: "bc", pubKeyHash: 0x00, scriptHash: 0x05, wif: 0x80 };
const TEST_ADDRESS = { bech32: "tb", pubKeyHash: 0x6f, scriptHash: 0xc4, wif: 0xef };

const testChain = (network: string, node_name: string): BitcoinChain => ({
  network,
  node_name,
  coin_type: 1,
  versions: TEST_VERSIONS,
  address: TEST_ADDRESS,
});

export const BITCOIN_CHAINS: readonly BitcoinChain[] = [
  { network: "bitcoin", node_name: "main", coin_type: 0, versions: MAIN_VERSIONS, address: MAIN_ADDRESS },
  testChain("bitcoin-testnet", "test"),
  testChain("bitcoin-testnet4", "testnet4"),
  testChain("bitcoin-signet", "signet"),
  { ...testChain("bitcoin-regtest", "regtest"), address: { ...TEST_ADDRESS, bech32: "bcrt" } },
];

export function findChain(network: string): BitcoinChain | null {
  return BITCOIN_CHAINS.find((chain) => chain.network === network) ?? null;
}

/**
 * The output script that pays to an address of this chain.
 * @throws VenueError venue_invalid; where it is an address of another Bitcoin network, that is named
 */
export function scriptOf(chain: BitcoinChain, address: string): Uint8Array {
  const script = readAddress(chain, address);
  if (script !== null) return script;
  const other = BITCOIN_CHAINS.find((each) => readAddress(each, address) !== null);
  const why =
    other !== undefined
      ? `is an address of ${other.network}, not of ${chain.network}`
      : /^0x[0-9a-fA-F]{40}$/.test(address)
        ? "is an address of an EVM chain, not of Bitcoin"
        : `is no address of ${chain.network}: a character is mistyped or it belongs to another chain`;
  throw new VenueError("venue_invalid", `"${address.slice(0, 100)}" ${why}.`);
}

/** The address of an output script in its one spelling; null for a script without an address. */
export function addressOf(chain: BitcoinChain, script: Uint8Array): string | null {
  try {
    return Address(chain.address).encode(OutScript.decode(script) as never);
  } catch {
    return null;
  }
}

function readAddress(chain: BitcoinChain, address: string): Uint8Array | null {
  try {
    const script = OutScript.encode(Address(chain.address).decode(address));
    // One spelling only: an upper-case address is the same to the chain and another to a comparison of texts.
    return addressOf(chain, script) === address ? script : null;
  } catch {
    return null;
  }
}
