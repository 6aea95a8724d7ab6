/** Bitcoin through a node of one's own: a hot wallet with a master key, and custody that m of n people sign away from the network. */
export { BITCOIN_TYPE, createBitcoinVenue } from "./venue.ts";
