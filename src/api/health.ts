/**
 * `/livez`: the process answers. `/readyz`: the store answers, a cycle has finished, and the balances are known; `degraded`, still
 * with 200, when it runs and must not pay.
 */
import type { FullReconciliation, LogStanding } from "../daemon/types.ts";
import type { Health } from "./schemas/index.ts";
import type { ApiDeps } from "./types.ts";
import { freshnessOf, printTime, readBalances } from "./views/index.ts";

type Check = Health["checks"][number];

export async function readiness({ treasury, config }: ApiDeps): Promise<Health> {
  const checks = [await storeCheck(treasury.deps.store), cycleCheck(treasury.lastCycleAt())];
  if (checks.every((check) => check.ok)) {
    const now = treasury.deps.clock.now();
    const balances = await treasury.deps.store.read("api.readyz", readBalances);
    const unknown = config.wallets.filter((wallet) => freshnessOf(wallet, balances.get(wallet.id), now) === "unknown");
    checks.push({
      name: "balances",
      ok: unknown.length < config.wallets.length,
      detail: unknown.length === 0 ? "every wallet was read" : `never read: ${unknown.map(({ id }) => id).join(", ")}`,
    });
  }
  const status = checks.every((check) => check.ok) ? "ok" : "unavailable";
  if (status === "ok") checks.push(fullCheck(await treasury.lastFull()));
  const log = logCheck(treasury.logStanding());
  return { status: status === "ok" && !log.ok ? "degraded" : status, checks: [...checks, log] };
}

/** A full comparison that is late is told and does not make the daemon unready: what moves money is compared at every poll. */
function fullCheck(full: FullReconciliation | null): Check {
  const problems = full === null || full.problems.length === 0 ? "" : `; ${full.problems.join(" ")}`;
  const detail =
    full === null ? "never compared in full" : `compared in full at ${printTime(full.finished_at)}${problems}`;
  return { name: "reconciliation", ok: true, detail };
}

async function storeCheck(store: ApiDeps["treasury"]["deps"]["store"]): Promise<Check> {
  try {
    const { engine, detail } = await store.check();
    return { name: "store", ok: true, detail: `${engine}: ${detail}` };
  } catch (error) {
    return { name: "store", ok: false, detail: error instanceof Error ? error.message : "the store does not answer" };
  }
}

/** A log that does not continue what was signed outside the database, or that nobody outside can be asked about: it runs and follows, and pays nothing. */
function logCheck({ faults, unreadable, waits, looked_at }: LogStanding): Check {
  const silent =
    waits !== null ? [waits] : unreadable.map(({ witness, message }) => `${witness} cannot be asked: ${message}`);
  const said = faults.map(({ witness, message }) => `${witness}: ${message} Nothing is paid.`);
  const fine = looked_at === null ? "not compared with a witness yet" : "continues what every witness has";
  return { name: "log", ok: faults.length === 0 && waits === null, detail: [...said, ...silent].join(" ") || fine };
}

function cycleCheck(last_cycle_at: number | null): Check {
  const ok = last_cycle_at !== null;
  return { name: "cycle", ok, detail: ok ? "the loop runs" : "the first cycle has not finished yet" };
}
