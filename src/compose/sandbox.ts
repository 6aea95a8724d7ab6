/** The local world of a sandbox: its time, its servers, its people. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SandboxDoor } from "../api/index.ts";
import type { TreasuryConfig } from "../config/types.ts";
import type { DaemonDeps, Treasury } from "../daemon/types.ts";
import type { Clock, Instant, Log } from "../ports/index.ts";
import {
  resumeTime,
  type Sandbox,
  startApprovers,
  startBorrowers,
  startLargeWithdrawals,
  startSandbox,
  startStatements,
  WaitingClock,
} from "../sandbox/index.ts";
import { createScaledClock, createSystemClock, ed25519SignerFromFile } from "../system/index.ts";

/** Monday, 5 January 2026: where treasury time begins in a sandbox, so that a seed tells the same story on any day. */
const SANDBOX_START: Instant = Date.UTC(2026, 0, 5);
const HOUR_PER_SECOND = 3_600;
/** Of its speed: below the one people are told that the clock waits, above the other that it does no more. */
const TELL_BELOW = 0.75;
const WELL_ABOVE = 0.95;

/** Real time, or a sandbox's faster time that goes on where it stopped. */
export function createClock(config: TreasuryConfig): Clock {
  if (config.sandbox === null) return createSystemClock();
  const { speed } = config.sandbox;
  const base = resumeTime(config.store.data_dir, speed) ?? SANDBOX_START;
  return createScaledClock({ base, factor: speed * HOUR_PER_SECOND });
}

/** The same for a daemon that is about to start: a sandbox's time waits for it where the machine is too busy for its speed. */
export function createDaemonClock(config: TreasuryConfig, log: Log): Clock {
  const inner = createClock(config);
  if (config.sandbox === null) return inner;
  return new WaitingClock({ inner, told: tellPace(log, config.sandbox.speed) });
}

/** Says once that time waits, and once that it does no more. */
export function tellPace(log: Pick<Log, "warn">, speed: number): (share: number) => void {
  let waits = false;
  return (share) => {
    if (waits ? share < WELL_ABOVE : share >= TELL_BELOW) return;
    waits = !waits;
    const facts = { minutes_per_second: tenths(speed * share * 60), asked: tenths(speed * 60) };
    if (waits)
      log.warn(facts, "This machine is busy: the sandbox's time waits for the daemon and passes slower than asked.");
    else log.warn(facts, "The sandbox's time passes as fast as asked again.");
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Null when the configuration is no sandbox. */
export async function openSandbox(config: TreasuryConfig, clock: Clock): Promise<Sandbox | null> {
  if (config.sandbox === null) return null;
  return startSandbox({ config: config.sandbox, treasury: config, data_dir: config.store.data_dir, clock });
}

/** The same world in a copy that may be thrown away: for plans, which must change nothing. */
export async function openSandboxCopy(config: TreasuryConfig, clock: Clock): Promise<Sandbox | null> {
  if (config.sandbox === null) return null;
  const world = join(config.store.data_dir, "sandbox");
  if (!existsSync(world)) return startSandbox({ config: config.sandbox, treasury: config, data_dir: null, clock });
  const copy = mkdtempSync(join(tmpdir(), "tidegate-plan-"));
  cpSync(world, join(copy, "sandbox"), { recursive: true });
  const sandbox = await startSandbox({ config: config.sandbox, treasury: config, data_dir: copy, clock });
  return {
    ...sandbox,
    stop: async () => {
      await sandbox.stop();
      rmSync(copy, { recursive: true, force: true });
    },
  };
}

/** Lets the sandbox's people answer by themselves, unless a person wants to. */
export async function openApprovers(
  config: TreasuryConfig,
  treasury: Treasury,
): Promise<{ ended: Promise<void>; stop(): Promise<void> } | null> {
  if (config.sandbox === null || config.sandbox.manual) return null;
  const files = { load: ed25519SignerFromFile };
  return startApprovers({ treasury, data_dir: config.store.data_dir, seed: config.sandbox.seed, files });
}

/** Customers who announce large withdrawals, where the configuration pays those straight from custody. */
export function openWithdrawals(config: TreasuryConfig, treasury: Treasury & { readonly deps: DaemonDeps }) {
  const direct = config.pools.some(({ policy, payees }) => policy.direct !== undefined && payees !== undefined);
  return config.sandbox === null || !direct ? null : startLargeWithdrawals(treasury, config.sandbox.seed);
}

/** Somebody who enters the balances of wallets without an interface; others confirm them, or whoever runs the sandbox does. */
export function openStatements(config: TreasuryConfig, treasury: Pick<Treasury, "proposeWallet" | "deps">) {
  return config.sandbox === null ? null : startStatements(treasury);
}

/** Lets the sandbox's borrowers take loans, where the treasury lends and this process runs their world. */
export function openBorrowers(
  { sandbox }: TreasuryConfig,
  { lending, deps }: Pick<Treasury, "lending" | "deps">,
  world: Sandbox["world"] | undefined,
): { ended: Promise<void>; stop(): Promise<void> } | null {
  if (sandbox === null || !sandbox.borrowers || lending === null || world === undefined) return null;
  return startBorrowers({ lending, deps, world, seed: sandbox.seed });
}

/** Demo identities for the terminal; only a sandbox has this door. */
export function sandboxDoor(
  config: TreasuryConfig,
  { clock, world }: { readonly clock: Clock; readonly world: Sandbox["world"] | undefined },
): SandboxDoor | undefined {
  if (config.sandbox === null) return undefined;
  return {
    ...(clock instanceof WaitingClock ? { speedShare: () => clock.shareReached() } : {}),
    demoKey: async (person_id) => {
      const person = config.authority.people.find((each) => each.id === person_id);
      const path = join(config.store.data_dir, "keys", `${person_id}.json`);
      if (person === undefined || !existsSync(path)) return null;
      const { public_key, private_key } = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
      const key_id = person.keys.find((key) => key.public_key === public_key)?.key_id;
      if (public_key === undefined || private_key === undefined || key_id === undefined) return null;
      return { person_id, key_id, scheme: "ed25519", public_key, private_key };
    },
    ...(world === undefined
      ? {}
      : {
          payIn: ({ venue, account, units: amount, tx_hash, customer_id: counterparty }) =>
            world.receive({ key: `${venue}/${account}`, amount, tx_hash, counterparty }),
        }),
  };
}
