/**
 * Customers who announce what is too large for the hot wallets. Somebody else's wallet stands outside the venues of this world; what
 * arrives there is counted against what was announced, by a notebook that the daemon does not know.
 */
import { type ObligationRow, tables } from "../store/index.ts";
import { between, chance, createStream } from "./seeded_random.ts";
import { PAYEE } from "./sim_config.ts";
import type { Simulation } from "./simulation.ts";
import type { Effect } from "./world_types.ts";

const HOUR_MS = 3_600_000;
const UNIT = 1_000_000n;
const ANNOUNCED_MS: readonly [number, number] = [2 * HOUR_MS, 12 * HOUR_MS];
const DUE_MS: readonly [number, number] = [HOUR_MS, 20 * HOUR_MS];
const CHANGED_MS: readonly [number, number] = [HOUR_MS, 12 * HOUR_MS];
const OPEN_MAX = 200;
/** A system says what is due: whoever says it never counts among those who allow the payment, and here are three people. */
const BACK_OFFICE = "system:back_office";
const SEEDS_SHARE = 0.4;
const CHANGED_SHARE = 0.15;

/** Some seeds have customers who say ahead what they want; they draw from a stream of their own, so that the others stay as they are. */
export function startPayouts(simulation: Simulation): void {
  const random = createStream(simulation.options.seed, "payouts");
  const { clock, faults } = simulation;
  if (!chance(random, SEEDS_SHARE)) return;
  let count = 0;
  const next = (): void => {
    clock.after(between(random, ...ANNOUNCED_MS), () => {
      count += 1;
      const amount = BigInt(between(random, 60_000, 500_000)) * UNIT;
      const due_at = clock.now() + between(random, ...DUE_MS);
      const later_ms = between(random, ...CHANGED_MS);
      const changes_after_ms = chance(random, CHANGED_SHARE) ? later_ms : null;
      if (faults.on) void announce(simulation, { number: count, amount, due_at, changes_after_ms });
      next();
    });
  };
  next();
}

interface Announced {
  readonly number: number;
  readonly amount: bigint;
  readonly due_at: number;
  /** When he changes his mind; null: never. */
  readonly changes_after_ms: number | null;
}

async function announce(
  simulation: Simulation,
  { number, amount, due_at, changes_after_ms }: Announced,
): Promise<void> {
  const { clock, faults, config } = simulation;
  const [pool] = config.pools;
  if (pool === undefined) return;
  await simulation.ask(async (treasury) => {
    const { id } = await treasury.addObligation({
      ...{ pool_id: pool.id, direction: "out", amount, due_at, what: `withdrawal ${number}`, source: "customers" },
      ...{ reference: `withdrawal-${number}`, payee: PAYEE, actor: BACK_OFFICE, key: `withdrawal-${number}` },
    });
    faults.note("payout_announced");
    if (changes_after_ms !== null) clock.after(changes_after_ms, () => void takeBack(simulation, id));
  });
}

async function takeBack(simulation: Simulation, id: string): Promise<void> {
  await simulation.ask((treasury) => treasury.cancelObligation(id, BACK_OFFICE, "he changed his mind"));
}

/** In the quiet time nobody wants anything any more but what is being paid. */
export async function endPayouts(simulation: Simulation): Promise<void> {
  for (const { id, transfer_id } of await rowsOf(simulation)) if (transfer_id === null) await takeBack(simulation, id);
}

function rowsOf({ looks }: Simulation): Promise<ObligationRow[]> {
  return looks.rows("payouts", tables.obligation, (tx) =>
    tx.find(tables.obligation, { where: { state: "open" }, limit: OPEN_MAX }),
  );
}

/** Called when money is about to move to somebody else: once for each thing that is owed, and no more than that. */
export async function checkPayout(simulation: Simulation, effect: Effect): Promise<void> {
  const { world, truth, tally, faults } = simulation;
  if (![...world.outside.values()].includes(effect.to)) return;
  await truth.read("check.payout", async (tx) => {
    const owedBy = async (plan_id: string) =>
      (await tx.get(tables.transfer, { id: plan_id }))?.plan.obligation?.id ?? null;
    const id = await owedBy(effect.plan_id);
    const row = id === null ? undefined : await tx.get(tables.obligation, { id });
    if (id === null || row === undefined || row.amount !== effect.amount) {
      tally.violate("paid_what_nobody_is_owed", effect.plan_id);
      return;
    }
    for (const other of world.effects) {
      if (other === effect || other.status === "failed" || other.plan_id === effect.plan_id) continue;
      if ((await owedBy(other.plan_id)) === id) tally.violate("obligation_paid_twice", id);
    }
    faults.note("paid_from_custody");
  });
}

/** When everything is over, what was paid is met, and what is met was paid. */
export async function checkPayoutsEnd({ truth, world, tally }: Simulation): Promise<void> {
  await truth.read("check.payouts", async (tx) => {
    for (const row of await tx.find(tables.obligation, { limit: OPEN_MAX * 10 })) {
      const arrived =
        row.transfer_id !== null && world.effects.some((one) => one.plan_id === row.transfer_id && one.arrived);
      if (row.state === "met" && row.transfer_id !== null && !arrived) tally.violate("met_without_payment", row.id);
      if (row.state !== "met" && arrived) tally.violate("payment_not_known", `${row.id} is ${row.state}`);
    }
  });
}
