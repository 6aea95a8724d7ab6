/** What daemons that share a sandbox have to know of it; and what the sandbox knows of treasury time. */
import type { Sandbox } from "../../src/sandbox/index.ts";
import type { ScaledClockOptions } from "../../src/system/index.ts";

type Entries<M> = M extends ReadonlyMap<infer K, infer V> ? readonly (readonly [K, V])[] : never;

export interface WorldAddresses {
  readonly venues: Entries<Sandbox["venues"]>;
  readonly price_feeds: Entries<Sandbox["price_feeds"]>;
  /** Treasury time was `base` when the machine's clock said `real_ms`, and runs `factor` times as fast. */
  readonly time: { readonly base: number; readonly real_ms: number; readonly factor: number };
}

export function readAddresses(text: string): WorldAddresses {
  if (text === "") throw new Error("TIDEGATE_TEST_WORLD says where the shared sandbox is.");
  return JSON.parse(text) as WorldAddresses;
}

/** Treasury time now. */
export function nowIn(world: Pick<WorldAddresses, "time">): number {
  return timeOf(world).base;
}

/** The same treasury time in every process of this machine. */
export function timeOf({ time }: Pick<WorldAddresses, "time">): ScaledClockOptions {
  const { base, real_ms, factor } = time;
  return { base: base + (Date.now() - real_ms) * factor, factor };
}
