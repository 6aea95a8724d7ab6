/** Payments that people approved in advance, held against the people's own notebook. */
import { type ReadTx, tables } from "../store/index.ts";
import type { TransferRow } from "../transfers/index.ts";
import { AUTHORITY } from "./sim_config.ts";
import type { Simulation } from "./simulation.ts";
import type { Effect } from "./world_types.ts";

const EVENTS_MAX = 1_000;

/** True when people had allowed this payment in advance; tells of every bound it breaks. */
export async function isInsideEnvelope(
  simulation: Simulation,
  tx: ReadTx,
  row: TransferRow,
  effect: Effect,
): Promise<boolean> {
  const note = simulation.envelopes.get(row.plan.envelope?.id ?? "");
  const needed = Math.max(...AUTHORITY.tiers.map((tier) => tier.approvals_needed));
  if (note === undefined || note.approvals.size < needed) return false;
  const { tally, faults } = simulation;
  const sent_at = await dispatchedAt(tx, row);
  // The clock of the process that wrote it may be off by this much.
  const late_ms = 2 * simulation.skew_ms_max;
  if (note.ended_at !== null && sent_at > note.ended_at + late_ms) tally.violate("envelope_outlived", row.id);
  if (sent_at >= note.valid_until + late_ms) tally.violate("envelope_outlived", row.id);
  const ids = await tx.find(tables.envelopeUse, { where: { envelope_id: note.id }, limit: EVENTS_MAX });
  const used = new Set(ids.map(({ transfer_id }) => transfer_id)).add(row.id);
  const paid = simulation.world.effects.filter(({ plan_id, status }) => used.has(plan_id) && status !== "failed");
  const sum = paid.reduce((total, { amount }) => total + amount, 0n);
  if (effect.amount > note.amount_max || sum > note.amount_total || paid.length > note.count_max) {
    tally.violate("envelope_exceeded", `${row.id}: ${paid.length} payments of ${sum} inside ${note.id}`);
  }
  faults.note("envelope_used");
  return true;
}

/** When the write was made that let it go. */
async function dispatchedAt(tx: ReadTx, row: TransferRow): Promise<number> {
  const events = await tx.find(tables.event, { where: { ref: row.id, kind: "transfer.state" }, limit: EVENTS_MAX });
  const [sent] = events.filter(({ payload }) => (payload as { to_state: string }).to_state === "submitting");
  return sent?.at ?? row.prepared?.prepared_at ?? 0;
}

/** What became of the envelopes, counted once at the end. */
export async function countEnvelopes({ truth, faults }: Simulation): Promise<void> {
  const events = await truth.read("check.envelopes", async (tx) => ({
    states: await tx.find(tables.event, { where: { kind: "envelope.state" }, limit: EVENTS_MAX }),
    used: await tx.find(tables.event, { where: { kind: "envelope.used" }, limit: EVENTS_MAX }),
    rows: await tx.find(tables.envelope, { limit: EVENTS_MAX }),
    now: await tx.now(),
  }));
  for (const { payload } of events.states) {
    const { state } = payload as { state: string };
    if (state === "active" || state === "revoked") faults.note(`envelope_${state}`);
  }
  for (const { payload } of events.used) {
    const { amount_remaining, count_remaining } = payload as { amount_remaining: string; count_remaining: number };
    if (amount_remaining === "0" || count_remaining === 0) faults.note("envelope_capped");
  }
  for (const { state, valid_until } of events.rows) {
    if (state === "active" && valid_until <= events.now) faults.note("envelope_expired");
  }
}
