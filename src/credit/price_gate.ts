/**
 * Quotes before they may set anything off. A source that repeats itself while others move is left out: it is frozen; where all do,
 * the price is as old as its last move. A price that jumps further than the limit between two polls must be seen twice before it
 * acts, and so must the first one after a start: one poll can be wrong in all sources.
 */
import { compareRatios, divide, type Ratio } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { Quote } from "../prices/index.ts";

export interface GateLimits {
  readonly frozen_after_ms: number;
  readonly jump_ppm: number;
}

interface SourceSeen {
  readonly price: Ratio;
  /** Since when it has said the same. */
  readonly since: Instant;
}

const PPM = 1_000_000n;

/** Remembers one poll after the other; all of it can be lost. */
export class PriceGate {
  readonly #limits: GateLimits;
  readonly #seen = new Map<string, Map<string, SourceSeen>>();
  readonly #accepted = new Map<string, Ratio>();
  readonly #doubted = new Map<string, Ratio>();

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  /** The quotes of one poll, all sources of one asset. */
  observe(asset: string, quotes: readonly Quote[], now: Instant): void {
    const seen = this.#seen.get(asset) ?? new Map<string, SourceSeen>();
    this.#seen.set(asset, seen);
    for (const { source, price } of quotes) {
      const last = seen.get(source);
      if (last === undefined || compareRatios(last.price, price) !== 0) seen.set(source, { price, since: now });
    }
  }

  /** Without the sources that stand still while another moved. */
  moving(asset: string, quotes: readonly Quote[], now: Instant): readonly Quote[] {
    if (this.stillSince(asset, now) !== null) return quotes;
    const frozen = new Set(this.frozen(asset, now));
    return quotes.filter(({ source }) => !frozen.has(source));
  }

  /** Sources that stand still now; all of them where none moves. */
  frozen(asset: string, now: Instant): readonly string[] {
    return [...(this.#seen.get(asset) ?? [])].filter(([, one]) => this.#stands(one, now)).map(([source]) => source);
  }

  /** Since when nothing moves at all, where all sources stand still; null while one moves, and before there was a quote. */
  stillSince(asset: string, now: Instant): Instant | null {
    const seen = [...(this.#seen.get(asset)?.values() ?? [])];
    if (seen.length === 0 || seen.some((one) => !this.#stands(one, now))) return null;
    return Math.max(...seen.map(({ since }) => since));
  }

  /** Whether the price made of this poll may act. Called once for each poll. */
  judge(asset: string, price: Ratio): boolean {
    const accepted = this.#accepted.get(asset);
    const doubted = this.#doubted.get(asset);
    const near = (other: Ratio | undefined): boolean =>
      other !== undefined && moveOf(other, price) <= BigInt(this.#limits.jump_ppm);
    if (near(accepted) || near(doubted)) {
      this.#accepted.set(asset, price);
      this.#doubted.delete(asset);
      return true;
    }
    this.#doubted.set(asset, price);
    return false;
  }

  /** Why the price may not act before another poll: none was confirmed since the start, or the last one jumped. Null: it may. */
  doubt(asset: string): "first" | "jump" | null {
    if (!this.#accepted.has(asset)) return "first";
    return this.#doubted.has(asset) ? "jump" : null;
  }

  #stands({ since }: SourceSeen, now: Instant): boolean {
    return now - since > this.#limits.frozen_after_ms;
  }
}

/** Size of a move in parts per million of the price before, rounded up. */
function moveOf(before: Ratio, after: Ratio): bigint {
  const difference = after.num * before.den - before.num * after.den;
  return divide((difference < 0n ? -difference : difference) * PPM, before.num * after.den, "up");
}
