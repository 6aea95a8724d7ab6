/** What the owners of the local Safe do to allow an amount in advance: each step is a Safe transaction that two of them sign. */
import { encodeFunctionData, type Hex, parseAbi, zeroAddress } from "viem";
import { localAccount, OWNER_NAMES } from "./accounts.ts";
import { compileContract } from "./compile.ts";
import { deploy, type LocalWorld, OWNERS_NEEDED, sendAs } from "./deploy.ts";

const SAFE_CALLS = parseAbi([
  "function nonce() view returns (uint256)",
  "function enableModule(address module)",
  "function getTransactionHash(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 nonce) view returns (bytes32)",
  "function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool success)",
]);
const MODULE_CALLS = parseAbi([
  "function addDelegate(address delegate)",
  "function setAllowance(address delegate, address token, uint96 allowanceAmount, uint16 resetTimeMin, uint32 resetBaseMin)",
  "function deleteAllowance(address delegate, address token)",
]);
const MODULE_CONTRACT = "DemoAllowance";

export interface LocalAllowance {
  readonly module: Hex;
  enable(): Promise<void>;
  addDelegate(delegate: Hex): Promise<void>;
  /** `token` zero address: the chain's coin. `period_minutes` 0: it never begins anew. */
  allow(delegate: Hex, token: Hex, units: bigint, period_minutes: number): Promise<void>;
  withdraw(delegate: Hex, token: Hex): Promise<void>;
}

/** Deploys the module; the Safe's owners have said nothing yet. @throws LocalChainError */
export async function deployAllowance(world: LocalWorld): Promise<LocalAllowance> {
  const module = await deploy(world.client, compileContract(MODULE_CONTRACT));
  const own = (to: Hex, data: Hex): Promise<void> => execute(world, to, data);
  return {
    module,
    enable: () =>
      own(world.safe, encodeFunctionData({ abi: SAFE_CALLS, functionName: "enableModule", args: [module] })),
    addDelegate: (delegate) =>
      own(module, encodeFunctionData({ abi: MODULE_CALLS, functionName: "addDelegate", args: [delegate] })),
    allow: (delegate, token, units, period_minutes) =>
      own(
        module,
        encodeFunctionData({
          ...{ abi: MODULE_CALLS, functionName: "setAllowance" },
          args: [delegate, token, units, period_minutes, 0],
        }),
      ),
    withdraw: (delegate, token) =>
      own(module, encodeFunctionData({ abi: MODULE_CALLS, functionName: "deleteAllowance", args: [delegate, token] })),
  };
}

async function execute({ client, safe }: LocalWorld, to: Hex, data: Hex): Promise<void> {
  const nonce = await client.readContract({ address: safe, abi: SAFE_CALLS, functionName: "nonce" });
  const plain = [to, 0n, data, 0, 0n, 0n, 0n, zeroAddress, zeroAddress] as const;
  const hash = await client.readContract({
    ...{ address: safe, abi: SAFE_CALLS, functionName: "getTransactionHash" },
    args: [...plain, nonce],
  });
  const owners = OWNER_NAMES.slice(0, OWNERS_NEEDED)
    .map((name) => localAccount(name))
    .sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const signatures = await Promise.all(owners.map((owner) => owner.sign({ hash })));
  const packed: Hex = `0x${signatures.map((signature) => signature.slice(2)).join("")}`;
  const call = encodeFunctionData({
    ...{ abi: SAFE_CALLS, functionName: "execTransaction" },
    args: [...plain, packed],
  });
  await sendAs(client, "deployer", safe, call);
}
