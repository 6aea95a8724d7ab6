/**
 * Numbers in order, each with the slot it belongs to, in blocks of at most 512: a lookup is two binary searches, an insert or
 * a removal moves at most one block. Keys are integers below 2^53 and may repeat; equal ones lie in the order of their slots, so
 * that thousands of loans alike are found as quickly as one.
 */
import { assert } from "../errors/index.ts";

const BLOCK_MAX = 512;

interface Block {
  readonly keys: Float64Array;
  readonly slots: Int32Array;
  size: number;
}

export class SortedBlocks {
  private readonly blocks: Block[] = [emptyBlock()];
  /** First key and slot of each block, for the search; the first is below every key. */
  private readonly firsts: number[] = [Number.NEGATIVE_INFINITY];
  private readonly first_slots: number[] = [0];
  private count = 0;

  get size(): number {
    return this.count;
  }

  insert(key: number, slot: number): void {
    const at = this.blockOf(key, slot);
    const block = this.block(at);
    if (block.size === BLOCK_MAX) {
      this.split(at);
      this.insert(key, slot);
      return;
    }
    const place = lowerBound(block, key, slot);
    block.keys.copyWithin(place + 1, place, block.size);
    block.slots.copyWithin(place + 1, place, block.size);
    block.keys[place] = key;
    block.slots[place] = slot;
    block.size += 1;
    this.count += 1;
  }

  remove(key: number, slot: number): void {
    const at = this.blockOf(key, slot);
    const block = this.block(at);
    const place = lowerBound(block, key, slot);
    const there = place < block.size && block.keys[place] === key && block.slots[place] === slot;
    assert(there, "an entry that is removed was inserted under the same key");
    block.keys.copyWithin(place, place + 1, block.size);
    block.slots.copyWithin(place, place + 1, block.size);
    block.size -= 1;
    this.count -= 1;
    if (block.size === 0 && this.blocks.length > 1) this.drop(at);
  }

  /**
   * Slots of entries with `low <= key <= high` whose value in `table` lies within `least` and `most`, in order of their keys.
   * One plain loop: this is what a price tick consists of.
   */
  find(low: number, high: number, table: Uint8Array, least: number, most: number): readonly number[] {
    const found: number[] = [];
    for (let at = this.blockOf(low, 0); at < this.blocks.length; at += 1) {
      const block = this.block(at);
      const { keys, slots, size } = block;
      for (let place = lowerBound(block, low, 0); place < size; place += 1) {
        if ((keys[place] as number) > high) return found;
        const slot = slots[place] as number;
        const value = table[slot] as number;
        if (value >= least && value <= most) found.push(slot);
      }
    }
    return found;
  }

  /** Calls `each` with the entries of every block in order; nothing may be inserted or removed meanwhile. */
  eachBlock(each: (keys: Float64Array, slots: Int32Array, size: number) => void): void {
    for (const { keys, slots, size } of this.blocks) each(keys, slots, size);
  }

  /** The only block that can hold the entry: the last whose first entry is not above it. */
  private blockOf(key: number, slot: number): number {
    let [low, high] = [0, this.firsts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.firsts[middle] as number;
      if (first < key || (first === key && (this.first_slots[middle] as number) <= slot)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private split(at: number): void {
    const block = this.block(at);
    const half = block.size >> 1;
    const right = emptyBlock();
    right.keys.set(block.keys.subarray(half, block.size));
    right.slots.set(block.slots.subarray(half, block.size));
    right.size = block.size - half;
    block.size = half;
    this.blocks.splice(at + 1, 0, right);
    this.firsts.splice(at + 1, 0, right.keys[0] as number);
    this.first_slots.splice(at + 1, 0, right.slots[0] as number);
  }

  private drop(at: number): void {
    this.blocks.splice(at, 1);
    this.firsts.splice(at, 1);
    this.first_slots.splice(at, 1);
    this.firsts[0] = Number.NEGATIVE_INFINITY;
  }

  private block(at: number): Block {
    const block = this.blocks[at];
    assert(block !== undefined, "a block that exists");
    return block;
  }
}

function emptyBlock(): Block {
  return { keys: new Float64Array(BLOCK_MAX), slots: new Int32Array(BLOCK_MAX), size: 0 };
}

/** First place whose entry is not below this one. */
function lowerBound({ keys, slots, size }: Block, key: number, slot: number): number {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = keys[middle] as number;
    if (there < key || (there === key && (slots[middle] as number) < slot)) low = middle + 1;
    else high = middle;
  }
  return low;
}
