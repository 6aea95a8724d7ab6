/** Rows for the contract suite: real tables, small values, every kind of column. */
import type { EventRow } from "../../audit/types.ts";
import type { HoldRow, PostingRow } from "../../ledger/types.ts";
import type { TransferRow } from "../../transfers/types.ts";
import type { Store, Table } from "../port.ts";
import type { BalanceRow, ControlRow, MovementRow } from "../tables/schema.ts";

export const AMOUNT_MAX = 10n ** 78n - 1n;

export function controlRow(row: Partial<ControlRow> = {}): ControlRow {
  return { name: "mode", value: { mode: "auto" }, version: 1, updated_at: 1_700_000_000_123, ...row };
}

export function balanceRow(row: Partial<BalanceRow> = {}): BalanceRow {
  return {
    wallet_id: "hot",
    venue_id: "exchange",
    asset: "USDT",
    total: 12n,
    available: 10n,
    pending_in: 0n,
    pending_out: 2n,
    locked: 0n,
    as_of: 1_700_000_000_000,
    height: null,
    pending_readable: true,
    received_at: 1_700_000_000_001,
    source: "poll",
    error: null,
    movement_cursor: null,
    ...row,
  };
}

export function movementRow(row: Partial<MovementRow> = {}): MovementRow {
  return {
    wallet_id: "hot",
    movement_id: "m1",
    direction: "in",
    asset: "USDT",
    amount: 5n,
    fee: 0n,
    reference: null,
    tx_hash: null,
    counterparty: null,
    at: 1_700_000_000_000,
    height: null,
    transfer_id: null,
    unexplained: false,
    gone: false,
    ...row,
  };
}

export function holdRow(row: Partial<HoldRow> = {}): HoldRow {
  return {
    id: "h1",
    account_id: "wallet/hot/USDT",
    amount: 1n,
    state: "pending",
    ref: "t1",
    at: 1_700_000_000_000,
    ...row,
  };
}

export function postingRow(row: Partial<PostingRow> = {}): PostingRow {
  return { id: "p1", key: "k1", digest: "d", kind: "opening", ref: "hot", memo: "", at: 1_700_000_000_000, ...row };
}

export function eventRow(row: Partial<EventRow> = {}): EventRow {
  return {
    id: "e1",
    kind: "transfer.state",
    ref: "t1",
    actor: "daemon",
    at: 1_700_000_000_000,
    type: null,
    payload: { from: "planned", to: "approved" },
    seq: null,
    ...row,
  };
}

export function transferRow(row: Partial<TransferRow> = {}): TransferRow {
  const end = { venue: "exchange", wallet: "hot", role: "liquidity", address: "0x1", memo: null };
  return {
    id: "t1",
    pool_id: "main",
    asset: "USDT",
    state: "planned",
    stage: null,
    from_wallet: "hot",
    to_wallet: "vault",
    network: "ethereum",
    direction: "liquidity_to_reserve",
    cause: "auto_pilot",
    amount: 1_000_000n,
    fee_max: 100n,
    fee_actual: null,
    amount_received: null,
    reference: row.id ?? "t1",
    plan: {
      id: "t1",
      pool_id: "main",
      asset: "USDT",
      network: "ethereum",
      instrument: "USDT@ethereum",
      chain_id: null,
      contract: null,
      decimals: 6,
      contract_decimals: 6,
      from: end,
      to: end,
      direction: "liquidity_to_reserve",
      amount: "1000000",
      fee_max: "100",
      cause: "auto_pilot",
      reason: "above_high",
      decision_id: null,
      initiator: "daemon",
      policy_digest: "00",
      quorum_needed: 0,
      not_before: 0,
      expires_at: 1,
      nonce: "1",
    },
    digest: "00",
    decision_id: null,
    signing: null,
    prepared: null,
    venue_ref: null,
    tx_hash: null,
    confirmations: null,
    confirmations_needed: null,
    note_code: null,
    note: null,
    created_at: 1_700_000_000_000,
    updated_at: 1_700_000_000_000,
    submitted_at: null,
    settled_at: null,
    next_at: null,
    attempts: 0,
    lease_owner: null,
    lease_until: null,
    fence: 0,
    version: 1,
    ...row,
  };
}

/** Deletes every row of the tables, through the port. */
export async function emptyTables(store: Store, tables: readonly { readonly name: string }[]): Promise<void> {
  await store.tx("empty", async (tx) => {
    for (const table of tables as readonly Table[]) {
      for (const row of await tx.find(table, { limit: 10_000 })) {
        await tx.delete(table, Object.fromEntries(table.key.map((name) => [name, row[name]])));
      }
    }
  });
}
