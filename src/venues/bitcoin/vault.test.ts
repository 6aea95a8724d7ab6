/** Custody of two of three on a real node: nothing leaves without two cosigners, whatever way their signatures come back. */
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hexToBytes } from "@noble/hashes/utils.js";
import { Transaction } from "@scure/btc-signer";
import { HDKey } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CONFIRMATIONS,
  masterKeyOf,
  NETWORK,
  planOf,
  sats,
  startTestBitcoin,
  type TestBitcoin,
} from "../../../test/parts/bitcoind.ts";
import { signedBytes } from "../../authority/index.ts";
import type { PreparedSubmit, SigningRequest, TransferPlan } from "../../transfers/types.ts";
import type { FindOutcome, OwnerSignature, Venue, VenueTransfer, WalletRef } from "../port.ts";
import { showPsbtFile, signPsbtFile } from "./cosigner.ts";
import { createVaultVenue, verifyPsbtSignature } from "./index.ts";

const ORIGIN = "48h/1h/0h/2h";
const VERSIONS = { private: 0x04358394, public: 0x043587cf };
const NAMES = ["ana", "ben", "chen"] as const;
type Name = (typeof NAMES)[number];

/** BTC; one for each request that waits. */
const COINS = ["0.3", "0.2", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1"];

let chain: TestBitcoin;
let vault: Venue;
let dir: string;
let number = 0;
const cosigners = new Map(
  NAMES.map((name, at) => {
    const master = HDKey.fromExtendedKey(masterKeyOf(10 + at), VERSIONS);
    const key = master.derive(`m/${ORIGIN.replaceAll("h", "'")}`);
    const text = `[${master.fingerprint.toString(16).padStart(8, "0")}/${ORIGIN}]${key.publicExtendedKey}`;
    return [name, { text, private_key: key.privateExtendedKey }];
  }),
);
const textOf = (name: Name): string => cosigners.get(name)?.text ?? "";
const descriptor = `wsh(sortedmulti(2,${NAMES.map((name) => `${textOf(name)}/<0;1>/*`).join(",")}))`;
const wallet = (): WalletRef => ({ wallet_id: "vault", account: account, asset: "BTC" });
let account = "";

beforeAll(async () => {
  chain = await startTestBitcoin();
  dir = await mkdtemp(join(tmpdir(), "tidegate-vault-"));
  // The vault's name is its first address, which the venue says.
  account = (await openVault().listWallets())[0]?.account ?? "";
  vault = openVault();
  for (const btc of COINS) await chain.pay((await vault.getAddress(wallet(), NETWORK)).address, btc);
  await chain.mine(CONFIRMATIONS);
  for (const name of NAMES) {
    const { private_key } = cosigners.get(name) ?? { private_key: "" };
    const text = JSON.stringify({ scheme: "psbt", network: NETWORK, descriptor, private_key });
    await writeFile(join(dir, `${name}.json`), text, { mode: 0o600 });
  }
  await writeFile(join(dir, "wallet.json"), JSON.stringify({ network: NETWORK, descriptor }));
});
afterAll(async () => {
  await chain.stop();
  await rm(dir, { recursive: true, force: true });
});

function openVault(): Venue {
  const input = chain.input({ threshold: 2, cosigners: NAMES.map(textOf) });
  return createVaultVenue({ ...input, wallets: [{ id: "vault", account, asset: "BTC", kind: "custody" }] });
}

async function plan(change: Partial<Parameters<typeof planOf>[0]> = {}): Promise<TransferPlan> {
  number += 1;
  return planOf({ id: `trf_${number}`, to: await chain.address(), amount: 1_000_000n, wallet: "vault", ...change });
}

const request = (of: TransferPlan): Promise<SigningRequest> => {
  if (vault.requestSigning === undefined) throw new Error("no requestSigning");
  return vault.requestSigning(of);
};
const psbtOf = ({ typed_data }: SigningRequest): string => (typed_data as { psbt: string }).psbt;
const prepare = (
  of: TransferPlan,
  signing: SigningRequest,
  signatures: readonly OwnerSignature[],
): Promise<PreparedSubmit> => vault.prepare(of, { now: chain.now.value, signing, signatures });

/** As on a machine without a network: a file comes, a file goes. */
async function signOffline(name: Name, psbt: string | Uint8Array): Promise<Uint8Array> {
  const file = join(dir, "in.psbt");
  await writeFile(file, psbt);
  const { sign } = await signPsbtFile(file, join(dir, `${name}.json`));
  return sign().psbt;
}

const read = (signing: SigningRequest, content: Uint8Array): readonly OwnerSignature[] =>
  vault.readSigned?.(signing, content) ?? [];

function foundIn(outcome: FindOutcome): VenueTransfer {
  if (outcome.outcome === "found") return outcome.transfer;
  throw new Error(`expected a transfer, got ${JSON.stringify(outcome)}`);
}

const find = (prepared: PreparedSubmit) =>
  vault.find({
    ...{ wallet: wallet(), reference: prepared.reference, venue_ref: null, tx_hash: prepared.tx_hash },
    ...{ prepared, asset: "BTC", network: NETWORK },
  });

describe("custody of two of three", () => {
  it("pays with two signatures from two files, as the node confirms at every step", async () => {
    const of = await plan();
    const signing = await request(of);
    expect(signing.scheme).toBe("psbt");
    const summary = await showPsbtFile(await fileOf(psbtOf(signing)), join(dir, "wallet.json"));
    expect(summary).toMatchObject({ hash: signing.hash, signatures_needed: 2, signed_by: [], network: NETWORK });
    expect(summary.pays).toEqual([{ address: of.to.address, btc: "0.01000000" }]);
    expect(summary.change).toHaveLength(1);
    expect(await chain.node.call("analyzepsbt", [psbtOf(signing)])).toMatchObject({ next: "signer" });

    const by_ana = await signOffline("ana", psbtOf(signing));
    expect(await chain.node.call("analyzepsbt", [Buffer.from(by_ana).toString("base64")])).toMatchObject({
      next: "signer",
    });
    const one = read(signing, by_ana);
    expect(one.map(({ signer }) => signer)).toEqual([textOf("ana")]);
    await expect(prepare(of, signing, one)).rejects.toMatchObject({
      code: "venue_policy_denied",
      facts: { signed: 1, needed: 2 },
    });

    // The second cosigner signs what the first one already has, as base64 with line breaks.
    const passed_on = Buffer.from(by_ana).toString("base64").replace(/.{60}/g, "$&\n");
    const both = read(signing, await signOffline("chen", passed_on));
    expect(both.map(({ signer }) => signer).sort()).toEqual([textOf("ana"), textOf("chen")].sort());
    const combined = await chain.node.call("combinepsbt", [
      [
        Buffer.from(by_ana).toString("base64"),
        Buffer.from(await signOffline("chen", psbtOf(signing))).toString("base64"),
      ],
    ]);
    expect(await chain.node.call("finalizepsbt", [combined])).toMatchObject({ complete: true });

    const prepared = await prepare(of, signing, both);
    const effect = vault.decode(prepared);
    expect(effect).toMatchObject({
      from_account: account,
      to_address: of.to.address,
      amount: BigInt(of.amount),
      reference: of.id,
    });
    expect(await vault.submit(prepared)).toMatchObject({ outcome: "accepted", tx_hash: prepared.tx_hash });
    expect(await vault.submit(prepared)).toMatchObject({ outcome: "accepted" });
    await chain.mine(CONFIRMATIONS);
    expect(foundIn(await find(prepared))).toMatchObject({ status: "succeeded", final: true, fee: effect.fee_max });
    expect(await chain.received(of.to.address)).toBe(1_000_000n);
    const balance = await vault.getBalance(wallet());
    expect(balance.total).toBe(sats(130_000_000n) - BigInt(of.amount) - effect.fee_max);
  });

  it("takes a vote of each cosigner for exactly this PSBT, and for nothing else", async () => {
    const [signing, other] = [await request(await plan()), await request(await plan())];
    const payload = { object_kind: "transfer", object_id: "t", digest: "00", vote: "approve" } as const;
    const [vote] = read(signing, await signOffline("ben", psbtOf(signing)));
    if (vote === undefined) throw new Error("no signature");
    const check = (message: Uint8Array, public_key: string, signature = vote.signature) =>
      verifyPsbtSignature({ scheme: "psbt", public_key, message, signature });
    expect(await check(signedBytes(payload, signing), textOf("ben"))).toBe(true);
    expect(await check(signedBytes(payload, signing), textOf("ana"))).toBe(false);
    expect(await check(signedBytes(payload, other), textOf("ben"))).toBe(false);
    expect(await check(signedBytes({ ...payload, vote: "deny" }, signing), textOf("ben"))).toBe(false);
    expect(await check(signedBytes(payload, signing), textOf("ben"), vote.signature.replace(/^../, "00"))).toBe(false);
    // A PSBT under another's hash is nothing that could be signed.
    const swapped = { ...signing, typed_data: other.typed_data };
    expect(await check(signedBytes(payload, swapped), textOf("ben"))).toBe(false);
    expect(() => read(swapped, new Uint8Array())).toThrow("it is not what its hash says");
    expect(() => read(other, Buffer.from(psbtOf(signing), "base64"))).toThrow("another transaction");
    expect(() => read(signing, new TextEncoder().encode("hello"))).toThrow("neither a PSBT nor base64");
  });

  it("gives two waiting requests different coins, and refuses signatures for another plan", async () => {
    const [a, b] = [await plan({ amount: 2_000_000n }), await plan()];
    const [for_a, for_b] = [await request(a), await request(b)];
    const coins = [for_a, for_b].map((each) =>
      (each.typed_data as { inputs: { coin: string }[] }).inputs.map(({ coin }) => coin),
    );
    expect(coins[0]?.some((coin) => coins[1]?.includes(coin))).toBe(false);
    const signed = read(for_a, await signOffline("chen", await signOffline("ana", psbtOf(for_a))));
    await expect(prepare({ ...a, to: b.to }, for_a, signed)).rejects.toThrow("not the planned one");
    await expect(prepare({ ...a, nonce: "other" }, for_a, signed)).rejects.toThrow("signed for another transfer");
    await expect(prepare({ ...a, fee_max: "1" }, for_a, signed)).rejects.toThrow("above the limit");
  });

  it("says what signatures are worth that were given for what ended unsent", async () => {
    const fresh = openVault();
    const of = await plan();
    const signing = (await fresh.requestSigning?.(of)) as SigningRequest;
    const standing = (signatures: readonly OwnerSignature[]) => fresh.readSignatures?.(signing, signatures);
    const one = read(signing, await signOffline("ana", psbtOf(signing)));
    const two = read(signing, await signOffline("ben", await signOffline("ana", psbtOf(signing))));
    expect(await standing(one)).toEqual({ standing: "too_few", signed: 1, needed: 2 });
    expect(await standing(two)).toMatchObject({
      standing: "executable",
      remedy: expect.stringContaining("2 cosigners signed it"),
    });
    // Another payment takes the same coin: a process that knows nothing of the reservation.
    const next = await plan();
    const rival = openVault();
    const other = (await rival.requestSigning?.(next)) as SigningRequest;
    const signed = read(other, await signOffline("chen", await signOffline("ben", psbtOf(other))));
    const prepared = await rival.prepare(next, { now: chain.now.value, signing: other, signatures: signed });
    await rival.submit(prepared);
    await chain.mine();
    expect(await standing(two)).toEqual({ standing: "deciding" });
    await chain.mine(CONFIRMATIONS);
    expect(await standing(two)).toMatchObject({ standing: "worthless" });
    await expect(prepare(of, signing, two)).rejects.toMatchObject({ code: "venue_policy_denied" });
  });

  it("knows when somebody sent what was signed", async () => {
    const of = await plan();
    const signing = await request(of);
    const two = read(signing, await signOffline("ben", await signOffline("ana", psbtOf(signing))));
    const prepared = await prepare(of, signing, two);
    const { raw_tx } = prepared.body as { raw_tx: string };
    await chain.node.call("sendrawtransaction", [raw_tx]);
    await chain.mine(CONFIRMATIONS);
    expect(await vault.readSignatures?.(signing, two)).toEqual({ standing: "executed", tx_hash: prepared.tx_hash });
    expect(await vault.submit(prepared)).toMatchObject({ outcome: "accepted" });
  });
});

describe("a cosigner without a network", () => {
  it("is shown what is not the wallet's: a forged change, a foreign coin, a forged amount", async () => {
    const signing = await request(await plan());
    const forged = (change: (at: number, tx: Transaction) => object): Uint8Array => {
      const tx = Transaction.fromPSBT(Buffer.from(psbtOf(signing), "base64"), { allowUnknownOutputs: true });
      const copy = new Transaction({ version: 2, allowUnknownOutputs: true });
      for (let at = 0; at < tx.inputsLength; at += 1) copy.addInput({ ...tx.getInput(at), ...change(-1 - at, tx) });
      for (let at = 0; at < tx.outputsLength; at += 1) copy.addOutput({ ...tx.getOutput(at), ...change(at, tx) });
      return copy.toPSBT(0);
    };
    const thief = { script: hexToBytes(`0014${"ab".repeat(20)}`), witnessScript: undefined };
    const stolen = forged((at, tx) => (at >= 0 && tx.getOutput(at).bip32Derivation ? thief : {}));
    await expect(showPsbtFile(await fileOf(stolen), join(dir, "wallet.json"))).rejects.toThrow(
      "says that it is change",
    );
    const hidden = forged((at, tx) =>
      at >= 0 && tx.getOutput(at).bip32Derivation ? { ...thief, bip32Derivation: undefined } : {},
    );
    const summary = await showPsbtFile(await fileOf(hidden), join(dir, "wallet.json"));
    expect(summary.pays).toHaveLength(2);
    const blind = forged((at) => (at < 0 ? { sighashType: 0x83 } : {}));
    await expect(showPsbtFile(await fileOf(blind), join(dir, "wallet.json"))).rejects.toThrow(
      "does not cover everything",
    );
    const other = JSON.stringify({
      network: NETWORK,
      descriptor: descriptor.replace("sortedmulti(2", "sortedmulti(3"),
    });
    await writeFile(join(dir, "other.json"), other);
    await expect(showPsbtFile(await fileOf(psbtOf(signing)), join(dir, "other.json"))).rejects.toThrow(
      "not a coin of this wallet",
    );
  });

  it("refuses a key that others can read, and one that is none of the cosigners", async () => {
    const psbt = await fileOf(psbtOf(await request(await plan())));
    await chmod(join(dir, "ana.json"), 0o644);
    await expect(signPsbtFile(psbt, join(dir, "ana.json"))).rejects.toMatchObject({ code: "key_exposed" });
    await chmod(join(dir, "ana.json"), 0o600);
    const stranger = { ...JSON.parse(readFileSync(join(dir, "ana.json"), "utf8")), private_key: masterKeyOf(1) };
    await writeFile(join(dir, "stranger.json"), JSON.stringify(stranger), { mode: 0o600 });
    await expect(signPsbtFile(psbt, join(dir, "stranger.json"))).rejects.toThrow("none of the wallet's cosigners");
  });
});

async function fileOf(psbt: string | Uint8Array): Promise<string> {
  const file = join(dir, "shown.psbt");
  await writeFile(file, psbt);
  return file;
}
