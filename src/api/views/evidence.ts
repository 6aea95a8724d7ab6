/** What proves a transfer: the digest of what was prepared, the signed votes, and what people decided while it was held. */
import { digestOf } from "../../digest/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { PreparedSubmit, TransferRow } from "../../transfers/types.ts";
import type { TransferEvidence } from "../schemas/index.ts";
import { printTime, printTimeOrNull } from "./printer.ts";

/** One vote per person and object, so that more than this never stands on one. */
const VOTES_MAX = 200;
const RESOLUTIONS_MAX = 50;

/** The prepared bytes themselves stay inside: they may be a signed transaction. */
export async function viewEvidence(row: TransferRow, tx: ReadTx): Promise<TransferEvidence> {
  const resolutions = await tx.find(tables.resolution, {
    where: { transfer_id: row.id },
    order_by: [
      ["created_at", "asc"],
      ["id", "asc"],
    ],
    limit: RESOLUTIONS_MAX,
  });
  return {
    prepared:
      row.prepared === null
        ? null
        : { ...viewAttempt(row.prepared), earlier: (row.prepared.earlier ?? []).map(viewAttempt) },
    lookups: row.attempts,
    next_lookup_at: row.state === "submitting" || row.state === "submitted" ? printTimeOrNull(row.next_at) : null,
    votes: await readVotes([row.id, ...resolutions.map(({ id }) => id)], tx),
    resolutions: resolutions.map(({ id, state, terms, digest, created_at, ended_at }) => ({
      id,
      state,
      outcome: terms.outcome,
      evidence: terms.evidence,
      references: [...terms.references],
      proposed_by: terms.proposed_by,
      digest,
      created_at: printTime(created_at),
      ended_at: printTimeOrNull(ended_at),
    })),
  };
}

function viewAttempt({ prepared_at, body, tx_hash }: Omit<PreparedSubmit, "earlier">) {
  return { at: printTime(prepared_at), digest: digestOf("request", body), tx_hash };
}

async function readVotes(objects: readonly string[], tx: ReadTx): Promise<TransferEvidence["votes"]> {
  const rows = await tx.find(tables.approval, {
    where: { object_id: { in: objects } },
    order_by: [
      ["at", "asc"],
      ["person_id", "asc"],
    ],
    limit: VOTES_MAX,
  });
  return rows.map(({ at, object_id, person_id, vote, scheme, key_id, digest, signature }) => ({
    at: printTime(at),
    object_id,
    person_id,
    vote,
    scheme,
    key_id,
    digest,
    signature,
  }));
}
