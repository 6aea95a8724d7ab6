/** A person's vote on a transfer: signature first, then the record and the new count in one transaction. */
import {
  AuthorityError,
  castVote,
  emitRefusal,
  type QuorumView,
  type SignedVote,
  signedBytes,
  tally,
  transferSubject,
  verifyVote,
  votesOn,
} from "../../authority/index.ts";
import { changeFields } from "../change/change_state.ts";
import type { TransferDeps } from "../context.ts";
import { getTransfer } from "../read_transfers.ts";
import type { TransferRow } from "../types.ts";
import { recordGiven } from "./signatures_given.ts";

export interface Voted {
  readonly transfer: TransferRow;
  readonly quorum: QuorumView;
}

/**
 * Records a vote and makes the transfer due at once; a refused vote is recorded as refused. A denial also counts after the
 * quorum was complete, as long as nothing was sent.
 * @throws AuthorityError, TransferError transfer_not_found
 */
export async function voteOnTransfer(deps: TransferDeps, vote: SignedVote): Promise<Voted> {
  const seen = await deps.store.read("vote.read", (tx) => getTransfer(tx, vote.payload.object_id));
  return keepingRefused(deps, seen, vote, async () => {
    const verified = await verifyVote(deps.verifier, deps.config.authority, vote, seen.signing);
    return deps.store.tx("vote.cast", async (tx) => {
      const row = await getTransfer(tx, seen.id);
      const now = deps.clock.now();
      const { quorum } = await castVote(tx, deps.ids, {
        policy: deps.config.authority,
        vote: verified,
        subject: transferSubject(deps.config.authority, row),
        open: takesVotes(row, vote),
        now,
      });
      const transfer = await changeFields(tx, deps, row, {
        now,
        actor: `person:${vote.person_id}`,
        patch: { next_at: now },
      });
      return { transfer, quorum };
    });
  });
}

/** As `recordingRefusal`. An owner's signature that becomes no vote can be sent all the same: it is kept as given. */
async function keepingRefused<T>(
  deps: TransferDeps,
  seen: TransferRow,
  vote: SignedVote,
  cast: () => Promise<T>,
): Promise<T> {
  try {
    return await recordingRefusal(deps, vote, cast);
  } catch (error) {
    if (error instanceof AuthorityError && (await isExecutable(deps, seen, vote))) {
      const { person_id, key_id, signature } = vote;
      await recordGiven(deps, seen.id, [{ person_id, key_id, signature }], `person:${person_id}`);
    }
    throw error;
  }
}

/** It signs what the wallet itself executes, whatever the vote says of itself. */
async function isExecutable({ config, verifier }: TransferDeps, seen: TransferRow, vote: SignedVote): Promise<boolean> {
  const { signing, id: object_id, digest } = seen;
  const { person_id, key_id, scheme, signature } = vote;
  const keys = config.authority.people.find(({ id }) => id === person_id)?.keys ?? [];
  const key = keys.find((each) => each.key_id === key_id && each.scheme === scheme);
  if (signing === null || scheme !== signing.scheme || key === undefined) return false;
  const message = signedBytes({ object_kind: "transfer", object_id, digest, vote: "approve" }, signing);
  return verifier({ scheme, public_key: key.public_key, message, signature });
}

/** Runs `cast`; a vote it refuses is recorded as refused, and refused. */
export async function recordingRefusal<T>(deps: TransferDeps, vote: SignedVote, cast: () => Promise<T>): Promise<T> {
  try {
    return await cast();
  } catch (error) {
    if (error instanceof AuthorityError) {
      await deps.store.tx("vote.refused", (tx) => emitRefusal(tx, deps.ids, vote, error, deps.clock.now()));
    }
    throw error;
  }
}

/** The count as it stands now. */
export async function quorumOf(deps: TransferDeps, transfer: TransferRow): Promise<QuorumView> {
  const votes = await deps.store.read("vote.count", (tx) => votesOn(tx, transfer.id));
  return tally(deps.config.authority, votes, transferSubject(deps.config.authority, transfer), deps.clock.now());
}

function takesVotes(row: TransferRow, vote: SignedVote): boolean {
  if (row.state === "awaiting_approval") return true;
  return row.state === "approved" && vote.payload.vote === "deny";
}
