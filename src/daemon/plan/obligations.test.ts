import { beforeEach, describe, expect, it } from "vitest";
import { type Store, tables } from "../../store/index.ts";
import type { DaemonDeps, RunnableTreasury } from "../index.ts";
import { type Bench, HOUR, MINUTE, openBench, UNIT } from "../suite_daemon.ts";
import type { ObligationDraft } from "../types.ts";
import { cancelObligation } from "./obligations.ts";

let bench: Bench;
/** Labels of what was read, in order. */
let reads: string[];
/** Called once, right before the transaction with this label begins. */
let before: { readonly label: string; readonly act: () => Promise<unknown> } | null;
let treasury: RunnableTreasury & { readonly deps: DaemonDeps };

beforeEach(async () => {
  bench = openBench();
  before = null;
  reads = [];
  treasury = bench.start("one", (deps) => ({ ...deps, store: interrupted(deps.store) }));
  await bench.finish(treasury.cycleOnce());
});

/** Somebody else's write between a read of the daemon and the transaction that follows it. */
function interrupted(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (name === "read") {
        return (label: string, work: Parameters<Store["read"]>[1]) => {
          reads.push(label);
          return target.read(label, work);
        };
      }
      if (name !== "tx") return typeof member === "function" ? member.bind(target) : member;
      return async (label: string, work: Parameters<Store["tx"]>[1]) => {
        const now = before?.label === label ? before : null;
        if (now !== null) before = null;
        await now?.act();
        return target.tx(label, work);
      };
    },
  });
}

const payroll = (): ObligationDraft => ({
  ...{ pool_id: "usdt", direction: "out", amount: 500n * UNIT, due_at: bench.clock.now() + 3 * HOUR },
  ...{ what: "payroll", source: "manual", reference: null, payee: null, actor: "person:ana", key: "one" },
});
const states = () =>
  bench.tx(async (tx) => (await tx.find(tables.obligation, { limit: 10 })).map(({ state }) => state));

describe("known payments in the cycle", () => {
  it("go on when the last one is cancelled between the look and the transaction that closes", async () => {
    const { id } = await bench.finish(treasury.addObligation(payroll()));
    before = { label: "obligations.close", act: () => cancelObligation(treasury.deps, id, "person:ana", "not due") };
    await bench.pass(20 * MINUTE);
    await bench.finish(treasury.cycleOnce());
    expect(before).toBeNull();
    expect(await states()).toEqual(["cancelled"]);
  });

  it("are decided on in one look where nothing was met or missed, and looked at again where something was", async () => {
    await bench.finish(treasury.addObligation(payroll()));
    const looks = async (): Promise<number> => {
      reads = [];
      await bench.pass(HOUR);
      await bench.finish(treasury.cycleOnce());
      return reads.filter((label) => label === "pool.snapshot").length;
    };
    expect(await looks()).toBe(1);
    bench.flow("exchange", -500);
    expect(await looks()).toBe(2);
    expect(await states()).toEqual(["met"]);
  });

  it("are met by a customer's movement of the amount around the due time, and overdue a day after it", async () => {
    await bench.finish(treasury.addObligation(payroll()));
    await bench.finish(treasury.addObligation({ ...payroll(), amount: 7n * UNIT, key: "two" }));
    await bench.pass(3 * HOUR);
    bench.flow("exchange", -500);
    await bench.pass(HOUR);
    await bench.finish(treasury.cycleOnce());
    expect((await states()).toSorted()).toEqual(["met", "open"]);
    await bench.pass(25 * HOUR);
    await bench.finish(treasury.cycleOnce());
    expect((await states()).toSorted()).toEqual(["met", "overdue"]);
    expect(bench.notices.map(({ code }) => code)).toContain("obligation_overdue");
  });
});
