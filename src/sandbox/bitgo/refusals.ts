/** What BitGo refuses before it takes a payment, in its own words and order; and the fee that it counts with. Pure. */
import type { BitgoCoin, Refusal, SendRequest } from "./types.ts";

/** Virtual bytes of a payment with one recipient and change. */
const PAYMENT_VBYTES = 250n;
const DUST = 546n;

/** The fee of one send, in base units of the coin itself. */
export function feeOf(coin: BitgoCoin): bigint {
  return coin.kind === "utxo" ? (coin.fee * PAYMENT_VBYTES) / 1_000n : coin.fee;
}

/** Why it is not taken; null when it is. `used`: the wallet has a transfer with this sequence id. */
export function refusalOf(
  { wallet, coin, amount, address, sequence_id, fee_rate_max, fee_max }: SendRequest,
  { spendable, used }: { readonly spendable: bigint; readonly used: boolean },
): Refusal | null {
  if (wallet.locked) return refuse(423, "WalletLocked", "the wallet is locked by another transaction");
  if (amount <= 0n || (coin.kind === "utxo" && amount < DUST)) {
    return refuse(400, "InvalidAmount", "amount is below the dust limit");
  }
  if (!isAddressOf(coin, address)) return refuse(400, "InvalidAddress", `invalid address for ${coin.coin}`);
  if (used) return refuse(400, "DuplicateSequenceId", `sequenceId ${sequence_id} was already used`);
  if (fee_rate_max !== null && coin.fee > fee_rate_max) {
    return refuse(400, "FeeTooHigh", "the fee rate is above maxFeeRate");
  }
  if (fee_max !== null && feeOf(coin) > fee_max) {
    return refuse(400, "FeeTooHigh", "gas would cost more than the limits of the request allow");
  }
  if (amount + feeOf(coin) > spendable) return refuse(400, "InsufficientBalance", "insufficient funds");
  return null;
}

function isAddressOf(coin: BitgoCoin, address: string): boolean {
  if (address.startsWith("fake-")) return address.startsWith(`fake-${coin.wallet_coin}-`);
  return coin.wallet_coin === "eth" ? /^0x[0-9a-fA-F]{40}$/.test(address) : /^[A-Za-z0-9]{20,100}$/.test(address);
}

function refuse(status: number, name: string, error: string): Refusal {
  return { status, name, error };
}
