/** Holdings at a venue: opened there, or found there; and the lines of the file that make one a wallet of ours. */
import { emit } from "../audit/index.ts";
import { sameAddress } from "../authority/index.ts";
import type { TreasuryConfig, WalletConfig } from "../config/types.ts";
import type { DaemonDeps } from "../daemon/types.ts";
import type { CreateWalletOutcome, Venue, VenueAddress, VenueWallet } from "../venues/port.ts";
import { WalletError } from "./errors.ts";
import { configuredWallet } from "./read.ts";
import type { Attested, Discovered, OpenDraft, Opened } from "./types.ts";

type VenueDeps = Pick<DaemonDeps, "store" | "ids" | "clock" | "config" | "venues">;

/** A credential that sees more is asked no further. */
const DISCOVERED_MAX = 10_000;
const MESSAGE_LENGTH_MAX = 400;
/** As the file demands it of its ids. */
const WALLET_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** @throws WalletError wallet_not_found; VenueError */
export async function discoverWallets({ config, venues }: VenueDeps, venue_id: string): Promise<Discovered[]> {
  const seen = await venueOf(venues, venue_id).listWallets();
  return seen.slice(0, DISCOVERED_MAX).map(({ account, asset, label }) => {
    const known = walletAt(config, venue_id, { account, asset });
    const wallet_id = known?.id ?? null;
    const usable = wallet_id === null && config.assets.has(asset);
    const id = freeId(config, `${venue_id}-${asset}`.toLowerCase());
    const lines = usable ? configLines({ id, venue: venue_id, asset, kind: "custody", account, label }) : null;
    return { account, asset, label, wallet_id, lines };
  });
}

/**
 * Opens a holding under an id that the file does not have yet. The same id again asks for the same holding, so an answer that was
 * lost is found. It moves nothing: the holding is a wallet of ours once the file has its lines and people activated it.
 * @throws WalletError wallet_not_found, wallet_exists, wallet_open_unsupported, wallet_proposal_invalid
 */
export async function openWallet(deps: VenueDeps, draft: OpenDraft): Promise<Opened> {
  const { config } = deps;
  const { venue_id, wallet_id, asset, network, kind, label, actor } = draft;
  const venue = venueOf(deps.venues, venue_id);
  if (!WALLET_ID.test(wallet_id)) {
    const message = `The file could not have a wallet "${wallet_id}": an id is 1 to 64 letters, digits, '.', '_' or '-'.`;
    throw new WalletError("wallet_proposal_invalid", message, { wallet: wallet_id });
  }
  if (config.wallets.some(({ id }) => id === wallet_id)) {
    throw new WalletError("wallet_exists", `The file has a wallet "${wallet_id}" already.`, { wallet: wallet_id });
  }
  if (!config.instruments.some((one) => one.asset === asset && one.network === network)) {
    const message = `${asset} has no instrument on ${network} in the configuration.`;
    throw new WalletError("wallet_proposal_invalid", message, { wallet: wallet_id });
  }
  if (venue.createWallet === undefined) {
    const message = `${venue_id} opens no wallets through its interface; open one there, then: ./tidegate wallets discover ${venue_id}`;
    throw new WalletError("wallet_open_unsupported", message, { venue: venue_id });
  }
  const outcome = await venue.createWallet({ reference: wallet_id, asset, network, label, kind });
  const opened = openedOf(outcome, draft, config);
  const message = opened.message.slice(0, MESSAGE_LENGTH_MAX);
  await deps.store.tx("wallet.opened", (tx) =>
    emit(tx, deps.ids, {
      ...{ kind: "wallet.opened", ref: wallet_id, actor, at: deps.clock.now(), type: "Manual" },
      payload: { wallet_id, venue_id, asset, network, outcome: opened.outcome, account: opened.account, message },
    }),
  );
  return opened;
}

