/** What a move costs and how long it takes in the sandbox: networks and the venues' own handling. Plain tables. */
import { type Asset, parseDecimal } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { between, indexOfText } from "./random.ts";
import { isUnderWay, type Scenario } from "./scenarios.ts";
import type { SandboxVenueKind } from "./types.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface NetworkFacts {
  readonly block_ms: number;
  readonly confirmations_needed: number;
  /** Its fee follows the congestion of a scenario. */
  readonly congests: boolean;
}

const NETWORKS: Readonly<Record<string, NetworkFacts>> = {
  tron: { block_ms: 9_000, confirmations_needed: 20, congests: false },
  ethereum: { block_ms: 12_000, confirmations_needed: 64, congests: true },
  bitcoin: { block_ms: 10 * MINUTE_MS, confirmations_needed: 6, congests: true },
};
const OTHER_NETWORK: NetworkFacts = { block_ms: 15_000, confirmations_needed: 20, congests: false };

/** Decimal strings of whole units. */
const COSTS: Readonly<Record<string, { readonly fee: string; readonly minimum: string; readonly step: string }>> = {
  "USDT/tron": { fee: "1", minimum: "10", step: "0.000001" },
  "USDT/ethereum": { fee: "8", minimum: "20", step: "0.000001" },
  "ETH/ethereum": { fee: "0.0001", minimum: "0.0001", step: "0.000000000000000001" },
  "BTC/bitcoin": { fee: "0.0002", minimum: "0.001", step: "0.00000001" },
};

/** Time between acceptance and the network, from and to. */
const HANDLING: Readonly<Record<SandboxVenueKind, readonly [number, number]>> = {
  exchange: [10 * MINUTE_MS, 20 * MINUTE_MS],
  chain: [1 * MINUTE_MS, 2 * MINUTE_MS],
  custodian: [2 * HOUR_MS, 5 * HOUR_MS],
  custodian_with_approval: [30 * MINUTE_MS, 60 * MINUTE_MS],
};
/** How long the approvers of a venue with its own approval stage take. */
const CONSOLE_MS: readonly [number, number] = [1 * HOUR_MS, 6 * HOUR_MS];
/** A request that nobody answered at the console ends after this. */
export const CONSOLE_EXPIRY_MS = 72 * HOUR_MS;

export interface NetworkTerms {
  readonly fee: bigint;
  readonly minimum: bigint;
  readonly step: bigint;
  readonly lead_time_ms: number;
}

export function networkFacts(network: string): NetworkFacts {
  return NETWORKS[network] ?? OTHER_NETWORK;
}

/** Time from inclusion to finality. */
export function confirmingMs(network: string): number {
  const facts = networkFacts(network);
  return facts.block_ms * facts.confirmations_needed;
}

/** Fee, minimum, step and longest lead time of one asset on one network from a venue of this kind. */
export function termsOf(
  asset: Asset,
  network: string,
  kind: SandboxVenueKind,
  scenario: Scenario,
  since_h: number,
): NetworkTerms {
  const cost = COSTS[`${asset.id}/${network}`];
  const congested = networkFacts(network).congests && isUnderWay(scenario, since_h);
  const console_ms = kind === "custodian_with_approval" ? CONSOLE_MS[1] : 0;
  return {
    fee: (cost ? parseDecimal(cost.fee, asset.decimals) : 0n) * (congested ? scenario.fee_multiplier : 1n),
    minimum: cost ? parseDecimal(cost.minimum, asset.decimals) : 1n,
    step: cost ? parseDecimal(cost.step, asset.decimals) : 1n,
    lead_time_ms: console_ms + HANDLING[kind][1] + confirmingMs(network),
  };
}

/** When a venue of this kind puts the transfer on the network, counted from `at`. */
export function includedAt(seed: number, kind: SandboxVenueKind, transfer_id: string, at: Instant): Instant {
  const [from, to] = HANDLING[kind];
  return at + between(seed, "handling", indexOfText(transfer_id), from, to);
}

/** When the venue's own approvers answer, counted from `at`. */
export function consoleAt(seed: number, transfer_id: string, at: Instant): Instant {
  return at + between(seed, "console", indexOfText(transfer_id), CONSOLE_MS[0], CONSOLE_MS[1]);
}
