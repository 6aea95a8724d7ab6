/** A hot wallet on an EVM chain: one key, one account, any registered instrument of the network. */
export type { ConnectorInput } from "../onchain/index.ts";
export { createEvmVenue, EVM_TYPE } from "./venue.ts";
