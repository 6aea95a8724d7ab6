/** `freeze` and `resume`: stopping needs nobody, starting again needs an admin's signature. */

import type { ModeState, ResumeOffer } from "../../api/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, fields } from "../output.ts";
import { queryOf } from "../query.ts";
import { reviewResume } from "../review.ts";
import { confirm, type SigningFlags, signedVote, withSigning } from "../signing.ts";

export const registerFreeze: Register = (program, context) => {
  const command = verb("freeze", "Stop every new submit at once; work in flight is still followed", [
    'freeze --reason "unexplained outflow on hot-usdt" --as ana',
  ])
    .requiredOption("--reason <text>", "why; it is recorded")
    .option("--as <person>", "who stops it, for the log; a name that nobody bears stops it too");
  program.addCommand(
    withRemote(command).action(async (flags: RemoteOptions & { reason: string; as?: string }) => {
      const client = await clientOf(flags, context);
      const state = await client.post<ModeState>("/v1/freeze", {
        reason: flags.reason,
        ...(flags.as === undefined ? {} : { frozen_by: flags.as }),
      });
      answer(context.io, flags.json, state, ({ mode }) => `The treasury is ${mode}.\n`);
    }),
  );
};

type ResumeFlags = RemoteOptions & SigningFlags & { readonly mode?: string; readonly acceptLoss?: boolean };

export const registerResume: Register = (program, context) => {
  const command = verb("resume", "Leave the freeze, with an admin's signature over this very freeze", [
    "resume --mode advise --key admin.json",
    "resume --accept-loss --key admin.json",
  ])
    .option("--mode <mode>", "observe, advise or auto; the mode before the freeze when absent")
    .option("--accept-loss", "go on although the database is older than what was signed outside it; two people sign");
  program.addCommand(withSigning(withRemote(command)).action((flags: ResumeFlags) => resume(flags, context)));
};

async function resume(flags: ResumeFlags, context: CliContext): Promise<void> {
  const { io } = context;
  const client = await clientOf(flags, context);
  const offer = await client.get<ResumeOffer>(
    `/v1/resume${queryOf({ ...(flags.mode === undefined ? {} : { mode: flags.mode }), ...(flags.acceptLoss === true ? { accept_loss: "true" } : {}) })}`,
  );
  const { mode } = offer;
  const { plan, lines } = reviewResume(offer);
  io.err(fields(lines));
  if (plan.mode !== mode || mode !== (flags.mode ?? mode)) {
    throw new CliError(
      "approve_payload_mismatch",
      "The daemon offers another mode than was asked for; nothing was signed.",
    );
  }
  await confirm(`Resume in mode ${mode}?`, flags, io);
  const { object_id, digest } = offer;
  const vote = await signedVote({ object_kind: "resume", object_id, digest, vote: "approve" }, flags, client, context);
  const key = `resume-${object_id}-${vote.person_id}`.slice(0, 200);
  const state = await client.post<ModeState>("/v1/resume", { mode, vote }, key);
  answer(io, flags.json, state, (now) =>
    now.mode === "frozen"
      ? "Your signature is counted. It stays frozen: a second person has to sign the same loss.\n"
      : `The treasury is in mode ${now.mode}.\n`,
  );
}
