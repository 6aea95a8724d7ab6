import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hexToBytes } from "viem";
import { afterAll, describe, expect, it } from "vitest";
import { localAccount, privateKeyOf } from "../../sandbox/chain/index.ts";
import { createRegistry, encodePayment } from "../onchain/index.ts";
import { signOwnerFile, signRejectionFile } from "./owner_key.ts";
import { verifyOwnerSignature } from "./owner_signatures.ts";
import { type SafeTx, safeTxHash, toTypedData } from "./safe_tx.ts";

const SAFE = "0xFBb641282327fBFf6418e60d55bb906f34584Ce5";
const TOKEN = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
const HOT = localAccount("hot").address;
const ana = localAccount("ana");
const registry = createRegistry("ethereum", new Map([["USDT", { id: "USDT", decimals: 8 }]]), [
  { id: "usdt-ethereum", asset: "USDT", network: "ethereum", contract: TOKEN, decimals: 6 },
]);
const payment = encodePayment(registry.ofAsset("USDT"), HOT, 5_000000n);
const tx: SafeTx = { ...payment, chain_id: 1, safe: SAFE, safe_tx_gas: 100_000n, nonce: 7n };
const plan = {
  ...{ amount: "500000000", decimals: 8, contract: TOKEN, contract_decimals: 6, chain_id: 1 },
  ...{ to: { address: HOT }, from: { address: SAFE } },
};

const dir = mkdtempSync(join(tmpdir(), "tidegate-owner-"));
afterAll(() => rmSync(dir, { recursive: true }));
let files = 0;
function keyFile(text: string, mode = 0o600): string {
  files += 1;
  const path = join(dir, `key-${files}.json`);
  writeFileSync(path, text, { mode });
  return path;
}
const own = JSON.stringify({ scheme: "eip712_safe", address: ana.address, private_key: privateKeyOf("ana") });
const key_file = keyFile(own);
const typed = (change: Record<string, unknown> = {}) => {
  const data = toTypedData(tx);
  return { ...data, message: { ...data.message, ...change } };
};
const sign = (input: Partial<Parameters<typeof signOwnerFile>[0]> = {}) =>
  signOwnerFile({ key_file, typed_data: toTypedData(tx), hash: safeTxHash(tx), plan, ...input });

