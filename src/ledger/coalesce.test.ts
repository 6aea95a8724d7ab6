import { describe, expect, it } from "vitest";
import { StoreError } from "../store/index.ts";
import { coalesce } from "./coalesce.ts";

/** A desk that refuses 13, cannot do a piece with 7 in it, and loses the database at 0. */
function openDesk(batch_max = 4) {
  const pieces: number[][] = [];
  const sizes: number[] = [];
  const desk = coalesce<number, string>({
    batch_max,
    settle: async (some) => {
      pieces.push([...some]);
      await Promise.resolve();
      if (some.includes(0)) throw new StoreError("store_unavailable", "gone");
      if (some.includes(7)) throw new Error("seven");
      return some.map((one) => (one === 13 ? { refused: new Error("thirteen") } : { done: `done ${one}` }));
    },
    onBatch: (size) => void sizes.push(size),
  });
  return { desk, pieces, sizes };
}

const outcomes = async (all: readonly Promise<string>[]) =>
  (await Promise.allSettled(all)).map((one) => (one.status === "fulfilled" ? one.value : String(one.reason.message)));

describe("work of many callers", () => {
  it("goes in few pieces, in the order in which it came, with no more in one than it may hold", async () => {
    const { desk, pieces, sizes } = openDesk();
    const all = [1, 2, 3, 4, 5, 6].map((one) => desk.run(one));
    expect(desk.waiting()).toBe(6);
    expect(await outcomes(all)).toEqual([1, 2, 3, 4, 5, 6].map((one) => `done ${one}`));
    expect(pieces).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    expect(sizes).toEqual([4, 2]);
  });

  it("takes those who come while a piece is under way with the next one", async () => {
    const { desk, pieces } = openDesk();
    const first = desk.run(1);
    const later = first.then(() => Promise.all([desk.run(2), desk.run(3)]));
    await later;
    expect(pieces).toEqual([[1], [2, 3]]);
  });

  it("refuses one alone, and where a piece fails for one of them does the others by themselves", async () => {
    const { desk, pieces } = openDesk();
    expect(await outcomes([5, 13, 7, 6].map((one) => desk.run(one)))).toEqual([
      "done 5",
      "thirteen",
      "seven",
      "done 6",
    ]);
    expect(pieces).toEqual([[5, 13, 7, 6], [5], [13], [7], [6]]);
  });

  it("has two pieces under way where that is asked for, shares those who wait out among them, and keeps their order", async () => {
    const pieces: number[][] = [];
    const ends: (() => void)[] = [];
    const desk = coalesce<number, number>({
      ...{ batch_max: 100, in_flight: 2 },
      settle: async (some) => {
        pieces.push([...some]);
        await new Promise<void>((resolve) => ends.push(resolve));
        return some.map((one) => ({ done: one }));
      },
    });
    const until = async (count: number) => {
      while (pieces.length < count) await Promise.resolve();
    };
    const all = Array.from({ length: 80 }, (_, at) => desk.run(at));
    await until(2);
    expect(pieces.map(({ length }) => length)).toEqual([40, 40]);
    const more = Array.from({ length: 20 }, (_, at) => desk.run(80 + at));
    expect(pieces).toHaveLength(2);
    ends[0]?.();
    await until(3);
    expect(pieces[2]).toHaveLength(20);
    for (const at of [1, 2]) ends[at]?.();
    expect(await Promise.all([...all, ...more])).toEqual(Array.from({ length: 100 }, (_, at) => at));
    expect(pieces.flat()).toEqual(Array.from({ length: 100 }, (_, at) => at));
  });

  it("tells everybody when the database is gone, and does not ask it again for each", async () => {
    const { desk, pieces } = openDesk();
    expect(await outcomes([1, 0, 2].map((one) => desk.run(one)))).toEqual(["gone", "gone", "gone"]);
    expect(pieces).toEqual([[1, 0, 2]]);
    expect(await desk.run(8)).toBe("done 8");
  });
});
