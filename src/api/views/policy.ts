/** The policy in force, level by level and limit by limit. */
import type { PoolConfig } from "../../config/types.ts";
import { printDecimal } from "../../money/index.ts";
import type { PoolTask } from "../../policy/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { Money, People, PolicyView } from "../schemas/index.ts";
import { viewLevels } from "./decisions.ts";
import { type Printer, printTime } from "./printer.ts";

const PPM_DECIMALS = 4;

export function viewPolicy(printer: Printer, now: Instant): PolicyView {
  const { authority, pools } = printer.config;
  return {
    as_of: printTime(now),
    pools: pools.map((pool) => viewPoolPolicy(pool, printer)),
    quorum: {
      approval_lifetime_ms: authority.approval_lifetime_ms,
      tiers: authority.tiers.map((tier) => ({
        asset: tier.asset,
        direction: tier.direction,
        from: tier.asset === "*" ? tier.from_amount.toString() : printer.money(tier.asset, tier.from_amount).amount,
        approvals_needed: tier.approvals_needed,
        roles: [...tier.roles],
      })),
    },
  };
}

function viewPoolPolicy({ policy, policy_digest, ...pool }: PoolConfig, printer: Printer): PolicyView["pools"][number] {
  const money = (units: bigint) => printer.money(pool.asset, units);
  return {
    pool_id: pool.id,
    asset: pool.asset,
    digest: policy_digest,
    liquidity: [...pool.liquidity],
    reserve: [...pool.reserve],
    networks: [...pool.networks],
    task: policy.task === undefined ? null : viewTask(policy.task, money),
    levels: viewLevels(policy, null, null, printer),
    trigger: policy.trigger,
    return_to: policy.return_to,
    move_min: money(policy.move_min),
    move_max: money(policy.move_max),
    cooldown_ms: policy.cooldown_ms,
    dwell_ms: policy.dwell_ms,
    fee_max: money(policy.fee_max),
    fee_max_percent: printDecimal(BigInt(policy.fee_max_ppm), PPM_DECIMALS),
    windows: policy.windows.map((window) => ({ ...window, amount_max: money(window.amount_max) })),
    wallet_floors: Object.entries(policy.wallet_floors).map(([wallet_id, units]) => ({
      wallet_id,
      amount: money(units),
    })),
    priority: [...policy.priority],
  };
}

type Task = NonNullable<PolicyView["pools"][number]["task"]>;

function viewTask(task: PoolTask, money: (units: bigint) => Money): Task {
  if (task.kind === "deposits") return { ...task, sweep_min: money(task.sweep_min) };
  const { transaction_cost, wallet_max, on_demand } = task;
  return {
    ...task,
    ...{ transaction_cost: money(transaction_cost), wallet_max: money(wallet_max), on_demand: [...on_demand] },
  };
}

export function viewPeople({ config }: Printer): People {
  return {
    items: config.authority.people.map(({ id, name, roles, keys }) => ({
      id,
      name,
      roles: [...roles],
      keys: keys.map((key) => ({ ...key })),
    })),
  };
}
