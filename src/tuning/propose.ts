/**
 * Searches a pool's own history for a policy that would have cost less. It proposes; it changes nothing. The same ledger gives
 * the same answer. A proposal costs clearly less over the period and no more in either half of it, so that one lucky hour does
 * not carry it, and it leaves nobody waiting longer than the policy in force did.
 */
import { hindsight, measure, netOf, policyOf, runPolicy, short } from "../backtest/index.ts";
import type { BacktestInput, Hindsight, RunTotals } from "../backtest/types.ts";
import type { PoolPolicy } from "../policy/types.ts";
import { TuningError } from "./errors.ts";
import { candidatesOf } from "./grid.ts";
import { poolPolicyMaker } from "./pool_policy.ts";
import { AS_MEASURED, replayInput } from "./replay_ledger.ts";
import type { OwnLedger, Trial, Tuning } from "./types.ts";

/** Two weeks: one to live through, one at least to be paid for. */
export const TUNING_HOURS_MIN = 336;
/** A change that saves less than this share is not worth a person's time. */
const SAVING_MIN = 0.05;

/** `pause` runs between two policies, so that whoever shares the thread goes on working. */
export async function propose(ledger: OwnLedger, pause: () => Promise<void> = async () => {}): Promise<Tuning> {
  const hours = ledger.inflow.length;
  if (hours < TUNING_HOURS_MIN) {
    const missing = TUNING_HOURS_MIN - hours;
    const sentence = `${hours} of ${TUNING_HOURS_MIN} hours of flows were seen; ${missing} more are needed before anything is proposed.`;
    return { kind: "nothing", code: "history_short", sentence };
  }
  try {
    return await search(ledger, pause);
  } catch (error) {
    if (!(error instanceof TuningError)) throw error;
    return { kind: "nothing", code: "not_possible", sentence: error.message };
  }
}

async function search(ledger: OwnLedger, pause: () => Promise<void>): Promise<Tuning> {
  const { input, costs } = replayInput(ledger, AS_MEASURED);
  const best = hindsight({ net: netOf(input), costs: input.costs });
  const attempt = (name: string, policy: PoolPolicy): Trial => tryOne(name, policy, ledger, input, best);
  const current = attempt("in-force", ledger.policy);
  const candidates = candidatesOf(ledger.policy, input, costs);
  let chosen: Trial | null = null;
  for (const { name, policy } of candidates) {
    await pause();
    const trial = attempt(name, policy);
    if (isBetter(trial, current) && (chosen === null || trial.result.cost < chosen.result.cost)) chosen = trial;
  }
  if (chosen !== null) return { kind: "proposed", proposed: { current, best: chosen, tried: candidates.length } };
  const sentence = `None of ${candidates.length} policies would have cost at least 5 % less than the ${short(current.result.cost)} ${ledger.asset} of the one in force, in both halves of the period and with no more hours of stock-out.`;
  return { kind: "nothing", code: "no_better", sentence };
}

function tryOne(name: string, policy: PoolPolicy, ledger: OwnLedger, input: BacktestInput, best: Hindsight): Trial {
  const maker = poolPolicyMaker(name, { policy, liquidity: ledger.liquidity });
  const totals = runPolicy(input, policyOf(maker, input));
  return { name, policy, result: measure(name, totals, best, input.flows.step_ms), halves: halvesOf(totals, input) };
}

function isBetter({ result, halves }: Trial, current: Trial): boolean {
  return (
    result.cost <= (1 - SAVING_MIN) * current.result.cost &&
    result.stockout_hours <= current.result.stockout_hours &&
    result.peak_queue <= current.result.peak_queue &&
    halves[0] <= current.halves[0] &&
    halves[1] <= current.halves[1]
  );
}

/** A pool policy has one lane each way, and at most one move a step in each. */
function halvesOf({ trace }: RunTotals, { costs, lanes }: BacktestInput): readonly [number, number] {
  const middle = Math.floor(trace.hot.length / 2);
  const halves: [number, number] = [0, 0];
  trace.hot.forEach((hot, at) => {
    const up = trace.up[at] ?? 0;
    const down = trace.down[at] ?? 0;
    const fees = (up > 0 ? lanes.up.fee : 0) + (down > 0 ? lanes.down.fee : 0);
    const moved = fees + costs.fee_proportional * (up + down);
    halves[at < middle ? 0 : 1] += costs.exposure * hot + costs.delay * (trace.queue[at] ?? 0) + moved;
  });
  return halves;
}
