/** Views of the world for its own faces: confirmations of a transfer, and the status page of the sandbox. */
import { printDecimal } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { networkFacts } from "./networks.ts";
import type { WorldTransfer } from "./types.ts";
import type { World } from "./world.ts";

export interface SandboxStatus {
  readonly at: Instant;
  readonly scenario: string;
  readonly assets: readonly {
    readonly asset: string;
    readonly deposited: string;
    readonly withdrawn: string;
    /** Asked by customers and not paid yet. */
    readonly unserved: string;
    readonly unserved_since: Instant | null;
    readonly network_fees: string;
  }[];
  readonly accounts: readonly {
    readonly account: string;
    readonly asset: string;
    readonly total: string;
    readonly held: string;
    readonly incoming: string;
    readonly height: string;
  }[];
  readonly open_transfers: number;
}

/** Blocks on top of the transfer at `at`; 0 before inclusion, never more than needed. */
export function confirmationsOf(row: WorldTransfer, at: Instant): number {
  if (row.included_at === null) return 0;
  const facts = networkFacts(row.network);
  return Math.min(facts.confirmations_needed, Math.floor((at - row.included_at) / facts.block_ms));
}

/** Amounts are decimal strings of whole units. */
export function statusOf(world: World): SandboxStatus {
  const print = (asset: string, units: bigint): string => printDecimal(units, world.assetOf(asset)?.decimals ?? 0);
  return {
    at: world.at,
    scenario: world.scenario.name,
    assets: [...world.state.assets.values()].map((row) => ({
      asset: row.asset,
      deposited: print(row.asset, row.deposited),
      withdrawn: print(row.asset, row.withdrawn),
      unserved: print(row.asset, row.unserved),
      unserved_since: row.unserved_since,
      network_fees: print(row.asset, row.network_fees),
    })),
    accounts: [...world.state.accounts.values()].map((row) => ({
      account: row.key,
      asset: row.asset,
      total: print(row.asset, row.total),
      held: print(row.asset, row.held),
      incoming: print(row.asset, row.incoming),
      height: String(row.height),
    })),
    open_transfers: world.state.open.size,
  };
}
