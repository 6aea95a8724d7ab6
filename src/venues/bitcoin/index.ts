/** Bitcoin through a node of one's own: a hot wallet with a master key, and custody that m of n people sign away from the network. */
export { type PsbtSummary, showPsbtFile, signPsbtFile } from "./cosigner.ts";
export { verifyPsbtSignature } from "./psbt_vote.ts";
export { BITCOIN_MULTISIG_TYPE, createVaultVenue } from "./vault_venue.ts";
export { BITCOIN_TYPE, createBitcoinVenue } from "./venue.ts";
