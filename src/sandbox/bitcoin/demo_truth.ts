/** What really happened, read from the blocks alone, and whether the daemon's books say the same. */
import type { NumberText } from "../../venues/http/index.ts";
import type { SeenTransfer, SeenWallet } from "../chain/index.ts";
import { hotDescriptor, vaultDescriptor } from "./demo_keys.ts";
import type { BitcoinWorld, Holder } from "./demo_world.ts";

export interface BitcoinPayment {
  readonly direction: "liquidity_to_reserve" | "reserve_to_liquidity";
  readonly tx_hash: string;
  /** BTC with eight digits. */
  readonly amount: string;
}

interface BlockTx {
  readonly txid: string;
  readonly vin: readonly { readonly prevout?: { readonly scriptPubKey: { readonly address?: string } } }[];
  readonly vout: readonly { readonly value: NumberText; readonly scriptPubKey: { readonly address?: string } }[];
}

/** Every payment between the hot wallet and custody since the chain began, oldest first. */
export async function paymentsOf({ node, addresses }: BitcoinWorld): Promise<readonly BitcoinPayment[]> {
  const found: BitcoinPayment[] = [];
  const holderOf = (address = ""): Holder | null =>
    addresses.hot.has(address) ? "hot" : addresses.vault.has(address) ? "vault" : null;
  const height = (await node.call("getblockcount")) as number;
  for (let at = 1; at <= height; at += 1) {
    const hash = await node.call("getblockhash", [at]);
    const { tx } = (await node.read("getblock", [hash, 3])) as { tx: BlockTx[] };
    for (const { txid, vin, vout } of tx) {
      const from = holderOf(vin[0]?.prevout?.scriptPubKey.address);
      if (from === null) continue;
      for (const { value, scriptPubKey } of vout) {
        const to = holderOf(scriptPubKey.address);
        if (to === null || to === from) continue;
        const direction = from === "hot" ? "liquidity_to_reserve" : "reserve_to_liquidity";
        found.push({ direction, tx_hash: txid, amount: value.text });
      }
    }
  }
  return found;
}

/** Payments that no settled transfer accounts for: each transfer explains one payment of its own id, direction and amount. */
export function unexplained(
  payments: readonly BitcoinPayment[],
  transfers: readonly SeenTransfer[],
): readonly BitcoinPayment[] {
  const used = new Set<string>();
  return payments.filter((payment) => {
    const cause = transfers.find(
      ({ id, state, tx_hash, direction, amount }) =>
        !used.has(id) &&
        state === "settled" &&
        tx_hash === payment.tx_hash &&
        direction === payment.direction &&
        amount.amount === payment.amount,
    );
    if (cause !== undefined) used.add(cause.id);
    return cause === undefined;
  });
}

/** True when the books of both wallets hold exactly the coins that the chain has for them. */
export async function booksEqualChain({ node }: BitcoinWorld, books: readonly SeenWallet[]): Promise<boolean> {
  const places: readonly (readonly [wallet_id: string, descriptors: readonly string[]])[] = [
    ["btc-hot", [hotDescriptor(0, false), hotDescriptor(1, false)]],
    ["btc-vault", [vaultDescriptor("0"), vaultDescriptor("1")]],
  ];
  for (const [wallet_id, descriptors] of places) {
    const scanned = (await node.read("scantxoutset", ["start", descriptors])) as { total_amount: NumberText };
    const book = books.find((each) => each.wallet_id === wallet_id);
    if (book?.ledger_balance.amount !== scanned.total_amount.text || book.state !== "equal") return false;
  }
  return true;
}
