import { describe, expect, it } from "vitest";
import { allOf } from "./all_of.ts";

describe("allOf", () => {
  it("waits for all of them and tells the first in the order given, not the first in time", async () => {
    const ended: string[] = [];
    const late = async (): Promise<void> => {
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
      ended.push("late");
      throw new Error("first in order");
    };
    const early = async (): Promise<void> => {
      ended.push("early");
      throw new Error("first in time");
    };
    await expect(allOf([late(), early()])).rejects.toThrow("first in order");
    expect(ended).toEqual(["early", "late"]);
  });

  it("is silent when nothing forbids", async () => {
    await expect(allOf([Promise.resolve(1), Promise.resolve(null)])).resolves.toBeUndefined();
  });
});
