/** The people and machines of the local chain. Their keys come from the well-known words of every local chain. */
import type { Hex } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { bytesToHex } from "viem/utils";
import { assert } from "../../errors/index.ts";
import { LOCAL_MNEMONIC } from "./anvil.ts";

export const OWNER_NAMES = ["ana", "ben", "chen"] as const;
export type OwnerName = (typeof OWNER_NAMES)[number];
export type AccountName = "deployer" | "hot" | "executor" | OwnerName | "customer";

const ORDER: readonly AccountName[] = ["deployer", "hot", "executor", ...OWNER_NAMES, "customer"];

export type LocalAccount = ReturnType<typeof mnemonicToAccount>;

/** @example localAccount("hot").address // the second account of every local chain */
export function localAccount(name: AccountName): LocalAccount {
  return mnemonicToAccount(LOCAL_MNEMONIC, { addressIndex: ORDER.indexOf(name) });
}

export function privateKeyOf(name: AccountName): Hex {
  const { privateKey } = localAccount(name).getHdKey();
  assert(privateKey !== null && privateKey !== undefined, "an account made from words has its private key");
  return bytesToHex(privateKey);
}
