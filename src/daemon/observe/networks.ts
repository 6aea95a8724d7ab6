/** Ways from wallet to wallet: what the venues offer now, where the pool may go, and where an address is registered. */
import type { PoolConfig, TreasuryConfig, WalletConfig } from "../../config/types.ts";
import type { RouteOption } from "../../policy/types.ts";
import type { Instant } from "../../ports/index.ts";
import { hoursAt } from "../../routes/index.ts";
import { findAddress, messageOf, refOf } from "../../transfers/index.ts";
import type { VenueNetwork } from "../../venues/port.ts";
import { MANUAL_TYPE } from "../../wallets/index.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { gasEmptyOn } from "../watch/watch_gas.ts";
import { seeFee, usualFee } from "./usual_fee.ts";

/** Reads what the source wallet's venue offers; keeps the last known when that fails. */
export async function readNetworks(deps: DaemonDeps, state: DaemonState, wallet: WalletConfig): Promise<void> {
  const venue = deps.venues.get(wallet.venue);
  if (venue === undefined) return;
  try {
    const networks = await venue.listNetworks(refOf(wallet));
    const at = deps.clock.now();
    const before = state.networks.get(wallet.id)?.fees;
    const fees = new Map(networks.map((one) => [one.network, seeFee(before?.get(one.network), one.fee_fixed, at)]));
    state.networks.set(wallet.id, { networks, at, fees });
  } catch (error) {
    deps.log.warn({ wallet: wallet.id, cause: messageOf(error) }, "The networks of this wallet could not be read.");
  }
}

/** Every way between the pool's two sides, and out of custody to its payees. A way that cannot be used says why. */
export function routesOf(config: TreasuryConfig, state: DaemonState, pool: PoolConfig, now: Instant): RouteOption[] {
  const wallets = (ids: readonly string[]) => config.wallets.filter(({ id }) => ids.includes(id));
  const [liquidity, reserve] = [wallets(pool.liquidity), wallets(pool.reserve)];
  const payees = (config.payees ?? []).filter(({ id }) => pool.payees?.includes(id));
  const pairs = [
    ...liquidity.flatMap((from) => reserve.map((to) => [from, to] as const)),
    ...reserve.flatMap((from) => [...liquidity, ...payees].map((to) => [from, to] as const)),
  ];
  return pairs.flatMap(([from, to]) =>
    pool.networks.map((network) => routeOf(config, state, pool, { from, to, network, now })),
  );
}

interface Way {
  readonly from: WalletConfig;
  readonly to: WalletConfig;
  readonly network: string;
  readonly now: Instant;
}

function routeOf(config: TreasuryConfig, state: DaemonState, pool: PoolConfig, way: Way): RouteOption {
  const { from, to, network } = way;
  const offered = state.networks.get(from.id)?.networks.find((one) => one.network === network);
  const hours = config.venues.find(({ id }) => id === from.venue)?.hours;
  const { closes_at, opens_at, wait_ms } = hoursAt(hours ?? [], way.now);
  const disabled_reason = whyDisabled(config, state, pool, way, offered);
  return {
    from_wallet: from.id,
    to_wallet: to.id,
    network,
    enabled: disabled_reason === null,
    disabled_reason,
    fee_fixed: offered?.fee_fixed ?? 0n,
    fee_ppm: offered?.fee_ppm ?? 0,
    fee_usual: usualFee(state.networks.get(from.id)?.fees.get(network)),
    minimum: offered?.minimum ?? 0n,
    maximum: offered?.maximum ?? null,
    step: offered?.step ?? 1n,
    lead_time_ms: (offered?.lead_time_ms ?? 0) + wait_ms,
    ...(hours === undefined ? {} : { closes_at, opens_at }),
  };
}

function whyDisabled(
  config: TreasuryConfig,
  state: DaemonState,
  pool: PoolConfig,
  { from, to, network, now }: Way,
  offered: VenueNetwork | undefined,
): string | null {
  const seen = state.networks.get(from.id);
  if (seen === undefined) return `what ${from.venue} offers was not read yet`;
  if (now - seen.at > from.stale_after_ms) return `what ${from.venue} offers was last read too long ago`;
  if (offered === undefined) return `${from.venue} does not offer ${network}`;
  if (!offered.enabled) return `${from.venue} has switched ${network} off`;
  // The coin pays for its own way: what supplies an empty gas wallet must not wait for it.
  const gas_empty = pool.policy.task?.kind === "gas" ? null : gasEmptyOn(config, state, pool, { from, network });
  if (gas_empty !== null) return gas_empty;
  const watched = [from, to].find(({ venue }) =>
    config.venues.some((one) => one.id === venue && one.type === MANUAL_TYPE),
  );
  if (watched !== undefined) return `${watched.id} is only watched: people move what is there`;
  if (from.status !== "active" || to.status !== "active") return "one of the wallets is not active";
  if (!config.instruments.some((one) => one.asset === pool.asset && one.network === network)) {
    return `${pool.asset} has no instrument on ${network}`;
  }
  return findAddress(config, to.id, network) === undefined ? `${to.id} has no registered address on ${network}` : null;
}
