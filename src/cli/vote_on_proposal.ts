/** One vote on one proposal of people, whatever it is about: shown field by field, signed here, and answered as it stands now. */
import type { Vote, VotePayload } from "../authority/index.ts";
import { type CliContext, clientOf, type RemoteOptions } from "./command.ts";
import { answer, fields } from "./output.ts";
import { confirm, type SigningFlags, signedVote } from "./signing.ts";

interface Proposal {
  readonly object_id: string;
  readonly state: string;
  readonly quorum: { readonly approvals: readonly unknown[]; readonly needed: number };
}

export interface ProposalKind<P extends Proposal> {
  readonly object_kind: VotePayload["object_kind"];
  /** `/v1/envelopes`. */
  readonly route: string;
  /** What the answer calls it. */
  readonly noun: string;
  readonly question: string;
  /** Recomputes the digest of the terms. @throws CliError when the daemon shows something else */
  readonly review: (proposal: P) => { readonly digest: string; readonly lines: Parameters<typeof fields>[0] };
}

export type VoteVerb = (
  id: string,
  vote: Vote,
  flags: RemoteOptions & SigningFlags,
  context: CliContext,
) => Promise<void>;

/** Fetches the terms, recomputes their digest, shows every field, signs, sends. */
export function voterOn<P extends Proposal>({ object_kind, route, noun, question, review }: ProposalKind<P>): VoteVerb {
  return async (id, vote, flags, context) => {
    const { io } = context;
    const client = await clientOf(flags, context);
    const path = `${route}/${encodeURIComponent(id)}`;
    const proposal = await client.get<P>(path);
    const reviewed = review(proposal);
    io.err(fields(reviewed.lines));
    await confirm(vote === "approve" ? question : "Deny it?", flags, io);
    const { object_id } = proposal;
    const payload: VotePayload = { object_kind, object_id, digest: reviewed.digest, vote };
    const signed = await signedVote(payload, flags, client, context);
    const key = `vote-${object_id}-${signed.person_id}-${vote}`.slice(0, 200);
    await client.post<P>(`${path}/votes`, signed, key);
    // A vote that was given before is answered as it was then; what is said here is how it stands now.
    const result = await client.get<P>(path);
    const word = vote === "approve" ? "Approved" : "Denied";
    answer(
      io,
      flags.json,
      result,
      ({ quorum, state }) =>
        `${word} by ${signed.person_id}: ${quorum.approvals.length} of ${quorum.needed}; the ${noun} is ${state}.\n`,
    );
  };
}
