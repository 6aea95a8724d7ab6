/**
 * The few functions and events of a Safe 1.4.1 that are used here, written from its published interface
 * (Safe.sol, OwnerManager.sol, ModuleManager.sol of version 1.4.1).
 */
import { parseAbi, toEventSelector } from "viem";

export const SAFE_ABI = parseAbi([
  "function VERSION() view returns (string)",
  "function nonce() view returns (uint256)",
  "function getOwners() view returns (address[])",
  "function getThreshold() view returns (uint256)",
  "function getModulesPaginated(address start, uint256 pageSize) view returns (address[] array, address next)",
  "function getTransactionHash(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 nonce) view returns (bytes32)",
  "function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool success)",
  "event ExecutionSuccess(bytes32 indexed txHash, uint256 payment)",
  "event ExecutionFailure(bytes32 indexed txHash, uint256 payment)",
]);

export const EXECUTION_EVENTS = SAFE_ABI.filter((item) => item.type === "event");
export const SUCCESS_TOPIC = toEventSelector("ExecutionSuccess(bytes32,uint256)");
export const FAILURE_TOPIC = toEventSelector("ExecutionFailure(bytes32,uint256)");

/** Versions whose hash, signatures and events are as written here. The `txHash` of 1.3.0's events is not indexed. */
export const SAFE_VERSIONS: ReadonlySet<string> = new Set(["1.4.1"]);
/** First element of the Safe's linked list of modules. */
export const SENTINEL = "0x0000000000000000000000000000000000000001";
/** The only operation that is ever built or accepted: CALL. 1 would be DELEGATECALL. */
export const OPERATION_CALL = 0;
