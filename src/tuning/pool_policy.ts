/**
 * A pool's policy in the benchmark: the real `decide()` drives the simulated pool. Each side is one wallet; levels in percent,
 * amount and cover, models, floors of wallets, the bounds of a move, windows, cool-down and dwell count as they do in the daemon.
 * Not part of it: network fees and their bounds, the choice of wallets and networks, people who say no, values in a currency.
 */
import type { BenchPolicy, Lanes, Order, PolicyMaker, StepCosts, StepView } from "../backtest/types.ts";
import { FLOW_DEFAULTS, type FlowState, observeFlow, openFlowState } from "../forecast/index.ts";
import { figureOf, forecastOf, HOUR_MS, horizonsOf, needsForecast, unitsOf } from "../outlook/index.ts";
import { decide, LEVEL_NAMES, outsideOf } from "../policy/index.ts";
import type {
  Decision,
  Level,
  OpenTransfer,
  PoolHistory,
  PoolPolicy,
  RouteOption,
  Side,
  Snapshot,
  WalletState,
} from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import { TuningError } from "./errors.ts";

/** What the benchmark cannot say of a policy; printed with every backtest of one. */
export const LEFT_OUT =
  "decide() runs once a step on one wallet a side: network fees and their bounds, caps and the choice among wallets and networks, obligations, the expedited lane, and refused approvals are left out.";

interface Member {
  readonly policy: PoolPolicy;
  /** Wallets of the liquidity side, whose floors add up. */
  readonly liquidity: readonly string[];
}

const HOT = "liquidity";
const VAULT = "reserve";
const MOVES_MAX = 1_000;

/** @throws TuningError tuning_policy_inexpressible for a level in a currency: past prices are not kept */
export function poolPolicyMaker(name: string, member: Member): PolicyMaker {
  for (const level of LEVEL_NAMES) {
    if (!hasValue(member.policy.levels[level])) continue;
    throw new TuningError(
      "tuning_policy_inexpressible",
      `${name}: the level ${level} (${member.policy.levels[level].text}) is a value, and past prices are not kept; write it in percent, as an amount or as a cover to replay it.`,
      { level },
    );
  }
  return {
    name,
    open: ({ lanes, costs, flows }) => {
      const start_ms = flows.start_ms;
      return new PoolBench(name, simulated(member, costs), { lanes, step_ms: flows.step_ms, start_ms });
    },
  };
}

function hasValue(level: Level): boolean {
  return level.kind === "max" || level.kind === "min" ? level.of.some(hasValue) : level.kind === "value";
}

/** The same policy over the two wallets of the benchmark, its model with the costs that are charged here. */
function simulated({ policy, liquidity }: Member, costs: StepCosts): PoolPolicy {
  const floors = { [HOT]: 0n, [VAULT]: 0n };
  for (const [wallet, floor] of Object.entries(policy.wallet_floors)) {
    floors[liquidity.includes(wallet) ? HOT : VAULT] += floor;
  }
  const { decimals } = policy.asset;
  const refill_cost = unitsOf(costs.fee_up, decimals);
  const sweep_cost = unitsOf(costs.fee_down, decimals);
  const model = policy.model === null ? null : { ...policy.model, refill_cost, sweep_cost };
  const none = { wallet_caps: {}, fee_patience: null, priority: [], floor: null };
  return { ...policy, ...none, wallet_floors: floors, model };
}

interface Terms {
  readonly lanes: Lanes;
  readonly step_ms: number;
  readonly start_ms: Instant;
}

class PoolBench implements BenchPolicy {
  readonly name: string;
  readonly #policy: PoolPolicy;
  readonly #terms: Terms;
  readonly #forecast: FlowState | null;
  readonly #routes: readonly RouteOption[];
  #moves: PoolHistory["moves"] = [];
  #outside: Pick<PoolHistory, "outside" | "outside_since"> = { outside: null, outside_since: null };
  #ended = { to_reserve: null as Instant | null, to_liquidity: null as Instant | null };

