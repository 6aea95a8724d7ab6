/** What the hot wallet and the multisig have in common: reading one or more accounts of a node, and paying out of them. */

import { hexToBytes } from "@noble/hashes/utils.js";
import { z } from "zod";
import type { Clock, Instant } from "../../ports/index.ts";
import type { TransferPlan } from "../../transfers/types.ts";
import { VenueError, type VenueInputWallet } from "../index.ts";
import type { MovementPage, VenueAddress, VenueBalance, VenueNetwork, WalletRef } from "../port.ts";
import type { Account } from "./account.ts";
import { type AccountAt, isDust, readHoldings } from "./balance.ts";
import { readChainView } from "./chain_view.ts";
import { type CoinAsset, fromSats, termsOf } from "./coin_asset.ts";
import { placeOf } from "./coins.ts";
import { type Draft, draftPayment } from "./draft.ts";
import { askFeeRate, readFeeRate } from "./fee_rate.ts";
import { listAccountMovements } from "./movements.ts";
import type { NodeWallets } from "./node_wallet.ts";
import { lackOfParent, withLacks } from "./pool.ts";
import type { Reservations } from "./reservations.ts";
import type { Rpc } from "./rpc.ts";
import { draftSelf } from "./self_payment.ts";
import type { BitcoinSettings, Branch, Place } from "./types.ts";
import { feeOf } from "./units.ts";
import { baseWeight, dustLimit, inputWeight, outputWeight } from "./weight.ts";

/** Blocks come every ten minutes on the average. */
const BLOCK_MS = 600_000;
/** Inputs of a payment whose fee is estimated. */
const USUAL_INPUTS = 2;

export interface WalletParts {
  readonly rpc: Rpc;
  readonly settings: BitcoinSettings;
  /** @throws VenueError where the configuration names none, or one of other decimals: asked for when it is needed */
  readonly item: CoinAsset;
  readonly clock: Pick<Clock, "now">;
  readonly node_wallets: NodeWallets;
  readonly reservations: Reservations;
  /** The configured wallets of this venue. */
  readonly wallets: readonly VenueInputWallet[];
  /** @throws VenueError venue_not_found */
  accountOf(id: string): Account;
}

/** The account that a plan leaves from. @throws VenueError venue_invalid */
export function accountFor(plan: TransferPlan, { wallets }: WalletParts): string {
  const wallet = wallets.find(({ id }) => id === plan.from.wallet);
  if (wallet !== undefined) return wallet.account;
  throw new VenueError(
    "venue_invalid",
    `Transfer ${plan.id} leaves from ${plan.from.wallet}, which this venue does not hold.`,
  );
}

/** `is_new`: the account has no past that the node would have to search for. @throws VenueError */
export async function openAccount(parts: WalletParts, id: string, is_new = false): Promise<AccountAt> {
  const account = parts.accountOf(id);
  const node_wallet = await parts.node_wallets.open(account, is_new);
  return { rpc: parts.rpc, settings: parts.settings, account, node_wallet };
}

export interface WalletReads {
  getBalance(wallet: WalletRef): Promise<VenueBalance>;
  getAddress(wallet: WalletRef, network: string): Promise<VenueAddress>;
  listNetworks(wallet: WalletRef): Promise<readonly VenueNetwork[]>;
  listMovements(wallet: WalletRef, cursor: string | null): Promise<MovementPage>;
}

export function createReads(parts: WalletParts): WalletReads {
  const { settings, clock } = parts;
  const open = async (wallet: WalletRef): Promise<AccountAt> => {
    if (wallet.asset === parts.item.asset.id) return openAccount(parts, wallet.account);
    throw new VenueError("venue_not_found", `This venue holds ${parts.item.asset.id}, not ${wallet.asset}.`);
  };
  return {
    async getBalance(wallet) {
      const { view, ...sats } = await readHoldings(await open(wallet), clock.now());
      const { as_of, final_height } = view;
      return {
        total: fromSats(parts.item, sats.total),
        available: fromSats(parts.item, sats.available),
        pending_in: fromSats(parts.item, sats.pending_in),
        pending_out: fromSats(parts.item, sats.pending_out),
        locked: fromSats(parts.item, sats.locked),
        as_of,
        height: String(Math.max(final_height, 0)),
        pending_readable: true,
      };
    },
    async getAddress(wallet, network) {
      const at = await open(wallet);
      if (network !== settings.network)
        throw new VenueError("venue_not_found", `This wallet is on ${settings.network}, not on ${network}.`);
      const { branch, index } = await freshPlace(at, 0);
      return { address: at.account.scriptAt(branch, index).address, memo: null };
    },
    async listNetworks(wallet) {
      return [await readNetwork(await open(wallet), parts.item)];
    },
    async listMovements(wallet, cursor) {
      return listAccountMovements(
        await open(wallet),
        wallet,
        cursor,
        (sats) => fromSats(parts.item, sats),
        clock.now(),
      );
    },
  };
}

