import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../ports/index.ts";
import { SortedBlocks } from "./sorted_blocks.ts";

const keys_of = new Map<number, number>();
const ANY = new Uint8Array(6_001);
/** Everything between, as "key:slot". */
const entries = (blocks: SortedBlocks, low = 0, high = Number.MAX_SAFE_INTEGER): string[] =>
  blocks.find(low, high, ANY, 0, 0).map((slot) => `${keys_of.get(slot)}:${slot}`);

describe("sorted blocks", () => {
  it("hold what a sorted array holds, through splits, repeated keys and removals", () => {
    const random = createSeededRandom(3);
    const blocks = new SortedBlocks();
    let plain: { key: number; slot: number }[] = [];
    for (let slot = 0; slot < 6_000; slot += 1) {
      const key = Math.floor(random.next() * (slot % 2 === 0 ? 40 : 1_000_000));
      blocks.insert(key, slot);
      keys_of.set(slot, key);
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
    keys_of.set(1, 5);
    expect(entries(blocks)).toEqual(["5:1"]);
  });

  it("let go of one among a hundred thousand alike without looking at the others", () => {
    const [blocks, count] = [new SortedBlocks(), 100_000];
    for (let slot = 0; slot < count; slot += 1) blocks.insert(7, slot);
    // In another order than they came; one look at all of them for each would take minutes.
    for (let at = 0; at < count; at += 1) blocks.remove(7, (at * 61_627) % count);
    expect(blocks.size).toBe(0);
    expect(() => blocks.remove(7, 0)).toThrow("was inserted under the same key");
  });

  it("find those of a kind, and show every block in order", () => {
    const blocks = new SortedBlocks();
    const table = new Uint8Array(2_000);
    for (let slot = 0; slot < 2_000; slot += 1) {
      blocks.insert(slot % 1_000, slot);
      table[slot] = slot % 5;
    }
    const expected = Array.from({ length: 2_000 }, (_, slot) => slot)
      .filter((slot) => slot % 1_000 >= 100 && slot % 1_000 <= 700 && slot % 5 >= 1 && slot % 5 <= 2)
      .sort((a, b) => a - b);
    expect([...blocks.find(100, 700, table, 1, 2)].sort((a, b) => a - b)).toEqual(expected);
    let [seen, last] = [0, -1];
    blocks.eachBlock((keys, slots, size) => {
      for (let place = 0; place < size; place += 1) {
        expect(keys[place]).toBe((slots[place] ?? -1) % 1_000);
        expect(keys[place]).toBeGreaterThanOrEqual(last);
        last = keys[place] ?? -1;
        seen += 1;
      }
    });
    expect(seen).toBe(2_000);
  });

  it("do not remove what is not there", () => {
    const blocks = new SortedBlocks();
    blocks.insert(1, 1);
    expect(() => blocks.remove(1, 2)).toThrow("was inserted");
  });
});
