/** Signing on the command line: whose key this is, asking before it is used, and the vote itself. */
import type { Command } from "commander";
import type { People } from "../api/index.ts";
import { type SignedVote, type VotePayload, voteMessage } from "../authority/index.ts";
import type { Client } from "./client.ts";
import type { CliContext } from "./command.ts";
import { CliError } from "./errors.ts";
import type { Io } from "./io.ts";

export interface SigningFlags {
  readonly key: string;
  readonly yes?: boolean;
}

export function withSigning(command: Command): Command {
  return command
    .requiredOption("--key <file>", "your private key; it is used here and sent nowhere")
    .option("--yes", "do not ask before signing");
}

/** @throws CliError approve_needs_confirmation without a terminal and --yes; approve_not_confirmed */
export async function confirm(question: string, flags: { readonly yes?: boolean }, io: Io): Promise<void> {
  if (flags.yes === true) return;
  if (!io.is_tty) {
    throw new CliError("approve_needs_confirmation", "There is no terminal to ask at; read the fields and add --yes.");
  }
  const said = await io.ask(`${question} Type yes: `);
  if (said.trim().toLowerCase() !== "yes") throw new CliError("approve_not_confirmed", "Nothing was signed.");
}

/** A person and the id under which the policy knows this key. */
export interface KeyOwner {
  readonly person_id: string;
  readonly key_id: string;
}

/** @throws CliError key_of_nobody */
export async function ownerOf(public_key: string, scheme: string, client: Client): Promise<KeyOwner> {
  const { items } = await client.get<People>("/v1/people");
  for (const person of items) {
    const key = person.keys.find(
      (item) => item.scheme === scheme && item.public_key.toLowerCase() === public_key.toLowerCase(),
    );
    if (key !== undefined) return { person_id: person.id, key_id: key.key_id };
  }
  throw new CliError("key_of_nobody", `The policy knows nobody with the key ${public_key}.`, { public_key });
}

/** An Ed25519 vote over the exact bytes of its payload. */
export async function signedVote(
  payload: VotePayload,
  flags: SigningFlags,
  client: Client,
  { composition }: CliContext,
): Promise<SignedVote> {
  const signer = await composition.loadSigner(flags.key);
  const owner = await ownerOf(signer.public_key, "ed25519", client);
  const signature = Buffer.from(await signer.sign(voteMessage(payload))).toString("hex");
  return { payload, ...owner, scheme: "ed25519", signature };
}
