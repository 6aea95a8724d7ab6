/** A second opinion: the Safe authors' own kit must compute our hash, accept our signatures and count them as we do. */
import ProtocolKit from "@safe-global/protocol-kit";
import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planOf, startTestChain, type TestChain, usdt } from "../../../test/parts/anvil.ts";
import { localAccount, type OwnerName, privateKeyOf } from "../../sandbox/chain/index.ts";
import type { SigningRequest } from "../../transfers/types.ts";
import { packSignatures } from "./owner_signatures.ts";
import { readTypedData, type SafeTx } from "./safe_tx.ts";

// The package is CommonJS: its default export arrives inside a module object, which its types do not say.
const Kit = ("default" in ProtocolKit ? ProtocolKit.default : ProtocolKit) as typeof ProtocolKit.default;

let chain: TestChain;
let signing: SigningRequest;
let tx: SafeTx;

beforeAll(async () => {
  chain = await startTestChain();
  const to = localAccount("hot").address;
  const plan = planOf({ id: "kit", from: chain.world.safe, to, amount: usdt(123n) });
  const request = await chain.safe().requestSigning?.(plan);
  if (request === undefined) throw new Error("a Safe asks its owners");
  signing = request;
  tx = readTypedData(signing.typed_data);
});
afterAll(() => chain.stop());

async function openKit(owner: OwnerName) {
  const { singleton, factory, fallback_handler } = chain.world.safe_contracts;
  // The kit demands code at every address, also of contracts that nothing here calls.
  const unused = singleton;
  return Kit.init({
    provider: chain.world.url,
    signer: privateKeyOf(owner),
    safeAddress: chain.world.safe,
    contractNetworks: {
      "31337": {
        safeSingletonAddress: singleton,
        safeProxyFactoryAddress: factory,
        fallbackHandlerAddress: fallback_handler,
        multiSendAddress: unused,
        multiSendCallOnlyAddress: unused,
        signMessageLibAddress: unused,
        createCallAddress: unused,
        simulateTxAccessorAddress: unused,
      },
    },
  });
}

async function theirTransaction(owner: OwnerName) {
  const kit = await openKit(owner);
  const transactions = [{ to: tx.to, value: tx.value.toString(), data: tx.data, operation: 0 }];
  const options = { safeTxGas: tx.safe_tx_gas.toString(), nonce: Number(tx.nonce) };
  return { kit, transaction: await kit.createTransaction({ transactions, options }) };
}

describe("the Safe authors' protocol kit", () => {
  it("computes the same hash", async () => {
    const { kit, transaction } = await theirTransaction("ana");
    expect(await kit.getTransactionHash(transaction)).toBe(signing.hash);
  });

  it("makes the same signature, byte for byte", async () => {
    const { kit, transaction } = await theirTransaction("ben");
    const signed = await kit.signTransaction(transaction);
    const theirs = signed.getSignature(localAccount("ben").address)?.data;
    expect(theirs).toBe(await localAccount("ben").sign({ hash: signing.hash as Hex }));
  });

  it("packs two signatures as we do, and finds one too few", async () => {
    const { kit, transaction } = await theirTransaction("ana");
    const one = await kit.signTransaction(transaction);
    expect(await kit.isValidTransaction(one)).toBe(false);
    const two = await (await openKit("chen")).signTransaction(one);
    expect(await kit.isValidTransaction(two)).toBe(true);
    const signatures = await Promise.all(
      (["chen", "ana"] as const).map(async (name) => {
        const account = localAccount(name);
        return { signer: account.address, signature: await account.sign({ hash: signing.hash as Hex }) };
      }),
    );
    const owners = (["ana", "ben", "chen"] as const).map((name) => localAccount(name).address);
    const packed = await packSignatures(signing.hash as Hex, signatures, { owners, threshold: 2 });
    expect(packed).toBe(two.encodedSignatures());
  });
});
