/**
 * The collateral wallets of a facility: opened at their custodian, one for each asset, with the reference that finds a lost answer
 * again. Wallets and their ways come from the store, because facilities are made while the daemon runs.
 */
import type { AddressEntry, FacilityPlaces, PoolConfig, TreasuryConfig, WalletConfig } from "../config/types.ts";
import { digestOf } from "../digest/index.ts";
import { assert } from "../errors/index.ts";
import { ratio } from "../money/index.ts";
import type { PoolPolicy } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import { type BalanceRow, type ReadTx, type Tx, tables } from "../store/index.ts";
import { messageOf, recordAlert } from "../transfers/index.ts";
import { getFacility, moveFacility } from "./change.ts";
import { creditOf, type LendingDeps } from "./deps.ts";
import type { CollateralDoc, FacilityRow, PlaceRow } from "./types.ts";

/** Polls after which a balance is stale. */
const STALE_POLLS = 3;
/** Wallets opened in one turn, and read at once. */
const OPENING_MAX = 200;
const PAGE = 10_000;
const POLL_DEFAULT_MS = 300_000;
/** A move of collateral may cost all that it moves, and no more than its terms say. */
export const MOVE_FEE_MAX_PPM = 1_000_000;

export const placeId = (facility_id: string, asset: string): string => `${facility_id}-${asset}`;
export const returnWalletId = (facility_id: string, asset: string): string => `${facility_id}-${asset}-return`;
/** Home to its borrower and nowhere else: it shares no side with a wallet of ours, or a move between the two would need nobody. */
export const releaseWay = (facility_id: string, asset: string): string => `${facility_id}-${asset}-release`;
export const surplusWay = (facility_id: string, asset: string): string => `${facility_id}-${asset}-surplus`;

/** Asks for one wallet for each asset, in the transaction of the approval. */
export async function openPlaces(tx: Tx, row: FacilityRow, now: Instant): Promise<void> {
  for (const entry of row.terms.collateral) {
    await tx.insert(tables.facilityPlace, {
      ...{ id: placeId(row.id, entry.asset), facility_id: row.id, asset: entry.asset },
      ...{ venue_id: entry.venue, network: entry.network, state: "requested" },
      ...{ account: null, address: null, memo: null, note: null, updated_at: now },
    });
  }
}

/** Opens what was asked for and is not open yet. True when the ways changed. */
export async function workPlaces(deps: LendingDeps): Promise<boolean> {
  const waiting = await deps.store.read("places.waiting", (tx) =>
    tx.find(tables.facilityPlace, {
      where: { state: { in: ["requested", "creating"] } },
      order_by: [["id", "asc"]],
      limit: OPENING_MAX,
    }),
  );
  let changed = false;
  for (const place of waiting) changed = (await openPlace(deps, place)) || changed;
  return changed;
}

async function openPlace(deps: LendingDeps, place: PlaceRow): Promise<boolean> {
  const { id, asset, network } = place;
  const venue = deps.venues.get(place.venue_id);
  if (venue?.createWallet === undefined) {
    return keep(deps, place, { state: "failed", note: `${place.venue_id} opens no wallets; open one there by hand.` });
  }
  try {
    const label = `Collateral ${id}`;
    const outcome = await venue.createWallet({ reference: id, asset, network, label, kind: "collateral" });
    if (outcome.outcome === "rejected") return keep(deps, place, { state: "failed", note: outcome.message });
    if (outcome.outcome !== "created") return keep(deps, place, { state: "creating", note: outcome.message });
    const { account } = outcome.wallet;
    const { address, memo } = await venue.getAddress({ wallet_id: id, account, asset }, network);
    return await keep(deps, place, { state: "active", note: null, account, address, memo });
  } catch (error) {
    return keep(deps, place, { state: "creating", note: messageOf(error).slice(0, 400) });
  }
}

