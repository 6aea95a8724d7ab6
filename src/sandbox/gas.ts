/**
 * Gas in the sandbox: an account `<name>-gas` of purpose gas pays for the transactions of the account `<name>` beside it. A
 * hot account's payments to customers use it up with time; a transfer of ours uses it when it leaves.
 */
import { divide } from "../money/index.ts";
import type { Draft } from "./draft.ts";
import { FLOW_STEP_MS } from "./flows.ts";
import { between } from "./random.ts";
import { accountsOf } from "./state.ts";
import type { AccountRow, AssetRow, WorldState } from "./types.ts";

const SUFFIX = "-gas";
/** One transaction, of all there was of the coin in the beginning: 0.0005 of 40 ETH. */
const TRANSACTION_PPB = 12_500n;
const PPB = 1_000_000_000n;
const PAYMENTS_PER_STEP_MAX = 2;

/** The account that pays for this one's transactions; null where the asset pays for itself. */
export function gasAccountOf(state: WorldState, key: string): AccountRow | null {
  const account = state.accounts.get(key + SUFFIX);
  return account?.purpose === "gas" ? account : null;
}

/** What one transaction costs of the coin. */
export function transactionFee(state: WorldState, coin: string): bigint {
  const row = state.assets.get(coin);
  return row === undefined ? 0n : divide(row.initial * TRANSACTION_PPB, PPB, "up");
}

/** Payments to customers in one step cost their hot account's gas. */
export function payGas(state: WorldState, draft: Draft, { asset }: AssetRow, seed: number): void {
  for (const { key, purpose } of accountsOf(state, asset)) {
    if (purpose !== "gas" || state.accounts.get(key.slice(0, -SUFFIX.length))?.hot !== true) continue;
    const count = between(seed, `gas/${key}`, draft.at / FLOW_STEP_MS, 0, PAYMENTS_PER_STEP_MAX + 1);
    burn(draft, key, asset, BigInt(count) * transactionFee(state, asset));
  }
}

/** A transfer that leaves costs its account's gas. */
export function payGasOf(state: WorldState, draft: Draft, key: string): void {
  const account = gasAccountOf(state, key);
  if (account !== null) burn(draft, account.key, account.asset, transactionFee(state, account.asset));
}

/** As much of it as is there. */
function burn(draft: Draft, key: string, asset: string, wanted: bigint): void {
  const { total, held } = draft.account(key);
  const fee = wanted < total - held ? wanted : total - held;
  if (fee <= 0n) return;
  draft.move(key, { direction: "out", amount: 0n, fee, reference: null, tx_hash: null, counterparty: "network" });
  draft.asset(asset).network_fees += fee;
}
