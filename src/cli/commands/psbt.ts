/**
 * PSBTs of Bitcoin custody: out to signers without a network, and back. `show` and `sign` need no daemon and no network: they prove what a
 * PSBT does from the wallet's own descriptor.
 */
import { readFile, writeFile } from "node:fs/promises";
import type { Approval, ImportResult } from "../../api/index.ts";
import { fromBbqr, isBbqr, qrPage, toBbqr } from "../../bbqr/index.ts";
import {
  type CliContext,
  clientOf,
  type Register,
  type RemoteOptions,
  verb,
  withJson,
  withRemote,
} from "../command.ts";
import type { PsbtSummary } from "../composition.ts";
import { CliError } from "../errors.ts";
import { answer, fields } from "../output.ts";
import { reviewApproval } from "../review.ts";
import { confirm, type SigningFlags, withSigning } from "../signing.ts";

const KEY_MODE = 0o600;

type ExportFlags = RemoteOptions & { readonly out?: string; readonly qr?: string; readonly base64?: boolean };
type ShowFlags = { readonly wallet: string; readonly json?: boolean };
type ImportFlags = RemoteOptions & { readonly as: string };
type SignFlags = SigningFlags & { readonly out?: string; readonly json?: boolean };

export const registerPsbt: Register = (program, context) => {
  const group = verb("psbt", "PSBTs of Bitcoin custody: export, show, sign away from the network, import", [
    "psbt export trf_0192... --out trf.psbt --qr trf.html",
    "psbt show trf.psbt --wallet vault.json",
    "psbt sign trf.psbt --key ana.json --out trf.ana.psbt",
    "psbt import trf_0192... trf.ana.psbt --as ana",
  ]);
  group.addCommand(
    withRemote(verb("export", "Write the PSBT that a transfer waits for", ["psbt export trf_0192... --out trf.psbt"]))
      .argument("<id>", "transfer that waits for its cosigners")
      .option("--out <file>", "binary file; without it the PSBT is printed as base64")
      .option("--qr <file>", "HTML page with animated QR codes (BBQr), for a camera")
      .action((id: string, flags: ExportFlags) => exportPsbt(id, flags, context)),
  );
  group.addCommand(
    withJson(
      verb("show", "Prove what a PSBT does from the wallet's own descriptor", [
        "psbt show trf.psbt --wallet vault.json",
      ]),
    )
      .argument("<file>", "PSBT: binary, base64, hex, or the letters of its QR codes")
      .requiredOption("--wallet <file>", 'the wallet, {"network", "descriptor"}; a key file will do')
      .action(async (file: string, flags: ShowFlags) => {
        const summary = await context.composition.showPsbt(file, flags.wallet);
        answer(context.io, flags.json, summary, (said) => fields(linesOf(said)));
      }),
  );
  group.addCommand(
    withSigning(
      withJson(
        verb("sign", "Sign a PSBT with a key file, on a machine without a network", [
          "psbt sign trf.psbt --key ana.json",
        ]),
      ),
    )
      .argument("<file>", "PSBT: binary, base64, hex, or the letters of its QR codes")
      .option("--out <file>", "where the signed PSBT goes; default: beside the first, .signed.psbt")
      .action((file: string, flags: SignFlags) => signPsbt(file, flags, context)),
  );
  group.addCommand(
    withRemote(
      verb("import", "Hand a signed PSBT back; your own signature in it is your vote", [
        "psbt import trf_0192... a.psbt --as ana",
      ]),
    )
      .argument("<id>", "transfer that waits for its cosigners")
      .argument("<file>", "signed PSBT; of the signatures in it, only your own counts")
      .requiredOption("--as <person>", "who you are; with tokens, the token's own person")
      .action((id: string, file: string, flags: ImportFlags) => importPsbt(id, file, flags, context)),
  );
  program.addCommand(group);
};

