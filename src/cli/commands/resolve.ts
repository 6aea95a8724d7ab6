/** `transfers resolve`, and votes on what it proposes. */
import type { Resolution, ResolutionRequest, TransferDetail } from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { type CliContext, clientOf, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer, fields } from "../output.ts";
import { reviewResolution } from "../review.ts";
import { voterOn } from "../vote_on_proposal.ts";

interface ResolveFlags extends RemoteOptions {
  readonly outcome: ResolutionRequest["outcome"];
  readonly evidence: string;
  readonly as: string;
  readonly reference?: string[];
  readonly venueRef?: string;
  readonly txHash?: string;
  readonly received?: string;
  readonly fee?: string;
}

/** Ids of proposals begin so; everything else that is approved is a transfer. */
const RESOLUTION_ID = /^res_/;

export function isResolutionId(id: string): boolean {
  return RESOLUTION_ID.test(id);
}

export function resolveCommand(context: CliContext): ReturnType<typeof verb> {
  const command = verb("resolve", "Propose how a held transfer ended; at least two others have to approve it", [
    'transfers resolve trf_0192... --outcome failed --evidence "letter of the venue, never received" --as ana',
    'transfers resolve trf_0192... --outcome settled --received 990.00 --fee 1.00 --evidence "statement" --as ana',
  ]);
  return withRemote(command)
    .argument("<id>", "transfer")
    .requiredOption("--outcome <word>", "submitted: follow it again; settled: it arrived; failed: nothing moved")
    .requiredOption("--evidence <text>", "what proves it; it is signed and recorded")
    .requiredOption("--as <person>", "who proposes it, and can therefore not approve it")
    .option("--reference <text...>", "where the evidence is kept")
    .option("--venue-ref <id>", "the venue's own id of it")
    .option("--tx-hash <hash>", "hash of its transaction")
    .option("--received <amount>", "settled: what was delivered, net")
    .option("--fee <amount>", "settled: what was taken beside the amount")
    .action((id: string, _flags: RemoteOptions, self) => resolve(id, self.optsWithGlobals(), context));
}

async function resolve(id: string, flags: ResolveFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const body: ResolutionRequest = {
    outcome: flags.outcome,
    evidence: flags.evidence,
    references: flags.reference ?? [],
    venue_ref: flags.venueRef ?? null,
    tx_hash: flags.txHash ?? null,
    amount_received: flags.received ?? null,
    fee: flags.fee ?? null,
    proposed_by: flags.as,
  };
  const path = `/v1/transfers/${encodeURIComponent(id)}/resolutions`;
  const { transfer } = await client.get<TransferDetail>(`/v1/transfers/${encodeURIComponent(id)}`);
  // The same words about the same state are one proposal; after a denial they may be said again.
  const key = `resolve-${digestOf("request", { ...body, id, updated_at: transfer.updated_at })}`;
  const resolution = await client.post<Resolution>(path, body, key);
  answer(context.io, flags.json, resolution, ({ object_id, quorum }) =>
    [
      fields(reviewResolution(resolution).lines),
      `${quorum.needed} of these have to approve it: ${quorum.eligible.join(", ") || "nobody can"}.`,
      `./tidegate approve ${object_id} --key FILE\n`,
    ].join("\n"),
  );
}

export const voteOnResolution = voterOn<Resolution>({
  object_kind: "resolution",
  route: "/v1/resolutions",
  noun: "resolution",
  question: "Approve exactly this?",
  review: reviewResolution,
});
