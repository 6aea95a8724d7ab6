/** Proposals about wallets: made, printed, and voted on. */
import type { WalletProposal, WalletProposalList, WalletProposalRequest } from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { type CliContext, clientOf, type RemoteOptions } from "../command.ts";
import { answer, fields, money, table } from "../output.ts";
import { reviewWalletProposal } from "../review.ts";
import { voterOn } from "../vote_on_proposal.ts";

/** Ids of proposals about wallets begin so. */
const WALLET_PROPOSAL_ID = /^wpr_/;

export function isWalletProposalId(id: string): boolean {
  return WALLET_PROPOSAL_ID.test(id);
}

export interface ProposeFlags extends RemoteOptions {
  readonly evidence: string;
  readonly reference?: string[];
  readonly as: string;
}

/** Sends the proposal, and shows what others will sign. */
export async function proposeOnWallet(
  wallet_id: string,
  said: Pick<WalletProposalRequest, "what" | "amount" | "as_of">,
  flags: ProposeFlags,
  context: CliContext,
): Promise<void> {
  const client = await clientOf(flags, context);
  const { evidence, reference: references = [], as: proposed_by } = flags;
  const body: WalletProposalRequest = { ...said, evidence, references, proposed_by };
  const { items } = await client.get<WalletProposalList>(
    `/v1/wallet-proposals?state=all&wallet=${encodeURIComponent(wallet_id)}`,
  );
  // The same words are one proposal until it ended; then they may be said again.
  const ended = items.filter(({ state }) => state !== "open").length;
  const key = `wallet-${digestOf("request", { ...body, wallet_id, ended })}`;
  const path = `/v1/wallets/${encodeURIComponent(wallet_id)}/proposals`;
  const proposal = await client.post<WalletProposal>(path, body, key);
  answer(context.io, flags.json, proposal, ({ object_id, quorum }) =>
    [
      fields(reviewWalletProposal(proposal).lines),
      `${quorum.needed} of these have to approve it: ${quorum.eligible.join(", ") || "nobody can"}.`,
      `./tidegate approve ${object_id} --key FILE\n`,
    ].join("\n"),
  );
}

export function printWalletProposals(items: WalletProposalList["items"]): string {
  return table(
    ["proposal", "wallet", "what", "amount", "as of", "state", "proposed by", "approvals", "expires", "digest"],
    items.map(
      ({ object_id, wallet_id, what, amount, as_of, state, proposed_by, quorum, expires_at, digest_groups }) => [
        ...[object_id, wallet_id, what, money(amount), as_of ?? "-", state, proposed_by],
        ...[`${quorum.approvals.length} of ${quorum.needed}`, expires_at, digest_groups.slice(0, 4).join(" ")],
      ],
    ),
  );
}

export const voteOnWallet = voterOn<WalletProposal>({
  object_kind: "wallet",
  route: "/v1/wallet-proposals",
  noun: "proposal",
  question: "Approve exactly this?",
  review: reviewWalletProposal,
});
