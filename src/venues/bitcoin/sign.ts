/** Signing with the hot wallet's own keys. Nothing leaves this process. */
import { Transaction } from "@scure/btc-signer";
import { assert } from "../../errors/index.ts";
import type { Account } from "./account.ts";
import type { Draft } from "./draft.ts";
import type { MasterKey } from "./master_key.ts";

/** The draft as a transaction without signatures. */
export function toTransaction({ inputs, outputs, sequence, account }: Draft): Transaction {
  const tx = new Transaction({ version: 2, lockTime: 0, allowUnknownOutputs: true, lowR: true });
  for (const { txid, vout, amount, script, branch, index } of inputs) {
    const [key] = account.scriptAt(branch, index).keys;
    assert(key !== undefined, "an account has a key");
    tx.addInput({
      txid,
      index: vout,
      sequence,
      witnessUtxo: { script, amount },
      ...(account.kind === "tr" ? { tapInternalKey: key.pubkey.slice(1) } : {}),
    });
  }
  for (const { script, amount } of outputs) tx.addOutput({ script, amount });
  return tx;
}

/** The raw bytes and their id. */
export function signDraft(draft: Draft, master: MasterKey): { readonly raw_tx: Uint8Array; readonly txid: string } {
  const tx = toTransaction(draft);
  for (const [at, { branch, index }] of draft.inputs.entries()) {
    tx.signIdx(master.privateKey(pathOf(draft.account, branch, index)), at);
  }
  tx.finalize();
  assert(BigInt(tx.weight) <= draft.weight, "a signed transaction is no heavier than its fee was computed for");
  return { raw_tx: tx.extract(), txid: tx.id };
}

function pathOf(account: Account, branch: 0 | 1, index: number): readonly number[] {
  const [key] = account.scriptAt(branch, index).keys;
  assert(key !== undefined, "an account has a key");
  return key.path;
}
