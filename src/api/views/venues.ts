/** A venue's state out of what its transport counted and how old its wallets' balances are. */
import type { VenueConfig } from "../../config/types.ts";
import type { Instant } from "../../ports/index.ts";
import type { Venue, VenueHealth } from "../../venues/port.ts";
import type { VenueView } from "../schemas/index.ts";
import { type Printer, printTime, printTimeOrNull } from "./printer.ts";
import { type Balances, freshnessOf } from "./wallets.ts";

/** Of a million requests: more failures than this are more than noise. */
const ERROR_PPM_MAX = 100_000;
const DAY_MS = 86_400_000;
/** Credentials that end sooner than this are a reason to act. */
const EXPIRY_NEAR_MS = 14 * DAY_MS;
const MS_PER_SECOND = 1_000;
/** Wallets whose balance should be fresh: a suspended one moves nothing, and is read all the same. */
const READ: ReadonlySet<string> = new Set(["active", "suspended"]);

export function viewVenue(
  config: VenueConfig,
  venue: Venue,
  { printer, balances, now }: { printer: Printer; balances: Balances; now: Instant },
): VenueView {
  const wallets = printer.config.wallets.filter((each) => each.venue === config.id && READ.has(each.status));
  const rows = wallets.map((wallet) => balances.get(wallet.id));
  const stale = wallets.filter((wallet) => freshnessOf(wallet, balances.get(wallet.id), now) !== "fresh");
  const read = rows.map((row) => row?.received_at ?? null);
  const health = venue.health?.() ?? null;
  return {
    id: config.id,
    type: config.type,
    ...stateOf(health, stale.length, now),
    wallets: wallets.length,
    wallets_stale: stale.length,
    last_full_sync_at: read.length === 0 || read.includes(null) ? null : printTime(Math.min(...read.map(Number))),
    health: health === null ? null : viewHealth(health),
    capabilities: viewCapabilities(venue),
  };
}

function stateOf(
  health: VenueHealth | null,
  stale: number,
  now: Instant,
): { state: VenueView["state"]; reason: string | null } {
  if (health?.breaker === "open") {
    const seconds = Math.ceil(health.retry_in_ms / MS_PER_SECOND);
    return {
      state: "down",
      reason: `It does not answer; asked again in ${seconds} s. ${health.last_failure?.message ?? ""}`.trim(),
    };
  }
  if (health !== null && health.error_ppm > ERROR_PPM_MAX) {
    const percent = Math.round(health.error_ppm / 10_000);
    return {
      state: "degraded",
      reason: `${percent} % of its last requests failed: ${health.last_failure?.message ?? "no reason kept"}`,
    };
  }
  if (stale > 0) return { state: "degraded", reason: `${stale} of its wallets are stale or were never read.` };
  const ends = health?.credentials_expire_at ?? null;
  if (ends !== null && ends - now < EXPIRY_NEAR_MS) {
    return { state: "degraded", reason: `Its credentials end ${printTime(ends)}.` };
  }
  if (health === null || health.requests === 0) return { state: "unknown", reason: "Nothing was asked of it yet." };
  return { state: "ok", reason: null };
}

function viewHealth({ last_failure, ...health }: VenueHealth): VenueView["health"] {
  return {
    ...health,
    last_success_at: printTimeOrNull(health.last_success_at),
    last_failure_at: printTimeOrNull(last_failure?.at ?? null),
    last_failure: last_failure?.message ?? null,
    credentials_expire_at: printTimeOrNull(health.credentials_expire_at),
    retry_in_ms: Math.round(health.retry_in_ms),
  };
}

function viewCapabilities(venue: Venue): VenueView["capabilities"] {
  const can = venue.capabilities();
  return {
    idempotency: can.idempotency.kind,
    lookup_by_reference: can.lookup_by_reference,
    list_movements: can.list_movements,
    cancel: can.cancel,
    push: can.push,
    webhooks: can.webhooks,
    approval_stage: can.approval_stage,
    creates_wallets: venue.createWallet !== undefined,
    orders: venue.orders !== undefined,
    second_reader: venue.readChain !== undefined,
    finality: can.finality,
    networks: [...can.networks],
  };
}
