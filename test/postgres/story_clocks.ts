/** Clocks that are wrong: leases run in the database's time, so no clock of a daemon gives it the lead or takes it away. */
import { expect } from "vitest";
import { logSigner } from "../../src/compose/keys.ts";
import { openApprovers } from "../../src/compose/sandbox.ts";
import { daemonDeps } from "../../src/compose/start_daemon.ts";
import { createTreasury } from "../../src/daemon/index.ts";
import { openPostgres } from "../../src/store/index.ts";
import { createScaledClock } from "../../src/system/index.ts";
import { createDatabase, Eyes, paidTwice, type SharedWorld, startSharedWorld } from "../parts/daemons.ts";
import { timeOf } from "../parts/daemons_world.ts";
import { busy } from "../parts/process_config.ts";

const HOUR = 3_600_000;
const SERVER = process.env.TIDEGATE_TEST_DATABASE_URL ?? "";

let world: SharedWorld;
let url: string;
let eyes: Eyes;
async function open(): Promise<void> {
  world = await startSharedWorld((file) => {
    busy(file);
    file.sandbox.speed = "2h/s";
  });
  url = await createDatabase(SERVER);
  eyes = await Eyes.open(url);
}

async function close(): Promise<void> {
  await eyes.store.close();
  await world.stop();
}

/** Set back and ahead by an hour: the lead stays where it is, and nothing doubles. */
export async function wrongClocks(): Promise<void> {
  await open();
  try {
    await tell();
  } finally {
    await close();
  }
}

async function tell(): Promise<void> {
  const first = await startInside();
  await eyes.settleMore(1);
  const second = await startInside();
  first.clock.off_by_ms = -HOUR;
  second.clock.off_by_ms = HOUR;
  await eyes.settleMore(1);
  expect(await eyes.leader()).toMatchObject({ owner: first.instance, fence: 1 });
  await first.stop();
  second.clock.off_by_ms = -HOUR;
  await eyes.settleMore(1);
  expect(await eyes.leader()).toMatchObject({ owner: second.instance, fence: 2 });
  await second.stop();
  expect(paidTwice(world)).toEqual([]);
  expect(await eyes.problems(world)).toEqual([]);
}

/** A daemon in this process, with a clock that can be set. */
async function startInside() {
  const { config } = world;
  const right = createScaledClock(timeOf(world));
  const clock = {
    off_by_ms: 0,
    rate: right.rate,
    now: () => right.now() + clock.off_by_ms,
    sleep: right.sleep,
  };
  const store = await openPostgres({ url });
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const log_signer = await logSigner(config.store.data_dir);
  const deps = daemonDeps(config, { clock, store, sandbox: world.sandbox, log, log_signer });
  const treasury = createTreasury(deps);
  const stopping = new AbortController();
  const running = treasury.run(stopping.signal);
  const approvers = await openApprovers(config, treasury);
  return {
    clock,
    instance: deps.instance_id,
    stop: async () => {
      await approvers?.stop();
      stopping.abort();
      await running;
      for (const venue of deps.venues.values()) await venue.close();
      await store.close();
    },
  };
}
