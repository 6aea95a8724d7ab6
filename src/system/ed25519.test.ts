import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ed25519SignerFromFile, ed25519SignerFromSeed, ed25519Verifier, generateKeyFile } from "./ed25519.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** RFC 8032 section 7.1, tests 1 to 3. */
const VECTORS = [
  {
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    public_key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    public_key: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    public_key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
];

describe("Ed25519", () => {
  it.each(VECTORS)("signs and verifies the vector of RFC 8032 with message '$message'", async (vector) => {
    const signer = ed25519SignerFromSeed(vector.seed);
    const message = Buffer.from(vector.message, "hex");
    expect(signer.public_key).toBe(vector.public_key);
    expect(hex(await signer.sign(message))).toBe(vector.signature);
    const { public_key, signature } = vector;
    expect(await ed25519Verifier({ scheme: "ed25519", public_key, message, signature })).toBe(true);
  });

  it("refuses another message, another key, another scheme and any flipped bit", async () => {
    const signer = ed25519SignerFromSeed("01".repeat(32));
    const other = ed25519SignerFromSeed("02".repeat(32));
    const message = Buffer.from("vote");
    const signature = hex(await signer.sign(message));
    const good = { scheme: "ed25519", public_key: signer.public_key, message, signature } as const;
    expect(await ed25519Verifier(good)).toBe(true);
    expect(await ed25519Verifier({ ...good, message: Buffer.from("votes") })).toBe(false);
    expect(await ed25519Verifier({ ...good, public_key: other.public_key })).toBe(false);
    expect(await ed25519Verifier({ ...good, scheme: "eip712_safe" })).toBe(false);
    for (let bit = 0; bit < 512; bit += 1) {
      const bytes = Buffer.from(signature, "hex");
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(await ed25519Verifier({ ...good, signature: bytes.toString("hex") })).toBe(false);
    }
  });

  it("answers false to anything malformed and never throws", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), fc.uint8Array(), async (public_key, signature, message) => {
        expect(await ed25519Verifier({ scheme: "ed25519", public_key, signature, message })).toBe(false);
      }),
    );
  });

  it("refuses a key under which anybody can sign anything", async () => {
    // R is the identity and S is zero: the equation holds for the identity as a key, whatever the message is.
    const [identity, zero] = [`01${"00".repeat(31)}`, "00".repeat(32)];
    const forged = { scheme: "ed25519", signature: identity + zero, message: Buffer.from("x") } as const;
    expect(await ed25519Verifier({ ...forged, public_key: identity })).toBe(false);
    expect(await ed25519Verifier({ ...forged, public_key: `01${"00".repeat(30)}80` })).toBe(false);
    const empty = { scheme: "ed25519", public_key: "00".repeat(32), signature: "00".repeat(64) } as const;
    expect(await ed25519Verifier({ ...empty, message: Buffer.from("x") })).toBe(false);
  });
});

describe("key files", () => {
  let dir = "";
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tidegate-keys-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));
  const write = async (name: string, text: string, mode = 0o600): Promise<string> => {
    const path = join(dir, name);
    await writeFile(path, text);
    await chmod(path, mode);
    return path;
  };

  it("writes a key that its owner alone can read, and reads it again", async () => {
    const path = join(dir, "ana.key");
    const { public_key } = await generateKeyFile(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ scheme: "ed25519", public_key });
    const signer = await ed25519SignerFromFile(path);
    expect(signer.public_key).toBe(public_key);
    const message = Buffer.from("vote");
    const signature = hex(await signer.sign(message));
    expect(await ed25519Verifier({ scheme: "ed25519", public_key, message, signature })).toBe(true);
    await expect(generateKeyFile(path)).rejects.toMatchObject({ code: "key_exists" });
    expect((await ed25519SignerFromFile(path)).public_key).toBe(public_key);
    expect(await readdir(dir)).toEqual(["ana.key"]);
  });

  it("reads a bare seed and a PEM", async () => {
    const seed = "03".repeat(32);
    const bare = await ed25519SignerFromFile(await write("bare", `0x${seed}\n`));
    expect(bare.public_key).toBe(ed25519SignerFromSeed(seed).public_key);
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = await write("pem", privateKey.export({ format: "pem", type: "pkcs8" }).toString());
    expect((await ed25519SignerFromFile(pem)).public_key).toMatch(/^[0-9a-f]{64}$/);
  });

  it("refuses what others can read, what is not there and what is no key", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const p256 = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    const cases: [string, string][] = [
      [await write("open", "04".repeat(32), 0o644), "key_exposed"],
      [join(dir, "missing"), "key_unreadable"],
      [await write("short", "04".repeat(31)), "key_malformed"],
      [await write("json", "{"), "key_malformed"],
      [await write("other", JSON.stringify({ scheme: "rsa" })), "key_malformed"],
      [await write("p256", p256), "key_malformed"],
      [await write("broken", "-----BEGIN PRIVATE KEY-----\nAA\n"), "key_malformed"],
      [await write("large", "0".repeat(5_000)), "key_malformed"],
    ];
    for (const [path, code] of cases) await expect(ed25519SignerFromFile(path)).rejects.toMatchObject({ code });
  });

  it("refuses two keys that do not belong together, without repeating a secret", async () => {
    const private_key = "05".repeat(32);
    const path = await write("mixed", JSON.stringify({ scheme: "ed25519", public_key: "06".repeat(32), private_key }));
    const failure = await ed25519SignerFromFile(path).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "key_malformed" });
    expect(JSON.stringify(failure) + String(failure)).not.toContain(private_key);
  });
});
