import { beforeEach, describe, expect, it } from "vitest";
import { MemoryData, MemoryStore } from "../store/index.ts";
import { keepLead, lead, startLead, stepDown } from "./leader.ts";
import { LEADER_RENEW_REAL_MS, LEADER_TTL_MS } from "./limits.ts";
import { newState } from "./state.ts";
import type { DaemonDeps } from "./types.ts";

/** Instances on one store, whose time is the clock's. */
function openDeployment() {
  const clock = { at: 1_700_000_000_000, rate: 1, now: () => clock.at };
  const data = new MemoryData();
  let writes = 0;
  const instance = (instance_id: string) => {
    const inner = new MemoryStore({ clock, data });
    const tx: typeof inner.tx = (label, work) => {
      writes += 1;
      return inner.tx(label, work);
    };
    const store = { tx };
    return { deps: { instance_id, clock, store } as unknown as DaemonDeps, state: newState() };
  };
  return { clock, instance, writes: () => writes };
}

let deployment: ReturnType<typeof openDeployment>;
beforeEach(() => {
  deployment = openDeployment();
});

describe("the lead at the start of a cycle", () => {
  it("is not asked for again while this instance took it a moment ago", async () => {
    const { clock, instance, writes } = deployment;
    const { deps, state } = instance("one");
    expect(await startLead(deps, state)).toBe(true);
    clock.at += LEADER_RENEW_REAL_MS - 1;
    expect(await startLead(deps, state)).toBe(true);
    expect(writes()).toBe(1);
    clock.at += 1;
    expect(await startLead(deps, state)).toBe(true);
    expect(writes()).toBe(2);
  });

  it("is asked for every time by an instance that has it not, or gave it back", async () => {
    const { instance, writes } = deployment;
    const [one, two] = [instance("one"), instance("two")];
    expect(await startLead(one.deps, one.state)).toBe(true);
    expect(await startLead(two.deps, two.state)).toBe(false);
    await stepDown(one.deps, one.state);
    expect(await startLead(two.deps, two.state)).toBe(true);
    expect(await startLead(one.deps, one.state)).toBe(false);
    expect(writes()).toBe(5);
  });

  it("is asked for by an instance that stood still, whose clock was set back, or whose log must be held against its witnesses", async () => {
    const { clock, instance, writes } = deployment;
    const [one, two] = [instance("one"), instance("two")];
    await lead(one.deps, one.state);
    clock.at += LEADER_TTL_MS + 1;
    expect(await startLead(two.deps, two.state)).toBe(true);
    expect(await startLead(one.deps, one.state)).toBe(false);
    clock.at -= 3_600_000;
    expect(await startLead(two.deps, two.state)).toBe(true);
    expect(writes()).toBe(4);
    const witnessed = { ...two.deps, witnesses: [], log: { error: () => {} } } as unknown as DaemonDeps;
    two.state.log_fence = null;
    await startLead(witnessed, two.state).catch(() => undefined);
    expect(writes()).toBeGreaterThan(4);
  });

  it("regression: is asked for by an instance whose last renewal did not reach the database", async () => {
    const { clock, instance } = deployment;
    const [one, two] = [instance("one"), instance("two")];
    await lead(one.deps, one.state);
    clock.at += LEADER_TTL_MS - 1;
    const { store } = one.deps;
    const away = { ...one.deps, store: { tx: () => Promise.reject(new Error("away")) } } as unknown as DaemonDeps;
    await expect(startLead(away, one.state)).rejects.toThrow("away");
    clock.at += 1;
    expect(await startLead(two.deps, two.state)).toBe(true);
    expect(await startLead({ ...away, store }, one.state)).toBe(false);
  });

  it("counts a fast clock as it is, where a long cycle counts real time", async () => {
    const { clock, instance, writes } = deployment;
    const { deps, state } = instance("one");
    await lead(deps, state);
    clock.rate = 60;
    clock.at += LEADER_RENEW_REAL_MS;
    expect(await keepLead(deps, state)).toBe(true);
    expect(writes()).toBe(1);
    expect(await startLead(deps, state)).toBe(true);
    expect(writes()).toBe(2);
  });
});
