/**
 * A database that was restored from a copy: it does not know what was paid since. The daemon notices at its start, by the
 * checkpoint that is kept outside the database, and pays nothing until an admin signs that the loss is accepted.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Client } from "pg";
import { expect } from "vitest";
import type { Health, Overview } from "../../src/api/index.ts";
import { createDatabase, Eyes, paidTwice, type SharedWorld, startSharedWorld } from "../parts/daemons.ts";
import { type RunningTidegate, until } from "../parts/process.ts";
import { busy } from "../parts/process_config.ts";

const SERVER = process.env.TIDEGATE_TEST_DATABASE_URL ?? "";

/** Refuses to pay on an older copy, goes on with the newer one, and on the copy only after an admin's signature. */
export async function restoredCopy(): Promise<void> {
  const world = await startSharedWorld((file) => {
    busy(file);
    file.sandbox.speed = "2h/s";
  });
  try {
    await tell(world);
  } finally {
    await world.stop();
  }
}

async function tell(world: SharedWorld): Promise<void> {
  const original = await createDatabase(SERVER);
  await live(world, original);
  const copy = await copyDatabase(original);
  await live(world, original);
  const paid = world.sandbox.world.state.transfers.size;
  expect(paid).toBeGreaterThan(1);
  const restored = await world.start(copy);
  try {
    const health = await restored.get<Health>("/readyz");
    expect(health).toMatchObject({ status: "degraded" });
    expect(health.checks).toContainEqual({ name: "log", ok: false, detail: expect.stringMatching(/older copy/) });
    await cyclesMore(restored, 5);
    const overview = await restored.get<Overview>("/v1/overview");
    expect(overview.mode).toBe("frozen");
    expect(overview.exceptions.map(({ code }) => code)).toContain("audit_log_behind");
    expect(world.sandbox.world.state.transfers.size).toBe(paid);
    expect(await restored.cli("resume", "--key", keyOf(world, "ana"), "--yes")).toMatchObject({
      exit_code: 1,
      stderr: expect.stringContaining("audit_loss_not_accepted"),
    });
    const first = await restored.cli("resume", "--accept-loss", "--key", keyOf(world, "ana"), "--yes");
    expect(first).toMatchObject({ exit_code: 0, stdout: expect.stringContaining("stays frozen") });
    expect((await restored.get<Overview>("/v1/overview")).mode).toBe("frozen");
    const accepted = await restored.cli("resume", "--accept-loss", "--key", keyOf(world, "ben"), "--yes");
    expect(accepted).toMatchObject({ exit_code: 0, stdout: expect.stringContaining("in mode") });
    await until("a log that is whole again", async () => (await restored.get<Health>("/readyz")).status === "ok");
    expect(await restored.stop()).toMatchObject({ exit_code: 0 });
  } finally {
    await restored.kill();
  }
  expect(paidTwice(world)).toEqual([]);
}

const keyOf = (world: SharedWorld, person: string): string =>
  join(world.config.store.data_dir, "keys", `${person}.json`);

/** A daemon runs until something more was settled, and is stopped. */
async function live(world: SharedWorld, url: string): Promise<void> {
  const eyes = await Eyes.open(url);
  const tidegate = await world.start(url);
  try {
    await eyes.settleMore(1);
    expect(await tidegate.stop()).toMatchObject({ exit_code: 0 });
  } finally {
    await tidegate.kill();
    await eyes.store.close();
  }
}

/** As a file copy of a stopped server would be: everything as it is now, under another name. */
async function copyDatabase(url: string): Promise<string> {
  const name = `tidegate_${randomBytes(6).toString("hex")}`;
  const own = new URL(url);
  const client = new Client({ connectionString: SERVER });
  await client.connect();
  try {
    await client.query(`create database ${name} template ${own.pathname.slice(1)}`);
  } finally {
    await client.end();
  }
  own.pathname = `/${name}`;
  return own.href;
}

async function cyclesMore(tidegate: RunningTidegate, count: number): Promise<void> {
  for (let cycle = 0; cycle < count; cycle += 1) {
    const { last_cycle_at } = await tidegate.get<Overview>("/v1/overview");
    await until("another cycle", async () => {
      return (await tidegate.get<Overview>("/v1/overview")).last_cycle_at !== last_cycle_at;
    });
  }
}
