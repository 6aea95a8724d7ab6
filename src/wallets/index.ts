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
export { isAside, isManual, MANUAL_TYPE } from "./manual.ts";
export { proposeWallet, suspendWallet } from "./propose.ts";
export {
  enteredBalances,
  findWalletProposals,
  firstInactive,
  getWalletProposal,
  latestEntered,
  readStanding,
  readStandings,
  waitingOn,
} from "./read.ts";
export type * from "./types.ts";
export { voteOnWallet, type WalletVoted, walletQuorum } from "./vote.ts";
