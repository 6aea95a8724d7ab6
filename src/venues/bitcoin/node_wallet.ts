/**
 * The node's watch-only wallet of an account. It holds public descriptors and nothing that could sign: whoever owns the node can
 * delay or hide, and never pay. It is made, and filled with the account's history, where the node does not have it.
 */
import { z } from "zod";
import { assert } from "../../errors/index.ts";
import { VenueError } from "../index.ts";
import type { Account } from "./account.ts";
import { Integer, NodeRefusal, RPC, type Rpc } from "./rpc.ts";
import type { BitcoinSettings, Branch } from "./types.ts";

/** Scripts that the node derives ahead of the last one that was used. */
const KEYPOOL = 1_000;
const WALLETS_MAX = 10_000;

const Info = z.object({ private_keys_enabled: z.boolean(), scanning: z.union([z.boolean(), z.object({})]) });
const Descriptors = z.object({
  descriptors: z.array(z.object({ desc: z.string(), active: z.boolean() })).max(WALLETS_MAX),
});
const Imported = z.array(
  z.object({ success: z.boolean(), error: z.object({ code: Integer, message: z.string() }).optional() }),
);

export interface NodeWallets {
  /**
   * The wallet's name, after it was found to watch exactly this account. `is_new`: the account has no past to be searched for.
   * @throws VenueError
   */
  open(account: Account, is_new?: boolean): Promise<string>;
}

/** `prefix`: names of the node's wallets begin with it. */
export function createNodeWallets(rpc: Rpc, prefix: string, settings: BitcoinSettings): NodeWallets {
  const opened = new Map<string, Promise<string>>();
  return {
    async open(account, is_new = false) {
      const known = opened.get(account.id);
      if (known !== undefined && (await isLoaded(rpc, await known))) return known;
      const name = `${prefix}-${account.id.replaceAll("/", "-")}`;
      const opening = openWallet(rpc, name, account, is_new ? "now" : settings.birth_s);
      opened.set(account.id, opening);
      opening.catch(() => opened.delete(account.id));
      return opening;
    },
  };
}

/** After a restart of the node, its wallets may have to be loaded again. */
async function isLoaded(rpc: Rpc, name: string): Promise<boolean> {
  const loaded = await rpc.call("listwallets", [], z.array(z.string()).max(WALLETS_MAX));
  return loaded.includes(name);
}

/** Since when the account may have a past: seconds, or none. */
type Birth = number | "now";

async function openWallet(rpc: Rpc, name: string, account: Account, birth: Birth): Promise<string> {
  if (!(await isLoaded(rpc, name)) && !(await load(rpc, name))) await create(rpc, name);
  const info = await rpc.call("getwalletinfo", [], Info, name);
  if (info.private_keys_enabled)
    throw new VenueError("venue_invalid", `The node's wallet "${name}" can sign; ours never can.`);
  if (info.scanning !== false)
    throw new VenueError("venue_transient", `The node still searches its blocks for "${name}".`);
  const wanted = await Promise.all(([0, 1] as const).map((branch) => withChecksum(rpc, account, branch)));
  const watched = await readDescriptors(rpc, name);
  if (watched.length === 0) {
    await importDescriptors(rpc, name, wanted, birth);
    return openWallet(rpc, name, account, birth);
  }
  if ([...watched].sort().join() !== [...wanted].sort().join()) {
    throw new VenueError(
      "venue_invalid",
      `The node's wallet "${name}" watches something else than the account ${account.id}.`,
    );
  }
  return name;
}

async function load(rpc: Rpc, name: string): Promise<boolean> {
  try {
    await rpc.call("loadwallet", [name, true], z.unknown());
    return true;
  } catch (error) {
    if (!(error instanceof NodeRefusal)) throw error;
    if (error.node_code === RPC.wallet_already_loaded) return true;
    if (error.node_code === RPC.wallet_not_found) return false;
    throw error;
  }
}

/** Without private keys, empty, and loaded by each start of the node. */
async function create(rpc: Rpc, name: string): Promise<void> {
  try {
    await rpc.call("createwallet", [name, true, true, "", false, true, true], z.unknown());
  } catch (error) {
    // Somebody else was faster: what it watches is compared in any case.
    if (!(error instanceof NodeRefusal) || !(await isLoaded(rpc, name))) throw error;
  }
}

async function withChecksum(rpc: Rpc, account: Account, branch: Branch): Promise<string> {
  const text = account.descriptor(branch);
  const { descriptor, hasprivatekeys } = await rpc.call(
    "getdescriptorinfo",
    [text],
    z.object({ descriptor: z.string(), hasprivatekeys: z.boolean() }),
  );
  assert(!hasprivatekeys, "a private key never goes to the node");
  if (!descriptor.startsWith(`${text}#`))
    throw new VenueError("venue_invalid", "The node reads the descriptor differently.");
  return descriptor;
}

async function readDescriptors(rpc: Rpc, name: string): Promise<string[]> {
  const { descriptors } = await rpc.call("listdescriptors", [], Descriptors, name);
  return descriptors.filter(({ active }) => active).map(({ desc }) => desc);
}

async function importDescriptors(rpc: Rpc, name: string, descriptors: readonly string[], birth: Birth): Promise<void> {
  const requests = descriptors.map((desc, branch) => ({
    desc,
    active: true,
    internal: branch === 1,
    range: KEYPOOL,
    timestamp: birth,
  }));
  const results = await rpc.call("importdescriptors", [requests], Imported, name);
  const failed = results.find(({ success }) => !success);
  if (failed === undefined) return;
  const why = failed.error?.message.slice(0, 200) ?? "no reason given";
  throw new VenueError("venue_invalid", `The node cannot watch ${name}: ${why}`);
}