  constructor(name: string, policy: PoolPolicy, terms: Terms) {
    this.name = name;
    this.#policy = policy;
    this.#terms = terms;
    const step_hours = terms.step_ms / HOUR_MS;
    const horizons = [...new Set(horizonsOf(policy).map((hours) => Math.max(1, Math.ceil(hours / step_hours))))];
    this.#forecast = needsForecast(policy) ? openFlowState({ ...FLOW_DEFAULTS, step_hours, horizons }) : null;
    this.#routes = [
      this.#route(VAULT, HOT, terms.lanes.up.lead_steps),
      this.#route(HOT, VAULT, terms.lanes.down.lead_steps),
    ];
  }

  observe(inflow: number, outflow: number): void {
    if (this.#forecast !== null) observeFlow(this.#forecast, outflow - inflow);
  }

  decide(view: StepView): readonly Order[] {
    const now = this.#terms.start_ms + view.step * this.#terms.step_ms;
    const decision = decide(this.#snapshot(view, now), this.#policy, now);
    this.#remember(decision, now);
    if (decision.verdict !== "move") return [];
    return decision.moves.flatMap(({ direction, amount }) => {
      if (direction === "to_payee" || direction === "within") return [];
      const lane = direction === "to_liquidity" ? "up" : "down";
      this.#moves = [...this.#moves, { at: now, direction, amount }].slice(-MOVES_MAX);
      this.#ended[direction] = now + this.#terms.lanes[lane].lead_steps * this.#terms.step_ms;
      return [{ lane, amount: figureOf(amount, this.#policy.asset.decimals) } as const];
    });
  }

  /** Since when the pool has been outside its band, as the daemon keeps it. */
  #remember(decision: Decision, now: Instant): void {
    const outside = outsideOf(decision);
    if (outside !== this.#outside.outside) this.#outside = { outside, outside_since: outside === null ? null : now };
  }

  #snapshot(view: StepView, now: Instant): Snapshot {
    const { asset, windows } = this.#policy;
    const units = (figure: number): bigint => unitsOf(figure, asset.decimals);
    const queue = units(view.queue);
    const wallets = [
      this.#wallet(HOT, units(view.hot), queue, units(view.in_transit_up), now),
      this.#wallet(VAULT, units(view.custody), 0n, units(view.in_transit_down), now),
    ];
    const longest_ms = windows.reduce((most, { window_ms }) => Math.max(most, window_ms), 0);
    this.#moves = this.#moves.filter(({ at }) => at > now - longest_ms);
    const lead_time_ms = this.#terms.lanes.up.lead_steps * this.#terms.step_ms;
    const routes = this.#routes;
    return {
      pool_id: this.#policy.pool_id,
      asset: asset.id,
      decimals: asset.decimals,
      taken_at: now,
      mode: "auto",
      wallets,
      routes,
      open_transfers: [
        ...this.#open(VAULT, HOT, units(view.in_transit_up), now),
        ...this.#open(HOT, VAULT, units(view.in_transit_down), now),
      ],
      price: null,
      forecast:
        this.#forecast === null
          ? null
          : forecastOf(this.#forecast, { policy: this.#policy, routes, wallets, lead_time_ms, as_of: now }),
      history: {
        last_to_reserve_at: this.#last("to_reserve", now),
        last_to_liquidity_at: this.#last("to_liquidity", now),
        ...this.#outside,
        moves: this.#moves,
      },
      frozen_reason: null,
    };
  }

  /** A move counts from its landing once it has landed, as in the daemon's books. */
  #last(direction: "to_reserve" | "to_liquidity", now: Instant): Instant | null {
    const ended = this.#ended[direction];
    return ended === null ? null : Math.min(ended, now);
  }

  #wallet(wallet_id: string, available: bigint, pending_out: bigint, in_flight_in: bigint, now: Instant): WalletState {
    const side: Side = wallet_id === HOT ? "liquidity" : "reserve";
    const kind = wallet_id === HOT ? "hot" : "custody";
    return {
      ...{ wallet_id, venue_id: wallet_id, side, kind, status: "active", freshness: "fresh", as_of: now },
      ...{ total: available, available, pending_in: 0n, pending_out, reserved: 0n, in_flight_in },
      ...{ pending_readable: true, earmarked: 0n },
    };
  }

  #route(from_wallet: string, to_wallet: string, lead_steps: number): RouteOption {
    const terms = {
      enabled: true,
      disabled_reason: null,
      fee_fixed: 0n,
      fee_usual: null,
      fee_ppm: 0,
      minimum: 1n,
      maximum: null,
      step: 1n,
    };
    return { from_wallet, to_wallet, network: "benchmark", ...terms, lead_time_ms: lead_steps * this.#terms.step_ms };
  }

  #open(from_wallet: string, to_wallet: string, amount: bigint, now: Instant): OpenTransfer[] {
    if (amount <= 0n) return [];
    const transfer_id = `${from_wallet}-${to_wallet}`;
    return [{ transfer_id, from_wallet, to_wallet, amount, state: "submitted", created_at: now, supersedable: false }];
  }
}
