/** Proposals in the store: how one is kept, how a newer one takes its place, and what people make of it. */
import { emit } from "../audit/index.ts";
import { plainOf } from "../digest/index.ts";
import { encodePolicy, policyDigest } from "../policy/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { type Json, type ReadTx, type Tx, tables } from "../store/index.ts";
import { TuningError } from "./errors.ts";
import type {
  OwnLedger,
  PolicyProposalRow,
  ProposalFigures,
  ProposalReport,
  ProposalState,
  Proposed,
  Trial,
} from "./types.ts";

const PROPOSALS_MAX = 200;
const NOTE_LENGTH_MAX = 500;
const HOUR_MS = 3_600_000;

/** Newest first, of one pool or of all. */
export function listProposals(tx: ReadTx, pool_id?: string): Promise<PolicyProposalRow[]> {
  return tx.find(tables.policy_proposal, {
    ...(pool_id === undefined ? {} : { where: { pool_id } }),
    order_by: [
      ["created_at", "desc"],
      ["id", "desc"],
    ],
    limit: PROPOSALS_MAX,
  });
}

/** @throws TuningError policy_proposal_not_found */
export async function getProposal(tx: ReadTx, id: string): Promise<PolicyProposalRow> {
  const row = await tx.get(tables.policy_proposal, { id });
  if (row !== undefined) return row;
  throw new TuningError("policy_proposal_not_found", `There is no proposal ${id.slice(0, 128)}.`, { proposal: id });
}

export function reportOf(row: Pick<PolicyProposalRow, "report">): ProposalReport {
  return row.report as unknown as ProposalReport;
}

/** Null when exactly this is proposed already, or was: people said what they think of it. */
export async function keepProposal(
  tx: Tx,
  ids: Ids,
  ledger: OwnLedger,
  proposed: Proposed,
  now: Instant,
): Promise<PolicyProposalRow | null> {
  const to_digest = policyDigest(proposed.best.policy);
  const known = await listProposals(tx, ledger.pool_id);
  if (known.some((row) => row.to_digest === to_digest && row.from_digest === ledger.policy_digest)) return null;
  for (const row of known.filter(({ state }) => state === "open")) {
    await endProposal(tx, ids, row, { state: "overtaken", by: "daemon", note: null, now });
  }
  const row: PolicyProposalRow = {
    ...{ id: ids.next("pro"), pool_id: ledger.pool_id, state: "open" },
    ...{ from_digest: ledger.policy_digest, to_digest, policy: plain(encodePolicy(proposed.best.policy)) },
    ...{ report: plain(makeReport(ledger, proposed)), created_at: now, ended_at: null, ended_by: null, note: null },
  };
  await tx.insert(tables.policy_proposal, row);
  await record(tx, ids, row, "daemon", now);
  return row;
}

export interface Mark {
  readonly id: string;
  readonly mark: "accepted" | "dismissed";
  readonly note: string;
  readonly actor: string;
  readonly now: Instant;
}

/**
 * What a person thinks of it; it changes nothing else, for the file alone says what is in force.
 * @throws TuningError policy_proposal_not_found, policy_proposal_closed, policy_proposal_note_invalid
 */
export async function markProposal(tx: Tx, ids: Ids, { id, mark, note, actor, now }: Mark): Promise<PolicyProposalRow> {
  const row = await getProposal(tx, id);
  if (row.state !== "open") {
    throw new TuningError("policy_proposal_closed", `The proposal ${id} is ${row.state} already.`, { proposal: id });
  }
  if (note.trim() === "" || note.length > NOTE_LENGTH_MAX) {
    throw new TuningError("policy_proposal_note_invalid", `Say why in 1 to ${NOTE_LENGTH_MAX} characters.`);
  }
  return endProposal(tx, ids, row, { state: mark, by: actor, note, now });
}

interface End {
  readonly state: Exclude<ProposalState, "open">;
  readonly by: string;
  readonly note: string | null;
  readonly now: Instant;
}

async function endProposal(
  tx: Tx,
  ids: Ids,
  row: PolicyProposalRow,
  { state, by, note, now }: End,
): Promise<PolicyProposalRow> {
  const patch = { state, ended_at: now, ended_by: by, note };
  const ended = await tx.update(tables.policy_proposal, { id: row.id }, patch, { state: "open" });
  if (!ended) throw new TuningError("policy_proposal_closed", `The proposal ${row.id} ended meanwhile.`);
  const next = { ...row, ...patch };
  await record(tx, ids, next, by, now);
  return next;
}

async function record(tx: Tx, ids: Ids, row: PolicyProposalRow, actor: string, at: Instant): Promise<void> {
  const { id: proposal_id, pool_id, state, from_digest, to_digest, note } = row;
  const sentence = note ?? reportOf(row).sentence;
  const payload = { pool_id, proposal_id, state, from_digest, to_digest, sentence };
  await emit(tx, ids, { kind: "policy.tuning", ref: pool_id, actor, at, payload });
}

function makeReport(ledger: OwnLedger, { current, best, tried }: Proposed): ProposalReport {
  const [was, now] = [current.result, best.result];
  const saved = Math.round((1 - now.cost / was.cost) * 100);
  const cost = (value: number): string => `${Math.round(value * 100) / 100} ${ledger.asset}`;
  return {
    name: best.name,
    from: ledger.start_ms,
    to: ledger.start_ms + ledger.inflow.length * HOUR_MS,
    tried,
    current: figuresOf(current),
    proposed: figuresOf(best),
    sentence: `${best.name} would have cost ${cost(now.cost)} instead of ${cost(was.cost)}, ${saved} % less, with ${now.stockout_hours} hours of stock-out instead of ${was.stockout_hours}; on the period it was chosen on.`,
  };
}

function figuresOf({ result }: Trial): ProposalFigures {
  const { cost, hindsight_cost, exposure_cost, delay_cost, fee_cost } = result;
  const { stockout_hours, mean_hot, moves_up, moves_down } = result;
  return { cost, hindsight_cost, exposure_cost, delay_cost, fee_cost, stockout_hours, mean_hot, moves_up, moves_down };
}

function plain(value: unknown): Json {
  return plainOf(value) as Json;
}
