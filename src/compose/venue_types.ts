/** Every type of venue there is: adding a connector is its folder and one line here. */
import { BITCOIN_TYPE } from "../venues/bitcoin/index.ts";
import { EVM_TYPE } from "../venues/evm/index.ts";
import type { VenueType } from "../venues/index.ts";
import { SAFE_TYPE } from "../venues/safe/index.ts";
import { SANDBOX_VENUE_TYPE } from "../venues/sandbox/index.ts";

export const VENUE_TYPES: readonly VenueType[] = [BITCOIN_TYPE, EVM_TYPE, SAFE_TYPE, SANDBOX_VENUE_TYPE];

/** Options by type, as the configuration checks them. */
export const VENUE_OPTIONS = new Map(VENUE_TYPES.map(({ type, options }) => [type, options]));
