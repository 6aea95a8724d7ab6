/** What Komainu's objects look like on the wire; amounts are decimal strings of whole units. */
import { printDecimal } from "../../money/index.ts";
import type { KomainuRequest, KomainuTransaction, KomainuWallet } from "./types.ts";
import type { KomainuWorld } from "./world.ts";

export function walletBody(world: KomainuWorld, wallet: KomainuWallet): Record<string, unknown> {
  const text = (units: bigint): string => printDecimal(units, world.asset(wallet.asset).decimals);
  return {
    id: wallet.id,
    name: wallet.name,
    asset: wallet.asset,
    address: wallet.address,
    wallet_category: wallet.category,
    status: "Active",
    balance: {
      total: text(wallet.total),
      available: text(world.available(wallet)),
      staked: text(wallet.staked),
      locked: text(wallet.locked),
      balance_updated_at: new Date(world.now).toISOString(),
    },
  };
}

export function requestBody(world: KomainuWorld, row: KomainuRequest): Record<string, unknown> {
  const { wallet, asset, amount, destination_address, destination_tag, note, operation } = row.details;
  return {
    id: row.id,
    request_type: row.type,
    status: row.status,
    entity: row.type === "CREATE_TRANSACTION" ? "TRANSACTION" : "COLLATERAL_OPERATION",
    entity_id: row.entity_id,
    requested_by: "api",
    requested_at: new Date(row.requested_at).toISOString(),
    expires_at: new Date(row.expires_at).toISOString(),
    external_reference: row.external_reference,
    details: {
      wallet,
      asset,
      amount: printDecimal(amount, world.asset(asset).decimals),
      ...(operation === null ? { destination_address, destination_tag } : { operation }),
      note,
    },
  };
}

export function transactionBody(world: KomainuWorld, row: KomainuTransaction): Record<string, unknown> {
  const asset = world.wallets.get(row.wallet)?.asset ?? "";
  const { decimals } = world.asset(asset);
  return {
    id: row.id,
    wallet: row.wallet,
    asset,
    direction: row.direction,
    amount: printDecimal(row.amount, decimals),
    fees: printDecimal(row.fees, decimals),
    status: row.status,
    tx_hash: row.tx_hash,
    receiver_address: row.address,
    external_reference: row.external_reference,
    created_at: new Date(row.created_at).toISOString(),
    updated_at: new Date(row.updated_at).toISOString(),
  };
}
