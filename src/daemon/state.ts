/** What the loop remembers between cycles. All of it can be lost: it is read again or rebuilt from the store. */
import type { PriceGate } from "../credit/index.ts";
import type { Coalesced } from "../ledger/index.ts";
import type { WalletReconciliation } from "../ledger/types.ts";
import type { Ratio } from "../money/index.ts";
import type { SmallCoins } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import type { Quote } from "../prices/types.ts";
import type { VenueAllowance, VenueNetwork } from "../venues/port.ts";
import type { BookedSheet, Sheet } from "./observe/book_movements.ts";
import type { SeenFees } from "./observe/usual_fee.ts";
import type { LogStanding, WakeCause } from "./types.ts";

/** The last price of an asset, and how restless it has been lately (fast) and usually (slow): means of squared changes. */
export interface PriceSeen {
  readonly price: Ratio;
  readonly fast: number;
  readonly slow: number;
  readonly seen: number;
  readonly restless: boolean;
}

export interface NetworksSeen {
  readonly networks: readonly VenueNetwork[];
  readonly at: Instant;
  /** Fixed fees seen of late, by network. */
  readonly fees: ReadonlyMap<string, SeenFees>;
}

export interface DaemonState {
  /** When each wallet wants to be read again; absent: now. */
  readonly wallet_due_at: Map<string, Instant>;
  /** When each wallet was last read. */
  readonly wallet_read_at: Map<string, Instant>;
  /** Wallets that a push spoke of since their last read began. */
  readonly wallets_pushed: Set<string>;
  readonly networks: Map<string, NetworksSeen>;
  /** Small coins that a wallet could put together, as last read; only where it may do so by itself. */
  readonly small_coins: Map<string, SmallCoins>;
  /** What the owners of a wallet allow in advance, as last read. */
  readonly allowances: Map<string, VenueAllowance>;
  readonly quotes: Map<string, Quote>;
  readonly price_status: Map<string, string>;
  readonly venue_up: Map<string, boolean>;
  /** Gas wallets that do not cover one transaction, with the network they pay on; and how much of it people know. */
  readonly gas_empty: Map<string, string>;
  readonly gas_told: Map<string, "enough" | "low" | "empty">;
  /** Doubts that people were told of, by venue. */
  readonly venue_doubts: Map<string, ReadonlySet<string>>;
  readonly reconciliations: Map<string, WalletReconciliation>;
  /** Last refusal of a pool's plan, so that the same one alerts once. */
  readonly refusals: Map<string, string>;
  /** When each signal was last given, by cause and what it is about. */
  readonly signalled_at: Map<string, Instant>;
  /** The most telling signal since the last decisions. */
  signal: WakeCause | null;
  readonly prices_seen: Map<string, PriceSeen>;
  prices_due_at: Instant;
  /** What lending makes of quotes; null until it is asked. */
  price_gate: PriceGate | null;
  /** Nothing was to be done about transfers until then, because others hold them. */
  transfers_due_at: Instant;
  /** When the next transfer is due, as the last look saw it; null when some were due then, and it has to be asked. */
  transfer_next_at: Instant | null;
  seal_due_at: Instant;
  /** The next look at announced flows whose time is over. */
  missed_due_at: Instant;
  /** The next full comparison; the store knows when the last one was. */
  full_due_at: Instant;
  /** The next search for a cheaper policy; the store knows each pool's own. */
  tune_due_at: Instant;
  /** Null until the first cycle: a start has better things to do. */
  prune_due_at: Instant | null;
  last_cycle_at: Instant | null;
  next_cycle_at: Instant | null;
  leader_fence: number | null;
  /** When the lead was last taken or renewed. */
  led_at: Instant;
  /** The lead under which venues were told what is open. */
  remembered_fence: number | null;
  /** The lead under which the log was last held against its witnesses. */
  log_fence: number | null;
  log_standing: LogStanding;
  /** The last checkpoint given to each witness. */
  readonly published: Map<string, string>;
  /** Witnesses that answer and did not take the last checkpoint, each with why. */
  readonly unpublished: Map<string, string>;
  /** Where movements are booked; made with the first. */
  booking: Coalesced<Sheet, BookedSheet> | null;
}

export function newState(): DaemonState {
  return {
    wallet_due_at: new Map(),
    wallet_read_at: new Map(),
    wallets_pushed: new Set(),
    networks: new Map(),
    small_coins: new Map(),
    allowances: new Map(),
    quotes: new Map(),
    price_status: new Map(),
    venue_up: new Map(),
    gas_empty: new Map(),
    gas_told: new Map(),
    venue_doubts: new Map(),
    reconciliations: new Map(),
    refusals: new Map(),
    signalled_at: new Map(),
    signal: null,
    prices_seen: new Map(),
    prices_due_at: 0,
    price_gate: null,
    transfers_due_at: 0,
    transfer_next_at: null,
    seal_due_at: 0,
    missed_due_at: 0,
    full_due_at: 0,
    tune_due_at: 0,
    prune_due_at: null,
    last_cycle_at: null,
    next_cycle_at: null,
    leader_fence: null,
    led_at: 0,
    remembered_fence: null,
    log_fence: null,
    published: new Map(),
    unpublished: new Map(),
    booking: null,
    log_standing: { faults: [], unreadable: [], waits: null, looked_at: null },
  };
}
