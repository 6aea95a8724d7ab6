/**
 * Accounts of the hot wallet: found by the node's watch-only wallets, and opened anew. The reference of a new one is kept by the node as
 * the label of its first address, so that a lost answer is found again.
 */
import { z } from "zod";
import { TidegateError } from "../../errors/index.ts";
import { VenueError } from "../index.ts";
import type { CreateWalletOutcome, CreateWalletRequest, VenueWallet } from "../port.ts";
import { freshPlace, openAccount, type WalletParts } from "./wallet.ts";

const WALLETS_MAX = 10_000;
const Directory = z.object({ wallets: z.array(z.object({ name: z.string() })).max(WALLETS_MAX) });
const Labels = z.array(z.string()).max(WALLETS_MAX);

export interface AccountsParts extends WalletParts {
  readonly id: string;
  /** Names of the node's wallets begin with it. */
  readonly prefix: string;
}

/** Those that the node watches and those that are configured; the first one is always there. @throws VenueError */
export async function listAccounts(parts: AccountsParts): Promise<VenueWallet[]> {
  const { item } = parts;
  const configured = parts.wallets.map(({ account }) => account);
  const ids = new Set([firstAccount(parts), ...configured, ...(await watchedAccounts(parts))]);
  return [...ids].map((account) => ({
    account,
    asset: item.asset.id,
    label: `${item.asset.id} of ${parts.id}, account ${account}`,
  }));
}

export function firstAccount({ settings }: AccountsParts): string {
  return `84h/${settings.chain.coin_type}h/0h`;
}

/** By the names of the node's wallets, and only names that our keys can have. */
async function watchedAccounts({ rpc, prefix, accountOf }: AccountsParts): Promise<string[]> {
  const { wallets } = await rpc.call("listwalletdir", [], Directory);
  const names = wallets.filter(({ name }) => name.startsWith(`${prefix}-`));
  return names.flatMap(({ name }) => {
    const id = name.slice(prefix.length + 1).replaceAll("-", "/");
    try {
      return [accountOf(id).id];
    } catch {
      return [];
    }
  });
}

/** Never throws for an outcome. */
export async function createWallet(parts: AccountsParts, request: CreateWalletRequest): Promise<CreateWalletOutcome> {
  const { item, settings } = parts;
  if (request.asset !== item.asset.id || request.network !== settings.network) {
    const message = `This venue holds ${item.asset.id} on ${settings.network} only.`;
    return { outcome: "rejected", code: "venue_invalid", message };
  }
  try {
    const known = await watchedAccounts(parts);
    const account =
      (await findByReference(parts, known, request.reference)) ?? (await openNext(parts, known, request.reference));
    return { outcome: "created", wallet: { account, asset: item.asset.id, label: request.label } };
  } catch (error) {
    if (error instanceof TidegateError) return { outcome: "unknown", message: error.message };
    throw error;
  }
}

async function findByReference(
  parts: AccountsParts,
  ids: readonly string[],
  reference: string,
): Promise<string | null> {
  for (const id of ids) {
    const { node_wallet } = await openAccount(parts, id);
    const labels = await parts.rpc.call("listlabels", [], Labels, node_wallet);
    if (labels.includes(reference)) return id;
  }
  return null;
}

/** The account after the last one that is watched or configured. */
async function openNext(parts: AccountsParts, watched: readonly string[], reference: string): Promise<string> {
  if (reference === "") throw new VenueError("venue_invalid", "A new wallet needs a reference.");
  const purpose = `84h/${parts.settings.chain.coin_type}h/`;
  const ids = [firstAccount(parts), ...parts.wallets.map(({ account }) => account), ...watched];
  const used = ids.filter((id) => id.startsWith(purpose)).map((id) => Number(/(\d+)h$/.exec(id)?.[1] ?? 0));
  const id = `${purpose}${Math.max(...used) + 1}h`;
  await freshPlace(await openAccount(parts, id, true), 0, reference);
  return id;
}