async function exportPsbt(id: string, flags: ExportFlags, context: CliContext): Promise<void> {
  const { io } = context;
  const client = await clientOf(flags, context);
  const approval = await client.get<Approval>(`/v1/approvals/${encodeURIComponent(id)}`);
  const { lines } = reviewApproval(approval);
  const psbt = psbtIn(approval);
  io.err(fields(lines));
  if (flags.out !== undefined) await writeFile(flags.out, psbt);
  if (flags.qr !== undefined) await writeFile(flags.qr, qrPage(id, toBbqr(psbt, "P")));
  const said = {
    transfer_id: id,
    hash: approval.signing?.hash ?? "",
    file: flags.out ?? null,
    qr_page: flags.qr ?? null,
    psbt: Buffer.from(psbt).toString("base64"),
  };
  answer(io, flags.json, said, ({ file, qr_page, hash, psbt: text }) =>
    file === null && qr_page === null
      ? `${text}\n`
      : fields([
          ...(file === null ? [] : [["file", file] as const]),
          ...(qr_page === null ? [] : [["QR codes", qr_page] as const]),
          ["hash", hash],
          [
            "next",
            "each cosigner: ./tidegate psbt sign FILE --key KEY, or a signing device; then ./tidegate psbt import",
          ],
        ]),
  );
}

/** @throws CliError psbt_not_waiting */
function psbtIn({ signing, object_id }: Approval): Uint8Array {
  const data = signing?.typed_data;
  const text = typeof data === "object" && data !== null && "psbt" in data ? data.psbt : null;
  if (signing?.scheme === "psbt" && typeof text === "string") return Uint8Array.from(Buffer.from(text, "base64"));
  throw new CliError("psbt_not_waiting", `${object_id} is not signed as a PSBT.`);
}

async function signPsbt(file: string, flags: SignFlags, { io, composition }: CliContext): Promise<void> {
  const { summary, sign } = await composition.signPsbt(file, flags.key);
  io.err(fields(linesOf(summary)));
  await confirm("Sign exactly this?", flags, io);
  const { psbt, signer } = sign();
  const out = flags.out ?? `${file.replace(/\.psbt$/, "")}.signed.psbt`;
  await writeFile(out, psbt, { mode: KEY_MODE });
  answer(io, flags.json, { file: out, signer, hash: summary.hash }, (said) =>
    fields([
      ["signed by", said.signer],
      ["file", said.file],
      ["next", "./tidegate psbt import ID FILE, or the terminal's Approvals"],
    ]),
  );
}

async function importPsbt(id: string, file: string, flags: ImportFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const psbt = Buffer.from(await readPsbt(file)).toString("base64");
  const key = `psbt-${id}-${flags.as}-${psbt.slice(-40).replace(/[^A-Za-z0-9]/g, "")}`.slice(0, 200);
  const path = `/v1/approvals/${encodeURIComponent(id)}/psbt`;
  const imported = await client.post<ImportResult>(path, { psbt, person: flags.as }, key);
  const { transfer, quorum, accepted, known, others } = imported;
  answer(context.io, flags.json, imported, () =>
    fields([
      ["approved by", quorum.approvals.join(", ") || "nobody"],
      ["new", accepted.join(", ") || "nobody"],
      ["known before", known.join(", ") || "nobody"],
      ["signed, and not handed in by themselves", others.join(", ") || "nobody"],
      ["approvals", `${quorum.approvals.length} of ${quorum.needed}`],
      ["transfer", transfer.state],
    ]),
  );
}

async function readPsbt(file: string): Promise<Uint8Array> {
  try {
    const content = await readFile(file);
    const text = content.toString("latin1");
    return isBbqr(text) ? fromBbqr(text) : Uint8Array.from(content);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new CliError("file_unreadable", `${file} cannot be read.`);
    }
    throw error;
  }
}

function linesOf(summary: PsbtSummary): [string, string][] {
  const { inputs, pays, change, fee_btc, signed_by, signatures_needed, network, txid, hash } = summary;
  return [
    ["network", network],
    ...pays.map(({ address, btc }): [string, string] => ["pays", `${btc} BTC to ${address}`]),
    ...change.map(({ address, btc, place }): [string, string] => [
      "change",
      `${btc} BTC back to the wallet at ${place}, ${address}`,
    ]),
    ["fee", `${fee_btc} BTC`],
    ...inputs.map(({ coin, btc, place }): [string, string] => [
      "spends",
      `${btc} BTC, coin ${coin} of the wallet at ${place}`,
    ]),
    [
      "signatures",
      `${signed_by.length} of ${signatures_needed}${signed_by.length > 0 ? `: ${signed_by.join(", ")}` : ""}`,
    ],
    ["transaction", txid],
    ["PSBT", hash],
  ];
}
