/** One seed from beginning to end: hours with faults, then a quiet time in which everything must come to rest. */
import { exportJsonl } from "../audit/index.ts";
import { tables } from "../store/index.ts";
import type { Venue } from "../venues/port.ts";
import { startApprovers, startFreezes, unfreeze } from "./approvers.ts";
import { countEnvelopes } from "./check_envelopes.ts";
import { checkLog } from "./check_log.ts";
import { startEnvelopes } from "./envelopes.ts";
import { raiseGuard } from "./guard.ts";
import { checkAlways, checkEffect, checkEnd, checkSubmit } from "./invariants.ts";
import { checkPayout, checkPayoutsEnd, endPayouts, startPayouts } from "./payouts.ts";
import { PAUSE_REAL_MS_MAX } from "./process.ts";
import { startResolvers } from "./resolvers.ts";
import { isAtRest } from "./rest.ts";
import { between, chance, createStream } from "./seeded_random.ts";
import { AUTHORITY } from "./sim_config.ts";
import { Simulation, START } from "./simulation.ts";
import type { SeedOptions, SeedResult } from "./types.ts";
import type { RequestBody, WorldAccount } from "./world_types.ts";

const HOUR_MS = 3_600_000;
/** Long enough for approvals to lapse, late requests to arrive and held transfers to be looked up. */
const QUIET_HOURS = 48;
/** Where a story does not say otherwise: its requests are late by two hours at most. */
const SCENARIO_QUIET_HOURS = 6;
const CHECK_EVERY_MS = 6 * HOUR_MS;
/** The quiet time is over when nothing was open anywhere for so long after a turn of all wallets: each is read again within it. */
const REST_MARGIN_MS = 30 * 60_000;
const REST_LOOK_MS = 15 * 60_000;
/** After the longest time a process may stand still: all of them stop, and seal what they wrote. */
const STOP_MARGIN_MS = HOUR_MS;
/** The log of every so manieth seed is exported and read. */
const LOG_EVERY = 5;
/** Every so manieth seed sits its quiet time out to the end. */
const PATIENT_EVERY = 25;
const ROWS_MAX = 10_000;
const UNIT = 1_000_000;
/** Between two customers at one wallet: few and large, so that the hours are full of transfers and not of small change. */
const FLOW_PAUSE_MS: readonly [number, number] = [60_000, 5 * HOUR_MS];

/** @example const { violations } = await runSeed({ seed: 7, hours: 72 }) */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const { hours, scenario } = options;
  const lowerGuard = raiseGuard(options.trace === true);
  try {
    const simulation = new Simulation(options);
    watchVenues(simulation);
    simulation.restart("one");
    if (simulation.faults.strikes("second_instance")) simulation.restart("two");
    startApprovers(simulation);
    startResolvers(simulation);
    if (scenario === undefined) startWeather(simulation);
    else scenario.begin?.(simulation);
    for (let at = START; at < START + hours * HOUR_MS; ) {
      at = Math.min(at + CHECK_EVERY_MS, START + hours * HOUR_MS);
      await simulation.clock.run(at);
      await checkAlways(simulation);
    }
    simulation.faults.end();
    const quiet_hours = scenario === undefined ? QUIET_HOURS : (scenario.quiet_hours ?? SCENARIO_QUIET_HOURS);
    await finish(simulation, START + (hours + quiet_hours) * HOUR_MS);
    return await resultOf(simulation);
  } finally {
    lowerGuard();
  }
}

function startWeather(simulation: Simulation): void {
  startFreezes(simulation);
  startEnvelopes(simulation);
  startFlows(simulation);
  startPayouts(simulation);
}

