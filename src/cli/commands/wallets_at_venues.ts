/** `wallets discover`, `import`, `create` and `addresses`: holdings at a venue, and the lines of the file that make one a wallet. */
import { randomUUID } from "node:crypto";
import type { AddressList, Discovery, OpenedWallet, OpenWalletRequest } from "../../api/index.ts";
import { configLines } from "../../wallets/index.ts";
import { type CliContext, clientOf, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, table } from "../output.ts";

interface ImportFlags extends RemoteOptions {
  readonly asset: string;
  readonly id: string;
  readonly kind: OpenWalletRequest["kind"];
  readonly label?: string;
}

interface CreateFlags extends ImportFlags {
  readonly network: string;
}

const KINDS = "hot, warm, custody, collateral, deposit or gas";

export function walletsAtVenues(context: CliContext): ReturnType<typeof verb>[] {
  return [
    withRemote(verb("discover", "Ask a venue which holdings its credentials can see", ["wallets discover bitgo"]))
      .argument("<venue>", "a venue of the configuration")
      .action((venue: string, _flags: RemoteOptions, self) => discover(venue, self.optsWithGlobals(), context)),
    importCommand(context),
    createCommand(context),
    withRemote(
      verb(
        "addresses",
        "Registered addresses of a wallet beside what its venue answers now; exit code 1 if they differ",
        ["wallets addresses hot-usdt"],
      ),
    )
      .argument("<wallet>", "wallet")
      .action((id: string, _flags: RemoteOptions, self) => addresses(id, self.optsWithGlobals(), context)),
  ];
}

function importCommand(context: CliContext): ReturnType<typeof verb> {
  const example = "wallets import bitgo 5f1a... --asset BTC --id vault-btc --kind custody >> wallets.yaml";
  return withRemote(verb("import", "Print the lines that make a holding of a venue a wallet of the file", [example]))
    .argument("<venue>", "a venue of the configuration")
    .argument("<account>", "the venue's own name of the holding, as discover shows it")
    .requiredOption("--asset <id>", "its asset")
    .requiredOption("--id <id>", "how the file shall call it")
    .requiredOption("--kind <kind>", KINDS)
    .option("--label <text>", "what people read (default: the venue's)")
    .action((venue: string, account: string, _flags: ImportFlags, self) =>
      importWallet(venue, account, self.optsWithGlobals(), context),
    );
}

function createCommand(context: CliContext): ReturnType<typeof verb> {
  const example = "wallets create bitgo --asset BTC --network bitcoin --id vault-btc --kind custody --label Vault";
  return withRemote(verb("create", "Open a holding at a venue that can, and print its lines for the file", [example]))
    .argument("<venue>", "a venue of the configuration")
    .requiredOption("--asset <id>", "its asset")
    .requiredOption("--network <id>", "its network")
    .requiredOption("--id <id>", "how the file shall call it; the same id again asks for the same holding")
    .requiredOption("--kind <kind>", KINDS)
    .option("--label <text>", "what people read (default: the id)")
    .action((venue: string, _flags: CreateFlags, self) => create(venue, self.optsWithGlobals(), context));
}

async function discover(venue: string, flags: RemoteOptions, context: CliContext): Promise<void> {
  const found = await discovered(venue, flags, context);
  answer(context.io, flags.json, found, ({ items }) =>
    items.length === 0
      ? "The venue shows no holdings.\n"
      : table(
          ["account", "asset", "label", "wallet"],
          items.map((item) => [item.account, item.asset, item.label, item.wallet_id ?? "not in the file"]),
        ),
  );
}

async function discovered(venue: string, flags: RemoteOptions, context: CliContext): Promise<Discovery> {
  const client = await clientOf(flags, context);
  return client.post<Discovery>(`/v1/venues/${encodeURIComponent(venue)}/discover`, {});
}

async function importWallet(venue: string, account: string, flags: ImportFlags, context: CliContext): Promise<void> {
  const { items } = await discovered(venue, flags, context);
  const { asset, id, kind } = flags;
  const found = items.find((item) => item.account === account && item.asset === asset);
  if (found === undefined) {
    throw new CliError(
      "wallet_not_seen",
      `${venue} shows no ${asset} at ${account}; see: ./tidegate wallets discover ${venue}`,
    );
  }
  if (found.wallet_id !== null) {
    throw new CliError("wallet_known", `The file has ${account} already, as the wallet "${found.wallet_id}".`);
  }
  const lines = configLines({ id, venue, asset, kind, account, label: flags.label ?? found.label });
  answer(context.io, flags.json, { ...found, lines }, () => `${lines}\n`);
  context.io.err(NEXT);
}

async function create(venue: string, flags: CreateFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { id: wallet_id, asset, network, kind } = flags;
  const body: OpenWalletRequest = { wallet_id, asset, network, kind, label: flags.label ?? wallet_id };
  const path = `/v1/venues/${encodeURIComponent(venue)}/wallets`;
  // Whoever asks again wants to know how it stands now, and not the old answer: the venue knows the holding by its id.
  const opened = await client.post<OpenedWallet>(path, body, `open-${randomUUID()}`);
  answer(context.io, flags.json, opened, ({ lines, message, outcome }) =>
    lines === null ? `${outcome}: ${message}\n` : `${lines}\n`,
  );
  if (opened.lines !== null) context.io.err(NEXT);
  if (opened.outcome === "rejected") throw new CliError("wallet_not_opened", opened.message);
}

/** To people, beside the lines on stdout. */
const NEXT =
  "Put these lines under `wallets` of the configuration and start again. It is read from then on; ./tidegate wallets activate lets it move money.\n";

async function addresses(id: string, flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const found = await client.get<AddressList>(`/v1/wallets/${encodeURIComponent(id)}/addresses`);
  const text = (place: { address: string; memo: string | null } | null): string =>
    place === null ? "-" : `${place.address}${place.memo === null ? "" : `, memo ${place.memo}`}`;
  answer(context.io, flags.json, found, ({ items }) =>
    table(
      ["network", "registered", "at the venue", "state"],
      items.map((item) => [item.network, text(item.registered), text(item.at_venue), `${item.state}: ${item.message}`]),
    ),
  );
  const differs = found.items.filter(({ state }) => state === "differs").length;
  if (differs > 0)
    throw new CliError("wallet_address_differs", `${differs} addresses differ; see above. Send nothing there.`);
}
