/** Contracts ready to deploy: our own token compiled from source, the Safe's from its package. Development only. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Abi, Hex } from "viem";
import { LocalChainError } from "./errors.ts";

const SAFE_ARTIFACTS = "@safe-global/safe-contracts/build/artifacts/contracts";

export interface Contract {
  readonly abi: Abi;
  readonly bytecode: Hex;
}

interface Solc {
  compile(input: string): string;
}

interface SolcOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Record<string, Record<string, { abi: Abi; evm: { bytecode: { object: string } } }>>;
}

const require = createRequire(import.meta.url);

export type OwnContractName = "DemoDollar" | "DemoAllowance";

/** @throws LocalChainError chain_tool_missing | chain_contract_invalid */
export function compileContract(name: OwnContractName): Contract {
  const file = `${name}.sol`;
  const content = readFileSync(new URL(`./contracts/${file}`, import.meta.url), "utf8");
  const solc: Solc = load("solc");
  const input = {
    language: "Solidity",
    sources: { [file]: { content } },
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: "paris",
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  };
  const output: SolcOutput = JSON.parse(solc.compile(JSON.stringify(input)));
  const error = output.errors?.find((item) => item.severity === "error");
  const contract = output.contracts?.[file]?.[name];
  if (contract === undefined || error !== undefined) {
    throw new LocalChainError("chain_contract_invalid", error?.formattedMessage ?? `${file} has no contract.`);
  }
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
}

export type SafeContractName = "SafeL2" | "SafeProxyFactory" | "CompatibilityFallbackHandler";

const FOLDERS: Record<SafeContractName, string> = {
  SafeL2: "SafeL2.sol",
  SafeProxyFactory: "proxies/SafeProxyFactory.sol",
  CompatibilityFallbackHandler: "handler/CompatibilityFallbackHandler.sol",
};

/** A contract of Safe 1.4.1 as its authors built it. @throws LocalChainError chain_tool_missing */
export function safeContract(name: SafeContractName): Contract {
  const { abi, bytecode }: Contract = load(`${SAFE_ARTIFACTS}/${FOLDERS[name]}/${name}.json`);
  return { abi, bytecode };
}

function load<T>(specifier: string): T {
  try {
    return require(specifier);
  } catch (error) {
    const message = `The local chain needs "${specifier}": run "npm install" with development dependencies.`;
    throw new LocalChainError("chain_tool_missing", message, {}, error);
  }
}