/** What the venue says now of the address of each network, beside what the file registers. Nothing is kept. @throws WalletError wallet_not_found */
export async function attestAddresses({ config, venues }: VenueDeps, wallet_id: string): Promise<Attested[]> {
  const wallet = configuredWallet(config, wallet_id);
  const venue = venueOf(venues, wallet.venue);
  const ours = config.instruments.filter(({ asset }) => asset === wallet.asset).map(({ network }) => network);
  const offered = ours.filter((network) => venue.capabilities().networks.includes(network));
  const registered = config.address_book.filter((entry) => entry.wallet === wallet_id);
  const networks = [...new Set([...registered.map(({ network }) => network), ...offered])];
  return Promise.all(
    networks.map(async (network) => {
      const entry = registered.find((one) => one.network === network);
      const known = entry === undefined ? null : { address: entry.address, memo: entry.memo };
      return judge(network, known, await askAddress(venue, wallet, network));
    }),
  );
}

/** Lines of the file, as YAML. `created`: it is read, and waits for people to activate it. */
export function configLines(
  wallet: Pick<WalletConfig, "id" | "venue" | "asset" | "kind" | "account" | "label">,
): string {
  const { id, venue, asset, kind, account, label } = wallet;
  const entries = { id, venue, asset, kind, status: "created", account, label };
  // A JSON string is a YAML string, whatever is in it.
  const [first = "", ...rest] = Object.entries(entries).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [`  - ${first}`, ...rest.map((line) => `    ${line}`)].join("\n");
}

function openedOf(
  outcome: CreateWalletOutcome,
  { wallet_id: id, venue_id: venue, kind }: OpenDraft,
  config: TreasuryConfig,
): Opened {
  if (outcome.outcome !== "created") {
    return { outcome: outcome.outcome, account: null, message: outcome.message, lines: null };
  }
  const { account, asset, label } = outcome.wallet;
  const known = walletAt(config, venue, outcome.wallet);
  if (known !== undefined) {
    // Where a venue names holdings by our reference, another holding may have had that name before.
    const message = `${venue} answers with ${account}, which the file has as the wallet "${known.id}": nothing was opened; choose another id.`;
    return { outcome: "rejected", account: null, message, lines: null };
  }
  const lines = configLines({ id, venue, asset, kind, account, label });
  return { outcome: "created", account, message: `${venue} opened ${account}.`, lines };
}

async function askAddress(venue: Venue, wallet: WalletConfig, network: string): Promise<VenueAddress | string> {
  const { id, account, asset } = wallet;
  try {
    return await venue.getAddress({ wallet_id: id, account, asset }, network);
  } catch (error) {
    return error instanceof Error ? error.message : "No answer.";
  }
}

function judge(network: string, registered: Attested["registered"], answer: VenueAddress | string): Attested {
  if (typeof answer === "string") return { network, registered, at_venue: null, state: "unread", message: answer };
  const at_venue = { address: answer.address, memo: answer.memo };
  const base = { network, registered, at_venue };
  if (registered === null) {
    return { ...base, state: "unregistered", message: "The file does not register it: nothing is sent there." };
  }
  const equal = sameAddress(registered.address, at_venue.address) && registered.memo === at_venue.memo;
  return equal
    ? { ...base, state: "equal", message: "The venue names the registered address." }
    : { ...base, state: "differs", message: differenceOf(registered, at_venue) };
}

/** At a venue that names accounts by a memo, what arrives without the right one is somebody else's, or nobody's. */
function differenceOf(registered: NonNullable<Attested["registered"]>, at_venue: VenueAddress): string {
  if (at_venue.memo !== null && registered.memo === null) {
    return `The venue asks for the memo ${at_venue.memo}, and the file has none: what is sent without it is not credited.`;
  }
  if (registered.memo !== at_venue.memo)
    return "The venue names another memo than the file registers: somebody else is paid.";
  return "The venue names another address now than the file registers: make sure that the registered one is still its own.";
}

/** The wallet that the file has for a holding. */
function walletAt(
  { wallets }: TreasuryConfig,
  venue: string,
  { account, asset }: Pick<VenueWallet, "account" | "asset">,
): WalletConfig | undefined {
  return wallets.find((one) => one.venue === venue && one.asset === asset && sameAddress(one.account, account));
}

function freeId(config: TreasuryConfig, wanted: string): string {
  const taken = new Set(config.wallets.map(({ id }) => id));
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}-${number}`;
  return id;
}

function venueOf(venues: ReadonlyMap<string, Venue>, id: string): Venue {
  const venue = venues.get(id);
  if (venue !== undefined) return venue;
  throw new WalletError("wallet_not_found", `There is no venue "${id}" in the configuration.`, { venue: id });
}
