/**
 * Signatures that come back from people whose signers have no network: a file with one or more owners' signatures of a transfer's request.
 * What the person who hands it in signed is that person's vote. A signature of somebody else proves that they signed, once and for
 * whoever had the file; not that they approve it here and now: they hand it in themselves.
 */
import { votesOn } from "../authority/index.ts";
import type { PersonKey } from "../authority/types.ts";
import { type TransferDeps, venueOf } from "./context.ts";
import { TransferError } from "./errors.ts";
import { getTransfer } from "./read_transfers.ts";
import type { ImportedSignatures } from "./types.ts";
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
  const accepted: string[] = [];
  const known: string[] = [];
  const others: string[] = [];
  const strangers: string[] = [];
  for (const { signer, signature } of signatures) {
    const owner = ownerOf(deps, signing.scheme, signer);
    if (owner === null) {
      strangers.push(signer);
      continue;
    }
    const { person_id, key_id } = owner;
    if (person_id !== importer) {
      others.push(person_id);
      continue;
    }
    const votes = await deps.store.read("import.votes", (tx) => votesOn(tx, transfer_id));
    if (votes.some((vote) => vote.person_id === person_id)) {
      known.push(person_id);
      continue;
    }
    const payload = { object_kind: "transfer", object_id: transfer_id, digest, vote: "approve" } as const;
    await voteOnTransfer(deps, { payload, person_id, key_id, scheme: signing.scheme, signature });
    accepted.push(person_id);
  }
  const transfer = await deps.store.read("import.read", (tx) => getTransfer(tx, transfer_id));
  return { transfer, quorum: await quorumOf(deps, transfer), accepted, known, others, strangers };
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