async function keep(deps: LendingDeps, place: PlaceRow, patch: Partial<PlaceRow>): Promise<boolean> {
  const now = deps.clock.now();
  return deps.store.tx("place.keep", async (tx) => {
    const known = await tx.get(tables.facilityPlace, { id: place.id });
    if (known === undefined || known.state === "active") return false;
    if (known.state === patch.state && known.note === patch.note) return false;
    await tx.update(tables.facilityPlace, { id: place.id }, { ...patch, updated_at: now });
    if (patch.state === "failed") {
      const message = `The collateral wallet ${place.id} could not be opened: ${patch.note ?? ""}`;
      await recordAlert(tx, deps, { code: "collateral_wallet_failed", severity: "page", message, ref: place.id }, now);
    }
    if (patch.state !== "active") return false;
    await openEmpty(tx, { ...place, ...patch }, now);
    await followFacility(tx, deps, place.facility_id, now);
    return true;
  });
}

/** A wallet that was just made is empty: everything that ever comes into it is read and booked from its beginning. */
async function openEmpty(tx: Tx, { id, venue_id, asset }: PlaceRow, now: Instant): Promise<void> {
  const row: BalanceRow = {
    ...{ wallet_id: id, venue_id, asset, total: 0n, available: 0n, pending_in: 0n, pending_out: 0n, locked: 0n },
    ...{ as_of: 0, height: null, pending_readable: true, received_at: now, source: "poll" },
    ...{ error: null, movement_cursor: null },
  };
  await tx.insertIfAbsent(tables.balance, row);
}

/** Once every wallet is open the borrower may deposit. */
async function followFacility(tx: Tx, deps: LendingDeps, facility_id: string, now: Instant): Promise<void> {
  const row = await getFacility(tx, facility_id);
  if (row.state !== "approved") return;
  const places = await placesOf(tx, facility_id);
  if (places.length < row.terms.collateral.length || places.some(({ state }) => state !== "active")) return;
  const note = "Its collateral wallets are open.";
  await moveFacility(tx, deps, row, "awaiting_collateral", { actor: "daemon", now, note });
}

export function placesOf(tx: ReadTx, facility_id: string): Promise<PlaceRow[]> {
  return tx.find(tables.facilityPlace, { where: { facility_id }, order_by: [["id", "asc"]], limit: OPENING_MAX });
}

/** Everything that facilities add to the configuration. */
export interface Added extends FacilityPlaces {
  readonly wallets: readonly WalletConfig[];
  readonly address_book: readonly AddressEntry[];
}

export const NOTHING_ADDED: Added = { wallets: [], address_book: [], pools: [], external_wallets: [] };

