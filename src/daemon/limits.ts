/** Every limit of the loop, named with its unit. Times are treasury time unless they say database or real time. */

/** Database time the leader may be silent before another instance takes over. */
export const LEADER_TTL_MS = 10_000;
/** Real time after which a cycle that still runs renews the lease. */
export const LEADER_RENEW_REAL_MS = 2_000;
/** Real time between two renewals of the leader's lease, at most. */
export const HEARTBEAT_REAL_MS = 3_000;
/** Real time after a cycle that failed, for want of a store mostly, before the next one is tried. */
export const CYCLE_RETRY_REAL_MS = 1_000;
/** Real time between two looks of an instance that stands by: how late it may notice that the leader fell silent. */
export const STANDBY_LOOK_REAL_MS = 1_000;
/** Real time from the start of a cycle to the next one at least: many wake-ups at once become one cycle. */
export const CYCLE_PAUSE_REAL_MS = 25;
/** Real time a cycle in progress gets to finish after a stop was asked for. */
export const STOP_GRACE_REAL_MS = 3_500;
/** Pages of movements read for one wallet in one observation; the rest follows in the next. */
export const PAGES_MAX = 50;
/** Movements booked in one transaction. */
export const MOVEMENTS_PER_TX = 100;
/** A wallet whose read failed is read again after this share of its interval. */
export const RETRY_SHARE = 4;
/** A wallet whose time comes within this share of its interval is read with one whose time has come. */
export const SOON_SHARE = 8;
/** Settled transfers whose movements may still be on their way into our view. */
export const RECENT_MS = 86_400_000;
export const RECENT_MAX = 500;
/** Past moves of a pool that a snapshot carries. */
export const HISTORY_MAX = 1_000;
/** Problems that a full comparison names. */
export const PROBLEMS_MAX = 20;
/** Longest reason a plan carries, in characters. */
export const REASON_LENGTH_MAX = 500;
/** Parallel reads at one venue. */
export const READS_PER_VENUE = 4;
/** Real time between two reads of a wallet that pushes ask for. */
export const PUSH_PAUSE_REAL_MS = 250;
/** Real time within which the same signal of the same thing counts once. */
export const SIGNAL_PAUSE_REAL_MS = 60_000;
/** Real time before transfers that another instance holds are looked at again. */
export const HELD_ELSEWHERE_REAL_MS = 1_000;
/** Rows forgotten in one step, per table and pool. */
export const PRUNE_BATCH = 200;
/** Real time between two looks at announced flows whose time is over. */
export const MISSED_PAUSE_REAL_MS = 60_000;
/** Real time between two looks at what may be forgotten. */
export const PRUNE_PAUSE_REAL_MS = 3_600_000;
/** Real time between two turns of the sealer: the window in which an event is not sealed yet. */
export const SEAL_PAUSE_REAL_MS = 500;
/** Time between two searches of a pool's history for a cheaper policy, and the history looked at. */
export const TUNE_INTERVAL_MS = 7 * 86_400_000;
export const TUNE_DAYS = 42;
/** Transfers worked on at the same time: a slow venue keeps one of them waiting, and what they write goes together. */
export const WORK_LANES = 8;
