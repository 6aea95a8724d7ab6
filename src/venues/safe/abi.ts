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

/**
 * Of Safe's Allowance Module 0.1.x, written from its published interface (AllowanceModule.sol): what a delegate may pay out of a Safe
 * without its owners. `getTokenAllowance` answers amount, spent, resetTimeMin, lastResetMin (minutes since 1970) and nonce, as they
 * stand after a reset that is due. The zero address stands for the chain's coin.
 */
export const ALLOWANCE_ABI = parseAbi([
  "function executeAllowanceTransfer(address safe, address token, address to, uint96 amount, address paymentToken, uint96 payment, address delegate, bytes signature)",
  "function getTokenAllowance(address safe, address delegate, address token) view returns (uint256[5])",
  "function getDelegates(address safe, uint48 start, uint8 pageSize) view returns (address[] results, uint48 next)",
  "function addDelegate(address delegate)",
  "function setAllowance(address delegate, address token, uint96 allowanceAmount, uint16 resetTimeMin, uint32 resetBaseMin)",
  "function deleteAllowance(address delegate, address token)",
  "event ExecuteAllowanceTransfer(address indexed safe, address delegate, address token, address to, uint96 value, uint16 nonce)",
]);
/** Amounts of the module are 96 bits wide. */
export const ALLOWANCE_UNITS_MAX = 2n ** 96n - 1n;