async function finish(simulation: Simulation, end: number): Promise<void> {
  const { clock, options, pace } = simulation;
  const { seed, scenario } = options;
  const rest_ms = pace.custody_poll_ms + REST_MARGIN_MS;
  const patient = seed % PATIENT_EVERY === 0;
  let rested_ms = 0;
  while (clock.now() < end && (patient || rested_ms < rest_ms)) {
    void unfreeze(simulation);
    void endPayouts(simulation);
    await clock.run(Math.min(clock.now() + REST_LOOK_MS, end));
    rested_ms = (await isAtRest(simulation)) ? rested_ms + REST_LOOK_MS : 0;
  }
  await checkEnd(simulation);
  await checkPayoutsEnd(simulation);
  await countEnvelopes(simulation);
  simulation.end.abort();
  await clock.run(clock.now() + PAUSE_REAL_MS_MAX * pace.rate + STOP_MARGIN_MS);
  if (scenario === undefined && seed % LOG_EVERY === 0) await checkExport(simulation);
}

/** The checker that shares no code with the daemon reads the log as an auditor would. */
async function checkExport({ truth, world, tally, skew_ms_max: skew_ms }: Simulation): Promise<void> {
  const lines: string[] = [];
  for await (const line of exportJsonl(truth, "simulated")) lines.push(line);
  const { effects, accounts } = world;
  const approvals_needed = Math.max(...AUTHORITY.tiers.map((tier) => tier.approvals_needed));
  const found = checkLog(lines, { effects, accounts: [...accounts.values()], approvals_needed, skew_ms });
  for (const { invariant, detail } of found) tally.violate(invariant, detail);
}

/** Counts what leaves the daemon and looks at it before the world does. */
function watchVenues(simulation: Simulation): void {
  const { world, tally } = simulation;
  world.onEffect = (effect) => {
    void checkEffect(simulation, effect);
    void checkPayout(simulation, effect);
  };
  for (const venue of simulation.venues.values()) {
    const submit = venue.submit.bind(venue);
    (venue as { submit: Venue["submit"] }).submit = async (prepared) => {
      const { plan_id } = prepared.body as RequestBody;
      await checkSubmit(simulation, plan_id);
      const outcome = await submit(prepared);
      tally.note(`${venue.id} ${plan_id} ${outcome.outcome}`);
      return outcome;
    };
  }
}

/** Customers: many small movements, now and then a large one, in phases of net inflow and net outflow. */
function startFlows(simulation: Simulation): void {
  const random = createStream(simulation.options.seed, "flows");
  const { clock, world, faults } = simulation;
  const hot = [...world.accounts.values()].filter((account) => account.hot);
  let drift = 0;
  const next = (account: WorldAccount): void => {
    clock.after(between(random, ...FLOW_PAUSE_MS), () => {
      if (!faults.on) return;
      if (chance(random, 0.1)) drift = between(random, -2, 2);
      const whale = chance(random, 0.05) ? 3 : 1;
      const amount = BigInt(between(random, 1_000, 700_000) * whale) * BigInt(UNIT);
      world.flow(account, random.next() < 0.5 + drift * 0.12 ? amount : -amount);
      next(account);
    });
  };
  for (const account of hot) next(account);
}

async function resultOf(simulation: Simulation): Promise<SeedResult> {
  const { options, tally, faults, truth } = simulation;
  const rows = await truth.read("result", (tx) => tx.find(tables.transfer, { limit: ROWS_MAX }));
  const events = await truth.read("result", (tx) =>
    tx.find(tables.event, { where: { kind: "transfer.state" }, limit: ROWS_MAX }),
  );
  const states: Record<string, number> = { planned: rows.length };
  for (const { payload } of events) {
    const { to_state } = payload as { to_state: string };
    states[to_state] = (states[to_state] ?? 0) + 1;
  }
  return {
    seed: options.seed,
    violations: tally.violations,
    transfers: rows.length,
    faulted_transfers: faults.struck.size,
    crash_restarts: tally.crash_restarts,
    faults_reached: Object.fromEntries([...faults.reached, ...faults.noted]),
    states_reached: states,
    trace_digest: tally.digest(),
    trace: tally.trace,
  };
}
