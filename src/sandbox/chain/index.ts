/** A local EVM chain with a dollar, a hot wallet and a Safe: for the demonstration and for tests. */
export { type AccountName, localAccount, OWNER_NAMES, type OwnerName, privateKeyOf } from "./accounts.ts";
export { deployAllowance, type LocalAllowance } from "./allowance.ts";
export { type Anvil, type AnvilOptions, LOCAL_CHAIN_ID, startAnvil, stopChild } from "./anvil.ts";
export { type DaemonProcess, EXAMPLE_CONFIG, ROOT, runTidegate, startDaemonProcess } from "./daemon_process.ts";
export {
  createLocalClient,
  deployWorld,
  HOT_START,
  type LocalClient,
  type LocalWorld,
  OWNERS_NEEDED,
  SAFE_START,
  sendAs,
} from "./deploy.ts";
export { LocalChainError } from "./errors.ts";
export { writeKeyFiles, writeSecret, writeVoteKey } from "./key_files.ts";
export { type RpcProxy, startRpcProxy } from "./rpc_proxy.ts";
export { type BuiltStage, buildStage, type StageOptions } from "./stage.ts";
export { type Story, tellStory } from "./story.ts";
export {
  awaitTransfer,
  listBooks,
  listTransfers,
  type SeenTransfer,
  type SeenWallet,
  until,
} from "./treasury_api.ts";
