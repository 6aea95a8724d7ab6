/** A person's vote on a balance or a standing. The vote that completes the quorum applies it in its own transaction. */
import {
  castVote,
  type QuorumView,
  type SignedVote,
  tally,
  verifyVote,
  votesOn,
  walletSubject,
} from "../authority/index.ts";
import type { DaemonDeps } from "../daemon/types.ts";
import type { Instant } from "../ports/index.ts";
import type { Tx } from "../store/index.ts";
import { WalletError } from "./errors.ts";
import { assertEmpty, overtakenProblem, type WalletDeps } from "./propose.ts";
import { configuredWallet, getWalletProposal } from "./read.ts";
import { changeStanding, endWalletProposal } from "./record.ts";
import type { WalletProposalRow } from "./types.ts";

export interface WalletVoted {
  readonly proposal: WalletProposalRow;
  readonly quorum: QuorumView;
}

/** @throws AuthorityError; WalletError wallet_proposal_not_found, wallet_proposal_overtaken, wallet_not_empty, wallet_wrong_state */
export async function voteOnWallet(deps: WalletDeps & Pick<DaemonDeps, "verifier">, vote: SignedVote) {
  const { object_id } = vote.payload;
  const policy = deps.config.authority;
  const verified = await verifyVote(deps.verifier, policy, vote, null);
  await endOvertaken(deps, object_id);
  return deps.store.tx("wallet.vote", async (tx): Promise<WalletVoted> => {
    const row = await getWalletProposal(tx, object_id);
    const now = deps.clock.now();
    const open = row.state === "open" && (await overtakenProblem(tx, row)) === null;
    const { quorum } = await castVote(tx, deps.ids, { policy, vote: verified, subject: walletSubject(row), open, now });
    const actor = `person:${vote.person_id}`;
    if (quorum.state === "denied") {
      return { proposal: await endWalletProposal(tx, deps.ids, row, { state: "denied", actor, at: now }), quorum };
    }
    return { proposal: quorum.state === "complete" ? await apply(tx, deps, row, now) : row, quorum };
  });
}

/** The count as it stands now. */
export async function walletQuorum(
  { store, config, clock }: Pick<DaemonDeps, "store" | "config" | "clock">,
  row: WalletProposalRow,
): Promise<QuorumView> {
  const votes = await store.read("wallet.count", (tx) => votesOn(tx, row.id));
  return tally(config.authority, votes, walletSubject(row), clock.now());
}

async function apply(tx: Tx, deps: WalletDeps, row: WalletProposalRow, at: Instant): Promise<WalletProposalRow> {
  const { what, proposed_by: by, evidence: reason } = row.terms;
  if (what !== "balance") {
    const wallet = configuredWallet(deps.config, row.wallet_id);
    if (what === "archive") await assertEmpty(tx, deps, wallet, at);
    const to = what === "activate" ? "active" : "archived";
    await changeStanding(tx, deps.ids, wallet, { to, reason, by, at, proposal_id: row.id });
  }
  return endWalletProposal(tx, deps.ids, row, { state: "applied", actor: by, at });
}

/** In a transaction of its own, so that the end is kept when the vote is refused. */
async function endOvertaken(deps: WalletDeps, id: string): Promise<void> {
  const why = await deps.store.tx("wallet.overtaken", async (tx) => {
    const row = await getWalletProposal(tx, id);
    const problem = row.state === "open" ? await overtakenProblem(tx, row) : null;
    if (problem === null) return null;
    await endWalletProposal(tx, deps.ids, row, { state: "overtaken", actor: "daemon", at: deps.clock.now() });
    return problem;
  });
  if (why === null) return;
  throw new WalletError("wallet_proposal_overtaken", `Nothing is left to decide on ${id}: ${why}.`, { proposal: id });
}
