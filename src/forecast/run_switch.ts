/**
 * Run switch: a clipped CUSUM on the standardised residual, so that one large withdrawal is not a run and many are.
 *   c = max(0, min(32, c + min(r / sigma, 4) - slack));  alarm when c > threshold, on for `run_hold` steps after.
 * Beside it the fast means of the residual and of its size, from which the floor in a run is made.
 * Source: Page (1954), clipped as measured in the project's policy study.
 */
import type { FlowParameters, RunState } from "./types.ts";

const CUSUM_MAX = 32;
const CLIP = 4;
const FAST = 0.3;
/** How the highest recent rate fades per step. */
const FADE = 0.97;

export function openRun(): RunState {
  return { cusum: 0, rate: 0, noise: 0, peak_rate: 0, alarm_steps: 0 };
}

export function observeRun(run: RunState, residual: number, z: number, parameters: FlowParameters): void {
  run.cusum = Math.max(0, Math.min(CUSUM_MAX, run.cusum + Math.min(z, CLIP) - parameters.run_slack));
  run.rate += FAST * (residual - run.rate);
  run.noise += FAST * (Math.abs(residual) - run.noise);
  run.peak_rate = Math.max(run.rate, run.peak_rate * FADE);
  if (run.cusum > parameters.run_threshold) run.alarm_steps = parameters.run_hold;
  else if (run.alarm_steps > 0) run.alarm_steps -= 1;
}
