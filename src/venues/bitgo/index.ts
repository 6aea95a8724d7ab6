/** BitGo: the type `bitgo`, and what the policy webhook reads. */
import type { VenueInput, VenueType } from "../index.ts";
import { readOptions } from "../onchain/index.ts";
import { BitgoOptions } from "./options.ts";
import { BitgoVenue } from "./venue.ts";

const NOWHERE = "http://127.0.0.1:9";

export const BITGO_TYPE: VenueType = {
  type: "bitgo",
  summary:
    "Wallets at [BitGo](../how-to/bitgo.md): read from the platform, sent through your own BitGo Express, approved by BitGo's own policies and people as well. An `account` is `<coin>/<wallet id>`.",
  options: BitgoOptions,
  examples: [
    {
      name: "bitgo",
      options: {
        base_url: NOWHERE,
        access_token: "v2x-example",
        enterprise: "00".repeat(16),
        webhook_secret: "example-secret",
        coins: [],
      },
      configured: {
        networks: "those of the configured coins",
        finality:
          "BitGo says confirmed, and the coin's configured confirmations have followed; `removed` opens it again",
      },
    },
  ],
  create,
};

function create(input: VenueInput): BitgoVenue {
  return new BitgoVenue(input, readOptions(BitgoOptions, input.options, input.id));
}
