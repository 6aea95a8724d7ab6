/** Komainu: the type `komainu`. */
import { generateKeyPairSync } from "node:crypto";
import type { VenueInput, VenueType } from "../index.ts";
import { readOptions } from "../onchain/index.ts";
import { KomainuOptions } from "./options.ts";
import { KomainuVenue } from "./venue.ts";

export type { CollateralOperation, CollateralOrder } from "./collateral.ts";
export { KomainuVenue } from "./venue.ts";

export const KOMAINU_TYPE: VenueType = {
  type: "komainu",
  summary:
    "Custody, staking and collateral wallets at [Komainu](../how-to/komainu.md), whose interface is not published: which facts are unconfirmed is said there. An `account` is a wallet's id.",
  options: KomainuOptions,
  get examples() {
    // Made anew each time: a key in a file would be a key that somebody uses.
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    const options = {
      base_url: "http://127.0.0.1:9",
      api_user: "user",
      api_secret: "a-secret",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      webhook_secret: "example-secret",
      assets: [],
    };
    return [{ name: "komainu", options, configured: { networks: "those of the configured assets" } }];
  },
  create: (input: VenueInput): KomainuVenue =>
    new KomainuVenue(input, readOptions(KomainuOptions, input.options, input.id)),
};
