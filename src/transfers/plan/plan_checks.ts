/** Everything that may forbid a new transfer. The same rules hold for the daemon and for people; nobody is exempt. */
import { lookUpAddress } from "../../authority/index.ts";
import type { PoolConfig, TreasuryConfig, WalletConfig } from "../../config/types.ts";
import { walletBalance } from "../../ledger/index.ts";
import { amountText, type Instrument } from "../../money/index.ts";
import { taskWay, type WindowLimit } from "../../policy/index.ts";
import type { Instant } from "../../ports/index.ts";
import { feeLimit } from "../../routes/index.ts";
import { type BalanceRow, type ReadTx, tables } from "../../store/index.ts";
import { firstInactive, isAside } from "../../wallets/index.ts";
import { findPool, findWallet, type TransferDeps, walletOf } from "../context.ts";
import { TransferError } from "../errors.ts";
import { OPEN_MAX } from "../limits.ts";
import { findCounted } from "../read_transfers.ts";
import type { SelfPayment, TransferDirection, TransferRow } from "../types.ts";
import type { TransferDraft } from "./plan_transfer.ts";
import { readAssetFrozen } from "./stops.ts";

/** Transfers of one window that are counted; a window with more allows nothing. */
export const WINDOW_TRANSFERS_MAX = 5_000;

export interface Checked {
  readonly pool: PoolConfig;
  readonly from: WalletConfig;
  readonly to: WalletConfig;
  readonly direction: TransferDirection;
  readonly instrument: Instrument;
}

/** The route exists in the configuration and its destination in the address book. @throws TransferError, AuthorityError */
export function checkRoute(config: TreasuryConfig, draft: TransferDraft): Checked {
  const pool = findPool(config, draft.pool_id);
  const from = findWallet(config, draft.from_wallet);
  const to = findWallet(config, draft.to_wallet);
  if (pool === undefined || from === undefined || to === undefined) {
    throw invalid("The pool, the source or the destination is not configured.", draft);
  }
  const self = draft.self != null;
  const direction = wayFor(draft, pool, from, to);
  if (direction === null || (from.id === to.id) !== self)
    throw invalid("Source and destination are not two wallets of the pool.", draft);
  for (const wallet of [from, to]) {
    if (wallet.status !== "active")
      throw invalid(`${wallet.id} is ${wallet.status}; only active wallets move money.`, draft);
  }
  if (!pool.networks.includes(draft.network))
    throw invalid(`The pool does not use the network ${draft.network}.`, draft);
  if (!hasAmount(draft)) throw invalid("An amount above zero is needed.", draft);
  if (draft.amount > pool.policy.move_max)
    throw invalid("It is larger than the largest move the policy allows.", draft);
  const instrument = config.instruments.find((one) => one.asset === pool.asset && one.network === draft.network);
  if (instrument === undefined) throw invalid(`${pool.asset} has no instrument on ${draft.network}.`, draft);
  if (!self) lookUpAddress(config.address_book, to.id, draft.network);
  return { pool, from, to, direction, instrument };
}

/** Neither end is only watched, and what pays itself can. @throws TransferError transfer_invalid */
export function assertMoved({ venues }: Pick<TransferDeps, "venues">, { from, to }: Pick<Way, "from" | "to">): void {
  if (from.id === to.id && venues.get(from.venue)?.offerSelfPayment === undefined) {
    throw new TransferError("transfer_invalid", `${from.id} holds no coins one by one: it cannot pay itself.`, {
      wallet: from.id,
    });
  }
  for (const { id, venue } of [from, to]) {
    if (venues.get(venue)?.capabilities().watch_only !== true) continue;
    const message = `${id} is only watched: people move what is there, and enter its balance.`;
    throw new TransferError("transfer_invalid", message, { wallet: id });
  }
}

/** One move at a time between two wallets, whichever way; an expedited one may go beside a slow one the same way. @throws TransferError transfer_opposite_open, transfer_route_busy */
export function assertPairFree(draft: TransferDraft, open: readonly TransferRow[]): void {
  if (open.length >= OPEN_MAX) {
    throw new TransferError(
      "transfer_route_busy",
      `${OPEN_MAX} transfers of this asset are open; nothing more is started.`,
    );
  }
  for (const row of open) {
    const facts = { transfer: row.id, state: row.state };
    const self = row.from_wallet === row.to_wallet;
    if (!self && row.from_wallet === draft.to_wallet && row.to_wallet === draft.from_wallet) {
      throw new TransferError(
        "transfer_opposite_open",
        `${row.id} is open the other way between the same wallets.`,
        facts,
      );
    }
    const same_lane = (row.plan.envelope !== undefined) === (draft.lane === "expedited");
    if (same_lane && row.from_wallet === draft.from_wallet && row.to_wallet === draft.to_wallet) {
      throw new TransferError("transfer_route_busy", `${row.id} is already open between the same wallets.`, facts);
    }
  }
}

