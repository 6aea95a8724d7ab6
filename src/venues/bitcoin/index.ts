/** Bitcoin through a node of one's own: a hot wallet with a master key, and custody that m of n people sign away from the network. */
export type { BitcoinInput } from "./types.ts";
export { BitcoinOptions, createBitcoinVenue } from "./venue.ts";
