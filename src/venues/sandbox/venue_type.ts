/** The type `sandbox`: its file names a kind, and the sandbox itself says where the server is and with which keys. */
import { z } from "zod";
import type { VenueInput, VenueType } from "../index.ts";
import type { Venue } from "../port.ts";
import type { SandboxVenueKind } from "./types.ts";
import { createSandboxVenue } from "./venue.ts";

const KINDS = ["exchange", "chain", "custodian", "custodian_with_approval"] as const satisfies SandboxVenueKind[];

const SandboxOptions = z.strictObject({
  kind: z.enum(KINDS).describe("Which protocol it speaks"),
  console: z
    .boolean()
    .optional()
    .describe("Its own approval stage waits for its console instead of answering by itself"),
});

/** What the sandbox gives in place of the file's options. */
const addressShape = z.object({
  kind: z.enum(KINDS),
  base_url: z.url(),
  secrets: z.object({ key_id: z.string(), secret: z.string() }),
  wallets: z.array(z.object({ id: z.string(), account: z.string(), asset: z.string() })),
});

export const SANDBOX_VENUE_TYPE: VenueType = {
  type: "sandbox",
  summary: "A local server of the sandbox, speaking a protocol of its own; `npm start` runs them.",
  options: SandboxOptions,
  examples: KINDS.map((kind) => ({
    name: `sandbox ${kind}`,
    options: {
      kind,
      base_url: "http://127.0.0.1:9",
      secrets: { key_id: "key", secret: "11".repeat(32) },
      wallets: [],
    },
  })),
  create,
};

function create({ id, options, assets, clock, random, http }: VenueInput): Venue {
  return createSandboxVenue({ id, ...addressShape.parse(options), assets, clock, random, http });
}
