export { viewApproval } from "./approvals.ts";
export { viewBreak, viewBreakResolution } from "./breaks.ts";
export {
  byDistance,
  ltvOfBook,
  viewCalculator,
  viewCall,
  viewDeposit,
  viewExtension,
  viewFacility,
  viewLiquidation,
  viewNotice,
  viewPayment,
  viewSubstitution,
} from "./credit.ts";
export { viewDecisionDetail, viewPlan, viewStoredDecision } from "./decisions.ts";
export { viewEnvelope } from "./envelopes.ts";
export { IMPORTANT_KINDS, readEvents, viewEvent } from "./events.ts";
export { viewHistory } from "./history.ts";
export { viewAccount, viewStatement, viewTrial } from "./ledger.ts";
export { viewSizing } from "./liquidation_sizing.ts";
export { viewOverview } from "./overview.ts";
export { viewPeople, viewPolicy } from "./policy.ts";
export { readable, viewPolicyPreview } from "./policy_preview.ts";
export { createPrinter, type Printer, printTime, printTimeOrNull } from "./printer.ts";
export { viewReconciliation } from "./reconciliation.ts";
export { viewResolution } from "./resolutions.ts";
export { digestGroups, viewQuorum } from "./signed_object.ts";
export { viewScenarios, viewStress } from "./stress.ts";
export { OPEN_STATES, viewTransfer, viewTransferDetail } from "./transfers.ts";
export { parseOwnFlows, viewOwnFlows, viewPolicyProposal } from "./tuning.ts";
export { viewVenue } from "./venues.ts";
export { findOpenExtensions, findOpenSubstitutions } from "./waiting.ts";
export { viewStanding, viewWalletProposal } from "./wallet_proposals.ts";
export { freshnessOf, readBalances, viewWallets } from "./wallets.ts";
export { viewWhatIf } from "./what_if.ts";