/** Two wallets between which an asset moves. */
type Way = Pick<Checked, "from" | "to" | "direction">;

/**
 * What is known allows a move: nothing pending is hidden, nothing is unexplained, and the balances are fresh.
 * @throws TransferError transfer_asset_frozen, transfer_pending_unreadable
 */
export async function assertData(tx: ReadTx, config: TreasuryConfig, way: Way, now: Instant): Promise<void> {
  const { from, to, direction } = way;
  const { asset } = from;
  // Collateral concerns its own moves alone: one borrower's wallet that cannot be read stops nobody else.
  const concerned = ({ id, facility_id }: WalletConfig): boolean =>
    facility_id === undefined || id === from.id || id === to.id;
  const wallets = config.wallets.filter(
    (one) => one.asset === asset && one.status === "active" && concerned(one) && !isAside(config, one),
  );
  const [[broken], stop, balances] = await Promise.all([
    tx.find(tables.breaks, { where: { asset, closed_at: null, freezes: true }, limit: 1 }),
    readAssetFrozen(tx, asset),
    Promise.all(wallets.map(({ id }) => tx.get(tables.balance, { wallet_id: id }))),
  ]);
  if (broken !== undefined) {
    throw new TransferError(
      "transfer_asset_frozen",
      `${broken.wallet_id} does not agree with the books; nothing moves.`,
      {
        wallet: broken.wallet_id,
      },
    );
  }
  if (stop !== null) throw new TransferError("transfer_asset_frozen", `${asset} is stopped: ${stop.reason}`, { asset });
  for (const [at, wallet] of wallets.entries()) {
    const balance = balances[at];
    if (balance === undefined || !balance.pending_readable) {
      throw unknown(`What is pending at ${wallet.id} cannot be read; nothing new starts for ${asset}.`, wallet.id);
    }
    const needed = wallet.id === from.id || (direction === "reserve_to_liquidity" && wallet.id === to.id);
    if (needed && !isFresh(wallet, balance, now)) throw unknown(`The balance of ${wallet.id} is not fresh.`, wallet.id);
  }
}

/** Both ends are active in the store now, whatever this instance read before. @throws TransferError transfer_wallet_inactive */
export async function assertActive(tx: ReadTx, { from, to }: Pick<Way, "from" | "to">): Promise<void> {
  const found = await firstInactive(tx, [from, to]);
  if (found === null) return;
  const { wallet_id, status } = found;
  const message = `${wallet_id} is ${status}; only active wallets move money.`;
  throw new TransferError("transfer_wallet_inactive", message, { wallet: wallet_id });
}

/** The same at dispatch: a suspended wallet makes an unsent transfer wait. */
export async function assertStandingNow(tx: ReadTx, { config }: TransferDeps, row: TransferRow): Promise<void> {
  await assertActive(tx, { from: walletOf(config, row.from_wallet), to: walletOf(config, row.to_wallet) });
}

/** What is known at dispatch: people may have taken hours to approve. The route itself was checked before. */
export async function assertDataNow(tx: ReadTx, deps: TransferDeps, row: TransferRow): Promise<void> {
  const { config, clock } = deps;
  const [from, to] = [walletOf(config, row.from_wallet), walletOf(config, row.to_wallet)];
  await assertData(tx, config, { from, to, direction: row.direction }, clock.now());
}

/** The most that a move may cost, by the rule that holds when it is planned and when it is sent. What pays itself costs of what it touches. */
export function highestFee(policy: PoolConfig["policy"], amount: bigint, self?: SelfPayment | null): bigint {
  return feeLimit(policy, self == null ? amount : BigInt(self.touches_max));
}

/** The fee, floors and rolling windows, reserved from the moment of planning. @throws TransferError */
export async function assertLimits(tx: ReadTx, route: Checked, draft: TransferDraft, now: Instant): Promise<void> {
  const { pool, from, direction } = route;
  const fee_limit = highestFee(pool.policy, draft.amount, draft.self);
  if (draft.fee_max > fee_limit) {
    const [asked, limit] = [draft.fee_max, fee_limit].map((units) => amountText(pool.policy.asset, units));
    throw invalid(`A fee of up to ${asked} was asked for, and at most ${limit} may be paid for that amount.`, draft);
  }
  const floor = pool.policy.wallet_floors[from.id] ?? 0n;
  const { available } = await walletBalance(tx, from.id, pool.asset);
  if (available - draft.amount - draft.fee_max < floor) {
    const [spare, kept] = [available, floor].map((units) => amountText(pool.policy.asset, units));
    throw invalid(`${from.id} has ${spare} to spare and keeps a floor of ${kept}.`, draft);
  }
  await assertWindows(tx, pool, { direction, amount: draft.amount }, () => true, now);
}

