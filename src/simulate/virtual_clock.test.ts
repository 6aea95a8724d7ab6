import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "./virtual_clock.ts";

describe("VirtualClock", () => {
  it("passes time only when somebody waits for it", async () => {
    const clock = new VirtualClock(1_000);
    const woken: number[] = [];
    void clock.sleep(50).then(() => woken.push(clock.now()));
    void clock.sleep(10).then(() => woken.push(clock.now()));
    expect(clock.now()).toBe(1_000);
    await clock.run(1_100);
    expect(woken).toEqual([1_010, 1_050]);
    expect(clock.now()).toBe(1_100);
  });

  it("lets everything an alarm sets off come to rest before the next one", async () => {
    const clock = new VirtualClock(0);
    const order: string[] = [];
    const work = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      order.push(`${name} wakes`);
      await Promise.resolve();
      await Promise.resolve();
      order.push(`${name} rests`);
    };
    void work("a", 5);
    void work("b", 5);
    await clock.run(5);
    expect(order).toEqual(["a wakes", "a rests", "b wakes", "b rests"]);
  });

  it("leaves alarms beyond the end for later", async () => {
    const clock = new VirtualClock(0);
    let rang = false;
    clock.schedule(100, () => {
      rang = true;
    });
    await clock.run(99);
    expect(rang).toBe(false);
    await clock.run(100);
    expect(rang).toBe(true);
  });

  it("forgets what was cancelled, and wakes a sleeper whose signal aborts", async () => {
    const clock = new VirtualClock(0);
    let rang = false;
    clock.schedule(5, () => {
      rang = true;
    })();
    const abort = new AbortController();
    const sleeper = clock.sleep(1_000, abort.signal).then(() => clock.now());
    clock.schedule(7, () => abort.abort());
    await clock.run(10);
    expect(rang).toBe(false);
    expect(await sleeper).toBe(7);
    await clock.sleep(1_000, abort.signal);
    expect(clock.now()).toBe(10);
  });

  it("rings in the order of time, and of asking at the same time", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 60 }), async (delays) => {
        const clock = new VirtualClock(0);
        const rung: [number, number][] = [];
        for (const [index, at] of delays.entries()) clock.schedule(at, () => rung.push([at, index]));
        await clock.run(50);
        expect(rung).toEqual(delays.map((at, index) => [at, index]).sort(byTimeThenIndex));
      }),
      { numRuns: 50 },
    );
  });
});

function byTimeThenIndex(a: number[], b: number[]): number {
  return (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0);
}
