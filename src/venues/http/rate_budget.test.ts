import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HurriedClock } from "../conformance/hurried_clock.ts";
import { ManualClock } from "../conformance/manual_clock.ts";
import { RateBudget } from "./rate_budget.ts";
import type { Priority } from "./types.ts";

const TEN_A_SECOND = { requests: 10, per_ms: 1_000 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a rate budget", () => {
  it("never lets more through than the vendor allows, whoever asks", async () => {
    const priority = fc.constantFrom<Priority>("money", "lookup", "poll");
    await fc.assert(
      fc.asyncProperty(fc.array(priority, { minLength: 1, maxLength: 60 }), async (asks) => {
        const clock = new HurriedClock(0);
        const budget = new RateBudget("acme", clock, [TEN_A_SECOND]);
        const gone: number[] = [];
        await Promise.all(
          asks.map(async (each) => {
            const release = await budget.acquire(each);
            gone.push(clock.now());
            release();
          }),
        );
        expect(gone).toHaveLength(asks.length);
        // A token bucket lets at most its burst and what trickles in pass, in any second.
        for (const at of gone) expect(gone.filter((t) => t >= at && t < at + 1_000).length).toBeLessThanOrEqual(20);
      }),
      { numRuns: 30 },
    );
  });

  it("lets money pass where polls wait, and look-ups before polls", async () => {
    const clock = new ManualClock(0);
    const budget = new RateBudget("acme", clock, [TEN_A_SECOND]);
    for (let i = 0; i < 8; i += 1) (await budget.acquire("poll"))();
    const order: string[] = [];
    const ask = (name: Priority): Promise<void> =>
      budget.acquire(name).then((release) => {
        order.push(name);
        release();
      });
    const waiting = [ask("poll"), ask("lookup"), ask("money")];
    await turn();
    expect(order).toEqual(["money"]);
    for (let i = 0; i < 20; i += 1) {
      clock.advance(50);
      await turn();
    }
    await Promise.all(waiting);
    expect(order).toEqual(["money", "lookup", "poll"]);
  });

  it("keeps lines free for money when polls hang", async () => {
    const budget = new RateBudget("acme", new ManualClock(0), [], 10);
    for (let i = 0; i < 8; i += 1) await budget.acquire("poll");
    let polled = false;
    void budget.acquire("poll").then(() => {
      polled = true;
    });
    const release = await budget.acquire("money");
    await turn();
    expect(polled).toBe(false);
    release();
  });

  it("says when to come back instead of waiting without end", async () => {
    const budget = new RateBudget("acme", new HurriedClock(0), [{ requests: 1, per_ms: 60_000 }]);
    (await budget.acquire("money"))();
    await expect(budget.acquire("money")).rejects.toMatchObject({ code: "venue_rate_limited" });
    budget.pause(90_000);
    await expect(budget.acquire("money")).rejects.toMatchObject({ retry_after_ms: 90_000 });
  });
});
