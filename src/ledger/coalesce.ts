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
  /**
   * Pieces under way at the same time, 1 by default. With more, `settle` is called for the next piece while one is still on its
   * way, and those who wait are shared out among them.
   */
  readonly in_flight?: number | undefined;
  /** One part for each input, in their order. */
  readonly settle: (some: readonly In[]) => Promise<readonly Part<Out>[]>;
  /** Called after each piece with its size. */
  readonly onBatch?: ((size: number) => void) | undefined;
}

export interface Coalesced<In, Out> {
  readonly waiting: () => number;
  run(input: In): Promise<Out>;
}

/** Fewer than this are not shared out: two small pieces cost more than one (measured with 20 and with 200 callers). */
const SHARE_MIN = 64;
/** Turns of the microtask queue in which the callers of the last piece may come again. */
const TURNS = 8;

interface Caller<In, Out> {
  readonly input: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

/** @example const desk = coalesce({ batch_max: 200, settle }); await Promise.all(inputs.map((input) => desk.run(input))); */
export function coalesce<In, Out>({
  batch_max,
  in_flight = 1,
  settle,
  onBatch,
}: CoalesceParts<In, Out>): Coalesced<In, Out> {
  const waiting: Caller<In, Out>[] = [];
  let working = false;
  let flying = 0;

  /** Never rejects: every caller is answered. */
  async function answer(some: readonly Caller<In, Out>[]): Promise<void> {
    try {
      tell(some, await settle(some.map(({ input }) => input)));
    } catch (error) {
      if (some.length > 1 && !isOutage(error)) for (const one of some) await answer([one]);
      else for (const { reject } of some) reject(error);
    }
  }

  async function fly(some: readonly Caller<In, Out>[]): Promise<void> {
    flying += 1;
    await answer(some);
    flying -= 1;
    onBatch?.(some.length);
    await turns();
    if (!working) await work();
  }

  /** Sends pieces off until there are as many under way as there may be, or nobody waits. */
  async function work(): Promise<void> {
    working = true;
    while (waiting.length > 0 && flying < in_flight) {
      await turns();
      const shared =
        flying === 0 && waiting.length >= SHARE_MIN ? Math.ceil(waiting.length / in_flight) : waiting.length;
      void fly(waiting.splice(0, Math.min(batch_max, shared)));
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

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
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
