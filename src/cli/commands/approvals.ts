/** `approvals`, `approve`, `deny`: what waits for people, and their signatures. */
import type {
  Approval,
  ApprovalList,
  BreakResolutionList,
  CallExtensionList,
  EnvelopeList,
  FacilityList,
  ResolutionList,
  SubstitutionList,
  VoteResult,
  WalletProposalList,
} from "../../api/index.ts";
import type { SignedVote, Vote, VotePayload } from "../../authority/index.ts";
import type { Client } from "../client.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, fields, money, table } from "../output.ts";
import { type ReviewedPlan, reviewApproval, typedDataLines } from "../review.ts";
import { confirm, ownerOf, type SigningFlags, signedVote, withSigning } from "../signing.ts";
import { isBreakResolutionId, voteOnBreak } from "./breaks.ts";
import { isEnvelopeId, printEnvelopes, voteOnEnvelope } from "./envelopes.ts";
import { isExtensionId, isFacilityId, voteOnExtension, voteOnFacility } from "./facilities.ts";
import { isSubstitutionId, voteOnSubstitution } from "./facility_collateral.ts";
import { needsRejection, rejectSigned } from "./reject_signed.ts";
import { isResolutionId, voteOnResolution } from "./resolve.ts";
import { isWalletProposalId, printWalletProposals, voteOnWallet } from "./wallet_proposals.ts";

type VoteFlags = RemoteOptions & SigningFlags;

export const registerApprovals: Register = (program, context) => {
  const command = withRemote(verb("approvals", "List what waits for people", ["approvals", "approvals --json"])).action(
    async (flags: RemoteOptions) => {
      const client = await clientOf(flags, context);
      const list = await client.get<ApprovalList>("/v1/approvals");
      const { items: resolutions } = await client.get<ResolutionList>("/v1/resolutions");
      const { items: breaks } = await client.get<BreakResolutionList>("/v1/break-resolutions");
      const { items: envelopes } = await client.get<EnvelopeList>("/v1/envelopes?state=waiting");
      const { items: wallets } = await client.get<WalletProposalList>("/v1/wallet-proposals");
      const { items: facilities } = await client.get<FacilityList>("/v1/facilities?state=proposed");
      const { items: extensions } = await client.get<CallExtensionList>("/v1/extensions");
      const { items: substitutions } = await client.get<SubstitutionList>("/v1/substitutions");
      const proposals = { substitutions, resolutions, breaks, envelopes, wallets, facilities, extensions };
      answer(context.io, flags.json, { ...list, ...proposals }, printList);
    },
  );
  program.addCommand(command);
};

export const registerApprove: Register = (program, context) => registerVote(program, context, "approve");
export const registerDeny: Register = (program, context) => registerVote(program, context, "deny");

function registerVote(program: Parameters<Register>[0], context: CliContext, vote: Vote): void {
  const summary =
    vote === "approve"
      ? "Approve a transfer: recompute its digest, show every field, sign, send the vote"
      : "Deny a transfer; one denial ends it. Of a held one that Safe owners signed: sign the rejection";
  const command = verb(vote, summary, [
    `${vote} trf_0192... --key ana.json`,
    `${vote} trf_0192... --key ana.json --yes`,
  ])
    .argument("<id>", "transfer, or envelope, or proposal about a held one, a break or a wallet")
    .action((id: string, flags: VoteFlags) => voterOf(id)(id, vote, flags, context));
  program.addCommand(withSigning(withRemote(command)));
}

/** Ids say what they name. */
function voterOf(id: string): typeof castVote {
  if (isBreakResolutionId(id)) return voteOnBreak;
  if (isEnvelopeId(id)) return voteOnEnvelope;
  if (isFacilityId(id)) return voteOnFacility;
  if (isWalletProposalId(id)) return voteOnWallet;
  if (isExtensionId(id)) return voteOnExtension;
  if (isSubstitutionId(id)) return voteOnSubstitution;
  return isResolutionId(id) ? voteOnResolution : castVote;
}

async function castVote(id: string, vote: Vote, flags: VoteFlags, context: CliContext): Promise<void> {
  const { io } = context;
  const client = await clientOf(flags, context);
  const approval = await client.get<Approval>(`/v1/approvals/${encodeURIComponent(id)}`);
  const reviewed = reviewApproval(approval);
  io.err(fields(reviewed.lines));
  if (vote === "deny" && needsRejection(approval)) return rejectSigned(approval, reviewed, flags, client, context);
  const signing = vote === "approve" ? approval.signing : null;
  if (signing?.scheme === "psbt") {
    const message =
      "It is approved with a signed PSBT: ./tidegate psbt export, sign away from the network, ./tidegate psbt import.";
    throw new CliError("psbt_needed", message);
  }
  if (signing !== null)
    io.err(`\nThe Safe's owners sign:\n${fields([...typedDataLines(signing.typed_data), ["hash", signing.hash]])}`);
  await confirm(vote === "approve" ? "Approve exactly this?" : "Deny it?", flags, io);
  const payload: VotePayload = {
    object_kind: "transfer",
    object_id: approval.object_id,
    digest: reviewed.digest,
    vote,
  };
  const signed =
    signing === null
      ? await signedVote(payload, flags, client, context)
      : await signedSafeVote({ payload, approval, reviewed, flags, client, context });
  const path = `/v1/approvals/${encodeURIComponent(approval.object_id)}/votes`;
  const key = `vote-${approval.object_id}-${signed.person_id}-${vote}`.slice(0, 200);
  await client.post<VoteResult>(path, signed, key);
  // A vote that was given before is answered as it was then; what is said here is how it stands now.
  const { transfer: now, quorum: counted } = await client.get<Approval>(`/v1/approvals/${encodeURIComponent(id)}`);
  const result: VoteResult = { transfer: now, quorum: counted };
  answer(io, flags.json, result, ({ transfer, quorum }) =>
    vote === "approve"
      ? `Approved by ${signed.person_id}: ${quorum.approvals.length} of ${quorum.needed}; the transfer is ${transfer.state}.\n`
      : `Denied by ${signed.person_id}; the transfer is ${transfer.state}.\n`,
  );
}

