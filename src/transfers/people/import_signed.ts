/**
 * Signatures that come back from people whose signers have no network: a file with one or more owners' signatures of a transfer's request.
 * What the person who hands it in signed is that person's vote. A signature of somebody else proves that they signed, once and for
 * whoever had the file; not that they approve it here and now: they hand it in themselves. It is recorded as given all the same: with enough of
 * such signatures the payment can be sent, so a transfer that ends now stays reserved.
 */
import { signedBytes, votesOn } from "../../authority/index.ts";
import type { PersonKey, SignedVote } from "../../authority/types.ts";
import { type TransferDeps, venueOf } from "../context.ts";
import { TransferError } from "../errors.ts";
import { getTransfer } from "../read_transfers.ts";
import type { ImportedSignatures } from "../types.ts";
import { type GivenSignature, recordGiven } from "./signatures_given.ts";
import { quorumOf, voteOnTransfer } from "./vote_on_transfer.ts";

/**
 * `importer`: the person who hands it in.
 * @throws TransferError transfer_not_found, transfer_invalid; VenueError for what is no signed request of this transfer; AuthorityError as
 * for a vote
 */
export async function importSigned(
  deps: TransferDeps,
  transfer_id: string,
  content: Uint8Array,
  importer: string,
): Promise<ImportedSignatures> {
  const row = await deps.store.read("import.read", (tx) => getTransfer(tx, transfer_id));
  const venue = venueOf(deps, row.plan.from.venue);
  const { signing, digest } = row;
  if (signing === null || venue.readSigned === undefined) {
    throw new TransferError("transfer_invalid", `${transfer_id} is not signed in files.`, { transfer: transfer_id });
  }
  const signatures = venue.readSigned(signing, content);
  if (signatures.length === 0) {
    const message = "There is no valid signature of an owner in it: sign it first, and hand the signed file back.";
    throw new TransferError("transfer_invalid", message, { transfer: transfer_id });
  }
  const payload = { object_kind: "transfer", object_id: transfer_id, digest, vote: "approve" } as const;
  const message = signedBytes(payload, signing);
  const own: { readonly key_id: string; readonly signature: string }[] = [];
  const others: string[] = [];
  const strangers: string[] = [];
  const given: GivenSignature[] = [];
  for (const { signer, signature } of signatures) {
    const owner = ownerOf(deps, signing.scheme, signer);
    if (owner?.person_id === importer) {
      own.push({ key_id: owner.key_id, signature });
      continue;
    }
    if (owner === null) strangers.push(signer);
    else others.push(owner.person_id);
    const genuine = await deps.verifier({ scheme: signing.scheme, public_key: signer, message, signature });
    if (genuine) given.push({ person_id: owner?.person_id ?? null, key_id: owner?.key_id ?? signer, signature });
  }
  const record = (some: readonly GivenSignature[]): Promise<void> =>
    recordGiven(deps, transfer_id, some, `person:${importer}`);
  // Before the vote: what it refuses leaves them signed.
  await record(given);
  const accepted: string[] = [];
  const known: string[] = [];
  for (const { key_id, signature } of own) {
    const vote = { payload, person_id: importer, key_id, scheme: signing.scheme, signature };
    const counted = await voteOnce(deps, vote, () => record([{ person_id: importer, key_id, signature }]));
    (counted ? accepted : known).push(importer);
  }
  const transfer = await deps.store.read("import.read", (tx) => getTransfer(tx, transfer_id));
  return { transfer, quorum: await quorumOf(deps, transfer), accepted, known, others, strangers };
}

/** False where the person voted before: the signature is kept as given. One that is refused as a vote is kept where it is refused. */
async function voteOnce(deps: TransferDeps, vote: SignedVote, keep: () => Promise<void>): Promise<boolean> {
  const votes = await deps.store.read("import.votes", (tx) => votesOn(tx, vote.payload.object_id));
  if (votes.some(({ person_id }) => person_id === vote.person_id)) {
    await keep();
    return false;
  }
  await voteOnTransfer(deps, vote);
  return true;
}

function ownerOf(
  deps: TransferDeps,
  scheme: PersonKey["scheme"],
  public_key: string,
): { readonly person_id: string; readonly key_id: string } | null {
  for (const { id, keys } of deps.config.authority.people) {
    const key = keys.find((each) => each.scheme === scheme && each.public_key === public_key);
    if (key !== undefined) return { person_id: id, key_id: key.key_id };
  }
  return null;
}
