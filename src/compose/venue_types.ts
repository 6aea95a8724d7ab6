/** Every type of venue there is: adding a connector is its folder and one line here. */
import { z } from "zod";
import { SANDBOX_TYPE } from "../sandbox/index.ts";
import { BITCOIN_MULTISIG_TYPE, BITCOIN_TYPE } from "../venues/bitcoin/index.ts";
import { BITGO_TYPE } from "../venues/bitgo/index.ts";
import { CCXT_TYPE } from "../venues/ccxt/index.ts";
import { EVM_TYPE } from "../venues/evm/index.ts";
import type { VenueType } from "../venues/index.ts";
import { KOMAINU_TYPE } from "../venues/komainu/index.ts";
import { MANUAL_VENUE_TYPE } from "../venues/manual/index.ts";
import { PRICE_SOURCE_TYPES } from "../venues/prices/index.ts";
import { SAFE_TYPE } from "../venues/safe/index.ts";
import { SANDBOX_VENUE_TYPE } from "../venues/sandbox/index.ts";

export const VENUE_TYPES: readonly VenueType[] = [
  BITCOIN_TYPE,
  BITGO_TYPE,
  BITCOIN_MULTISIG_TYPE,
  CCXT_TYPE,
  EVM_TYPE,
  KOMAINU_TYPE,
  MANUAL_VENUE_TYPE,
  SAFE_TYPE,
  SANDBOX_VENUE_TYPE,
];

/** Options by type, as the configuration checks them. */
export const VENUE_OPTIONS = new Map(VENUE_TYPES.map(({ type, options }) => [type, options]));

/** The same of price sources; those of a sandbox choose their ports when they start, and nobody configures them. */
export const PRICE_OPTIONS = new Map<string, z.ZodType>([
  ...PRICE_SOURCE_TYPES.map(({ type, options }) => [type, options] as const),
  [SANDBOX_TYPE, z.strictObject({})],
]);
