/** docs/reference/venues.md: what each type of venue declares it can do, asked of connectors that never touch a network. */

import { VENUE_TYPES } from "../../src/compose/venue_types.ts";
import { createSeededRandom } from "../../src/ports/index.ts";
import { createSystemClock } from "../../src/system/index.ts";
import { createFetchPort } from "../../src/venues/http/index.ts";
import type { Idempotency, Venue, VenueCapabilities, VenueExample } from "../../src/venues/index.ts";
import { type ConformanceResults, conformanceTable } from "../conformance_results.ts";
import { code, GENERATED_NOTE, table } from "./markdown.ts";
import { readText } from "./sources.ts";

const MS_PER_SECOND = 1_000;
const MS_PER_HOUR = 3_600_000;
const YEAR_HOURS = 365 * 24;

interface ShownVenue extends VenueExample {
  readonly venue: Venue;
}

export function venuesReference(): string {
  const types = buildTypes();
  const rows = CAPABILITY_ROWS.map(([label, say]) => [label, ...types.map((type) => say(type))]);
  return `${GENERATED_NOTE}
# Venues

A venue is a counterparty that holds assets. Its connector declares what it can do, and Tidegate behaves accordingly: a request is repeated only where the venue makes that harmless, an absence means something only after its consistency window, and what a venue cannot do answers \`unsupported\`.

${table(["", ...types.map(({ name }) => code(name))], rows)}

The \`sandbox\` types are local servers that speak protocols of their own; \`npm start\` runs them. The options of each type are in [configuration](config.md#options-of-a-venue).

${conformance()}
`;
}

/** What the last run of the suite over each venue found. */
function conformance(): string {
  const results = JSON.parse(readText("src/venues/conformance/results.json")) as ConformanceResults;
  return `## Conformance

What every venue was put through by \`npm run conformance\`, with as many seeded runs as its last line says: no payment was made twice and no transfer was lost. \`n/a\`: the venue cannot have the case, for the reason with the number below the table; a case that is neither passed nor explained fails the run.

${conformanceTable(results)}`;
}

type Say = (type: ShownVenue) => string;

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
  ["final when", ({ venue, configured }) => configured?.finality ?? venue.capabilities().finality],
  ["networks", ({ venue, configured }) => configured?.networks ?? venue.capabilities().networks.join(", ")],
];

/** Every type as it is built from its example; nothing is asked of the network. */
function buildTypes(): readonly ShownVenue[] {
  const clock = createSystemClock();
  return VENUE_TYPES.flatMap((type) =>
    type.examples.map((example) => ({
      ...example,
      venue: type.create({
        id: "venue",
        options: example.options,
        ...{ assets: new Map(), instruments: [], wallets: [] },
        ...{ clock, random: createSeededRandom(1), http: createFetchPort() },
      }),
    })),
  );
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
  switch (signing) {
    case "digest":
      return "Tidegate's digest (Ed25519)";
    case "eip712_safe":
      return "the Safe transaction (EIP-712)";
    case "psbt":
      return "the Bitcoin transaction (PSBT)";
  }
}

function durationText(duration_ms: number): string {
  const hours = duration_ms / MS_PER_HOUR;
  if (hours >= YEAR_HOURS) return "ever";
  return hours >= 1 ? `${hours} h` : `${duration_ms / MS_PER_SECOND} s`;
}
