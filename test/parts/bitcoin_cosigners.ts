/** Custody of two of three for the suite of all venues: a venue whose people have signed whatever the suite prepares. */
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { HDKey } from "viem/accounts";
import type { Account } from "../../src/venues/bitcoin/account.ts";
import { findChain } from "../../src/venues/bitcoin/chains.ts";
import type { Draft } from "../../src/venues/bitcoin/draft.ts";
import { createVaultVenue } from "../../src/venues/bitcoin/index.ts";
import { createVault } from "../../src/venues/bitcoin/key_expression.ts";
import { buildPsbt, finishPsbt, openPsbt, signWithKey } from "../../src/venues/bitcoin/psbt.ts";
import { psbtOf } from "../../src/venues/bitcoin/vault_request.ts";
import type { VenueInput } from "../../src/venues/index.ts";
import type { Venue, WalletRef } from "../../src/venues/port.ts";
import { masterKeyOf, NETWORK, type TestBitcoin } from "./bitcoind.ts";

const VERSIONS = { private: 0x04358394, public: 0x043587cf };
const KEYS = [50, 51, 52].map((seed) => {
  const master = HDKey.fromExtendedKey(masterKeyOf(seed), VERSIONS);
  const key = master.derive("m/48'/1'/0'/2'");
  const fingerprint = master.fingerprint.toString(16).padStart(8, "0");
  return { key, text: `[${fingerprint}/48h/1h/0h/2h]${key.publicExtendedKey}` };
});
const THRESHOLD = 2;

/** What a venue of type `bitcoin_multisig` takes beside its node. */
export const VAULT_OPTIONS = { threshold: THRESHOLD, cosigners: KEYS.map(({ text }) => text) };

export function vaultAccount(): Account {
  const chain = findChain(NETWORK);
  if (chain === null) throw new Error(`no ${NETWORK}`);
  return createVault(chain, THRESHOLD, VAULT_OPTIONS.cosigners);
}

export function vaultRef(): WalletRef {
  return { wallet_id: "vault", account: vaultAccount().id, asset: "BTC" };
}

/** Two of its three people sign as soon as they are asked. */
export function signedVault(input: VenueInput): Venue {
  const account = vaultAccount();
  const venue = createVaultVenue({
    ...input,
    wallets: [{ id: "vault", account: account.id, asset: "BTC", kind: "custody" }],
  });
  return {
    ...venue,
    async prepare(plan, context) {
      const signing = await venue.requestSigning?.(plan);
      if (signing === undefined) throw new Error("custody asks its cosigners");
      const opened = openPsbt(psbtOf(signing), account);
      const signatures = KEYS.slice(0, THRESHOLD).map(({ key }) => signWithKey(opened, account, key));
      return venue.prepare(plan, { ...context, signing, signatures });
    },
  };
}

/** Hex of a transaction that its people sign beside the daemon. */
export async function signBeside(chain: TestBitcoin, draft: Draft): Promise<string> {
  const previous = new Map<string, Uint8Array>();
  for (const { txid } of draft.inputs) previous.set(txid, hexToBytes(await transactionOf(chain, txid)));
  const bytes = buildPsbt(draft, previous);
  const opened = openPsbt(bytes, draft.account);
  const signatures = KEYS.slice(0, THRESHOLD).map(({ key }) => signWithKey(opened, draft.account, key));
  return bytesToHex(finishPsbt(bytes, opened, draft.account, signatures));
}

/** From whichever wallet of the node knows it. */
async function transactionOf({ node }: TestBitcoin, txid: string): Promise<string> {
  for (const name of (await node.call("listwallets", [])) as string[]) {
    const found = (await node.call("gettransaction", [txid], name).catch(() => null)) as { hex: string } | null;
    if (found !== null) return found.hex;
  }
  throw new Error(`no wallet of the node knows ${txid}`);
}
