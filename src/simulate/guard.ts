/**
 * While a simulation runs, production code that touches the machine's time, chance, timers or network crashes with a sentence.
 * Test runners live in the same process, so only callers under `src/` are refused.
 */
import { AssertionError } from "../errors/index.ts";

const PRODUCTION = /[\\/]src[\\/](?!simulate[\\/])/;
const FRAMES_MAX = 8;

/** Puts the guard up; the result takes it down. Errors of the run carry their stack only where somebody will read it. */
export function raiseGuard(with_stacks: boolean): () => void {
  const { stackTraceLimit } = Error;
  if (!with_stacks) Error.stackTraceLimit = 0;
  const { Date: RealDate, setTimeout, setInterval, fetch } = globalThis;
  const random = Math.random;
  const guarded = <F extends (...args: never[]) => unknown>(name: string, real: F): F =>
    ((...args: Parameters<F>) => {
      refuseProduction(name);
      return real(...args);
    }) as F;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, self) => {
      if (args.length === 0) refuseProduction("new Date()");
      return Reflect.construct(target, args, self);
    },
    get: (target, name) => (name === "now" ? guarded("Date.now", () => target.now()) : Reflect.get(target, name)),
  });
  Math.random = guarded("Math.random", random);
  globalThis.setTimeout = Object.assign(guarded("setTimeout", setTimeout), setTimeout);
  globalThis.setInterval = Object.assign(guarded("setInterval", setInterval), setInterval);
  globalThis.fetch = guarded("fetch", fetch);
  return () => {
    Object.assign(globalThis, { Date: RealDate, setTimeout, setInterval, fetch });
    Math.random = random;
    Error.stackTraceLimit = stackTraceLimit;
  };
}

function refuseProduction(name: string): void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES_MAX;
  const frames = (new Error(name).stack ?? "").split("\n").slice(1, FRAMES_MAX);
  Error.stackTraceLimit = stackTraceLimit;
  const caller = frames.find((frame) => !/[\\/]simulate[\\/]guard\./.test(frame));
  if (caller !== undefined && PRODUCTION.test(caller)) {
    throw new AssertionError(`${name} was called in a simulation by ${caller.trim()}`);
  }
}