const AddressInfo = z.object({ scriptPubKey: z.string().regex(/^[0-9a-f]+$/), desc: z.string() });

/** An address that was never given out; derived here, whatever the node says. @throws VenueError */
export async function freshPlace({ rpc, account, node_wallet }: AccountAt, branch: Branch, label = ""): Promise<Place> {
  const type = account.kind === "tr" ? "bech32m" : "bech32";
  const given =
    branch === 0
      ? await rpc.call("getnewaddress", [label, type], z.string(), node_wallet)
      : await rpc.call("getrawchangeaddress", [type], z.string(), node_wallet);
  const { desc, scriptPubKey } = await rpc.call("getaddressinfo", [given], AddressInfo, node_wallet);
  return placeOf(account, desc, hexToBytes(scriptPubKey));
}

async function readNetwork({ rpc, settings, account }: AccountAt, item: CoinAsset): Promise<VenueNetwork> {
  const rate = await askFeeRate(rpc, settings.fee);
  const { script } = account.scriptAt(0, 0);
  const weight = baseWeight(USUAL_INPUTS, 2) + 2n * outputWeight(script) + BigInt(USUAL_INPUTS) * inputWeight(account);
  return {
    network: settings.network,
    enabled: rate <= settings.fee.rate_max,
    fee_fixed: fromSats(item, feeOf(weight, rate)),
    fee_ppm: 0,
    minimum: fromSats(item, dustLimit(script)),
    maximum: null,
    step: fromSats(item, 1n),
    lead_time_ms: settings.confirmations * BLOCK_MS,
  };
}

/**
 * The transaction of a plan, with coins that nobody else has taken; they are reserved when this returns.
 * @throws VenueError
 */
export async function draftOf(
  parts: WalletParts,
  plan: TransferPlan,
  account_id: string,
  now: Instant,
  lifetime_ms?: number,
): Promise<{ readonly draft: Draft; readonly at: AccountAt; readonly height: number }> {
  const { settings, item, reservations } = parts;
  const at = await openAccount(parts, account_id);
  const terms = termsOf(plan, item, settings, at.account);
  const fee_rate = await readFeeRate(at.rpc, settings.fee);
  const change = await freshPlace(at, 1);
  const { coins: held, view } = await readHoldings(at, now);
  const reading =
    "script" in terms
      ? withLacks(
          at.rpc,
          held.filter(({ trusted }) => trusted),
          fee_rate,
        )
      : held;
  const [coins, lack] = [await reading, "script" in terms ? 0n : await lackOfParent(at.rpc, terms.parent, fee_rate)];
  // From here to the reservation nothing else runs.
  const taken = reservations.takenFrom(plan.id, now);
  const free = coins.filter((coin) => !isDust(coin) && !taken.has(`${coin.txid}:${coin.vout}`));
  const common = { account: at.account, coins: free, fee_rate };
  const { confirmations, consolidation } = settings;
  const draft =
    "script" in terms
      ? draftPayment({
          ...{ ...common, payment: terms, change },
          consolidate_max: consolidateMax(settings, fee_rate, free.length),
        })
      : draftSelf({ ...common, terms, lack, to: change, confirmations, consolidation }, terms);
  reservations.keep(plan.id, draft.inputs, now, lifetime_ms);
  return { draft, at, height: view.tip.height };
}

function consolidateMax({ consolidation }: BitcoinSettings, fee_rate: bigint, coins: number): number {
  if (consolidation === null || fee_rate > consolidation.rate_max || coins <= consolidation.coins_above) return 0;
  return consolidation.coins_max;
}

/** @throws VenueError */
export async function verifyNode({ rpc, settings, clock }: WalletParts): Promise<void> {
  await readChainView(rpc, settings, clock.now());
}
