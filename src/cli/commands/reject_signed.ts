/**
 * Denying what ended after its owners signed it. A vote would change nothing any more: only the Safe's nonce can. So the owner's
 * key signs the rejection, and the owners execute it like any Safe transaction.
 */
import type { Approval } from "../../api/index.ts";
import type { Client } from "../client.ts";
import type { CliContext, RemoteOptions } from "../command.ts";
import { answer, fields } from "../output.ts";
import type { ReviewedPlan } from "../review.ts";
import { confirm, ownerOf, type SigningFlags } from "../signing.ts";

/** True when a denial of it means burning the nonce of the Safe. */
export function needsRejection({ transfer, signing }: Approval): boolean {
  return (
    transfer.state === "held" && signing?.scheme === "eip712_safe" && (transfer.note_code ?? "").endsWith("_signed")
  );
}

/** Prints the signature; it is sent nowhere. @throws CliError key_of_nobody, approve_not_confirmed */
export async function rejectSigned(
  { transfer, signing }: Approval,
  { plan }: ReviewedPlan,
  flags: RemoteOptions & SigningFlags,
  client: Client,
  { io, composition }: CliContext,
): Promise<void> {
  io.err(`\nIt is held, because its owners signed it. ${transfer.note ?? ""}\n`);
  await confirm("Sign its rejection, 0 to the Safe itself at the same nonce?", flags, io);
  const { typed_data, hash } = signing ?? { typed_data: null, hash: "" };
  const signed = await composition.signRejection({ key_file: flags.key, typed_data, hash, plan });
  const { person_id } = await ownerOf(signed.address, "eip712_safe", client);
  answer(io, flags.json, { transfer_id: transfer.id, person_id, ...signed }, (said) =>
    fields([
      ["rejection of", said.transfer_id],
      ["pays", `0 to ${said.safe} (the Safe itself) on chain ${said.chain_id}`],
      ["nonce", said.nonce],
      ["safe transaction hash", said.hash],
      ["signed by", `${said.person_id} (${said.address})`],
      ["signature", said.signature],
      ["next", "let enough owners sign it, execute it in the Safe; the transfer ends once it is final"],
    ]),
  );
}
