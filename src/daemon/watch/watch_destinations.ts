/**
 * Where money goes, and what changed without a reason. Our own transfers: somebody else's address that is paid for the first time, or that
 * came into the address book lately. Custody and deposit addresses: a payment that is none of our transfers goes where nobody
 * attested. And each break that reconciliation opens is a finding, so that what is done about findings is done about it too.
 */
import type { PoolConfig } from "../../config/types.ts";
import {
  checkBalanceChange,
  createDestinationState,
  type DestinationState,
  type Finding,
  observeDestination,
} from "../../detect/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";

const TRANSFERS_MAX = 200;
const BREAKS_MAX = 50;

export interface Destinations {
  readonly known: DestinationState;
  /** When each entry of the address book was first seen there; 0: since the beginning. */
  readonly attested: Record<string, Instant>;
  /** Transfers submitted and breaks opened before these were looked at. */
  sent_through: Instant;
  breaks_through: Instant;
}

/** What stands in the address book now was always there. */
export function createDestinations(deps: DaemonDeps, pool: PoolConfig, now: Instant): Destinations {
  const attested = Object.fromEntries(entriesOf(deps, pool).map((key) => [key, 0]));
  return { known: createDestinationState(), attested, sent_through: now, breaks_through: now };
}

export async function watchDestinations(
  tx: ReadTx,
  deps: DaemonDeps,
  state: DaemonState,
  pool: PoolConfig,
  seen: Destinations,
): Promise<Finding[]> {
  const now = deps.clock.now();
  for (const key of entriesOf(deps, pool)) seen.attested[key] ??= now;
  const [sent, broken] = await Promise.all([sentOf(tx, deps, pool, seen), breaksOf(tx, state, pool, seen)]);
  return [...sent, ...broken];
}

/** A payment out of a wallet that pays nobody but ourselves, and that is none of our transfers. */
export function strangeDestination(
  seen: Destinations,
  wallet_id: string,
  { at, counterparty }: { readonly at: Instant; readonly counterparty: string | null },
): Finding[] {
  const destination = counterparty ?? "a destination that its venue does not name";
  return [observeDestination(seen.known, { at, destination, attested_at: null }, wallet_id) ?? []].flat();
}

async function sentOf(tx: ReadTx, { config }: DaemonDeps, pool: PoolConfig, seen: Destinations): Promise<Finding[]> {
  const rows = await tx.find(tables.transfer, {
    where: { pool_id: pool.id, submitted_at: { gt: seen.sent_through } },
    order_by: [
      ["submitted_at", "asc"],
      ["id", "asc"],
    ],
    limit: TRANSFERS_MAX,
  });
  const own = new Set(config.wallets.map(({ id }) => id));
  return rows.flatMap(({ submitted_at, to_wallet, network, plan }) => {
    const at = submitted_at ?? 0;
    seen.sent_through = Math.max(seen.sent_through, at);
    const attested_at = seen.attested[keyOf({ wallet: to_wallet, network, address: plan.to.address })] ?? null;
    const destination = `${to_wallet} on ${network} (${plan.to.address})`;
    return observeDestination(seen.known, { at, destination, attested_at, own: own.has(to_wallet) }, pool.id) ?? [];
  });
}

async function breaksOf(tx: ReadTx, state: DaemonState, pool: PoolConfig, seen: Destinations): Promise<Finding[]> {
  const { asset } = pool.policy;
  const findings: Finding[] = [];
  const from = seen.breaks_through;
  const wallets = [...pool.liquidity, ...(pool.policy.task === undefined ? pool.reserve : [])];
  const read = wallets.map((wallet_id) =>
    tx.find(tables.breaks, {
      where: { wallet_id, opened_at: { gt: from } },
      order_by: [["opened_at", "asc"]],
      limit: BREAKS_MAX,
    }),
  );
  const breaks = await Promise.all(read);
  for (const [place, wallet_id] of wallets.entries()) {
    for (const { opened_at: at, difference } of breaks[place] ?? []) {
      seen.breaks_through = Math.max(seen.breaks_through, at);
      const after = state.reconciliations.get(wallet_id)?.venue ?? difference;
      const change = { at, asset, before: after - difference, after, explained: 0n, tolerance: 0n };
      findings.push(...[checkBalanceChange(change, wallet_id) ?? []].flat());
    }
  }
  return findings;
}

/** Of the pool's own wallets, and of those that known payments of it may go to. */
function entriesOf({ config }: DaemonDeps, { liquidity, reserve, payees = [] }: PoolConfig): string[] {
  const attested = new Set([...liquidity, ...reserve, ...payees]);
  return config.address_book.filter(({ wallet }) => attested.has(wallet)).map((entry) => keyOf(entry));
}

function keyOf({ wallet, network, address }: { wallet: string; network: string; address: string }): string {
  return `${wallet}/${network}/${address}`;
}
