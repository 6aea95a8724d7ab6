import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

/** Work that ends when it is told to, and notes who ran beside whom. */
function stage() {
  const turns = new Turns();
  const running = new Set<string>();
  const seen: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, again = false) =>
    turns.take(again, async () => {
      running.add(name);
      seen.push([...running].sort().join("+"));
      await new Promise<void>((resolve) => ends.set(name, resolve));
      running.delete(name);
    });
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await settle();
  };
  return { turns, run, end, seen, settle };
}

describe("turns", () => {
  it("are taken together while nobody meets anybody", async () => {
    const { run, end, seen, settle } = stage();
    const all = [run("a"), run("b"), run("c")];
    await settle();
    expect(seen).toEqual(["a", "a+b", "a+b+c"]);
    for (const name of ["a", "b", "c"]) await end(name);
    await Promise.all(all);
  });

  it("are taken alone by whoever met another, after those before and before those after", async () => {
    const { run, end, seen, settle } = stage();
    const all = [run("a"), run("again", true), run("late")];
    await settle();
    expect(seen).toEqual(["a"]);
    await end("a");
    expect(seen).toEqual(["a", "again"]);
    await end("again");
    expect(seen).toEqual(["a", "again", "late"]);
    await end("late");
    await Promise.all(all);
  });

  it("are taken together again when 64 went by without a conflict", async () => {
    const { turns, run, end, seen, settle } = stage();
    await turns.take(true, async () => {});
    for (let n = 0; n < 63; n += 1) await turns.take(false, async () => {});
    const all = [run("a"), run("b")];
    await settle();
    expect(seen).toEqual(["a", "a+b"]);
    for (const name of ["a", "b"]) await end(name);
    await Promise.all(all);
  });

  it("go on after work that failed", async () => {
    const { turns } = stage();
    await expect(turns.take(true, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await turns.take(false, async () => "yes")).toBe("yes");
  });
});
