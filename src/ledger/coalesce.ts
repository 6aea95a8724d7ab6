/**
 * Work of many callers in few pieces: whoever comes while a piece is under way goes with the next one, and hears of its own part
 * alone. A piece that fails for what one of its callers brought is done again for each by itself, so that nobody is harmed by a
 * neighbour; where the database failed, everybody hears it.
 */
import { assert } from "../errors/index.ts";
import { StoreError } from "../store/index.ts";

/** What became of one caller's part. */
export type Part<Out> = { readonly done: Out } | { readonly refused: unknown };

export interface CoalesceParts<In, Out> {
  /** Callers of one piece at most. */
  readonly batch_max: number;
  /** Called by one piece at a time. One part for each input, in their order. */
  readonly settle: (some: readonly In[]) => Promise<readonly Part<Out>[]>;
  /** Called after each piece with its size. */
  readonly onBatch?: ((size: number) => void) | undefined;
}

export interface Coalesced<In, Out> {
  readonly waiting: () => number;
  run(input: In): Promise<Out>;
}

/** Turns of the microtask queue in which the callers of the last piece may come again. */
const TURNS = 8;

interface Caller<In, Out> {
  readonly input: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

/** @example const desk = coalesce({ batch_max: 200, settle }); await Promise.all(inputs.map((input) => desk.run(input))); */
export function coalesce<In, Out>({ batch_max, settle, onBatch }: CoalesceParts<In, Out>): Coalesced<In, Out> {
  const waiting: Caller<In, Out>[] = [];
  let working = false;

  /** Never rejects: every caller is answered. */
  async function answer(some: readonly Caller<In, Out>[]): Promise<void> {
    try {
      tell(some, await settle(some.map(({ input }) => input)));
    } catch (error) {
      if (some.length > 1 && !isOutage(error)) for (const one of some) await answer([one]);
      else for (const { reject } of some) reject(error);
    }
  }

  async function work(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
      const some = waiting.splice(0, batch_max);
      await answer(some);
      onBatch?.(some.length);
      for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
    }
    working = false;
  }

  return {
    waiting: () => waiting.length,
    run: (input) =>
      new Promise<Out>((resolve, reject) => {
        waiting.push({ input, resolve, reject });
        if (!working) void work();
      }),
  };
}

/** To each its own part. */
function tell<In, Out>(some: readonly Caller<In, Out>[], parts: readonly Part<Out>[]): void {
  assert(parts.length === some.length, "a piece of work answers each of its callers");
  for (const [at, { resolve, reject }] of some.entries()) {
    const part = parts[at] as Part<Out>;
    if ("refused" in part) reject(part.refused);
    else resolve(part.done);
  }
}

/** Nothing to do with what anybody brought. */
function isOutage(error: unknown): boolean {
  const codes = ["store_conflict", "store_commit_unknown", "store_unavailable", "store_closed"];
  return error instanceof StoreError && codes.includes(error.code);
}