describe("an owner's signature", () => {
  it("is made over the recomputed hash and verified against the owner's address alone", async () => {
    const { address, signature } = await sign();
    expect(address).toBe(ana.address);
    const check = {
      scheme: "eip712_safe",
      public_key: address,
      message: hexToBytes(safeTxHash(tx)),
      signature,
    } as const;
    expect(await verifyOwnerSignature(check)).toBe(true);
    expect(await verifyOwnerSignature({ ...check, signature: signature.slice(2) })).toBe(true);
    expect(await verifyOwnerSignature({ ...check, public_key: localAccount("ben").address })).toBe(false);
    expect(await verifyOwnerSignature({ ...check, message: hexToBytes(safeTxHash({ ...tx, nonce: 8n })) })).toBe(false);
    expect(await verifyOwnerSignature({ ...check, scheme: "ed25519" })).toBe(false);
    expect(await verifyOwnerSignature({ ...check, message: new Uint8Array(31) })).toBe(false);
    for (const bad of ["", "0x", signature.slice(0, -2), `${signature}00`, `${signature.slice(0, -2)}1f`]) {
      expect(await verifyOwnerSignature({ ...check, signature: bad })).toBe(false);
    }
  });

  it.each<[string, Partial<Parameters<typeof signOwnerFile>[0]>]>([
    ["a hash that is not that of what is shown", { hash: `0x${"ab".repeat(32)}` }],
    ["another recipient than planned", { plan: { ...plan, to: { address: SAFE } } }],
    ["another amount than planned", { plan: { ...plan, amount: "500000001" } }],
    ["another Safe than planned", { plan: { ...plan, from: { address: HOT } } }],
    ["a plan without an amount", { plan: { ...plan, amount: undefined } }],
    ["another chain than planned", { plan: { ...plan, chain_id: 10 } }],
    ["a plan that names no chain", { plan: { ...plan, chain_id: undefined } }],
    ["another token than planned", { plan: { ...plan, contract: SAFE } }],
    ["a plan in the coin of the chain", { plan: { ...plan, contract: null } }],
    ["a plan that names no token", { plan: { ...plan, contract: undefined } }],
    ["another scale than planned", { plan: { ...plan, contract_decimals: 7 } }],
    ["more digits than the asset has", { plan: { ...plan, contract_decimals: 9 } }],
    ["bybit: a DELEGATECALL", { typed_data: typed({ operation: 1 }) }],
    ["a refund of gas", { typed_data: typed({ gasPrice: "1" }) }],
    ["coin to a contract", { typed_data: typed({ value: "1" }) }],
    ["fields nobody knows", { typed_data: typed({ extra: "1" }) }],
    ["no typed data", { typed_data: null }],
  ])("is refused for %s", async (_, input) => {
    await expect(sign(input)).rejects.toMatchObject({ code: "venue_policy_denied" });
  });

  it("is refused with a recomputed hash of something else than a transfer", async () => {
    const other: SafeTx = { ...tx, data: `0x095ea7b3${tx.data.slice(10)}` };
    await expect(sign({ typed_data: toTypedData(other), hash: safeTxHash(other) })).rejects.toMatchObject({
      message: expect.stringContaining("other than transfer"),
    });
    const with_coin: SafeTx = { ...tx, value: 1n };
    await expect(sign({ typed_data: toTypedData(with_coin), hash: safeTxHash(with_coin) })).rejects.toMatchObject({
      message: expect.stringContaining("coin to a contract"),
    });
  });

  it("needs a key that others cannot read and that is the address beside it", async () => {
    const swapped = own.replace(ana.address, HOT);
    const cases: [string, string][] = [
      [keyFile(own, 0o644), "key_exposed"],
      [join(dir, "missing.json"), "key_unreadable"],
      [keyFile(swapped), "venue_auth"],
      [keyFile("{}"), "venue_auth"],
      [keyFile("0x12"), "venue_auth"],
      [keyFile(`0x${"0".repeat(64)}`), "venue_auth"],
      [keyFile("x".repeat(5_000)), "venue_auth"],
    ];
    for (const [path, code] of cases) {
      const failure = await sign({ key_file: path }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code });
      expect(String(failure)).not.toContain(privateKeyOf("ana").slice(2, 12));
    }
  });
});

describe("an owner's rejection", () => {
  const reject = (input: Partial<Parameters<typeof signOwnerFile>[0]> = {}) =>
    signRejectionFile({ key_file, typed_data: toTypedData(tx), hash: safeTxHash(tx), plan, ...input });

  it("pays nothing to the Safe itself at the same nonce, and is no signature of the payment", async () => {
    const nothing: SafeTx = { chain_id: 1, safe: SAFE, nonce: 7n, to: SAFE, value: 0n, data: "0x", safe_tx_gas: 0n };
    const signed = await reject();
    expect(signed).toMatchObject({ safe: SAFE, chain_id: 1, nonce: "7", hash: safeTxHash(nothing) });
    const { address, signature } = signed;
    const check = (of: SafeTx) =>
      verifyOwnerSignature({
        ...({ scheme: "eip712_safe", public_key: address, signature } as const),
        message: hexToBytes(safeTxHash(of)),
      });
    expect(address).toBe(ana.address);
    expect(await check(nothing)).toBe(true);
    expect(await check(tx)).toBe(false);
    expect(await check({ ...nothing, nonce: 8n })).toBe(false);
  });

  it("is not given for another request than the plan's: a nonce is not burnt on somebody's word", async () => {
    const denied = { code: "venue_policy_denied" };
    await expect(reject({ hash: safeTxHash({ ...tx, nonce: 8n }) })).rejects.toMatchObject(denied);
    await expect(reject({ plan: { ...plan, amount: "1" } })).rejects.toMatchObject(denied);
    await expect(reject({ plan: { ...plan, from: { address: HOT } } })).rejects.toMatchObject(denied);
  });
});