/** Room in every window of this way, beside the transfers that `counts` accepts. @throws TransferError transfer_window_exhausted */
export async function assertWindows(
  tx: ReadTx,
  pool: PoolConfig,
  { direction, amount }: Pick<TransferRow, "direction" | "amount">,
  counts: (row: TransferRow) => boolean,
  now: Instant,
): Promise<void> {
  for (const window of pool.policy.windows.filter((one) => one.direction === wayOf(pool, direction))) {
    const counted = await findCounted(tx, pool.id, now - window.window_ms, WINDOW_TRANSFERS_MAX);
    const used = counted.filter((row) => wayOf(pool, row.direction) === window.direction && counts(row));
    const sum = used.reduce((total, row) => total + row.amount, 0n);
    const fits =
      counted.length < WINDOW_TRANSFERS_MAX && used.length < window.count_max && sum + amount <= window.amount_max;
    if (fits) continue;
    throw new TransferError(
      "transfer_window_exhausted",
      `The limit of ${window.window_ms} ms does not leave room for it.`,
      { used: sum.toString(), count: used.length },
    );
  }
}

/** A pool with a small rule of its own moves one way, and never out of custody: so it needs no tier of its own. */
function directionOf(pool: PoolConfig, from: WalletConfig, to: WalletConfig): TransferDirection | null {
  const side = ({ id }: WalletConfig) =>
    pool.liquidity.includes(id) ? "liquidity" : pool.reserve.includes(id) ? "reserve" : null;
  const [source, destination] = [side(from), side(to)];
  if (source === null || destination === null) return null;
  const { task } = pool.policy;
  if (task !== undefined) {
    const [giving, taking] = taskWay(task) === "to_liquidity" ? ["reserve", "liquidity"] : ["liquidity", "reserve"];
    return source === giving && destination === taking && from.kind !== "custody" ? "internal" : null;
  }
  if (source === destination) return "internal";
  return source === "liquidity" ? "liquidity_to_reserve" : "reserve_to_liquidity";
}

/** To itself a wallet pays nothing but a fee. */
function hasAmount({ self, amount, fee_max }: TransferDraft): boolean {
  return self == null ? amount > 0n && fee_max >= 0n : amount === 0n && fee_max > 0n;
}

function wayFor(
  { self, obligation_id }: TransferDraft,
  pool: PoolConfig,
  from: WalletConfig,
  to: WalletConfig,
): TransferDirection | null {
  if (self != null) return selfOf(pool, from, to);
  return obligation_id == null ? directionOf(pool, from, to) : payoutOf(pool, from, to);
}

/** A wallet of either side, to itself. */
function selfOf(pool: PoolConfig, from: WalletConfig, to: WalletConfig): TransferDirection | null {
  return from.id === to.id && [...pool.liquidity, ...pool.reserve].includes(from.id) ? "internal" : null;
}

/** Somebody else is paid out of custody, and only what is known to be owed. */
function payoutOf(pool: PoolConfig, from: WalletConfig, to: WalletConfig): TransferDirection | null {
  return pool.reserve.includes(from.id) && (pool.payees ?? []).includes(to.id) ? "reserve_to_payee" : null;
}

/** What a direction is to the windows of its pool; null: none limits it. */
export function wayOf(pool: PoolConfig, direction: TransferDirection): WindowLimit["direction"] | null {
  if (direction === "liquidity_to_reserve") return "to_reserve";
  // Both take from custody, and share what may leave it.
  if (direction === "reserve_to_liquidity" || direction === "reserve_to_payee") return "to_liquidity";
  return pool.policy.task === undefined ? null : taskWay(pool.policy.task);
}

function isFresh(wallet: WalletConfig, balance: BalanceRow, now: Instant): boolean {
  return now - balance.as_of <= wallet.stale_after_ms;
}

function invalid(message: string, draft: TransferDraft): TransferError {
  const { pool_id, from_wallet, to_wallet, network } = draft;
  return new TransferError("transfer_invalid", message, { pool_id, from_wallet, to_wallet, network });
}

function unknown(message: string, wallet: string): TransferError {
  return new TransferError("transfer_pending_unreadable", message, { wallet });
}
