/** Facilities as rows of numbers: a slot is a row, reused when its facility leaves. */
import { CreditError } from "./errors.ts";

/** More facilities than this in one index are another process's work. */
export const FACILITIES_MAX = 4_000_000;
const START = 1_024;

export class Slots {
  /** Ranks of stages; see `STAGES`. */
  stages = new Uint8Array(START);
  /** Parity on its book's grid. */
  keys = new Float64Array(START);
  /** Parity, exact. */
  readonly nums: bigint[] = [];
  readonly dens: bigint[] = [];
  private readonly free: number[] = [];
  private used = 0;

  /** @throws CreditError credit_book_full */
  take(): number {
    const reused = this.free.pop();
    if (reused !== undefined) return reused;
    if (this.used === FACILITIES_MAX) {
      throw new CreditError("credit_book_full", `One index watches at most ${FACILITIES_MAX} facilities.`);
    }
    if (this.used === this.stages.length) this.grow();
    this.nums.push(0n);
    this.dens.push(1n);
    this.used += 1;
    return this.used - 1;
  }

  give(slot: number): void {
    this.stages[slot] = 0;
    this.nums[slot] = 0n;
    this.dens[slot] = 1n;
    this.free.push(slot);
  }

  private grow(): void {
    const [stages, keys] = [this.stages, this.keys];
    this.stages = new Uint8Array(stages.length * 2);
    this.stages.set(stages);
    this.keys = new Float64Array(keys.length * 2);
    this.keys.set(keys);
  }
}
