import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../ports/index.ts";
import { SortedBlocks } from "./sorted_blocks.ts";

const entries = (blocks: SortedBlocks, low = 0, high = Number.MAX_SAFE_INTEGER): string[] => {
  const found: string[] = [];
  blocks.visit(low, high, (slot, key) => found.push(`${key}:${slot}`));
  return found;
};

describe("sorted blocks", () => {
  it("hold what a sorted array holds, through splits, repeated keys and removals", () => {
    const random = createSeededRandom(3);
    const blocks = new SortedBlocks();
    let plain: { key: number; slot: number }[] = [];
    for (let slot = 0; slot < 6_000; slot += 1) {
      const key = Math.floor(random.next() * (slot % 2 === 0 ? 40 : 1_000_000));
      blocks.insert(key, slot);
      plain.push({ key, slot });
      if (random.next() < 0.3) {
        const [gone] = plain.splice(Math.floor(random.next() * plain.length), 1);
        if (gone) blocks.remove(gone.key, gone.slot);
      }
    }
    const show = (list: typeof plain): string[] => list.map(({ key, slot }) => `${key}:${slot}`).sort();
    expect(blocks.size).toBe(plain.length);
    expect(entries(blocks).sort()).toEqual(show(plain));
    for (const [low, high] of [
      [17, 17],
      [0, 39],
      [40, 500_000],
      [999_999, 2_000_000],
      [30, 20],
    ] as const) {
      expect(entries(blocks, low, high).sort()).toEqual(show(plain.filter(({ key }) => key >= low && key <= high)));
    }
    const keys = entries(blocks).map((entry) => Number(entry.split(":")[0]));
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
    for (const { key, slot } of plain) blocks.remove(key, slot);
    plain = [];
    expect([blocks.size, entries(blocks)]).toEqual([0, []]);
    blocks.insert(5, 1);
    expect(entries(blocks)).toEqual(["5:1"]);
  });

  it("do not remove what is not there", () => {
    const blocks = new SortedBlocks();
    blocks.insert(1, 1);
    expect(() => blocks.remove(1, 2)).toThrow("was inserted");
  });
});
