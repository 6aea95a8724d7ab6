/** docs/reference/venues.md: what each type of venue declares it can do, asked of connectors that never touch a network. */

import { createSystemClock } from "../../src/system/index.ts";
import type { ConnectorInput } from "../../src/venues/evm/index.ts";
import { createEvmVenue } from "../../src/venues/evm/index.ts";
import type { Idempotency, Venue, VenueCapabilities } from "../../src/venues/index.ts";
import { createSafeVenue } from "../../src/venues/safe/index.ts";
import { createSandboxVenue, type SandboxVenueKind } from "../../src/venues/sandbox/index.ts";
import { code, GENERATED_NOTE, table } from "./markdown.ts";

/** Nothing listens there, and nothing is asked. */
const NOWHERE = "http://127.0.0.1:9";
const KEY = `0x${"11".repeat(32)}`;
const OTHER_KEY = `0x${"22".repeat(32)}`;
const SAFE = "0x0000000000000000000000000000000000000001";
const OWNERS = [2, 3, 4].map((last) => `0x${String(last).padStart(40, "0")}`);
const SANDBOX_KINDS: readonly SandboxVenueKind[] = ["exchange", "chain", "custodian", "custodian_with_approval"];
const MS_PER_SECOND = 1_000;
const MS_PER_HOUR = 3_600_000;
const YEAR_HOURS = 365 * 24;

interface VenueType {
  readonly name: string;
  readonly venue: Venue;
  /** What the configuration decides, said in its place. */
  readonly configured: Partial<Record<"networks" | "finality", string>>;
}

export function venuesReference(): string {
  const types = buildTypes();
  const rows = CAPABILITY_ROWS.map(([label, say]) => [label, ...types.map((type) => say(type))]);
  return `${GENERATED_NOTE}
# Venues

A venue is a counterparty that holds assets. Its connector declares what it can do, and Tidegate behaves accordingly: a request is repeated only where the venue makes that harmless, an absence means something only after its consistency window, and what a venue cannot do answers \`unsupported\`. All connectors pass the same conformance suite.

${table(["", ...types.map(({ name }) => code(name))], rows)}

The \`sandbox\` types are local servers that speak protocols of their own; \`npm start\` runs them. Options of the others are in [configuration](config.md#options-of-a-venue).
`;
}

type Say = (type: VenueType) => string;

const ability =
  (read: (capabilities: VenueCapabilities, venue: Venue) => boolean): Say =>
  ({ venue }) =>
    read(venue.capabilities(), venue) ? "yes" : "no";

const CAPABILITY_ROWS: readonly (readonly [string, Say])[] = [
  ["what makes a repeat harmless", ({ venue }) => idempotencyText(venue.capabilities().idempotency)],
  ["look-up by our reference", ability((can) => can.lookup_by_reference)],
  ["absence means something after", ({ venue }) => durationText(venue.capabilities().consistency_window_ms)],
  ["lists movements", ability((can) => can.list_movements)],
  ["withdraws a request it still holds", ability((can) => can.cancel)],
  ["push", ability((can) => can.push)],
  ["webhooks", ability((can) => can.webhooks)],
  ["approval stage of its own", ability((can) => can.approval_stage)],
  ["people sign", ({ venue }) => signingText(venue.capabilities().signing)],
  ["final when", ({ venue, configured }) => configured.finality ?? venue.capabilities().finality],
  ["networks", ({ venue, configured }) => configured.networks ?? venue.capabilities().networks.join(", ")],
];

function buildTypes(): readonly VenueType[] {
  const clock = createSystemClock();
  const chain = {
    network: "ethereum",
    chain_id: 1,
    rpc_urls: [NOWHERE],
    gas_price_max: "1 gwei",
    start_block: 0,
  };
  const input = (options: Record<string, unknown>): ConnectorInput => ({
    id: "venue",
    options: { ...chain, ...options },
    assets: new Map(),
    instruments: [],
    clock,
  });
  const configured = {
    networks: "the one configured, any EVM chain",
    finality: "the chain's `finalized` block, its `safe` block, or confirmations, as configured",
  };
  const safe = { safe: SAFE, owners: OWNERS, threshold: 2, executor_private_key: OTHER_KEY };
  return [
    { name: "evm", venue: createEvmVenue(input({ private_key: KEY })), configured },
    { name: "safe", venue: createSafeVenue(input(safe)), configured },
    ...SANDBOX_KINDS.map((kind) => ({
      name: `sandbox ${kind}`,
      venue: createSandboxVenue({
        id: kind,
        kind,
        base_url: NOWHERE,
        secrets: { key_id: "key", secret: "11".repeat(32) },
        clock,
        assets: new Map(),
        wallets: [],
      }),
      configured: {},
    })),
  ];
}

function idempotencyText(idempotency: Idempotency): string {
  switch (idempotency.kind) {
    case "none":
      return "nothing: it is never repeated";
    case "signed_transaction":
      return "the signed transaction itself";
    case "key": {
      const reuse = idempotency.on_reuse === "replay" ? "answers as before" : "refuses a second use";
      return `a client key for ${durationText(idempotency.lifetime_ms)}; ${reuse}`;
    }
  }
}

function signingText(signing: VenueCapabilities["signing"]): string {
  return signing === "digest" ? "Tidegate's digest (Ed25519)" : "the Safe transaction (EIP-712)";
}

function durationText(duration_ms: number): string {
  const hours = duration_ms / MS_PER_HOUR;
  if (hours >= YEAR_HOURS) return "ever";
  return hours >= 1 ? `${hours} h` : `${duration_ms / MS_PER_SECOND} s`;
}
