export { UNFINISHED } from "./empty.ts";
export { WalletError, type WalletErrorCode } from "./errors.ts";
export { attestAddresses, configLines, discoverWallets, openWallet } from "./find_at_venue.ts";
export {
  changeProblem,
  declaredOf,
  effectiveStatus,
  isGuarded,
  lifecycleOf,
  type Standings,
  withStandings,
} from "./lifecycle.ts";
export { MANUAL_TYPE, proposeWallet, suspendWallet } from "./propose.ts";
export {
  enteredBalances,
  findWalletProposals,
  firstInactive,
  getWalletProposal,
  readStanding,
  readStandings,
} from "./read.ts";
export type * from "./types.ts";
export { voteOnWallet, type WalletVoted, walletQuorum } from "./vote.ts";
