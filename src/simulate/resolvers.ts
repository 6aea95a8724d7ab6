/**
 * People who end what is held. One of them rings the venue up and learns the truth; the other two approve. While the venue itself
 * cannot say yet (a request may still arrive), nobody proposes anything: a machine and a person would both have to guess.
 */
import type { Person } from "../authority/types.ts";
import type { BreakResolutionDraft } from "../daemon/index.ts";
import { tables } from "../store/index.ts";
import type { ResolutionDraft, TransferRow } from "../transfers/index.ts";
import { signVote } from "./approvers.ts";
import { between } from "./seeded_random.ts";
import type { Simulation } from "./simulation.ts";

const LOOK_MS: readonly [number, number] = [1_800_000, 3 * 3_600_000];
const SCENARIO_LOOK_MS: readonly [number, number] = [900_000, 2_400_000];
const ROWS_MAX = 50;
/** Somebody opens a case only for what stays held this long. */
const PATIENCE_MS = 1_800_000;

export function startResolvers(simulation: Simulation): void {
  for (const person of simulation.config.authority.people) next(simulation, person);
}

function next(simulation: Simulation, person: Person): void {
  const { clock, random, options, end } = simulation;
  if (end.signal.aborted) return;
  clock.after(between(random, ...(options.scenario === undefined ? LOOK_MS : SCENARIO_LOOK_MS)), () => {
    void look(simulation, person);
    void lookAtBreaks(simulation, person);
    next(simulation, person);
  });
}

async function look(simulation: Simulation, person: Person): Promise<void> {
  const { truth, looks, clock } = simulation;
  const held = await looks.rows("held", tables.transfer, (tx) =>
    tx.find(tables.transfer, { where: { state: "held" }, order_by: [["id", "asc"]], limit: ROWS_MAX }),
  );
  if (held.length === 0) return;
  const open = await truth.read("resolutions", (tx) =>
    tx.find(tables.resolution, { where: { state: "open" }, order_by: [["id", "asc"]], limit: ROWS_MAX }),
  );
  for (const row of held) {
    const waiting = open.find(({ transfer_id }) => transfer_id === row.id);
    if (row.note_code?.endsWith("_signed") && simulation.world.burn(row)) continue;
    if (waiting === undefined) {
      const since = row.prepared?.prepared_at ?? executedAt(simulation, row) ?? clock.now();
      const draft = clock.now() - since < PATIENCE_MS ? null : truthAbout(simulation, person, row);
      if (draft !== null) await simulation.ask((treasury) => treasury.proposeResolution(draft));
      continue;
    }
    const { id, digest, terms } = waiting;
    if (terms.proposed_by === `person:${person.id}`) continue;
    const vote = { object_kind: "resolution", object_id: id, digest, vote: "approve" } as const;
    await simulation.ask((treasury) => treasury.voteOnResolution(signVote(person, vote)));
    simulation.faults.note("resolved_by_people");
  }
}

/**
 * A movement at a custody wallet that no transfer of ours explains. Those of reorganised networks are known to people by their
 * hash; what the daemon will still recognise by itself is left to it.
 */
async function lookAtBreaks(simulation: Simulation, person: Person): Promise<void> {
  const { truth, looks, faults } = simulation;
  const breaks = await looks.rows("breaks", tables.breaks, (tx) =>
    tx.find(tables.breaks, {
      where: { closed_at: null, kind: "movement" },
      order_by: [["id", "asc"]],
      limit: ROWS_MAX,
    }),
  );
  if (breaks.length === 0) return;
  const open = await truth.read("break_resolutions", (tx) =>
    tx.find(tables.breakResolution, { where: { state: "open" }, order_by: [["id", "asc"]], limit: ROWS_MAX }),
  );
  for (const { id, wallet_id, movement_id } of breaks) {
    const waiting = open.find(({ break_id }) => break_id === id);
    if (waiting === undefined) {
      if (!isRepeated(simulation, wallet_id, movement_id)) continue;
      const draft: BreakResolutionDraft = {
        break_id: id,
        remedy: "suspense",
        transfer_id: null,
        evidence: "The network was reorganised: this undoes or repeats what was booked.",
        references: [`case-${id}`],
        proposed_by: `person:${person.id}`,
      };
      await simulation.ask((treasury) => treasury.proposeBreakResolution(draft));
    } else if (waiting.terms.proposed_by !== `person:${person.id}`) {
      const vote = { object_kind: "break", object_id: waiting.id, digest: waiting.digest, vote: "approve" } as const;
      await simulation.ask((treasury) => treasury.voteOnBreak(signVote(person, vote)));
      faults.note("break_closed_by_people");
    }
  }
}

/** Whether this wallet had a movement of the same transaction before. */
function isRepeated({ world }: Simulation, wallet_id: string, movement_id: string | null): boolean {
  const account = [...world.accounts.values()].find((one) => one.account === wallet_id);
  const at = account?.movements.findIndex(({ id }) => id === movement_id) ?? -1;
  const tx_hash = account?.movements[at]?.tx_hash;
  // The parts of one payment are no repetition, and the daemon recognises them once it knows the hash.
  if (world.effects.some(({ parts, reorged }) => !reorged && parts.includes(movement_id ?? ""))) return false;
  return account?.movements.slice(0, Math.max(at, 0)).some((earlier) => earlier.tx_hash === tx_hash) ?? false;
}

/** When somebody else executed what we never prepared; null: nobody did. */
function executedAt({ world }: Simulation, { id }: TransferRow): number | null {
  return world.effects.find(({ plan_id, status }) => plan_id === id && status !== "failed")?.accepted_at ?? null;
}

/** What the venue's staff says on the phone; null while they cannot tell. */
function truthAbout({ world }: Simulation, person: Person, row: TransferRow): ResolutionDraft | null {
  if (world.isLate(row.id)) return null;
  const effect = world.effects.find(({ plan_id, status }) => plan_id === row.id && status !== "failed");
  const none = { venue_ref: null, tx_hash: null, amount_received: null, fee: null };
  const said = {
    transfer_id: row.id,
    evidence: `The venue says on the phone what became of ${row.id}.`,
    references: [`case-${row.id}`],
    proposed_by: `person:${person.id}`,
  };
  if (effect === undefined) return { ...said, ...none, outcome: "failed" };
  const { venue_ref, tx_hash, stage, received, beside } = effect;
  if (stage !== "final") return { ...said, ...none, outcome: "submitted", venue_ref, tx_hash };
  return { ...said, outcome: "settled", venue_ref, tx_hash, amount_received: received, fee: beside };
}
