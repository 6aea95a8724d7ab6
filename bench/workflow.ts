/**
 * Transfers per second from plan to settled, by the production code, on PostgreSQL:
 * `./tidegate bench workflow --database-url URL --callers 16 --seconds 10 --json`. The database must be one that may be filled.
 */
import { loadavg } from "node:os";
import { openPostgres, type Store, tables } from "../src/store/index.ts";
import { planTransfer, type TransferDeps, workTransfer } from "../src/transfers/index.ts";
import { NETWORK, openDesk, walletsOf } from "./workflow_desk.ts";

export interface BenchWorkflowOptions {
  readonly database_url: string;
  readonly callers: number;
  readonly seconds: number;
}

export interface BenchWorkflowResult {
  readonly callers: number;
  readonly seconds: number;
  /** Planned, dispatched, settled and booked. */
  readonly settled: number;
  readonly transfers_per_second: number;
  /** From the wish to the booked settlement. */
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** Transactions that committed, and those that were run again after a conflict. */
  readonly transactions_per_transfer: number;
  readonly reruns_per_transfer: number;
  readonly load_before: number;
}

export async function benchWorkflow(options: BenchWorkflowOptions): Promise<BenchWorkflowResult> {
  const { database_url, callers, seconds } = options;
  const schema = `bench_${Date.now().toString(36)}`;
  const inner = await openPostgres({ url: database_url, schema, connections_max: callers });
  const counted = countTransactions(inner);
  try {
    const deps = await openDesk(counted.store, callers);
    const [load_before = 0] = loadavg();
    counted.reset();
    const started_at = performance.now();
    const end_at = started_at + seconds * 1_000;
    const lanes = Array.from({ length: callers }, (_, lane) => drive(deps, lane, end_at));
    const times = (await Promise.all(lanes)).flat().sort((a, b) => a - b);
    const took_s = (performance.now() - started_at) / 1_000;
    const settled = await inner.read("bench.count", (tx) => tx.count(tables.transfer, { state: "settled" }));
    if (settled !== times.length) throw new Error(`${times.length} were driven and ${settled} are settled.`);
    return {
      callers,
      seconds: round(took_s),
      settled,
      transfers_per_second: round(settled / took_s),
      p50_ms: round(quantile(times, 0.5)),
      p99_ms: round(quantile(times, 0.99)),
      transactions_per_transfer: round(counted.transactions() / settled),
      reruns_per_transfer: round((counted.runs() - counted.transactions()) / settled),
      load_before: round(load_before),
    };
  } finally {
    await inner.close();
  }
}

/** One caller: plans a move and works on it until it is settled, then the next one. */
async function drive(deps: TransferDeps, lane: number, end_at: number): Promise<number[]> {
  const { hot, vault } = walletsOf(lane);
  const times: number[] = [];
  while (performance.now() < end_at) {
    const from_at = performance.now();
    const id = deps.ids.next("trf");
    await deps.store.tx("bench.plan", (tx) =>
      planTransfer(tx, deps, {
        id,
        pool_id: `pool-${lane}`,
        from_wallet: hot,
        to_wallet: vault,
        network: NETWORK,
        amount: 1_000n,
        fee_max: 10n,
        cause: "auto_pilot",
        reason: "bench",
        decision_id: null,
        initiator: "daemon",
      }),
    );
    while ((await workTransfer(deps, id)) !== "done") await deps.clock.sleep(1);
    times.push(performance.now() - from_at);
  }
  return times;
}

function countTransactions(inner: Store) {
  let [transactions, runs] = [0, 0];
  const store: Store = {
    tx: (label, work) => {
      transactions += 1;
      return inner.tx(label, (tx) => {
        runs += 1;
        return work(tx);
      });
    },
    write: (label, writes) => {
      transactions += 1;
      runs += 1;
      return inner.write(label, writes);
    },
    read: (label, work) => {
      transactions += 1;
      return inner.read(label, (tx) => {
        runs += 1;
        return work(tx);
      });
    },
    check: () => inner.check(),
    close: () => inner.close(),
  };
  const reset = (): void => {
    transactions = 0;
    runs = 0;
  };
  return { store, reset, transactions: () => transactions, runs: () => runs };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
