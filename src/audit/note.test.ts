import { createPrivateKey, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ed25519SignerFromSeed } from "../system/ed25519.ts";
import {
  checkpointText,
  logOrigin,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  signNote,
  verifierKey,
} from "./note.ts";

const testSigner = (n: number) => ed25519SignerFromSeed(n.toString(16).padStart(64, "0"));

/** The example key, text and note of the signed-note format as golang.org/x/mod/sumdb/note publishes it. */
const VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SEED = Buffer.from("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz", "base64").subarray(1);
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SIGNATURE =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

describe("signed note", () => {
  it("is the published example, byte for byte", async () => {
    const { name, public_key, key_hash } = parseVerifierKey(VKEY);
    expect([name, Buffer.from(key_hash).toString("hex")]).toEqual(["PeterNeumann", "c74f20a3"]);
    expect(verifierKey(name, public_key)).toBe(VKEY);
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), SEED]);
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const signer = { key_id: name, public_key, sign: async (message: Uint8Array) => sign(null, message, key) };
    expect(await signNote(TEXT, name, signer)).toBe(`${TEXT}\n${SIGNATURE}`);
  });

  it("is read as it was written", async () => {
    const signer = testSigner(1);
    const note = await signNote(TEXT, "tidegate/acme", signer);
    const { text, signatures } = parseNote(note);
    expect(text).toBe(TEXT);
    expect(signatures.map(({ name, signature }) => [name, signature.length])).toEqual([["tidegate/acme", 64]]);
    const { key_hash } = parseVerifierKey(verifierKey("tidegate/acme", signer.public_key));
    expect(signatures[0]?.key_hash).toEqual(key_hash);
  });

  it.each([
    ["nothing", ""],
    ["no signature", TEXT],
    ["no last newline", `${TEXT}\n${SIGNATURE.slice(0, -1)}`],
    ["a hyphen for the dash", `${TEXT}\n${SIGNATURE.replace("—", "-")}`],
    ["loose base64", `${TEXT}\n${SIGNATURE.replace("=", "")}`],
    ["a word too many", `${TEXT}\n${SIGNATURE.replace("\n", " x\n")}`],
    ["a signature without bytes", `${TEXT}\n— PeterNeumann x08gow==\n`],
    ["too many signatures", `${TEXT}\n${SIGNATURE.repeat(17)}`],
    ["a huge text", `${"x".repeat(70_000)}\n\n${SIGNATURE}`],
  ])("is refused with %s", (_name, note) => {
    expect(() => parseNote(note)).toThrow(expect.objectContaining({ code: "audit_note_malformed" }));
  });

  it.each(["a b", "a+b", ""])('is not signed under the name "%s"', async (name) => {
    await expect(signNote(TEXT, name, testSigner(1))).rejects.toMatchObject({ code: "audit_note_malformed" });
  });

  it.each([
    "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann+c74f20a3+AhpcyQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "PeterNeumann+c74f20a3",
    "",
  ])("does not trust the verifier key %s", (vkey) => {
    expect(() => parseVerifierKey(vkey)).toThrow(expect.objectContaining({ code: "audit_note_malformed" }));
  });
});

describe("checkpoint", () => {
  const example = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

  it("is the text of the C2SP example", () => {
    const checkpoint = parseCheckpoint(example);
    expect(checkpoint).toMatchObject({ origin: "example.com/behind-the-sofa", size: 20_852_163 });
    expect(checkpointText(checkpoint)).toBe(example);
    expect(parseCheckpoint(`${example}an extension\n`).size).toBe(20_852_163);
  });

  it.each([
    example.replace("20852163", "020852163"),
    example.replace("20852163", "-1"),
    example.replace("20852163", "9007199254740993"),
    example.replace("CsUYapGG", "CsUY"),
    example.slice(0, -1),
    `\n${example}`,
  ])("is refused as %j", (text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: "audit_note_malformed" }));
  });

  it("has an origin that is a valid key name, whatever the treasury is called", () => {
    expect(logOrigin("Sandbox treasury")).toBe("tidegate/sandbox-treasury");
    expect(logOrigin(" +++ ")).toBe("tidegate/treasury");
  });
});
