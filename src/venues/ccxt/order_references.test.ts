import { describe, expect, it } from "vitest";
import { OrderReferences } from "./order_references.ts";

describe("references of fills", () => {
  it("are asked for once each, and what nobody answered for again", async () => {
    const asked: string[][] = [];
    const references = new OrderReferences(async (ids) => {
      asked.push([...ids]);
      return new Map(
        ids.filter((id) => id !== "late" || asked.length > 1).map((id) => [id, id === "b" ? null : `ord_${id}`]),
      );
    });
    expect(await references.of(["a", "b", "late", "a"])).toEqual(
      new Map([
        ["a", "ord_a"],
        ["b", null],
      ]),
    );
    expect((await references.of(["a", "late"])).get("late")).toBe("ord_late");
    await references.of(["a", "b", "late"]);
    expect(asked).toEqual([["a", "b", "late"], ["late"]]);
  });

  it("fail as a whole when the exchange does not answer, and are asked for again", async () => {
    let down = true;
    const references = new OrderReferences(async (ids) => {
      if (down) throw new Error("down");
      return new Map(ids.map((id) => [id, null]));
    });
    await expect(references.of(["a"])).rejects.toThrow("down");
    down = false;
    expect(await references.of(["a"])).toEqual(new Map([["a", null]]));
    expect(await references.of([])).toEqual(new Map());
  });
});