/** Reads every open place. */
export async function readAdded(deps: Pick<LendingDeps, "store" | "config">): Promise<Added> {
  const added = { wallets: [] as WalletConfig[], address_book: [] as AddressEntry[] };
  const more = { pools: [] as PoolConfig[], external_wallets: [] as WalletConfig[] };
  for (let after = ""; ; ) {
    const page = await deps.store.read("places.active", (tx) =>
      tx.find(tables.facilityPlace, {
        where: { state: "active", id: { gt: after } },
        order_by: [["id", "asc"]],
        limit: PAGE,
      }),
    );
    const facilities = new Map<string, FacilityRow>();
    await deps.store.read("places.facilities", async (tx) => {
      for (const id of new Set(page.map(({ facility_id }) => facility_id))) {
        facilities.set(id, await getFacility(tx, id));
      }
    });
    for (const place of page) {
      const row = facilities.get(place.facility_id);
      assert(row !== undefined, "a place belongs to a facility");
      const entry = row.terms.collateral.find(({ asset }) => asset === place.asset);
      if (entry !== undefined) add(deps.config, { added, more }, place, entry, row);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return { ...added, ...more };
    after = last.id;
  }
}

interface Lists {
  readonly added: { readonly wallets: WalletConfig[]; readonly address_book: AddressEntry[] };
  readonly more: { readonly pools: PoolConfig[]; readonly external_wallets: WalletConfig[] };
}

function add(config: TreasuryConfig, { added, more }: Lists, place: PlaceRow, entry: CollateralDoc, row: FacilityRow) {
  const { id, facility_id, asset, venue_id, network } = place;
  const taken = config.credit?.collateral.find((one) => one.asset.id === asset);
  const poll_interval_ms = taken?.poll_interval_ms ?? POLL_DEFAULT_MS;
  const base = { asset, status: "active", poll_interval_ms, stale_after_ms: STALE_POLLS * poll_interval_ms } as const;
  const returned = returnWalletId(facility_id, asset);
  added.wallets.push({
    ...{ ...base, id, venue: venue_id, kind: "collateral", account: place.account ?? "" },
    ...{ label: `Collateral ${row.reference} ${asset}`, facility_id },
  });
  added.address_book.push({ wallet: id, network, address: place.address ?? "", memo: place.memo });
  const { return_address: address, return_memo: memo } = entry;
  added.address_book.push({ wallet: returned, network, address, memo });
  more.external_wallets.push({
    ...{ ...base, id: returned, venue: "external", kind: "deposit", account: address },
    label: `${row.customer_id}'s own wallet`,
  });
  const desks = (config.credit?.liquidation.markets ?? []).filter((one) => one.asset === asset);
  const proceeds = (config.credit?.liquidation.markets ?? []).filter((one) => one.quote === asset);
  more.pools.push(wayOf(entry, { id: releaseWay(facility_id, asset), liquidity: [returned], reserve: [id] }));
  if (desks.length > 0) {
    more.pools.push(wayOf(entry, { id, liquidity: desks.map(({ wallet }) => wallet), reserve: [id] }));
  }
  const [first] = proceeds;
  if (first !== undefined) {
    const way = { id: surplusWay(facility_id, asset), liquidity: [returned], reserve: [first.quote_wallet] };
    more.pools.push(wayOf(entry, way));
  }
}

/** A way is a pool that nobody balances: collateral leaves its reserve side under the quorum of custody. */
function wayOf(entry: CollateralDoc, way: Pick<PoolConfig, "id" | "liquidity" | "reserve">): PoolConfig {
  const level = { kind: "percent", share: ratio(0n, 1n), text: "0%" } as const;
  const policy: PoolPolicy = {
    pool_id: way.id,
    asset: { id: entry.asset, decimals: entry.decimals },
    levels: { emergency_low: level, low: level, target: level, high: level, emergency_high: level },
    ...{ floor: null, trigger: "at", return_to: "target", move_min: 0n, move_max: 10n ** 77n },
    ...{ cooldown_ms: 0, dwell_ms: 0, fee_max: BigInt(entry.fee_max), fee_max_ppm: MOVE_FEE_MAX_PPM },
    ...{ windows: [], wallet_floors: {}, wallet_caps: {}, fee_patience: null, priority: [], model: null },
  };
  return { ...way, asset: entry.asset, networks: [entry.network], policy, policy_digest: digestOf("policy", policy) };
}

/**
 * The configuration with what facilities added to it. It is read anew at every use, so that a wallet opened now is watched from the
 * next cycle on; everything else stays frozen.
 */
export function liveConfig(config: TreasuryConfig, added: () => Added): TreasuryConfig {
  const live = { ...config };
  let last: { readonly of: Added; readonly wallets: WalletConfig[]; readonly address_book: AddressEntry[] } | null =
    null;
  const now = () => {
    const of = added();
    if (last?.of === of) return last;
    const [wallets, address_book] = [
      [...config.wallets, ...of.wallets],
      [...config.address_book, ...of.address_book],
    ];
    last = { of, wallets, address_book };
    return last;
  };
  Object.defineProperties(live, {
    wallets: { enumerable: true, get: () => now().wallets },
    address_book: { enumerable: true, get: () => now().address_book },
    facility_places: { enumerable: true, get: added },
  });
  return live;
}

/** How collateral of this asset is kept; for the checks of a deposit. */
export function collateralConfig(deps: LendingDeps, asset: string) {
  return creditOf(deps).collateral.find((one) => one.asset.id === asset);
}
