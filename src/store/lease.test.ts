import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acquireLease, holdsLease, LEASE_TTL_MS_MAX, releaseLease } from "./lease.ts";
import { MemoryStore } from "./memory/memory.ts";

function start() {
  const clock = { at: 1_000, now: () => clock.at };
  const store = new MemoryStore({ clock });
  const acquire = (owner: string, ttl_ms = 100) =>
    store.tx("acquire", (tx) => acquireLease(tx, { name: "sealer", owner, ttl_ms }));
  const holds = (owner: string, fence: number) => store.tx("holds", (tx) => holdsLease(tx, "sealer", owner, fence));
  return { clock, store, acquire, holds };
}

describe("lease", () => {
  it("goes to the first who asks, and to nobody else while it runs", async () => {
    const { acquire, holds } = start();
    expect(await acquire("a")).toEqual({ fence: 1, until: 1_100 });
    expect(await acquire("b")).toBeNull();
    expect(await holds("a", 1)).toBe(true);
    expect(await holds("b", 1)).toBe(false);
  });

  it("is renewed by its owner under the same fence", async () => {
    const { clock, acquire } = start();
    await acquire("a");
    clock.at += 60;
    expect(await acquire("a")).toEqual({ fence: 1, until: 1_160 });
  });

  it("raises the fence on a take-over, and the sleeper's fence no longer holds", async () => {
    const { clock, acquire, holds } = start();
    await acquire("a");
    clock.at = 1_100;
    expect(await holds("a", 1)).toBe(false);
    expect(await acquire("b")).toMatchObject({ fence: 2 });
    expect(await acquire("a")).toBeNull();
    expect(await holds("a", 1)).toBe(false);
    expect(await holds("b", 2)).toBe(true);
  });

  it("raises the fence for an owner that comes back too late", async () => {
    const { clock, acquire, holds } = start();
    await acquire("a");
    clock.at += 500;
    expect(await acquire("a")).toMatchObject({ fence: 2 });
    expect(await holds("a", 1)).toBe(false);
  });

  it("is free again after a release by its holder alone", async () => {
    const { store, acquire } = start();
    await acquire("a");
    expect(await store.tx("release", (tx) => releaseLease(tx, "sealer", "b", 1))).toBe(false);
    expect(await acquire("b")).toBeNull();
    expect(await store.tx("release", (tx) => releaseLease(tx, "sealer", "a", 1))).toBe(true);
    expect(await acquire("b")).toMatchObject({ fence: 2 });
  });

  it.each([0, -1, 1.5, Number.NaN, LEASE_TTL_MS_MAX + 1])("refuses a lifetime of %d ms", async (ttl_ms) => {
    await expect(start().acquire("a", ttl_ms)).rejects.toThrow("ttl_ms");
  });

  it("never has two holders, and its fence never falls", async () => {
    const step = fc.record({ owner: fc.constantFrom("a", "b", "c"), wait_ms: fc.nat(150) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { clock, acquire, holds } = start();
        const fences = new Map<string, number>();
        let highest = 0;
        for (const { owner, wait_ms } of steps) {
          clock.at += wait_ms;
          const got = await acquire(owner);
          if (got) {
            expect(got.fence).toBeGreaterThanOrEqual(highest);
            highest = got.fence;
            fences.set(owner, got.fence);
          }
          let holders = 0;
          for (const [name, fence] of fences) if (await holds(name, fence)) holders += 1;
          expect(holders).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });
});
