/** What people approved beside the transfer itself, as the store has it now: a refill in advance, or an exchange of collateral. */
import {
  AuthorityError,
  assertEnvelope,
  assertSubstitution,
  type SubstitutionFile,
  votesOn,
} from "../../authority/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { TransferDeps } from "../context.ts";
import type { TransferRow } from "../types.ts";
import { arrivedFor } from "./arrived_collateral.ts";
import { envelopeOf } from "./envelopes.ts";

/** The exchange of collateral that the plan names; null when it names none, or there is none. */
export async function substitutionOf(tx: ReadTx, { plan }: TransferRow): Promise<SubstitutionFile | null> {
  if (plan.substitution === undefined) return null;
  const row = await tx.get(tables.substitution, { id: plan.substitution.id });
  const facility = row && (await tx.get(tables.facility, { id: row.facility_id }));
  if (row === undefined || facility === undefined) return null;
  const [votes, arrived] = await Promise.all([votesOn(tx, row.id), arrivedFor(tx, row)]);
  return { row, facility, votes, arrived };
}

/** True when what the plan names lets it go without votes of its own at this moment. */
export async function isCovered(tx: ReadTx, deps: TransferDeps, row: TransferRow): Promise<boolean> {
  const { envelope, substitution } = row.plan;
  if (envelope === undefined && substitution === undefined) return false;
  const { verifier, config, clock } = deps;
  const input = { transfer: row, authority: config.authority, verifier, now: clock.now() };
  try {
    if (envelope !== undefined) await assertEnvelope({ ...input, envelope: await envelopeOf(tx, row) });
    else await assertSubstitution({ ...input, substitution: await substitutionOf(tx, row) });
    return true;
  } catch (error) {
    if (error instanceof AuthorityError) return false;
    throw error;
  }
}
