/** Three daemons on one database: one leads, the others wait; who dies is replaced, and nothing is paid twice. */
import { expect } from "vitest";
import { createDatabase, Eyes, paidTwice, type SharedWorld, startKnown, startSharedWorld } from "../parts/daemons.ts";
import { type RunningTidegate, until } from "../parts/process.ts";
import { busy } from "../parts/process_config.ts";

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

/** One leads at a time, and the next takes over when it is killed. */
export async function killedLeaders(): Promise<void> {
  await open();
  try {
    await tell();
  } finally {
    await close();
  }
}

async function tell(): Promise<void> {
  const running = new Map<string, RunningTidegate>();
  try {
    for (let i = 0; i < 3; i += 1) {
      const { tidegate, instance } = await startKnown(world, eyes, url);
      running.set(instance, tidegate);
    }
    await eyes.settleMore(1);
    // Nobody took the lead from the first one while it lived.
    expect(await eyes.leader()).toMatchObject({ owner: [...running.keys()][0], fence: 1 });
    for (const fence of [2, 3]) {
      const dead = (await eyes.leader())?.owner ?? "";
      await running.get(dead)?.kill();
      running.delete(dead);
      const next = await until("another leader", () => eyes.leader().then((now) => now?.owner !== dead && now));
      expect(next.fence).toBe(fence);
      expect([...running.keys()]).toContain(next.owner);
    }
    await eyes.settleMore(1);
    const [last] = running.values();
    const { status } = (await last?.ask("GET", "/readyz")) ?? {};
    expect(status).toBe(200);
    expect(await last?.stop()).toMatchObject({ exit_code: 0 });
    expect(paidTwice(world)).toEqual([]);
    expect(await eyes.problems(world)).toEqual([]);
  } finally {
    for (const tidegate of running.values()) await tidegate.kill();
  }
}
