/** What the hot wallet (`evm`) and the multisig (`safe`) share: one EVM chain through plain JSON-RPC. */
export { createChain, verifyChain } from "./chain.ts";
export { finalityOf } from "./finality.ts";
export { createHolding, type Holding } from "./holding.ts";
export { readKey } from "./key.ts";
export { findNonceUser, locate, type NonceUser, readMined, type TransactionIdentity } from "./locate.ts";
export { nodeError, nodeWords, reading } from "./node_error.ts";
export { createNonceLane, type NonceLane, RESERVATION_MS } from "./nonce_lane.ts";
export { chainShape, readOptions, toChainSettings } from "./options.ts";
export { decodePayment, encodePayment, type Payment, type ReadPayment, refused } from "./payment.ts";
export { type PlannedPayment, paymentOf } from "./planned_payment.ts";
export { type ChainRegistry, createRegistry, fromChain, stepOf, toChain } from "./registry.ts";
export { signReplacement } from "./replace.ts";
export { type SigningAccount, signCall } from "./sign.ts";
export {
  exclusiveOf,
  hashesOf,
  type OpenedTransaction,
  openTransaction,
  proveSender,
  readSignedTransaction,
} from "./signed_transaction.ts";
export { broadcast } from "./submit.ts";
export { receivedOf } from "./transfer_log.ts";
export type * from "./types.ts";
