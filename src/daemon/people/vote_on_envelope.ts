/** A person's vote on an envelope. The last approval makes it valid; a denial ends it at any time, also when it is in use. */
import {
  castVote,
  type EnvelopeRow,
  envelopeSubject,
  type QuorumView,
  type SignedVote,
  tally,
  verifyVote,
  votesOn,
} from "../../authority/index.ts";
import { getEnvelope, recordingRefusal, type TransferDeps } from "../../transfers/index.ts";
import type { DaemonDeps } from "../types.ts";
import { changeEnvelope } from "./propose_envelope.ts";

export interface EnvelopeVoted {
  readonly envelope: EnvelopeRow;
  readonly quorum: QuorumView;
}

/** @throws AuthorityError; TransferError envelope_not_found */
export async function voteOnEnvelope(deps: TransferDeps, vote: SignedVote): Promise<EnvelopeVoted> {
  const { object_id } = vote.payload;
  await deps.store.read("envelope.read", (tx) => getEnvelope(tx, object_id));
  return recordingRefusal(deps, vote, async () => {
    const policy = deps.config.authority;
    const verified = await verifyVote(deps.verifier, policy, vote, null);
    return deps.store.tx("envelope.vote", async (tx) => {
      const row = await getEnvelope(tx, object_id);
      const now = deps.clock.now();
      const denies = vote.payload.vote === "deny";
      const open = (row.state === "open" && now < row.terms.expires_at) || (row.state === "active" && denies);
      const subject = envelopeSubject(policy, row);
      const { quorum } = await castVote(tx, deps.ids, { policy, vote: verified, subject, open, now });
      return { envelope: await follow(tx, deps, row, vote, quorum), quorum };
    });
  });
}

/** The count as it stands now. */
export async function countEnvelope(
  { store, config, clock }: Pick<DaemonDeps, "store" | "config" | "clock">,
  row: EnvelopeRow,
): Promise<QuorumView> {
  const votes = await store.read("envelope.count", (tx) => votesOn(tx, row.id));
  return tally(config.authority, votes, envelopeSubject(config.authority, row), clock.now());
}

async function follow(
  tx: Parameters<typeof changeEnvelope>[0],
  deps: TransferDeps,
  row: EnvelopeRow,
  { person_id }: SignedVote,
  { state }: QuorumView,
): Promise<EnvelopeRow> {
  const change = { actor: `person:${person_id}`, now: deps.clock.now() };
  if (state === "denied") {
    const [end, reason] =
      row.state === "open"
        ? (["denied", "One person denied it."] as const)
        : (["revoked", "One person took it back."] as const);
    return changeEnvelope(tx, deps, row, end, { ...change, reason });
  }
  if (state !== "complete" || row.state !== "open") return row;
  return changeEnvelope(tx, deps, row, "active", { ...change, reason: "The quorum is complete." });
}