interface SafeVote {
  readonly payload: VotePayload;
  readonly approval: Approval;
  readonly reviewed: ReviewedPlan;
  readonly flags: VoteFlags;
  readonly client: Client;
  readonly context: CliContext;
}

/** The owner's signature over the Safe transaction hash is the vote itself. */
async function signedSafeVote({ payload, approval, reviewed, flags, client, context }: SafeVote): Promise<SignedVote> {
  const { typed_data, hash } = approval.signing ?? { typed_data: null, hash: "" };
  const signing = { key_file: flags.key, typed_data, hash, plan: reviewed.plan };
  const { address, signature } = await context.composition.signSafe(signing);
  const owner = await ownerOf(address, "eip712_safe", client);
  return { payload, ...owner, scheme: "eip712_safe", signature };
}

interface Waiting {
  readonly items: ApprovalList["items"];
  readonly resolutions: ResolutionList["items"];
  readonly breaks: BreakResolutionList["items"];
  readonly envelopes: EnvelopeList["items"];
  readonly wallets: WalletProposalList["items"];
  readonly facilities: FacilityList["items"];
  readonly extensions: CallExtensionList["items"];
  readonly substitutions: SubstitutionList["items"];
}

function printList(waiting: Waiting): string {
  const { items, resolutions, breaks, envelopes, wallets, facilities, extensions, substitutions } = waiting;
  const parts = [
    ...(items.length > 0 ? [printTransfers(items)] : []),
    ...(resolutions.length > 0 ? [printResolutions(resolutions)] : []),
    ...(breaks.length > 0 ? [printBreaks(breaks)] : []),
    ...(envelopes.length > 0 ? [printEnvelopes(envelopes)] : []),
    ...(wallets.length > 0 ? [printWalletProposals(wallets)] : []),
    ...(facilities.length > 0 ? [printLoans(facilities)] : []),
    ...(extensions.length > 0 ? [printExtensions(extensions)] : []),
    ...(substitutions.length > 0 ? [printSubstitutions(substitutions)] : []),
  ];
  return parts.length === 0 ? "Nothing waits for approval.\n" : parts.join("\n");
}

function printLoans(facilities: FacilityList["items"]): string {
  return table(
    ["loan", "reference", "customer", "principal", "matures", "approvals", "digest"],
    facilities.map(({ object_id, reference, customer_id, principal, matures_on, quorum, digest_groups }) => [
      ...[object_id, reference, customer_id, money(principal), matures_on],
      `${quorum.approvals.length} of ${quorum.needed}`,
      digest_groups.slice(0, 4).join(" "),
    ]),
  );
}

function printExtensions(extensions: CallExtensionList["items"]): string {
  return table(
    ["more time", "loan", "until now", "asked for", "approvals", "expires", "digest"],
    extensions.map((one) => [
      ...[one.object_id, one.facility_reference, one.deadline_before, one.deadline_at],
      `${one.quorum.approvals.length} of ${one.quorum.needed}`,
      one.expires_at,
      one.digest_groups.slice(0, 4).join(" "),
    ]),
  );
}

function printSubstitutions(substitutions: SubstitutionList["items"]): string {
  return table(
    ["exchange", "loan", "brings", "releases", "approvals", "expires", "digest"],
    substitutions.map((one) => [
      ...[one.object_id, one.facility_reference, money(one.brings), money(one.releases)],
      `${one.quorum.approvals.length} of ${one.quorum.needed}`,
      one.expires_at,
      one.digest_groups.slice(0, 4).join(" "),
    ]),
  );
}

function printBreaks(breaks: BreakResolutionList["items"]): string {
  return table(
    ["proposal", "break", "wallet", "difference", "remedy", "approvals", "expires", "digest"],
    breaks.map(({ object_id, break_id, wallet_id, difference, remedy, quorum, expires_at, digest_groups }) => [
      ...[object_id, break_id, wallet_id, money(difference), remedy],
      `${quorum.approvals.length} of ${quorum.needed}`,
      expires_at,
      digest_groups.slice(0, 4).join(" "),
    ]),
  );
}

function printResolutions(resolutions: ResolutionList["items"]): string {
  return table(
    ["resolution", "transfer", "amount", "outcome", "approvals", "expires", "digest"],
    resolutions.map(({ object_id, transfer, outcome, quorum, expires_at, digest_groups }) => [
      object_id,
      transfer.id,
      money(transfer.amount),
      outcome,
      `${quorum.approvals.length} of ${quorum.needed}`,
      expires_at,
      digest_groups.slice(0, 4).join(" "),
    ]),
  );
}

function printTransfers(items: ApprovalList["items"]): string {
  return table(
    ["transfer", "amount", "from", "to", "approvals", "expires", "digest"],
    items.map(({ transfer, quorum, expires_at, digest_groups }) => [
      transfer.id,
      money(transfer.amount),
      transfer.from.wallet,
      transfer.to.wallet,
      `${quorum.approvals.length} of ${quorum.needed}`,
      expires_at,
      digest_groups.slice(0, 4).join(" "),
    ]),
  );
}
